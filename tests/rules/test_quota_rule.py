"""The `quota` rule: when it is said that the numbers of a paid source end, and that there are enough."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from monitor.circuit import Health, SourceRecord
from monitor.quota import QuotaReading
from monitor.rules.quota import FORECAST, Quota
from monitor.rules.registry import WATCHES
from monitor.schedule import Episode, Severity, Step, Witness
from tests.dossiers import due_key, moment, schedule

if TYPE_CHECKING:
    from collections.abc import Sequence


START = moment("2027-01-01 06:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = Quota()


def readings(*left: int, total: int = 1000) -> tuple[QuotaReading, ...]:
    """So many left on one day after the other."""
    return tuple(
        QuotaReading(START + n * DAY, total, total - many, many) for n, many in enumerate(left)
    )


def going(per_day: int, days: int, left: int) -> tuple[QuotaReading, ...]:
    """`left` at the end of so many days of the same pace."""
    return readings(*(left + per_day * (days - n) for n in range(days + 1)))


def episode(quota: Sequence[QuotaReading], rule: Quota = USUAL) -> Episode | None:
    return rule(SourceRecord("shelf", 3 * HOUR, Health(), quota=tuple(quota)))


def now(quota: Sequence[QuotaReading]) -> str:
    """The step that has come at the last reading."""
    return due_key(episode(quota), quota[-1].at)


@pytest.mark.parametrize(
    ("quota", "step"),
    [
        pytest.param(going(2, 10, 62), "", id="31 days left at this pace"),
        pytest.param(going(2, 10, 60), "", id="30 days left are not fewer than 30"),
        pytest.param(going(2, 10, 59), "low", id="just under 30 days left"),
        pytest.param(going(2, 6, 20), "", id="ten days left, but less than seven days of record"),
        pytest.param(going(2, 7, 20), "low", id="ten days left, with seven days of record"),
        pytest.param(readings(10), "", id="ten numbers left are not fewer than ten"),
        pytest.param(readings(9), "low", id="nine numbers left, whatever the record"),
        pytest.param(readings(1), "low", id="one number left"),
        pytest.param(readings(0), "used_up", id="none left"),
        pytest.param(readings(-3), "used_up", id="less than none left"),
        pytest.param(readings(*[500] * 20), "", id="none used in weeks"),
    ],
)
def test_it_is_said_just_when_days_or_numbers_are_few(
    quota: tuple[QuotaReading, ...], step: str
) -> None:
    assert now(quota) == step


def test_no_reading_is_nothing_to_say() -> None:
    assert episode(()) is None


def test_the_notice_stands_from_the_reading_that_found_it_on() -> None:
    quota = going(2, 40, 40)  # 60 left on 31 January, which is 30 days, and 58 on the next day
    assert schedule(episode(quota[:-10])) == []
    assert schedule(episode(quota[:-9])) == [("low", "2027-02-01 06:00")]
    assert schedule(episode(quota)) == [("low", "2027-02-01 06:00")]


def test_the_warning_follows_the_notice_in_the_same_matter() -> None:
    found = episode(readings(9, 4, 0, 0, -1))
    assert found is not None
    assert schedule(found) == [("low", "2027-01-01 06:00"), ("used_up", "2027-01-03 06:00")]
    assert [s.severity for s in found.steps] == [Severity.NOTICE, Severity.WARNING]
    assert {s.witness for s in found.steps} == {Witness.CLOCK}
    assert found.deadlines == ()


def test_the_forecast_is_the_deadline_where_there_is_one() -> None:
    found = episode(going(2, 10, 20))
    assert found is not None
    assert found.deadlines == ((FORECAST, START + 20 * DAY),)
    few = episode(readings(9))
    assert few is not None
    assert few.deadlines == ()


@pytest.mark.parametrize(
    ("after", "step"),
    [
        pytest.param((500,), "", id="many bought end it"),
        pytest.param((12,), "", id="a few bought end it where ten are left and no pace is known"),
        pytest.param((8,), "low", id="too few bought do not"),
    ],
)
def test_numbers_bought_end_it(after: tuple[int, ...], step: str) -> None:
    assert now(readings(9, 4, 0, *after)) == step


def test_a_pace_that_slackens_ends_it_with_two_days_to_spare() -> None:
    quota = [*going(2, 30, 58)]
    ends: list[tuple[float, bool]] = []
    for _ in range(8):
        last = quota[-1]
        quota.append(QuotaReading(last.at + DAY, last.total, last.used, last.left))
        left = last.left / ((last.used - quota[-31].used) / 30)
        ends.append((left, episode(quota) is not None))
    assert [still for left, still in ends if left < 30] == [True] * sum(e[0] < 30 for e in ends)
    assert all(still == (left < 32) for left, still in ends)
    assert {still for _, still in ends} == {True, False}


def test_the_thresholds_can_be_set() -> None:
    early = Quota(days=60, numbers=100)
    assert episode(going(2, 10, 110), early) is not None
    assert episode(readings(99), early) is not None
    assert episode(readings(100), early) is None


def test_its_subject_is_the_source_and_it_is_registered_among_the_watches() -> None:
    found = episode(readings(5))
    assert found is not None
    assert (found.rule, found.subject, found.anchor) == ("quota", "shelf", "quota")
    assert WATCHES["quota"] is Quota


@given(st.lists(st.integers(-5, 60), min_size=1, max_size=60))
def test_its_steps_ascend_from_the_beginning_of_the_matter(left: list[int]) -> None:
    quota = readings(*left)
    found = episode(quota)
    assert (found is None) <= (quota[-1].left >= 10)
    if found is not None:
        dates = [found.since, *(s.at for s in found.steps)]
        assert dates == sorted(dates)
        assert dates[-1] <= quota[-1].at
        assert (found.steps[-1].key == "used_up") is (quota[-1].left <= 0)


def test_all_that_is_said_of_numbers_that_are_used_up() -> None:
    found = episode(readings(5, 0))
    first, last = START, START + DAY
    assert found == Episode(
        "quota",
        "shelf",
        "quota",
        first,
        (
            Step("low", first, Severity.NOTICE, "quota_low"),
            Step("used_up", last, Severity.WARNING, "quota_used_up", remind=(timedelta(days=7),)),
        ),
        verified=last,
        facts={"numbers": "0"},
    )


def test_numbers_that_were_added_end_it_although_the_forecast_is_near() -> None:
    used = going(2, 10, 40)
    more = QuotaReading(used[-1].at + DAY, 1021, 961, 60)  # for 31 days: no longer near, nor far
    fewer = QuotaReading(used[-1].at + DAY, 1000, 961, 39)
    assert episode(used) is not None
    assert episode((*used, more)) is None
    assert episode((*used, fewer)) is not None


def test_numbers_that_were_added_end_it_at_the_second_reading_of_all() -> None:
    few = QuotaReading(START, 1000, 991, 9)
    more = QuotaReading(START + 8 * DAY, 1030, 999, 31)  # for 31 days at one number a day
    assert episode((few,)) is not None
    assert episode((few, more)) is None


def test_a_rule_whose_thresholds_are_nothing_is_silent_of_a_first_reading() -> None:
    assert episode(readings(0), Quota(days=0, numbers=0)) is None
