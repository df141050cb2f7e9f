"""Days in which parcels are slower: counted, rounded up, named, and never earlier than without."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from monitor.parcel import MondayToFriday
from monitor.seasons import Season, after, lane, season_of, shipped_seasons, told
from monitor.workdays import working_days
from tests.dossiers import moment

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.parcel import WorkingDays

RUSH = Season("rush", date(2026, 11, 11), date(2027, 1, 15), factor=1.5)
WEEK = Season("week", date(2026, 10, 1), date(2026, 10, 7), frozenset({"CN"}), 1.5)


@pytest.mark.parametrize(
    ("start", "days", "end", "named"),
    [
        pytest.param("2026-09-01 10:00", 10, "2026-09-11 10:00", "", id="far from any season"),
        pytest.param("2026-10-31 23:59", 10, "2026-11-10 23:59", "", id="over on the eve of it"),
        pytest.param("2026-10-31 10:00", 11, "2026-11-12 10:00", "rush", id="its first day is two thirds of one: rounded up"),
        pytest.param("2026-11-01 10:00", 11, "2026-11-13 10:00", "rush", id="three days in it are two"),
        pytest.param("2026-12-01 10:00", 10, "2026-12-16 10:00", "rush", id="ten days inside take fifteen"),
        pytest.param("2026-12-01 10:00", 14, "2026-12-22 10:00", "rush", id="fourteen take twenty-one"),
        pytest.param("2027-01-14 10:00", 10, "2027-01-25 10:00", "rush", id="one last day in it"),
        pytest.param("2027-01-15 10:00", 10, "2027-01-25 10:00", "", id="begun on its last day: that day is not counted"),
        pytest.param("2026-12-01 10:00", 0, "2026-12-01 10:00", "", id="no days are no days"),
    ],
)  # fmt: skip
def test_calendar_days_in_a_season(start: str, days: int, end: str, named: str) -> None:
    found = after(moment(start), days, (RUSH,), {"CN", "DE"})

    assert (found.at, found.season) == (moment(end), named)


@pytest.mark.parametrize(
    ("start", "country", "days", "end", "named"),
    [
        pytest.param("2026-12-01 10:00", "US", 3, "2026-12-08 10:00", "rush", id="three working days in it take five"),
        pytest.param("2026-12-18 10:00", "DE", 4, "2026-12-29 10:00", "rush", id="Christmas is no working day and no slow one"),
        pytest.param("2026-11-06 10:00", "DE", 2, "2026-11-10 10:00", "", id="over before it begins"),
        pytest.param("2026-09-29 10:00", "CN", 4, "2026-10-10 10:00", "", id="the October week rests: none of its days is slow, and the Saturday after it is worked"),
    ],
)  # fmt: skip
def test_working_days_in_a_season(
    start: str, country: str, days: int, end: str, named: str
) -> None:
    found = after(moment(start), days, (RUSH, WEEK), {"CN"}, working_days(country))

    assert (found.at, found.season) == (moment(end), named)


@pytest.mark.parametrize(
    ("countries", "later"),
    [
        pytest.param({"CN", "DE"}, True, id="from there"),
        pytest.param({"DE", "CN"}, True, id="to there"),
        pytest.param({"KR", "DE"}, False, id="past it"),
        pytest.param(set(), False, id="nothing known of the lane"),
    ],
)
def test_a_season_holds_on_its_lanes_only(countries: set[str], later: bool) -> None:
    found = after(moment("2026-09-30 10:00"), 6, (WEEK,), countries)

    assert (found.at > moment("2026-10-06 10:00")) is later


def test_of_two_seasons_the_slower_one_counts() -> None:
    strike = Season("strike", date(2026, 12, 1), date(2026, 12, 31), factor=3)
    found = after(moment("2026-12-01 10:00"), 2, (strike, RUSH), {"CA"})

    assert (found.at, found.season) == (moment("2026-12-07 10:00"), "strike")


def test_an_unknown_origin_is_taken_for_china() -> None:
    assert lane("", "DE") == {"CN", "DE"}
    assert lane("KR", "") == {"KR"}


DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def seasons(draw: st.DrawFn, factors: st.SearchStrategy[float]) -> Season:
    first = draw(DATES)
    last = first + timedelta(days=draw(st.integers(0, 365)))
    countries = draw(st.sampled_from([frozenset[str](), frozenset({"CN"}), frozenset({"DE"})]))
    return Season("some", first, last, countries, draw(factors))


STARTS = DATES.map(lambda day: moment(f"{day} 23:30"))
CALENDARS = st.sampled_from([None, MondayToFriday(), working_days("CN"), working_days("DE")])
FACTORS = st.floats(0.1, 10)


@settings(max_examples=150, deadline=None)
@given(STARTS, st.integers(0, 500), st.lists(seasons(FACTORS), max_size=3), CALENDARS)
def test_a_season_never_lets_anything_come_earlier(
    start: datetime, days: int, known: list[Season], calendar: WorkingDays | None
) -> None:
    plain = after(start, days, (), {"CN"}, calendar)
    found = after(start, days, known, {"CN"}, calendar)

    assert found.at >= plain.at
    assert (found.at - start) % timedelta(days=1) == timedelta(0)
    assert (found.season == "") == (found.at == plain.at)


@settings(max_examples=50, deadline=None)
@given(STARTS, st.integers(0, 100), st.lists(seasons(st.just(1.0)), max_size=3), CALENDARS)
def test_a_factor_of_one_changes_nothing(
    start: datetime, days: int, known: list[Season], calendar: WorkingDays | None
) -> None:
    assert after(start, days, known, {"CN"}, calendar) == after(start, days, (), {"CN"}, calendar)


@settings(max_examples=100, deadline=None)
@given(STARTS, st.integers(0, 60), st.lists(seasons(FACTORS), max_size=3), CALENDARS)
def test_more_days_never_end_earlier(
    start: datetime, days: int, known: list[Season], calendar: WorkingDays | None
) -> None:
    assert (
        after(start, days, known, {"CN"}, calendar).at
        <= after(start, days + 1, known, {"CN"}, calendar).at
    )


def test_each_step_names_the_season_that_made_it_later() -> None:
    stretches = {str(n): after(moment("2026-11-05 10:00"), n, (RUSH,), ()) for n in (5, 10)}
    facts = told(stretches)

    assert (season_of(facts, "5"), season_of(facts, "10")) == ("", "rush")


ROWS = tomllib.loads(files("monitor").joinpath("data/seasons.toml").read_text("utf-8"))["season"]


def test_every_shipped_season_says_why_and_who_says_so() -> None:
    for row in ROWS:
        assert row["from"] <= row["to"]
        assert row["factor"] == 1.5
        assert row["reason"].endswith(".")
        assert row["source"]
        assert row["verified_on"] <= date(2026, 12, 31)
        assert row["confidence"] in {"A", "B", "C"}
    assert len(shipped_seasons()) == len(ROWS)


def test_the_shipped_seasons_cover_the_years_known() -> None:
    spans = {(row["from"].isoformat(), row["to"].isoformat()) for row in ROWS}

    for year in range(2026, 2031):
        assert (f"{year}-11-11", f"{year + 1}-01-15") in spans
        assert (f"{year}-10-01", f"{year}-10-07") in spans
    assert ("2025-11-11", "2026-01-15") in spans
    assert len(spans) == len(ROWS) == 16


@pytest.mark.parametrize("year", range(2026, 2031))
def test_chinese_new_year_is_where_the_calendar_of_holidays_has_it(year: int) -> None:
    """Seven days before to fourteen after; the first working day after it proves the day itself."""
    row = next(r for r in ROWS if r["name"] == "Chinese New Year" and r["from"].year == year)
    newyear = row["from"] + timedelta(days=7)
    china = working_days("CN")

    assert row["to"] == newyear + timedelta(days=14)
    assert not any(china.is_working(newyear + timedelta(days=n)) for n in range(3))
    assert newyear.isoformat() in row["reason"]
