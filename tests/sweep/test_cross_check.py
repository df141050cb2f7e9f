"""Before a parcel is called stuck every source is asked, and one that cannot be is not waited for long.

The parcel is held on Friday 4 September, 07:00 UTC; the warning is due on Wednesday 9, 07:00, which is
an hour after day 8 began.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.parcel import SourceLook
from monitor.sandbox.timeline import Span, check_after, rhythm_of
from tests.cli.desk import START, held
from tests.dossiers import dossier, moment
from tests.sweep.eyes_beside import cainiao_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.sandbox.cainiao import CainiaoSandbox
    from tests.cli.desk import Desk

TOLD_17TRACK = 8 + 1 / 24 - 0.9  # when it is told of the parcel: the day before
LOOKED = "SELECT looked_at FROM source WHERE adapter = 'seventeentrack'"
HOUR = 1 / 24  # of a day, as `Desk.at` counts
DUE = 8 + HOUR


def looks_soon(number: str) -> bool:
    """Whether 17TRACK, which looks every 6 to 12 hours, does so one to five hours after the due date."""
    first = START + timedelta(days=TOLD_17TRACK)
    due = START + timedelta(days=DUE)
    at = check_after(Span(first, first), rhythm_of(number), due)
    return due + timedelta(hours=1) < at < due + timedelta(hours=4)


NUMBER = next(n for n in (f"LP00123456789{k:03}" for k in range(1000)) if looks_soon(n))


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        yield cainiao


def told(desk: Desk) -> list[str]:
    """What was sent about the parcel; that a source is blind is another matter."""
    return [f"{a['kind']}:{a['severity']}" for a in desk.alerts() if a["number"] == NUMBER]


def seventeentrack_looked(desk: Desk) -> int:
    """When it asked the carrier last, in seconds."""
    with closing(sqlite3.connect(desk.database)) as rows:
        ((at,),) = rows.execute(LOOKED).fetchall()
    return int(at)


def until_a_day_before(desk: Desk, cainiao: CainiaoSandbox) -> None:
    """Both sources show the parcel held; 17TRACK was told of it a day before the warning."""
    cainiao.script(held(NUMBER))
    desk.sandbox.script(held(NUMBER))
    desk("add", NUMBER, "--shop", "none")
    for day in (3.2, TOLD_17TRACK, DUE - 0.3):
        desk.at(day)
        assert desk("poll").code == 0
    assert told(desk) == ["opened:notice"]


def test_nothing_is_called_stuck_while_another_source_cannot_be_asked(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    until_a_day_before(desk, cainiao)
    desk.sandbox.faults.inject("error_503")
    for day in (DUE + HOUR / 2, DUE + 3 * HOUR, DUE + 5.9 * HOUR):
        desk.at(day)
        assert desk("poll").code == 1
        assert told(desk) == ["opened:notice"]


def test_what_the_other_source_then_shows_counts(desk: Desk, cainiao: CainiaoSandbox) -> None:
    """It was released on day 7 already, which Cainiao never says and 17TRACK only later."""
    until_a_day_before(desk, cainiao)
    desk.sandbox.faults.inject("error_503")
    desk.at(DUE + HOUR / 2)
    desk("poll")
    desk.sandbox.faults.clear()
    desk.sandbox.script(held(NUMBER, until=7))
    desk.at(DUE + 5 * HOUR)
    assert desk("poll").code == 0
    assert told(desk) == ["opened:notice", "resolved:notice"]


def test_after_six_hours_it_is_waited_for_no_longer(desk: Desk, cainiao: CainiaoSandbox) -> None:
    until_a_day_before(desk, cainiao)
    desk.sandbox.faults.inject("error_503")
    for day in (DUE + HOUR / 2, DUE + 6.1 * HOUR):
        desk.at(day)
        desk("poll")
    assert told(desk) == ["opened:notice", "escalated:warning"]


def test_it_is_told_as_soon_as_the_other_has_looked_too(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    """17TRACK looks in its own time, not when it is asked."""
    until_a_day_before(desk, cainiao)
    for hours in range(6):
        desk.at(DUE + (hours + 0.5) * HOUR)
        assert desk("poll").code == 0
        if seventeentrack_looked(desk) >= (START + timedelta(days=DUE)).timestamp():
            break
        assert told(desk) == ["opened:notice"]
    assert told(desk) == ["opened:notice", "escalated:warning"]


def test_a_source_that_is_switched_off_is_not_waited_for(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    until_a_day_before(desk, cainiao)
    desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__ENABLED"] = "false"
    desk.at(DUE + HOUR / 2)
    assert desk("poll").code == 0
    assert told(desk) == ["opened:notice", "escalated:warning"]


EARLY, LATE = moment("2026-09-09 07:00"), moment("2026-09-09 08:00")


def answered(name: str, at: datetime | None, *, awaited: bool = True) -> SourceLook:
    return SourceLook(name, at, shows_change=True, heard_at=at, awaited=awaited)


@pytest.mark.parametrize(
    ("looks", "heard"),
    [
        pytest.param([], None, id="nobody looks"),
        pytest.param([answered("one", LATE)], None, id="one alone waits for nobody"),
        pytest.param([answered("one", LATE), answered("two", EARLY)], EARLY, id="the least lately"),
        pytest.param(
            [answered("one", LATE), answered("two", None)],
            moment("1970-01-01 00:00"),
            id="one that has not answered yet",
        ),
        pytest.param(
            [answered("one", LATE), answered("two", EARLY, awaited=False)],
            None,
            id="one that is switched off",
        ),
    ],
)
def test_the_source_heard_least_lately_is_the_one_waited_for(
    looks: list[SourceLook], heard: datetime | None
) -> None:
    assert replace(dossier(), looks=tuple(looks)).heard == heard
