"""When a source is asked about a parcel again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.circuit import QUOTA_PAUSE
from monitor.errors import FailureKind
from monitor.history.sources import GONE, NEW, REFUSED, REGISTERED, SourceState
from monitor.parcel import Parcel
from monitor.sweep.rhythm import AT_ONCE, FRESH_FOR, NEVER, Rhythm, floor_reached, next_look
from tests.cli.desk import DAY, HOUR, KETTLE, START

if TYPE_CHECKING:
    from datetime import datetime

MINUTE = timedelta(minutes=1)
CAINIAO = Cainiao().capability
PAID = SeventeenTrack(api_key="a-key").capability
EVEN = Rhythm(jitter=timedelta(0))
OLD = Parcel(1, KETTLE, START - 30 * DAY)


def asked(**facts: Any) -> SourceState:
    """A parcel answered about at the start, and well."""
    given: dict[str, Any] = {"last_ok": START, "looked_at": START}
    return SourceState(1, "any", **(given | facts))


@pytest.mark.parametrize(
    ("every", "after"),
    [
        pytest.param(None, 6 * HOUR, id="its own interval where the owner says nothing"),
        pytest.param(12 * HOUR, 12 * HOUR, id="the owner's"),
        pytest.param(3 * HOUR, 3 * HOUR, id="the owner's, more often"),
        pytest.param(10 * MINUTE, 2 * HOUR, id="never more often than its floor"),
    ],
)
def test_a_parcel_is_asked_about_at_the_owners_interval_above_the_floor(
    every: timedelta | None, after: timedelta
) -> None:
    rhythm = replace(EVEN, every=every)
    assert next_look(OLD, asked(), CAINIAO, rhythm) == START + after


FRESH = Parcel(1, KETTLE, START)


@pytest.mark.parametrize(
    ("parcel", "state", "after"),
    [
        pytest.param(FRESH, asked(not_yet=True), 15 * MINUTE, id="added now, nothing known"),
        pytest.param(FRESH, asked(), 3 * HOUR, id="added now, and known at once"),
        pytest.param(OLD, asked(not_yet=True), 3 * HOUR, id="added long ago, nothing known"),
        pytest.param(
            replace(FRESH, added_at=START - FRESH_FOR),
            asked(not_yet=True),
            3 * HOUR,
            id="the first hours are over",
        ),
    ],
)
def test_a_fresh_parcel_nobody_knows_yet_is_asked_about_often(
    parcel: Parcel, state: SourceState, after: timedelta
) -> None:
    assert next_look(parcel, state, PAID, EVEN) == START + after


def test_the_floor_holds_for_fresh_parcels_too() -> None:
    assert next_look(FRESH, asked(not_yet=True), CAINIAO, EVEN) == START + 2 * HOUR


@pytest.mark.parametrize(
    ("check_at", "after"),
    [
        pytest.param(None, 6 * HOUR, id="nothing to say after a look"),
        pytest.param(START + 3 * HOUR, 3 * HOUR, id="the look is taken then"),
        pytest.param(START + HOUR, 2 * HOUR, id="but not before the floor"),
        pytest.param(START + 9 * HOUR, 6 * HOUR, id="the regular look comes sooner"),
        pytest.param(START - HOUR, 6 * HOUR, id="it was taken already"),
    ],
)
def test_a_look_that_would_let_something_be_said_does_not_wait_for_its_turn(
    check_at: datetime | None, after: timedelta
) -> None:
    assert next_look(OLD, asked(), CAINIAO, EVEN, check_at) == START + after


FAILED = {"failures": 1, "last_error_at": START + 6 * HOUR}


@pytest.mark.parametrize(
    ("state", "at"),
    [
        pytest.param(None, AT_ONCE, id="nobody asked yet: now"),
        pytest.param(asked(last_ok=None), AT_ONCE, id="registered and never answered: now"),
        pytest.param(asked(**FAILED), AT_ONCE, id="the source failed: its circuit decides"),
        pytest.param(
            asked(**FAILED, retry_at=START + 7 * HOUR), START + 7 * HOUR, id="the number rests"
        ),
        pytest.param(
            asked(enrolment=REFUSED), NEVER, id="refused as it stands: not before it is completed"
        ),
        pytest.param(asked(enrolment=GONE), NEVER, id="deleted there: not by itself"),
        pytest.param(
            SourceState(1, "any", NEW, enrolled_at=START, failure=FailureKind.QUOTA),
            START + QUOTA_PAUSE,
            id="no allowance left for it",
        ),
        pytest.param(
            SourceState(1, "any", NEW, enrolled_at=START, failure=FailureKind.AUTH),
            AT_ONCE,
            id="the key was refused: the circuit decides",
        ),
        pytest.param(
            SourceState(1, "any", REGISTERED, enrolled_at=START), AT_ONCE, id="just registered"
        ),
    ],
)
def test_what_was_not_answered_has_a_date_of_its_own(
    state: SourceState | None, at: datetime
) -> None:
    assert next_look(OLD, state, PAID, EVEN) == at


def test_a_number_that_failed_within_an_answer_waits_for_a_floor_that_binds() -> None:
    """Cainiao answered: it counts the request, whatever it said about this number."""
    rests = asked(**FAILED, retry_at=START + 7 * HOUR)
    assert next_look(OLD, rests, CAINIAO, EVEN) == START + 8 * HOUR
    assert not floor_reached(rests, CAINIAO, START + 8 * HOUR - MINUTE)
    assert floor_reached(rests, CAINIAO, START + 8 * HOUR)


@pytest.mark.parametrize(
    ("state", "now", "reached"),
    [
        pytest.param(None, START, True, id="never asked"),
        pytest.param(asked(), START, False, id="this very moment"),
        pytest.param(asked(), START + 2 * HOUR - MINUTE, False, id="a minute before"),
        pytest.param(asked(), START + 2 * HOUR, True, id="two hours later"),
        pytest.param(asked(), START - MINUTE, True, id="the clock was ahead"),
        pytest.param(asked(**FAILED), START + 6 * HOUR, True, id="it gave no answer at all"),
    ],
)
def test_the_floor_of_a_source_that_blocks_holds_for_two_hours(
    state: SourceState | None, now: datetime, reached: bool
) -> None:
    assert floor_reached(state, CAINIAO, now) is reached
    assert floor_reached(state, PAID, now)  # whose floor is our own manners


@given(st.integers(0, 10**14 - 1))
def test_the_jitter_is_the_parcels_own_and_bounded(digits: int) -> None:
    parcel = replace(OLD, number=f"LP{digits:014}")
    rhythm = Rhythm(jitter=5 * MINUTE)
    at = next_look(parcel, asked(), CAINIAO, rhythm)
    assert START + 6 * HOUR <= at <= START + 6 * HOUR + 5 * MINUTE
    assert at == next_look(parcel, asked(), CAINIAO, rhythm)


def test_the_jitter_spreads_parcels() -> None:
    rhythm = Rhythm(jitter=5 * MINUTE)
    parcels = [replace(OLD, number=f"LP{n:014}") for n in range(100)]
    assert len({next_look(p, asked(), CAINIAO, rhythm) for p in parcels}) > 50
