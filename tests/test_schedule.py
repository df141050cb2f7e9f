"""Steps in order, the one that has come, and those still ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from monitor.parcel import MondayToFriday
from monitor.schedule import (
    Episode,
    Severity,
    Step,
    Witness,
    ahead,
    ascending,
    due,
    waited_for_until,
    working_days_after,
)
from tests.dossiers import SECOND, moment

T0 = moment("2026-09-07 10:00")
HOURS = st.integers(-200, 800).map(lambda hours: T0 + timedelta(hours=hours))
STEPS = st.lists(
    st.tuples(HOURS, st.sampled_from(list(Witness)), st.sampled_from(list(Severity))), max_size=6
).map(lambda rows: tuple(Step(f"s{n}", at, sev, "", w) for n, (at, w, sev) in enumerate(rows)))


def episode(
    *steps: Step, verified: datetime | None = None, until: datetime | None = None
) -> Episode:
    return Episode("rule", "parcel:1", "matter", T0, ascending(T0, steps), verified, until=until)


HOUR = timedelta(hours=1)


def step(key: str, days: int, witness: Witness = Witness.CLOCK) -> Step:
    return Step(key, T0 + timedelta(days=days), Severity.WARNING, "", witness)


THREE = (step("a", 0), step("b", 3), step("c", 7))


@given(STEPS)
def test_schedules_ascend_keep_every_key_and_start_no_earlier_than_the_matter(
    steps: tuple[Step, ...],
) -> None:
    found = ascending(T0, steps)

    assert [s.key for s in found] == [s.key for s in steps]
    assert all(a.at <= b.at for a, b in pairwise(found))
    assert all(s.at >= T0 for s in found)
    assert ascending(T0, found) == found


@given(STEPS)
def test_no_date_is_later_than_it_was_or_than_the_start(steps: tuple[Step, ...]) -> None:
    found = ascending(T0, steps)

    assert all(after.at <= max(before.at, T0) for before, after in zip(steps, found, strict=True))


@given(STEPS, HOURS, HOURS, HOURS, HOURS)
def test_the_due_step_never_goes_back_while_nothing_changes_and_time_goes_on(
    steps: tuple[Step, ...], one: datetime, two: datetime, look: datetime, later_look: datetime
) -> None:
    now, later = sorted((one, two))
    looked, looked_later = sorted((look, later_look))
    before = due(episode(*steps, verified=looked), now)
    after = due(episode(*steps, verified=looked_later), later)

    order = [None, *episode(*steps).steps]
    assert order.index(after) >= order.index(before)


@given(STEPS, HOURS, HOURS)
def test_what_has_come_and_what_is_ahead_are_two_ends_of_one_schedule(
    steps: tuple[Step, ...], now: datetime, look: datetime
) -> None:
    matter = episode(*steps, verified=look)
    come, coming = due(matter, now), ahead(matter, now)

    assert come not in coming
    assert all(a.at <= b.at for a, b in pairwise(coming))
    if coming:
        assert matter.steps[-len(coming) :] == coming


@pytest.mark.parametrize(
    ("now", "come", "coming"),
    [
        pytest.param(T0 - SECOND, None, ["a", "b", "c"], id="before the first"),
        pytest.param(T0, "a", ["b", "c"], id="at the first"),
        pytest.param(T0 + timedelta(days=3) - SECOND, "a", ["b", "c"], id="just before the second"),
        pytest.param(T0 + timedelta(days=3), "b", ["c"], id="at the second"),
        pytest.param(T0 + timedelta(days=70), "c", [], id="three in the past are one"),
    ],
)
def test_the_last_step_that_has_come_is_due(
    now: datetime, come: str | None, coming: list[str]
) -> None:
    matter = episode(*THREE)
    found = due(matter, now)

    assert (found and found.key) == come
    assert [s.key for s in ahead(matter, now)] == coming


@pytest.mark.parametrize(
    ("verified", "come"),
    [
        pytest.param(None, "a", id="nobody looked"),
        pytest.param(T0 + timedelta(days=3) - SECOND, "a", id="looked just before"),
        pytest.param(T0 + timedelta(days=3), "b", id="looked at the date"),
        pytest.param(T0 + timedelta(days=9), "b", id="looked after it"),
    ],
)
def test_a_check_step_comes_with_a_look_after_its_date(
    verified: datetime | None, come: str
) -> None:
    matter = episode(step("a", 0), step("b", 3, Witness.CHECK), verified=verified)
    found = due(matter, T0 + timedelta(days=10))

    assert found is not None
    assert found.key == come


def test_a_check_step_does_not_come_before_its_date_whatever_the_look() -> None:
    """A source's clock may be ahead of ours."""
    matter = episode(step("b", 3, Witness.CHECK), verified=T0 + timedelta(days=4))

    assert due(matter, T0 + timedelta(days=3) - SECOND) is None


def test_nothing_is_due_or_ahead_once_the_matter_is_over() -> None:
    end = T0 + timedelta(days=5)
    matter = episode(*THREE, until=end)

    assert due(matter, end - SECOND) == THREE[1]
    assert due(matter, end) is None
    assert ahead(matter, end) == ()


def test_a_later_step_with_an_earlier_date_pulls_the_ones_before_it_down() -> None:
    found = ascending(T0, (step("a", 9), step("b", 3), step("c", 7)))

    assert [(s.at - T0).days for s in found] == [3, 3, 7]


@given(HOURS, st.integers(0, 40))
def test_working_days_keep_the_time_of_day_and_end_on_a_working_day(
    start: datetime, days: int
) -> None:
    end = working_days_after(start, days, MondayToFriday())

    assert end.timetz() == start.timetz()
    assert days == 0 or MondayToFriday().is_working(end.date())
    assert working_days_after(start, days + 1, MondayToFriday()) > end


@given(HOURS, st.integers(0, 20), st.integers(1, 20))
def test_working_days_add_up(start: datetime, first: int, more: int) -> None:
    calendar = MondayToFriday()
    step_by_step = working_days_after(working_days_after(start, first, calendar), more, calendar)

    assert working_days_after(start, first + more, calendar) == step_by_step


@pytest.mark.parametrize(
    ("severity", "name"),
    [(Severity.INFO, "info"), (Severity.NOTICE, "notice"), (Severity.WARNING, "warning"), (Severity.CRITICAL, "critical")],
)  # fmt: skip
def test_a_severity_is_written_by_its_name(severity: Severity, name: str) -> None:
    assert str(severity) == name


# other sources


@pytest.mark.parametrize(
    ("verified", "heard", "after", "come"),
    [
        pytest.param(0, None, 0, True, id="no other source looks"),
        pytest.param(0, 0, 0, True, id="the other answered at that moment"),
        pytest.param(0, -1, 0, False, id="the other answered an hour before"),
        pytest.param(0, -1, 5, False, id="the other is waited for"),
        pytest.param(0, -1, 6, True, id="the other is waited for no longer than six hours"),
        pytest.param(-1, 6, 6, False, id="nobody who shows the last change has looked"),
        pytest.param(None, 6, 6, False, id="nobody has looked at all"),
    ],
)
def test_a_step_of_silence_waits_for_the_other_sources(
    verified: int | None, heard: int | None, after: int, come: bool
) -> None:
    """All in hours after the date of the step."""
    silent = step("a", 3, Witness.CHECK)
    one, other = (None if h is None else silent.at + h * HOUR for h in (verified, heard))
    found = episode(silent, verified=one)._replace(heard=other)
    now = silent.at + after * HOUR
    assert (due(found, now) is not None) is come
    waits = one is not None and one >= silent.at and not come
    assert waited_for_until(silent, found, now) == (silent.at + 6 * HOUR if waits else None)


def test_a_step_by_the_clock_waits_for_nobody() -> None:
    found = episode(THREE[0])._replace(heard=T0 - HOUR)
    assert due(found, T0) == THREE[0]
    assert waited_for_until(THREE[0], found, T0) is None
