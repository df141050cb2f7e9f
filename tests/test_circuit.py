"""The circuit of a source: when it may be asked again after it failed, and since when it is blind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.circuit import (
    AT_ONCE,
    IMPOSED,
    LONGEST_WAIT,
    OPENS_AFTER,
    Circuit,
    Health,
    after_failure,
    after_success,
    circuit,
    may_ask,
)
from monitor.errors import FailureKind

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
DOWN = FailureKind.TRANSIENT
WELL = Health(last_ok=NOW)


def failed(count: int, kind: FailureKind = DOWN, now: datetime = NOW) -> Health:
    """So many failures in a row, all at one moment."""
    health = WELL
    for _ in range(count):
        health = after_failure(health, kind, "it is down", now)
    return health


def pause(health: Health) -> timedelta:
    assert health.wait_until is not None
    assert health.last_failure is not None
    return health.wait_until - health.last_failure


@pytest.mark.parametrize(
    ("failures", "state"),
    [
        pytest.param(0, Circuit.CLOSED, id="none"),
        pytest.param(1, Circuit.CLOSED, id="one"),
        pytest.param(4, Circuit.CLOSED, id="four"),
        pytest.param(5, Circuit.OPEN, id="five"),
        pytest.param(50, Circuit.OPEN, id="many"),
    ],
)
def test_the_circuit_opens_after_five_failures_in_a_row(failures: int, state: Circuit) -> None:
    assert OPENS_AFTER == 5
    assert circuit(failed(failures), NOW) is state


def test_a_success_in_between_counts_anew() -> None:
    health = after_failure(after_success(failed(4), NOW), DOWN, "down again", NOW)
    assert health.failures == 1
    assert circuit(health, NOW) is Circuit.CLOSED


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(1, 1), (4, 1), (5, 1), (6, 5), (7, 15), (8, 60), (9, 60), (40, 60)],
)
def test_probes_come_after_1_5_15_and_60_minutes(failures: int, minutes: int) -> None:
    assert pause(failed(failures)) == minutes * MINUTE


def test_when_the_pause_is_over_one_request_may_find_out() -> None:
    health = failed(6)
    assert not may_ask(health, NOW + 5 * MINUTE - SECOND)
    assert circuit(health, NOW + 5 * MINUTE - SECOND) is Circuit.OPEN
    assert may_ask(health, NOW + 5 * MINUTE)
    assert circuit(health, NOW + 5 * MINUTE) is Circuit.HALF_OPEN


def test_a_success_closes_it_and_nothing_of_the_failure_is_remembered() -> None:
    for kind in FailureKind:
        assert after_success(failed(9, kind), NOW + DAY) == Health(last_ok=NOW + DAY)


@pytest.mark.parametrize("kind", sorted(AT_ONCE | IMPOSED))
def test_where_asking_on_cannot_help_it_opens_at_once(kind: FailureKind) -> None:
    assert circuit(failed(1, kind), NOW) is Circuit.OPEN
    assert not may_ask(failed(1, kind), NOW)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        pytest.param(FailureKind.TRANSIENT, True, id="an open circuit is probed"),
        pytest.param(FailureKind.DRIFT, True, id="so is one whose answers made no sense"),
        pytest.param(FailureKind.AUTH, True, id="a refused key may be in order by now"),
        pytest.param(FailureKind.BAD_REQUEST, True, id="an option may be corrected by now"),
        pytest.param(FailureKind.CHALLENGE, False, id="the pause after a challenge holds"),
        pytest.param(FailureKind.QUOTA, False, id="an allowance that is used up holds"),
        pytest.param(FailureKind.RATE_LIMITED, True, id="our own pause after haste does not hold"),
    ],
)
def test_a_person_waits_only_for_what_the_source_imposes(kind: FailureKind, asked: bool) -> None:
    assert may_ask(failed(7, kind), NOW, by_hand=True) is asked
    assert may_ask(failed(7, kind), NOW + LONGEST_WAIT, by_hand=True)


@pytest.mark.parametrize(
    ("count", "hours"), [(1, 1), (2, 6), (3, 24), (4, 24), (30, 24)], ids="challenge no. {}".format
)
def test_after_a_challenge_it_rests_an_hour_then_six_then_a_day(count: int, hours: int) -> None:
    rested = pause(failed(count, FailureKind.CHALLENGE))
    assert hours * HOUR <= rested <= 1.1 * hours * HOUR


def test_other_failures_between_two_challenges_do_not_shorten_the_second_pause() -> None:
    health = after_failure(failed(1, FailureKind.CHALLENGE), DOWN, "down", NOW + 2 * HOUR)
    health = after_failure(health, FailureKind.CHALLENGE, "puzzle", NOW + 3 * HOUR)
    assert pause(health) >= 6 * HOUR


def test_many_installations_do_not_come_back_together() -> None:
    moments = [NOW + n * MINUTE for n in range(60)]
    pauses = {pause(failed(1, FailureKind.CHALLENGE, now)) for now in moments}
    assert len(pauses) > 30


def test_the_same_failure_gives_the_same_pause() -> None:
    assert failed(2, FailureKind.CHALLENGE) == failed(2, FailureKind.CHALLENGE)


@pytest.mark.parametrize(
    ("kind", "wait", "until", "paused"),
    [
        pytest.param(DOWN, None, None, MINUTE, id="nothing demanded: our own pause"),
        pytest.param(DOWN, 10 * SECOND, None, MINUTE, id="less than our own"),
        pytest.param(DOWN, HOUR, None, HOUR, id="more than our own"),
        pytest.param(DOWN, HOUR, NOW + 2 * HOUR, 2 * HOUR, id="the later of the two"),
        pytest.param(DOWN, None, NOW - DAY, MINUTE, id="a moment that is over"),
        pytest.param(DOWN, 365 * DAY, None, LONGEST_WAIT, id="longer than anybody is believed"),
        pytest.param(FailureKind.QUOTA, None, None, 6 * HOUR, id="a quota without a date"),
        pytest.param(FailureKind.QUOTA, None, NOW + HOUR, HOUR, id="a quota with its date"),
        pytest.param(FailureKind.AUTH, None, None, HOUR, id="a refused key"),
    ],
)
def test_what_the_source_demands_is_kept_within_reason(
    kind: FailureKind, wait: timedelta | None, until: datetime | None, paused: timedelta
) -> None:
    assert pause(after_failure(WELL, kind, "no", NOW, wait=wait, until=until)) == paused


def test_the_reason_is_that_of_the_last_failure_and_the_beginning_that_of_the_first() -> None:
    health = after_failure(WELL, DOWN, "down", NOW + HOUR)
    health = after_failure(health, FailureKind.AUTH, "no such key", NOW + 2 * HOUR)
    health = after_failure(health, FailureKind.DRIFT, "odd", NOW + 3 * HOUR)
    assert (health.reason, health.detail) == (FailureKind.DRIFT, "odd")
    assert (health.last_ok, health.failing_since) == (NOW, NOW + HOUR)
    assert (health.refused_since, health.last_failure) == (NOW + 2 * HOUR, NOW + 3 * HOUR)
    assert health.failing


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_pause_stored_while_the_clock_was_ahead_holds_nobody_up(by_hand: bool) -> None:
    ahead = failed(3, FailureKind.CHALLENGE, NOW + 365 * DAY)
    assert may_ask(ahead, NOW, by_hand=by_hand)


@pytest.mark.parametrize(
    ("health", "now", "blind"),
    [
        pytest.param(Health(), NOW, timedelta(0), id="never asked"),
        pytest.param(WELL, NOW + DAY, timedelta(0), id="well when last asked"),
        pytest.param(failed(1), NOW + DAY, timedelta(0), id="one failure, and nobody asked since"),
        pytest.param(failed(8), NOW + 30 * MINUTE, 30 * MINUTE, id="left alone meanwhile"),
        pytest.param(
            after_failure(failed(1), DOWN, "down", NOW + 5 * HOUR),
            NOW + 9 * HOUR,
            5 * HOUR,
            id="until the last time it failed",
        ),
    ],
)
def test_blindness_counts_as_long_as_it_was_asked_or_must_be_left_alone(
    health: Health, now: datetime, blind: timedelta
) -> None:
    assert health.blind_for(now) == blind


KINDS = st.sampled_from(list(FailureKind))
EVENTS = st.lists(st.tuples(st.none() | KINDS, st.integers(1, 100_000)), max_size=25)


@given(EVENTS)
def test_whatever_happens_a_source_is_asked_again_within_two_days(
    events: list[tuple[FailureKind | None, int]],
) -> None:
    health, now = Health(), NOW
    for kind, seconds in events:
        now += seconds * SECOND
        if kind is None:
            health = after_success(health, now)
            assert may_ask(health, now)
        else:
            health = after_failure(health, kind, "no", now)
            assert not may_ask(health, now)
            assert health.failing_since is not None
            assert health.failing_since <= now
        assert may_ask(health, now + LONGEST_WAIT)
        assert may_ask(health, now, by_hand=True) or health.reason in IMPOSED
        assert (circuit(health, now) is Circuit.CLOSED) >= (not health.failing)
