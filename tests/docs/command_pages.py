"""What is wrong with the pages of the commands, compared with the commands themselves."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import click

from monitor.cli import COMMANDS, GROUPS, parcels
from tests.docs.blocks import REPOSITORY, STATES
from tests.docs.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = REPOSITORY / "docs" / "commands"
PARCELS = "../commands.md#the-parcels-of-the-examples"

_OPTION = re.compile(r"(?<![\w-])(--?[a-z][\w-]*)")
_SUBCOMMAND = re.compile(r"^## (\w+ \w+)\n\n```sh\n", re.MULTILINE)


def problems() -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    described = sections()
    yield from missing_commands(described)
    for name in described.keys() & commands().keys():
        yield from wrong_options(name, described[name])
        yield from wrong_synopsis(name, described[name])
        yield from no_example(name, described[name])
    yield from told_differently(described)
    yield from wrong_index(STATES.read_text("utf-8"))


# -- the commands


@cache
def commands() -> dict[str, click.Command]:
    """Every command by its words: `alerts`, `alerts retry`."""
    context = click.Context(parcels)
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = parcels.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": inner for sub, inner in command.commands.items()}
    return found


def options(command: click.Command) -> list[click.Option]:
    return [p for p in command.params if isinstance(p, click.Option)]


def options_of(command: click.Command) -> frozenset[str]:
    return frozenset(
        o for option in options(command) for o in (*option.opts, *option.secondary_opts)
    )


def synopsis(name: str) -> str:
    """The first line of the command's help, but for the subcommands, which are described below."""
    command = commands()[name]
    # As the program makes it: click keeps the help option a command was first asked for.
    above = click.Context(parcels, **parcels.context_settings)
    pieces = command.collect_usage_pieces(click.Context(command, parent=above))
    inner = getattr(command, "subcommand_metavar", "")
    return " ".join(["parcels", name, *(piece for piece in pieces if piece != inner)])


# -- their pages


def sections() -> dict[str, str]:
    """The page of each command by its name; what it says of a subcommand, by that one's."""
    found: dict[str, str] = {}
    for page in sorted(FOLDER.glob("*.md")):
        own, *inner = _SUBCOMMAND.split(page.read_text("utf-8"))
        found[page.stem] = own
        found |= {
            name: f"```sh\n{text}" for name, text in zip(inner[::2], inner[1::2], strict=True)
        }
    return found


def described_options(section: str) -> dict[str, str]:
    """The rows about options in a section's tables, by each name of the option."""
    found = {row[0]: " | ".join(row) for row in rows(section, "option")}
    return {name: row for cell, row in found.items() for name in _OPTION.findall(cell)}


def missing_commands(described: dict[str, str]) -> Iterator[str]:
    for name in sorted(commands().keys() - described.keys()):
        yield f"docs/commands: `parcels {name}` has no page."
    for name in sorted(described.keys() - commands().keys()):
        yield f"docs/commands: there is no command {name!r}."
    for name in sorted(described.keys() & COMMANDS.keys()):
        if not described[name].startswith(f"# parcels {name}\n"):
            yield f"docs/commands/{name}.md does not begin with '# parcels {name}'."


def wrong_options(name: str, section: str) -> Iterator[str]:
    """Options without a row, rows without an option, and rows that leave out what can be chosen."""
    command, told = commands()[name], described_options(section)
    for option in sorted(options_of(command) - told.keys()):
        yield f"docs/commands: `parcels {name}` does not describe {option}."
    for option in sorted(told.keys() - options_of(command)):
        yield f"docs/commands: `parcels {name}` has no option {option}."
    for option in options(command):
        row = told.get(option.opts[0], "")
        for word in _to_be_named(option):
            if row and not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", row):
                yield f"docs/commands: `parcels {name}` does not say {word!r} of {option.opts[0]}."


def _to_be_named(option: click.Option) -> Iterator[str]:
    few = 10  # what has more words than that is a list of its own, which the row links
    if isinstance(option.type, click.Choice) and len(option.type.choices) <= few:
        yield from option.type.choices
    if option.show_default is True:
        yield f"{option.default:g}" if isinstance(option.default, float) else str(option.default)


def wrong_synopsis(name: str, section: str) -> Iterator[str]:
    if f"```sh\n{synopsis(name)}\n```" not in section:
        yield f"docs/commands: `parcels {name}` has another synopsis: {synopsis(name)}"


def no_example(name: str, section: str) -> Iterator[str]:
    """A session with the command that the tests run; a link to what it begins with; keys of JSON."""
    typed = re.findall(r"^\$ (?:[A-Z_]+=\S+ )*parcels (.+)$", section, re.MULTILINE)
    if not any(f"{line} ".startswith(f"{name} ") for line in typed):
        yield f"docs/commands: `parcels {name}` has no example that is run."
    if "<!-- docs: given=" in section and PARCELS not in section:
        yield f"docs/commands: `parcels {name}` does not say what its example begins with."
    if "--json" in options_of(commands()[name]) and "../json.md#" not in section:
        yield f"docs/commands: `parcels {name}` does not say what the keys of its --json mean."


def told_differently(described: dict[str, str]) -> Iterator[str]:
    """Facts that `add` and `edit` share and describe in other words."""
    one, other = (described_options(described.get(name, "")) for name in ("add", "edit"))
    for option in sorted((one.keys() & other.keys()) - {"--json"}):
        if one[option] != other[option]:
            yield f"docs/commands: {option} is one thing for `add` and another for `edit`."


def wrong_index(text: str) -> Iterator[str]:
    """The index has the groups, the commands and the lines of `parcels --help`."""
    for heading, group in GROUPS.items():
        part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        want = [(f"[{name}](commands/{name}.md)", line) for name, (_, line) in group.items()]
        if rows(part, "command") != want:
            yield f"docs/commands.md: {heading!r} is not what `parcels --help` shows."
