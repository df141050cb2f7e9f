"""Help, suggestions, the pretended moment, and what a command loads to start fast."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import click
import pytest

from monitor.cli import COMMANDS, parcels
from tests.cli.desk import KETTLE, held

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk

HEAVY = {"apprise", "httpx", "apscheduler", "holidays", "rich", "sqlite_utils"}


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [*COMMANDS, "alerts retry"])
def test_every_command_explains_itself_with_an_example(bare: Desk, command: str, flag: str) -> None:
    shown = bare(*command.split(), flag)
    assert (shown.code, shown.err) == (0, "")
    assert f"Usage: parcels {command} " in shown.out
    assert re.search(r"Examples?:\s+parcels ", shown.out)
    assert not bare.folder.joinpath("state").exists()


# What an example needs beside a parcel called kettle; and what is not for a test to run: the service,
# a minute of demo, a disk that is not there, an alert by its number.
FIRST = {"undo": [("done", "kettle")]}
ONLY_READ = {"run", "demo", "backup", "restore", "alerts retry", "config"}
RUN = {
    "add", "list", "show", "edit", "done", "remove", "undo", "event", "plan", "explain", "why", "ack",
    "snooze", "poll", "alerts", "adapters", "notify-test", "doctor", "reread", "init", "completion",
}  # fmt: skip


def examples(desk: Desk, command: str) -> list[list[str]]:
    """The commands the help of a command shows, without the name of the program."""
    shown = desk(*command.split(), "--help").out
    found = re.search(r"^ +Examples?:\s+(parcels .*)\Z", shown, re.MULTILINE | re.DOTALL)
    assert found, f"{command} has no example"
    lines = re.split(r"^ *parcels |\n *parcels ", found[1].strip())
    return [shlex.split(" ".join(line.split())) for line in lines if line.strip()]


def test_every_example_is_a_command_as_the_program_takes_it(bare: Desk) -> None:
    for command in [*COMMANDS, "alerts retry"]:
        for words in examples(bare, command):
            context = parcels.make_context("parcels", list(words))
            while context.command is not None and isinstance(context.command, click.Group):
                left = [*context._protected_args, *context.args]
                if not left:
                    break
                name, inner, rest = context.command.resolve_command(context, left)
                assert name is not None
                assert inner is not None
                context = inner.make_context(name, list(rest), parent=context)
            assert " ".join(words).startswith(command) or command == "config"


def test_the_examples_do_what_they_say(
    desk: Desk, phone: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 is a finding, such as a source that is not there; 2 and above are refusals."""
    desk.channel("phone", phone.url)
    desk.sandbox.script(held(KETTLE))
    monkeypatch.chdir(desk.folder)
    refused = []
    for command in sorted(RUN):
        for words in examples(desk, command):
            desk("add", KETTLE, "--label", "kettle", "--carrier", "190271")
            desk("undo", KETTLE)
            for before in FIRST.get(command, []):
                desk(*before)
            ran = desk(*words)
            if ran.code > 1:
                refused.append((words, ran.err))
    assert refused == []
    assert not RUN & ONLY_READ
    assert set(COMMANDS) >= RUN


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param(("list", "--sotr", "age"), "--sort", id="an option"),
        pytest.param(("list", "--sort", "urgncy"), "urgency", id="a value of a choice"),
        pytest.param(("done", KETTLE, "--as", "recieved"), "received", id="how it ended"),
        pytest.param(("event", KETTLE, "x", "--stage", "delivred"), "delivered", id="a stage"),
        pytest.param(("completion", "bsh"), "bash", id="a shell"),
        pytest.param(("alerts", "rety", "1"), "retry", id="a command of a command"),
        pytest.param(("add", KETTLE, "--lable", "x"), "--label", id="an option of add"),
    ],
)
def test_a_slip_behind_the_command_is_answered_with_what_was_meant(
    bare: Desk, typed: tuple[str, ...], meant: str
) -> None:
    refused = bare(*typed)
    assert (refused.code, refused.out) == (2, "")
    assert re.search(rf"Did you mean '?{meant}'?\b", refused.err)


def test_an_option_like_no_other_is_answered_without_a_guess(bare: Desk) -> None:
    assert "Did you mean" not in bare("list", "--xyzzy").err
    assert "Did you mean" not in bare("list", "--sort", "xyzzy").err


def test_the_help_lists_every_command(bare: Desk) -> None:
    shown = bare("--help")
    assert all(f"  {name} " in shown.out for name in COMMANDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lsit", "list"), ("ad", "add"), ("alert", "alerts"), ("pol", "poll"), ("remvoe", "remove")],
)
def test_a_slip_in_a_command_is_answered_with_what_was_meant(
    bare: Desk, typed: str, meant: str
) -> None:
    refused = bare(typed)
    assert (refused.code, refused.out) == (2, "")
    assert f"Did you mean '{meant}'?" in refused.err


def test_a_command_like_no_other_points_to_the_help(bare: Desk) -> None:
    refused = bare("frobnicate")
    assert refused.code == 2
    assert "parcels --help" in refused.err


def test_no_command_at_all_is_a_wrong_use_that_shows_the_help(bare: Desk) -> None:
    shown = bare()
    assert shown.code == 2
    assert "Every day:" in shown.err


def test_the_version_is_said(bare: Desk) -> None:
    assert bare("--version").out.startswith("parcels, version ")


@pytest.mark.parametrize("command", [("list",), ("add", KETTLE), ("plan",), ("alerts", "--json")])
def test_a_pretended_moment_is_said_on_standard_error_alone(
    bare: Desk, command: tuple[str, ...]
) -> None:
    ran = bare(*command)
    assert "taking 2026-09-01T06:00:00Z for now (PARCELS_NOW)" in ran.err
    assert "PARCELS_NOW" not in ran.out


def test_without_a_pretended_moment_nothing_is_said_of_it(bare: Desk) -> None:
    assert "PARCELS_NOW" not in bare("add", KETTLE, PARCELS_NOW="").err


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("--help",), id="the help"),
        pytest.param(("add", KETTLE, "--shipped", "3d"), id="add"),
        pytest.param(("list",), id="list"),
    ],
)
def test_what_is_typed_every_day_loads_no_heavy_library(
    desk: Desk, command: tuple[str, ...]
) -> None:
    desk.channel("phone", "json://127.0.0.1:1/")
    desk("list")  # makes the database, which is done once
    ran = desk.process(*command, program=("-X", "importtime", "-m", "monitor"))
    assert ran.code == 0
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.err.splitlines()}
    assert {"monitor", "click"} <= loaded
    assert loaded & HEAVY == set()
    assert "asyncio.events" not in ran.err  # pydantic-settings imports it, and nobody uses it


def test_a_list_loads_no_adapter_no_rule_and_nothing_it_has_no_use_for(desk: Desk) -> None:
    desk("add", KETTLE, "--shipped", "3d")
    ran = desk.process("list", program=("-X", "importtime", "-m", "monitor"))
    assert ran.code == 0
    loaded = {line.rpartition("|")[2].strip() for line in ran.err.splitlines()}
    assert "monitor.sweep.stands" in loaded
    assert not [name for name in loaded if name.startswith(("monitor.adapters", "monitor.sweep.d"))]
    assert {"monitor.rules", "monitor.rules.precedence"} == {n for n in loaded if ".rules" in n}


def test_the_reader_of_a_pipe_may_leave_early(bare: Desk) -> None:
    """As in `parcels list | head -0`: no traceback, and no failure."""
    bare("add", KETTLE)
    script = (
        "import os, sys; r, w = os.pipe(); os.dup2(w, 1); os.close(r); os.close(w);"
        "sys.argv = ['parcels', 'list']; from monitor.cli import main; main()"
    )
    ran = bare.process(program=("-c", script))
    assert ran.code == 0
    assert "Traceback" not in ran.err
