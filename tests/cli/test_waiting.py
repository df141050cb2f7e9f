"""What lasts is said on a terminal, to nobody else, and leaves nothing behind."""

from __future__ import annotations

import threading
from contextlib import redirect_stderr
from typing import TYPE_CHECKING

import click
import pytest

from monitor.cli import waiting
from monitor.cli.waiting import Waiting
from tests.cli.desk import Terminal

if TYPE_CHECKING:
    from tests.cli.desk import Desk

ERASED = "\r\x1b[K"


class Watched(Terminal):
    """Says when something has been written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def write(self, text: str, /) -> int:
        done = super().write(text)
        self.written.set()
        return done


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    stream = Watched()
    monkeypatch.setattr(waiting, "QUIET", 0.0)
    monkeypatch.setattr(waiting, "TICK", 0.01)
    monkeypatch.setenv("COLUMNS", "30")
    return stream


def test_what_lasts_is_said_and_taken_away_again(watched: Watched) -> None:
    with (
        redirect_stderr(watched),
        Waiting("asking a source whose name is very long indeed") as shown,
    ):
        assert watched.written.wait(10)
        shown.doing = "done: 3 of 12"
        watched.written.clear()
        assert watched.written.wait(10)
        assert watched.written.wait(10)
    lines = watched.getvalue().split(ERASED)
    assert lines[0] == lines[-1] == ""
    assert lines[1].startswith("asking a source")
    assert all(len(line) < 30 for line in lines)
    assert watched.getvalue().endswith(ERASED)


def test_what_is_printed_meanwhile_stands_on_a_line_of_its_own(watched: Watched) -> None:
    with redirect_stderr(watched), Waiting("asking") as shown:
        assert watched.written.wait(10)
        shown.echo(click.echo)("An alert", err=True)
    before, _, after = watched.getvalue().partition("An alert\n")
    assert before.endswith(ERASED)
    assert after == "" or after.startswith(ERASED)


def test_what_is_over_soon_is_not_said(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUIET", 60.0)
    with redirect_stderr(watched), Waiting("asking"):
        pass
    assert watched.getvalue() == ""


def test_a_pipe_is_told_nothing(bare: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUIET", 0.0)
    assert ERASED not in bare("poll").err
    assert not [t for t in threading.enumerate() if t.name == "waiting"]


def test_a_sign_of_life_that_was_not_given_stands_on_a_line_of_its_own(
    bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "QUIET", 0.0)
    monkeypatch.setattr(waiting, "TICK", 0.001)
    done = bare("poll", columns=80, PARCELS_HEARTBEAT__URL="http://127.0.0.1:9/alive")
    before, found, _ = done.err.partition("parcels: heartbeat.url: ")
    assert found
    assert before.endswith((ERASED, "\n"))
