"""How fast an allowance is used up, and when nothing is left at that pace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.quota import AT_LEAST, WINDOW, Pace, QuotaReading, pace, used_up_at
from tests.dossiers import SECOND, moment

START = moment("2027-01-01 06:00")
DAY = timedelta(days=1)


def reading(day: float, used: int, total: int = 200) -> QuotaReading:
    return QuotaReading(START + day * DAY, total, used, total - used)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([], None, id="nothing was ever read"),
        pytest.param([reading(0, 3)], None, id="one reading has no pace"),
        pytest.param([reading(0, 0), reading(6.9, 7)], None, id="just under seven days"),
        pytest.param([reading(0, 0), reading(7, 14)], Pace(14, 7 * DAY), id="at seven days"),
        pytest.param(
            [reading(0, 0), reading(1, 50), reading(31, 60)],
            Pace(10, 30 * DAY),
            id="what was used more than 30 days ago does not count",
        ),
        pytest.param(
            [reading(0, 90), reading(10, 95), reading(11, 2), reading(12, 3)],
            Pace(8, 12 * DAY),
            id="a count that begins anew takes nothing back",
        ),
        pytest.param(
            [reading(0, 90), reading(10, 95, 300)],
            Pace(5, 10 * DAY),
            id="numbers bought are no use",
        ),
        pytest.param([reading(0, 5), reading(20, 5)], Pace(0, 20 * DAY), id="none was used"),
    ],
)
def test_the_pace_is_that_of_the_last_thirty_days(
    readings: list[QuotaReading], expected: Pace | None
) -> None:
    assert pace(readings) == expected


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([], None, id="nothing was ever read"),
        pytest.param([reading(0, 100), reading(3, 130)], None, id="too short a record"),
        pytest.param([reading(0, 100), reading(20, 100)], None, id="none was used"),
        pytest.param(
            [reading(0, 180), reading(10, 190)],
            moment("2027-01-21 06:00"),
            id="one a day, ten left",
        ),
        pytest.param([reading(0, 200)], START, id="nothing left"),
        pytest.param([reading(0, 203)], START, id="less than nothing left, as 17TRACK has said"),
        pytest.param(
            [reading(0, 0, 10**9), reading(30, 1, 10**9)], None, id="a date beyond all calendars"
        ),
    ],
)
def test_the_forecast_goes_on_at_that_pace(readings: list[QuotaReading], expected: object) -> None:
    assert used_up_at(readings) == expected


COUNTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=40)


@given(COUNTS, st.integers(-(10**12), 10**12))
def test_whatever_a_source_counts_there_is_a_date_or_none(counts: list[int], left: int) -> None:
    readings = [QuotaReading(START + n * DAY, 10**12, used, left) for n, used in enumerate(counts)]
    end = used_up_at(readings)
    assert end is None or end >= readings[-1].at


@given(st.integers(1, 100), st.integers(1, 500), st.integers(7, 30))
def test_more_numbers_left_never_end_earlier(left: int, used: int, days: int) -> None:
    """Within ten years: 101 numbers at one in thirty days are the longest."""
    ends = [
        used_up_at([QuotaReading(START, 0, 0, 0), QuotaReading(START + days * DAY, 0, used, many)])
        for many in (left, left + 1)
    ]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[0] < ends[1]


def test_the_window_holds_the_least_record() -> None:
    assert SECOND < AT_LEAST < WINDOW
