"""Shells complete commands, options, choices and parcels; quickly, and without a word otherwise."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cli import COMMANDS
from tests.cli.desk import KETTLE, LAMP

if TYPE_CHECKING:
    from tests.cli.desk import Desk

ODD = """Odd * $HOME; "q" it's `x`, ok"""


def asked(desk: Desk, *words: str, shell: str = "bash", **environ: str) -> list[str]:
    """What the program answers a shell that wants the last of these words completed."""
    joined = " ".join(words) if shell == "fish" else "\n".join(words)
    current = words[-1] if shell == "fish" else str(len(words) - 1)
    ran = desk(
        _PARCELS_COMPLETE=f"{shell}_complete", COMP_WORDS=joined, COMP_CWORD=current, **environ
    )
    assert (ran.code, ran.err) == (0, "")
    return ran.out.splitlines()


def offered(desk: Desk, *words: str) -> list[str]:
    return [line.partition(",")[2] for line in asked(desk, "parcels", *words)]


@pytest.fixture
def stocked(bare: Desk) -> Desk:
    bare("add", KETTLE, "--label", "Blue kettle")
    bare("add", LAMP)
    bare("add", "RB123456785CN", "--label", "Old shoes")
    bare("done", "RB123456785CN")
    return bare


def in_bash(desk: Desk, *lines: str) -> str:
    """What a real bash prints; `words…` there completes the last of its words."""
    program = desk.folder / "bin" / "parcels"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m monitor "$@"\n')
    program.chmod(0o755)
    complete = (
        'words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=();'
        " _parcels_completion parcels; printf '%s\\n' \"${COMPREPLY[@]}\"; }"
    )
    script = "\n".join(["source <(parcels completion bash)", complete, *lines])
    environ = desk._seen() | {"PATH": f"{program.parent}:{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        ["bash", "--norc", "-c", script], env=environ, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")


# -- what is offered


def test_the_first_word_is_a_command(bare: Desk) -> None:
    assert offered(bare, "") == list(COMMANDS)
    assert offered(bare, "no") == ["notify-test"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(("list", "--s"), ["--stuck", "--sort"], id="options of a command"),
        pytest.param(("list", "--sort", ""), ["urgency", "label", "age"], id="choices"),
        pytest.param(("list", "--sort=la"), ["label"], id="choices behind an equals sign"),
        pytest.param(("alerts", "r"), ["retry"], id="subcommands"),
        pytest.param(("completion", ""), ["bash", "zsh", "fish"], id="shells"),
        pytest.param(("--co",), ["--config"], id="options of the program"),
        pytest.param(("add", ""), [], id="nothing where nobody can know"),
    ],
)
def test_commands_options_and_choices(bare: Desk, words: tuple[str, ...], found: list[str]) -> None:
    assert offered(bare, *words) == found
    assert not bare.database.exists()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("edit", ""), [KETTLE, r"Blue\ kettle", LAMP]),
        (("done", "lp00123456789012"), [KETTLE]),
        (("event", "bLuE"), [r"Blue\ kettle"]),
        (("plan", "LP"), [KETTLE, LAMP]),
        (("poll", KETTLE, "LP"), [LAMP]),
        (("poll", "Blue\\ kettle", ""), [LAMP]),
        (("show", ""), [KETTLE, r"Blue\ kettle", LAMP, "RB123456785CN", r"Old\ shoes"]),
        (("remove", "old"), [r"Old\ shoes"]),
        (("undo", ""), ["RB123456785CN", r"Old\ shoes"]),
        (("undo", "LP"), []),
        (("show", KETTLE, ""), []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_parcels_are_offered_by_number_and_label(
    stocked: Desk, words: tuple[str, ...], found: list[str]
) -> None:
    assert offered(stocked, *words) == found


def test_a_label_that_means_two_parcels_is_not_offered(stocked: Desk) -> None:
    stocked("edit", LAMP, "--label", "blue KETTLE")
    assert offered(stocked, "edit", "") == [KETTLE, LAMP]


def test_channels_are_offered_by_name(bare: Desk) -> None:
    bare.channel("phone", "json://127.0.0.1:1/")
    bare.channel("mail", "json://127.0.0.1:2/")
    assert offered(bare, "notify-test", "--channel", "") == ["phone", "mail"]
    assert offered(bare, "notify-test", "--channel", "PH") == ["phone"]


def test_where_a_file_is_to_be_named_the_shell_offers_its_files(bare: Desk) -> None:
    assert asked(bare, "parcels", "--config", "") == ["file,"]
    assert asked(bare, "parcels", "init", "my") == ["file,my"]


def test_the_database_of_the_named_configuration_is_asked(stocked: Desk) -> None:
    empty = stocked.configure(f"[database]\npath = '{stocked.folder}/other.db'\n")
    other = ("--config", str(empty), "show", "")
    assert offered(stocked, *other) == []
    assert not (stocked.folder / "other.db").exists()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_shells_that_can_show_it_get_the_other_name_beside(stocked: Desk, shell: str) -> None:
    said = "\n".join(asked(stocked, "parcels", "edit", "Bl", shell=shell))
    assert said == (
        f"plain\nBlue kettle\n{KETTLE}" if shell == "zsh" else f"plain,Blue kettle\t{KETTLE}"
    )


# -- never an error


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("show", ""), id="no database"),
        pytest.param(("lsit", ""), id="no such command"),
        pytest.param(("list", "--bad", ""), id="no such option"),
        pytest.param(("list", "--sort", "nonsense", ""), id="no such choice"),
        pytest.param(("show", "'unclosed"), id="an open quote"),
        pytest.param(("--config", "/nowhere/at/all.toml", "show", ""), id="no such file"),
    ],
)
def test_where_nothing_can_be_offered_nothing_is_said_or_made(
    bare: Desk, words: tuple[str, ...]
) -> None:
    assert offered(bare, *words) == []
    assert not bare.database.parent.exists()


def test_a_broken_configuration_or_database_is_no_reason_to_speak(stocked: Desk) -> None:
    stocked.database.write_bytes(b"my diary" * 1000)
    assert offered(stocked, "show", "") == []
    stocked.configure("[alerts\n")
    assert offered(stocked, "show", "") == []


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"_PARCELS_COMPLETE": "tcsh_complete"}, id="a shell nobody knows"),
        pytest.param({"_PARCELS_COMPLETE": "bash_complete"}, id="without any words"),
        pytest.param(
            {"_PARCELS_COMPLETE": "bash_complete", "COMP_WORDS": "parcels", "COMP_CWORD": "x"},
            id="a place that is none",
        ),
    ],
)
def test_a_question_that_cannot_be_meant_gets_no_answer(
    bare: Desk, environ: dict[str, str]
) -> None:
    ran = bare("show", **environ)
    assert (ran.code, ran.out, ran.err) == (0, "", "")


# -- the scripts


@pytest.mark.parametrize(
    ("shell", "hint"),
    [("bash", "~/.bashrc"), ("zsh", "~/.zshrc"), ("fish", "~/.config/fish/completions")],
)
def test_a_script_says_how_to_install_it(bare: Desk, shell: str, hint: str) -> None:
    ran = bare("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    (line,) = [line for line in ran.out.splitlines() if hint in line]
    assert line.startswith("# ")
    assert "_PARCELS_COMPLETE" in ran.out
    assert ran.out == bare("completion", SHELL=f"/usr/bin/{shell}").out


def test_zsh_finds_its_mark_in_the_first_line(bare: Desk) -> None:
    assert bare("completion", "zsh").out.startswith("#compdef parcels\n")


def test_fish_takes_a_word_whole_with_its_commas(bare: Desk) -> None:
    assert 'string split --max 1 ","' in bare("completion", "fish").out


@pytest.mark.parametrize("shell", ["/bin/tcsh", ""])
def test_a_shell_nobody_knows_must_be_named(bare: Desk, shell: str) -> None:
    refused = bare("completion", SHELL=shell)
    assert (refused.code, refused.out) == (2, "")
    assert "parcels completion bash|zsh|fish" in refused.err


@needs_bash
def test_a_real_bash_completes(stocked: Desk) -> None:
    said = in_bash(stocked, 'words parcels rem ""', "words parcels rem", "words parcels show RB")
    assert said.splitlines() == ["", "remove", "RB123456785CN"]


@needs_bash
def test_what_bash_puts_on_the_line_is_read_back_as_the_very_label(bare: Desk) -> None:
    (bare.folder / "Odd file").touch()
    bare("add", KETTLE, "--label", ODD)
    place = f"cd {shlex.quote(str(bare.folder))}"
    said = in_bash(
        bare, place,
        "line=$(words parcels show od)", 'eval "printf \'%s\\n\' $line"',
        """line=$(words parcels show '"Odd *')""", """eval "printf '%s\\n' \\"$line\\"" """,
        """line=$(words parcels show "'Odd *")""", """eval "printf '%s\\n' '$line'" """,
    )  # fmt: skip
    assert said.splitlines() == [ODD, ODD, ODD]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_can_read_their_scripts(bare: Desk, shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    checked: Any = subprocess.run(
        [program, "-n"], input=bare("completion", shell).out, text=True, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_entry_point_itself_answers(stocked: Desk) -> None:
    stocked.environ |= {
        "_PARCELS_COMPLETE": "bash_complete",
        "COMP_WORDS": "parcels\nshow\nRB",
        "COMP_CWORD": "2",
    }
    ran = stocked.process()
    assert (ran.code, ran.out, ran.err) == (0, "plain,RB123456785CN\n", "")
