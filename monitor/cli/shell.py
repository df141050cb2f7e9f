"""Completion in bash, zsh and fish: the script a shell loads, and what it is answered."""

from __future__ import annotations

import io
import os
import re
from contextlib import redirect_stderr, suppress
from pathlib import PurePath
from typing import Any, ClassVar

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from monitor.cli.choices import OneOf
from monitor.errors import BadInput

PROGRAM, VARIABLE = "parcels", "_PARCELS_COMPLETE"
INSTALL = {
    "bash": 'Add this line to ~/.bashrc:  eval "$(parcels completion bash)"',
    "zsh": 'Add this line to ~/.zshrc, below compinit:  eval "$(parcels completion zsh)"',
    "fish": "Run once:  parcels completion fish > ~/.config/fish/completions/parcels.fish",
}

# Read line by line and unsplit: in a `for` over the words, a label with a star would become the
# names of files.
_BASH = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case "$type" in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(IFS=$'\\n'; env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \\
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
# What bash may read as itself; everything else in a word gets a backslash.
_PLAIN = r"[^\w@%+=:,./-]"
_LIVE_IN_QUOTES = r'[\\"$`]'  # what bash obeys between double quotes


class Bash(BashComplete):
    """Bash puts a word on the line as it comes, so that it must come with its backslashes."""

    source_template: ClassVar[str] = _BASH
    _quote = ""  # with which the word begins that is being typed

    def source(self) -> str:
        return ShellComplete.source(self)  # the inherited one starts a bash to ask for its version

    def get_completion_args(self) -> tuple[list[str], str]:
        words = os.environ["COMP_WORDS"].split("\n")
        current = words[int(os.environ["COMP_CWORD"]) :][:1]
        self._quote = "".join(current)[:1]
        return super().get_completion_args()

    def format_completion(self, item: click.shell_completion.CompletionItem[Any]) -> str:
        return f"{item.type},{_inert(item.value, self._quote)}"


def _inert(word: str, quote: str) -> str:
    """The word so that bash, which carries out what stands on the line, reads it as itself."""
    if quote == "'":
        return word.replace("'", r"'\''")
    return re.sub(_LIVE_IN_QUOTES if quote == '"' else _PLAIN, r"\\\g<0>", word)


class Fish(FishComplete):
    """The inherited script would cut a word or its description off at a comma."""

    source_template: ClassVar[str] = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": ZshComplete, "fish": Fish}


def answer(program: click.Command, instruction: str) -> int:
    """Print the words that fit to what is typed (`bash_complete`), or the script (`bash_source`).

    Whatever goes wrong, nothing is said: it would be written into the line somebody is typing.
    Returns the exit code.
    """
    shell, _, wanted = instruction.partition("_")
    with suppress(Exception), redirect_stderr(io.StringIO()):
        completion = SHELLS[shell](program, {}, PROGRAM, VARIABLE)
        said = completion.source() if wanted == "source" else completion.complete()
        click.echo(said, nl=bool(said))
    return 0


@click.command("completion", epilog="Example: parcels completion bash")
@click.argument("shell", type=OneOf(list(SHELLS)), required=False)
@click.pass_context
def completion_command(ctx: click.Context, shell: str | None) -> None:
    """Print the script that lets a shell complete commands, options, parcels and channels; for your
    own shell ($SHELL) unless you name one. Its first lines say how to install it."""
    name = shell or _own_shell()
    completion = SHELLS[name](ctx.find_root().command, {}, PROGRAM, VARIABLE)
    first, *rest = completion.source().strip().split("\n")
    hint = f"# {INSTALL[name]}"
    # zsh looks for "#compdef" in the first line.
    lines = [first, hint, *rest] if first.startswith("#compdef") else [hint, first, *rest]
    click.echo("\n".join(lines))


def _own_shell() -> str:
    name = PurePath(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise BadInput(f"Name the shell: parcels completion {'|'.join(SHELLS)}")
    return name
