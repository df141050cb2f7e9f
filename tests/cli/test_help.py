"""Help, suggestions, the pretended moment, and what a command loads to start fast."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from monitor.cli import COMMANDS
from tests.cli.desk import KETTLE

if TYPE_CHECKING:
    from tests.cli.desk import Desk

HEAVY = {"apprise", "httpx", "apscheduler", "holidays", "rich"}


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [*COMMANDS, "alerts retry"])
def test_every_command_explains_itself_with_an_example(bare: Desk, command: str, flag: str) -> None:
    shown = bare(*command.split(), flag)
    assert (shown.code, shown.err) == (0, "")
    assert f"Usage: parcels {command} " in shown.out
    assert re.search(r"Examples?:\s+parcels ", shown.out)
    assert not bare.folder.joinpath("state").exists()


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
    ran = desk.process(*command, program=("-X", "importtime", "-m", "monitor"))
    assert ran.code == 0
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in ran.err.splitlines()}
    assert {"monitor", "click"} <= loaded
    assert loaded & HEAVY == set()


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
