"""A look stored while the clock was wrong proves nothing and hides nothing once it is right again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.parcel.outcomes import NotYet
from tests.history.given import DAY, HOUR, NOW, SOURCE, event, parcel, snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.history import History
    from monitor.parcel import Parcel
    from monitor.parcel.outcomes import Outcome

AHEAD = NOW + 365 * DAY


def record(history: History, who: Parcel, outcome: Outcome, now: datetime) -> None:
    history.timeline.record_all([(who.id, outcome)], SOURCE, now)


def looked_at(history: History, who: Parcel) -> datetime | None:
    return history.sources.of([who.id])[who.id][SOURCE].looked_at


@pytest.mark.parametrize(
    "early",
    [
        pytest.param(NotYet("LP00123456789012", AHEAD), id="when nothing was known yet"),
        pytest.param(snapshot(event(), at=AHEAD), id="when events were shown"),
    ],
)
def test_a_look_from_the_future_gives_way_to_a_real_one(history: History, early: Outcome) -> None:
    who = history.parcels.add(parcel())
    record(history, who, early, AHEAD)
    record(history, who, snapshot(event(), at=NOW - HOUR), NOW)

    assert looked_at(history, who) == NOW - HOUR


def test_a_look_that_bears_a_step_out_is_judged_although_one_from_the_future_is_stored(
    history: History,
) -> None:
    who = history.parcels.add(parcel())
    record(history, who, snapshot(event(), at=AHEAD), AHEAD)
    history.parcels.looked(who.id, None, NOW - 2 * HOUR, "p")
    record(history, who, snapshot(event(), at=NOW - HOUR), NOW)

    assert history.parcels.to_judge(NOW, "p") == [who.id]


def test_a_real_look_never_goes_back(history: History) -> None:
    who = history.parcels.add(parcel())
    record(history, who, snapshot(event(), at=NOW - HOUR), NOW)
    record(history, who, snapshot(event(), at=NOW - DAY), NOW)

    assert looked_at(history, who) == NOW - HOUR
