"""Commands that only look: they start without the settings library, and hide nothing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, held

if TYPE_CHECKING:
    from tests.cli.desk import Desk

LOADED = """
import sys
from monitor.cli import run
code = run()
print("loaded:", sorted({"pydantic", "pydantic_settings", "asyncio", "apprise"} & sys.modules.keys()))
sys.exit(code)
"""
NO_ROOM = """
import resource, sys
from monitor.cli import run
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
sys.exit(run())
"""
PHONE = '[[channels]]\nname = "phone"\nurl = "json://127.0.0.1/x"\n'


@pytest.mark.parametrize("command", [("list",), ("show", KETTLE), ("plan",)], ids=lambda c: c[0])
def test_what_only_looks_does_not_load_the_settings_library(
    desk: Desk, command: tuple[str, ...]
) -> None:
    desk("add", KETTLE)
    desk.configure(PHONE)
    assert "pydantic" in desk.process(*command, program=("-c", LOADED)).out
    done = desk.process(*command, program=("-c", LOADED))
    assert done.code == 0, done.err
    assert "loaded: []" in done.out


@pytest.mark.parametrize("command", [("list",), ("show", KETTLE), ("plan",)], ids=lambda c: c[0])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param('timezon = "UTC"', "did you mean timezone?", id="a misspelt option"),
        pytest.param("alerts.redct = true", "did you mean alerts.redact?", id="in a table"),
        pytest.param(
            'timezone = "Berlin"', "did you mean Europe/Berlin?", id="a zone there is not"
        ),
        pytest.param("timezone", "is not TOML", id="no TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_told(
    desk: Desk, command: tuple[str, ...], text: str, told: str
) -> None:
    desk("add", KETTLE)
    desk.configure(text)
    done = desk(*command)
    assert (done.code, done.out) == (78, "")
    assert told in done.err


@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("show", KETTLE),
        ("plan",),
        ("why", KETTLE),
        ("letter", KETTLE, "seller"),
        ("export",),
        ("stats",),
        ("alerts",),
        ("adapters",),
        ("calendar",),
        ("board",),
        ("evidence", KETTLE),
    ],
    ids=lambda c: c[0],
)
def test_where_no_byte_can_be_written_what_is_stored_is_shown_all_the_same(
    desk: Desk, command: tuple[str, ...]
) -> None:
    desk("add", KETTLE, "--shop", "none")
    there = desk(*command)
    found = desk.process(*command, program=("-c", NO_ROOM))
    assert (found.code, found.out) == (0, there.out)
    assert "Here is what is stored." in found.err


def test_where_no_byte_can_be_written_nothing_is_changed_and_that_is_said(desk: Desk) -> None:
    desk("add", KETTLE)
    for command in (
        ("done", KETTLE),
        ("add", "LP00123456789015"),
        ("reread",),
        ("remove", KETTLE, "--yes"),
    ):
        found = desk.process(*command, program=("-c", NO_ROOM))
        assert (found.code, found.out) == (1, ""), command
        assert "Here is what is stored." not in found.err
    assert [parcel["number"] for parcel in desk.listed()] == [KETTLE]


def test_shops_of_ones_own_count_in_what_is_shown(desk: Desk) -> None:
    desk("add", KETTLE, "--shop", "aliexpress", "--shipped", "2026-09-01")
    (before,) = desk.listed()
    desk.configure("[protection.shops.aliexpress]\ndays = 30")
    (after,) = desk.listed()
    assert before["days_left"] - after["days_left"] > 0


def test_a_list_says_when_no_source_has_answered_for_days(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk.at(4)
    desk("add", KETTLE)
    desk("poll")
    assert "No source has answered" not in desk("list").err
    desk.at(8)
    assert "No source has answered since" in desk("list").err
    assert "parcels doctor" in desk("list").err


def test_a_list_of_what_is_done_asks_for_no_answers(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk.at(4)
    desk("add", KETTLE)
    desk("poll")
    desk("done", KETTLE)
    desk.at(40)
    assert "No source has answered" not in desk("list", "--all").err


def test_a_step_whose_day_is_over_waits_for_a_look_everywhere(desk: Desk) -> None:
    """Silence is claimed by nobody who has not looked; and no step to come has a day that is past."""
    desk.at(40)
    desk("add", KETTLE, "--ordered", "2026-10-05")
    assert "next look: compare the number" in desk("list").out
    assert "never_shipped waits for a look: compare the number" in desk("plan").out
    shown = desk("show", KETTLE).out
    assert "compare the number with the order page, waits for a look" in shown
    assert "at the next look (info, never_shipped)" in shown
    assert "At the next look: compare the number" in desk("board").out


def test_the_board_tells_no_news_of_a_parcel_nothing_is_known_of(desk: Desk) -> None:
    desk("add", KETTLE)
    page = desk("board").out
    assert "Nothing known yet" in page
    assert "news today" not in page


def test_of_a_finished_parcel_plan_says_that_it_is_finished(desk: Desk) -> None:
    desk("add", KETTLE, "--label", "Kettle")
    desk("done", "kettle", "--as", "refunded")
    assert "Kettle is finished (refunded)." in desk("plan", "kettle").err


def test_of_a_delivered_parcel_plan_says_that_it_was_delivered(desk: Desk) -> None:
    desk("add", KETTLE, "--label", "Kettle")
    desk("event", "kettle", "Given to me", "--stage", "delivered")
    assert (
        f"Kettle was delivered. If you have it: parcels done {KETTLE}" in desk("plan", "kettle").err
    )
