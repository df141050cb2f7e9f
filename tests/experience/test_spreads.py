"""Medians and percentiles are those of what ended, and of fewer than five nothing is claimed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.experience import (
    ENOUGH,
    Ended,
    Journey,
    Leg,
    Outcome,
    Spread,
    Stay,
    compared,
    endings,
    spreads,
)
from tests.dossiers import moment

BEGUN = moment("2026-09-01 00:00")


def journey(
    number: str,
    took: float | None = None,
    so_far: float | None = None,
    *,
    origin: str = "CN",
    seller: str = "House",
    outcome: Outcome = Outcome.RECEIVED,
) -> Journey:
    ended = None if took is None else BEGUN + timedelta(days=took)
    seen = None if so_far is None else BEGUN + timedelta(days=so_far)
    stay = Stay(Leg.CLEARANCE, BEGUN, ended, seen)
    return Journey(number, origin, "DE", "DHL", seller, BEGUN, (stay,), outcome)


def clearance(*found: Journey) -> Spread:
    return spreads(found, lambda each: each.route)["CN", "DE"][Leg.CLEARANCE]


@pytest.mark.parametrize(
    ("days", "median", "ninth"),
    [
        pytest.param([1, 2, 3, 4], None, None, id="of four nothing is said"),
        pytest.param([5, 1, 3, 2, 4], 3, 5, id="of five the ninth of ten is the longest"),
        pytest.param([*range(1, 11)], 5.5, 9, id="of ten it is the ninth"),
        pytest.param([*range(1, 12)], 6, 10, id="of eleven it is the tenth"),
        pytest.param([2] * 6, 2, 2, id="all alike"),
    ],
)
def test_the_median_and_the_ninth_of_ten(
    days: list[float], median: float | None, ninth: float | None
) -> None:
    found = clearance(*(journey(str(n), took) for n, took in enumerate(days)))
    assert (found.median, found.ninth) == (median, ninth)


def test_what_is_under_way_counts_in_no_median_and_is_told_beside_it() -> None:
    ended = [journey(str(n), 2) for n in range(5)]
    running = [journey("a", so_far=9), journey("b", so_far=1)]
    found = clearance(*ended, *running, journey("c"))
    assert (found.median, found.ninth) == (2, 2)
    assert (found.running, found.slower, found.never) == ((1, 9), 1, 1)


def test_what_belongs_to_no_group_is_left_out() -> None:
    assert spreads([journey("a", 1, origin="")], lambda each: each.route) == {}


@pytest.mark.parametrize(
    ("others", "shorter"),
    [
        pytest.param([1, 2, 3, 4], None, id="four others are too few"),
        pytest.param([1, 2, 3, 4, 50], 4, id="longer than four of five"),
        pytest.param([10, 10, 10, 10, 10], 0, id="as long is not longer"),
    ],
)
def test_a_stay_is_compared_to_five_that_ended(others: list[float], shorter: int | None) -> None:
    own = journey("own", so_far=10, outcome=Outcome.RUNNING)
    known = [own, *(journey(str(n), took) for n, took in enumerate(others))]
    found = compared(own, Leg.CLEARANCE, known)
    assert (None if found is None else found.shorter) == shorter


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(journey("own", 10), id="it has ended there"),
        pytest.param(journey("own", so_far=10, origin=""), id="nobody knows where it is from"),
        pytest.param(journey("own", so_far=10, origin="US"), id="no other came from there"),
    ],
)
def test_what_cannot_be_compared_is_not(own: Journey) -> None:
    known = [journey(str(n), n) for n in range(9)]
    assert compared(own, Leg.CLEARANCE, known) is None
    assert compared(journey("own", so_far=10), Leg.TOTAL, known) is None


def test_endings_count_what_ended_and_not_what_was_cancelled() -> None:
    found = [
        journey("a"),
        journey("b", outcome=Outcome.WRONG),
        journey("c", outcome=Outcome.RUNNING),
        journey("d", outcome=Outcome.OTHERWISE),
        journey("e", seller=""),
    ]
    assert endings(found, lambda each: each.seller or None) == {"House": Ended(2, 1)}


@given(st.lists(st.floats(0, 400), min_size=ENOUGH, max_size=60))
def test_nine_of_ten_do_not_exceed_it_and_the_next_smaller_would_not_do(days: list[float]) -> None:
    found = Spread(tuple(sorted(days)))
    assert found.ninth is not None
    assert sum(each <= found.ninth for each in days) >= 0.9 * len(days)
    below = [each for each in days if each < found.ninth]
    assert len(below) < 0.9 * len(days)
