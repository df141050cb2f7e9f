"""Quiet hours and the digest: when something that was decided may be said."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from monitor.alerts.hours import Gate, gate, leaves_at, waits_until
from monitor.alerts.values import Manners
from monitor.schedule import Severity

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (time(22), time(7))
MANNERS = Manners(quiet=NIGHT, digest_at=time(8), zone=BERLIN)
INFO, NOTICE, WARNING, CRITICAL = Severity
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    """What the clock in Berlin shows, as a moment."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("severity", "decided", "leaves"),
    [
        pytest.param(NOTICE, "2026-09-07 21:59:59", "2026-09-07 21:59:59", id="just before the night: at once"),
        pytest.param(NOTICE, "2026-09-07 22:00", "2026-09-08 07:00", id="as the night begins: in the morning"),
        pytest.param(WARNING, "2026-09-08 03:00", "2026-09-08 07:00", id="in the middle of it: the same morning"),
        pytest.param(WARNING, "2026-09-08 06:59:59", "2026-09-08 07:00", id="a second before it ends"),
        pytest.param(WARNING, "2026-09-08 07:00", "2026-09-08 07:00", id="as it ends: at once"),
        pytest.param(CRITICAL, "2026-09-08 03:00", "2026-09-08 03:00", id="critical wakes"),
        pytest.param(INFO, "2026-09-08 07:59:59", "2026-09-08 08:00", id="an info goes into today's digest"),
        pytest.param(INFO, "2026-09-08 08:00", "2026-09-08 08:00", id="one decided at that moment, too"),
        pytest.param(INFO, "2026-09-08 08:00:01", "2026-09-09 08:00", id="a later one into tomorrow's"),
        pytest.param(NOTICE, "2026-03-28 23:00", "2026-03-29 07:00", id="the night that lacks an hour"),
        pytest.param(NOTICE, "2026-10-24 23:00", "2026-10-25 07:00", id="the night with an hour more"),
        pytest.param(INFO, "2026-10-25 00:30", "2026-10-25 08:00", id="a digest on the day of 25 hours"),
        pytest.param(INFO, "2026-10-24 09:00", "2026-10-25 08:00", id="a digest a day and an hour away"),
    ],
)  # fmt: skip
def test_when_something_leaves(severity: Severity, decided: str, leaves: str) -> None:
    assert leaves_at(MANNERS, severity, at(decided)) == at(leaves)


def test_quiet_hours_may_lie_within_one_day() -> None:
    nap = Manners(quiet=(time(13), time(15)), zone=BERLIN)
    assert leaves_at(nap, WARNING, at("2026-09-08 14:00")) == at("2026-09-08 15:00")
    assert leaves_at(nap, WARNING, at("2026-09-08 23:00")) == at("2026-09-08 23:00")


def test_a_digest_within_the_quiet_hours_waits_for_their_end() -> None:
    early = Manners(quiet=NIGHT, digest_at=time(6), zone=BERLIN)
    assert leaves_at(early, INFO, at("2026-09-08 05:00")) == at("2026-09-08 07:00")


def test_without_quiet_hours_and_digest_everything_leaves_at_once() -> None:
    now = at("2026-09-08 03:00")
    assert [leaves_at(Manners(), severity, now) for severity in Severity] == [now] * 4


def test_what_was_decided_by_a_clock_that_was_ahead_does_not_wait_for_it() -> None:
    now = at("2026-09-08 12:00")
    assert waits_until(MANNERS, INFO, now + 365 * DAY, now) is None


MOMENTS = st.integers(0, 4 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]
)


@given(MOMENTS, CLOCKS, CLOCKS, CLOCKS, ZONES, st.sampled_from(Severity))
def test_what_waits_leaves_within_two_days_and_passes_the_gate_then(
    now: datetime, begin: time, end: time, digest: time, zone: str, severity: Severity
) -> None:
    quiet = None if begin == end else (begin, end)
    manners = Manners(quiet=quiet, digest_at=digest, zone=ZoneInfo(zone))
    leaves = leaves_at(manners, severity, now)
    assert now <= leaves <= now + 2 * DAY + timedelta(hours=2)
    open_then = gate(manners, leaves)
    assert severity is not Severity.INFO or open_then.info_until is not None
    if severity is Severity.INFO and open_then.info_until is not None:
        assert now <= open_then.info_until


@given(MOMENTS, ZONES, st.sampled_from(Severity))
def test_the_gate_and_the_waiting_agree(now: datetime, zone: str, severity: Severity) -> None:
    manners = Manners(quiet=NIGHT, digest_at=time(8), zone=ZoneInfo(zone))
    open_now = gate(manners, now)
    passes = severity >= open_now.least and (
        severity > Severity.INFO or open_now.info_until is None or now <= open_now.info_until
    )
    assert passes == (waits_until(manners, severity, now, now) is None)


@pytest.mark.parametrize(
    ("severity", "decided", "now", "until"),
    [
        pytest.param(WARNING, "2026-09-08 12:00", "2026-09-08 23:00", "2026-09-09 07:00", id="decided by day, sent at night: waits for the morning"),
        pytest.param(INFO, "2026-09-07 12:00", "2026-09-08 23:00", "2026-09-09 07:00", id="a digest that was late: the next morning"),
        pytest.param(CRITICAL, "2026-09-08 12:00", "2026-09-08 23:00", None, id="critical leaves at night"),
        pytest.param(WARNING, "2026-09-08 03:00", "2026-09-08 07:00", None, id="nothing waits once the night is over"),
        pytest.param(INFO, "2026-09-08 12:00", "2026-09-08 13:00", "2026-09-09 08:00", id="an info waits for the digest"),
    ],
)  # fmt: skip
def test_until_when_something_is_held_back(
    severity: Severity, decided: str, now: str, until: str | None
) -> None:
    expected = None if until is None else at(until)
    assert waits_until(MANNERS, severity, at(decided), at(now)) == expected


@pytest.mark.parametrize(
    ("clock", "leaves"),
    [
        pytest.param("13:00", "15:00", id="its first minute is quiet"),
        pytest.param("14:59", "15:00", id="its last minute is quiet"),
        pytest.param("15:00", "15:00", id="its end is not"),
        pytest.param("12:59", "12:59", id="the minute before is not"),
    ],
)
def test_the_edges_of_quiet_hours_within_one_day(clock: str, leaves: str) -> None:
    nap = Manners(quiet=(time(13), time(15)), zone=BERLIN)
    assert leaves_at(nap, WARNING, at(f"2026-09-08 {clock}")) == at(f"2026-09-08 {leaves}")


def test_hours_that_begin_when_they_end_are_the_whole_day_and_hold_what_is_below_critical() -> None:
    always = Manners(quiet=(time(7), time(7)), zone=BERLIN)
    assert gate(always, at("2026-09-08 12:00")).least is CRITICAL


def test_without_a_digest_the_gate_knows_no_day() -> None:
    manners = Manners(quiet=NIGHT, zone=BERLIN)
    assert gate(manners, at("2026-09-08 12:00")) == Gate(INFO)
    assert gate(manners, at("2026-09-08 23:00")) == Gate(CRITICAL)


def test_the_gate_opens_with_the_minute_the_quiet_hours_end() -> None:
    nap = Manners(quiet=(time(13), time(15)), zone=BERLIN)
    assert gate(nap, at("2026-09-08 15:00")) == Gate(INFO)
    assert gate(MANNERS, at("2026-09-08 07:00")).least is INFO
    assert gate(Manners(), at("2026-09-08 03:00")) == Gate(INFO)
