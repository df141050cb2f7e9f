"""Working days of the countries parcels come to, with their holidays."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.schedule import working_days_after
from monitor.workdays import working_days
from tests.dossiers import moment


@pytest.mark.parametrize(
    ("country", "start", "days", "end"),
    [
        pytest.param(
            "", "2026-09-07 10:00", 3, "2026-09-10 10:00", id="Monday and three is Thursday"
        ),
        pytest.param("", "2026-09-10 10:00", 3, "2026-09-15 10:00", id="a weekend does not count"),
        pytest.param("", "2026-09-11 23:59", 1, "2026-09-14 23:59", id="Friday and one is Monday"),
        pytest.param(
            "", "2026-09-12 03:00", 1, "2026-09-14 03:00", id="Saturday and one is Monday"
        ),
        pytest.param("", "2026-09-13 00:00", 1, "2026-09-14 00:00", id="Sunday and one is Monday"),
        pytest.param(
            "", "2026-09-07 10:00", 0, "2026-09-07 10:00", id="no days is the start itself"
        ),
        pytest.param(
            "DE", "2026-12-23 10:00", 3, "2026-12-29 10:00", id="Germany rests at Christmas"
        ),
        pytest.param("DE", "2026-04-02 10:00", 1, "2026-04-07 10:00", id="Germany rests at Easter"),
        pytest.param(
            "DE", "2026-03-27 01:30", 1, "2026-03-30 01:30", id="DST leaves the UTC time alone"
        ),
        pytest.param(
            "US", "2026-11-24 10:00", 3, "2026-11-30 10:00", id="the US rest at Thanksgiving"
        ),
        pytest.param(
            "US", "2026-07-01 10:00", 3, "2026-07-07 10:00", id="the US observe 4 July on the 3rd"
        ),
        pytest.param(
            "BR", "2026-09-04 10:00", 3, "2026-09-10 10:00", id="Brazil rests on 7 September"
        ),
        pytest.param(
            "CN", "2026-09-30 10:00", 1, "2026-10-08 10:00", id="China rests a week in October"
        ),
        pytest.param(
            "CN", "2026-02-12 10:00", 3, "2026-02-24 10:00", id="China works on a Saturday first"
        ),
        pytest.param(
            "GB", "2026-12-24 10:00", 1, "2026-12-29 10:00", id="Britain makes up for 26 December"
        ),
        pytest.param(
            "XX", "2026-12-23 10:00", 3, "2026-12-28 10:00", id="an unknown country has weekends"
        ),
    ],
)
def test_the_nth_working_day_keeps_the_time_of_day(
    country: str, start: str, days: int, end: str
) -> None:
    assert working_days_after(moment(start), days, working_days(country)) == moment(end)


def test_a_calendar_is_made_once_per_country() -> None:
    assert working_days("DE") is working_days("DE")


@pytest.mark.parametrize("country", ["DE", "US", "BR", "CN", "XX", ""])
def test_a_day_far_away_is_a_working_day_or_not(country: str) -> None:
    """Years outside the tables of a country raise nothing."""
    calendar = working_days(country)

    assert isinstance(calendar.is_working(date(2099, 5, 4)), bool)
    assert not calendar.is_working(date(2099, 5, 3))
