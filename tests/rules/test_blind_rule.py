"""The `blind` rule: when it is said that nothing is seen through a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from monitor.circuit import Health, SourceRecord, after_failure, after_success
from monitor.errors import FailureKind
from monitor.rules.blind import Blind
from monitor.rules.registry import WATCHES
from monitor.schedule import Episode, Severity, Step, Witness, due
from tests.dossiers import HOUR, SECOND, due_key, moment, schedule

if TYPE_CHECKING:
    from datetime import datetime, timedelta

OK = moment("2026-09-07 10:00")
WELL = Health(last_ok=OK)
DOWN, AUTH, PUZZLE = FailureKind.TRANSIENT, FailureKind.AUTH, FailureKind.CHALLENGE


def failed(*when: datetime, kind: FailureKind = DOWN, health: Health = WELL) -> Health:
    for at in when:
        health = after_failure(health, kind, "no", at)
    return health


USUAL = Blind()


def episode(health: Health, every: timedelta = 3 * HOUR, rule: Blind = USUAL) -> Episode | None:
    return rule(SourceRecord("shelf", every, health))


def said_at(health: Health, now: datetime, every: timedelta = 3 * HOUR) -> str:
    return due_key(episode(health, every), now)


@pytest.mark.parametrize(
    "health",
    [
        pytest.param(Health(), id="never asked"),
        pytest.param(WELL, id="well when last asked, whenever that was"),
        pytest.param(after_success(failed(OK + HOUR), OK + 2 * HOUR), id="back again"),
    ],
)
def test_a_source_that_has_not_failed_is_not_blind(health: Health) -> None:
    assert episode(health) is None


@pytest.mark.parametrize(
    ("every", "hours"),
    [
        pytest.param(3 * HOUR, 9, id="three intervals of three hours"),
        pytest.param(6 * HOUR, 18, id="three intervals of six hours"),
        pytest.param(15 * HOUR / 60, 2, id="two hours at the least"),
    ],
)
def test_it_is_said_after_three_intervals_or_two_hours_without_an_answer(
    every: timedelta, hours: int
) -> None:
    late = OK + hours * HOUR
    for seconds, step in ((-1, ""), (0, "blind"), (1, "blind")):
        now = late + seconds * SECOND
        assert said_at(failed(OK + HOUR, now), now, every) == step


def test_it_needs_a_failed_check_after_that() -> None:
    """A machine that slept after one failure has no other: nobody is told of the night."""
    health = failed(OK + HOUR)
    assert said_at(health, OK + 30 * HOUR) == ""
    assert said_at(failed(OK + 31 * HOUR, health=health), OK + 31 * HOUR) == "blind"


def test_a_first_failure_long_after_the_last_answer_is_dated_when_it_happened() -> None:
    woken = OK + 100 * HOUR
    assert schedule(episode(failed(woken))) == [("blind", f"{woken:%Y-%m-%d %H:%M}")]
    found = episode(failed(woken))
    assert found is not None
    assert found.since == woken


def test_a_source_that_never_answered_counts_from_its_first_failure() -> None:
    first = OK + HOUR
    health = failed(first, first + 9 * HOUR, health=Health())
    assert said_at(failed(first, first + 8 * HOUR, health=Health()), first + 8 * HOUR) == ""
    assert said_at(health, first + 9 * HOUR) == "blind"


@pytest.mark.parametrize("kind", [AUTH, PUZZLE])
def test_a_refusal_is_said_at_once(kind: FailureKind) -> None:
    at = OK + HOUR
    assert said_at(failed(at, kind=kind), at) == "blind"


def test_a_refusal_among_other_failures_is_said_when_it_comes() -> None:
    at = OK + 2 * HOUR
    health = failed(at, kind=AUTH, health=failed(OK + HOUR))
    assert schedule(episode(health)) == [("blind", "2026-09-07 12:00")]
    assert said_at(health, at) == "blind"


@pytest.mark.parametrize("kind", [k for k in FailureKind if k not in (AUTH, PUZZLE)])
def test_other_failures_are_not_said_at_once(kind: FailureKind) -> None:
    at = OK + HOUR
    assert said_at(failed(at, at, at, at, at, kind=kind), at) == ""


def test_another_reason_is_the_same_matter_at_the_same_step() -> None:
    late = OK + 10 * HOUR
    first = failed(OK + HOUR, late)
    found = {
        (e.anchor, e.since, tuple((s.key, s.at, s.severity) for s in e.steps))
        for kind in FailureKind
        if (e := episode(failed(late + HOUR, kind=kind, health=first))) is not None
    }
    assert len(found) == 1


def test_the_advice_is_that_of_the_last_reason() -> None:
    health = failed(OK + HOUR, kind=AUTH)
    for kind in FailureKind:
        found = episode(failed(OK + 2 * HOUR, kind=kind, health=health))
        assert found is not None
        assert [s.advice for s in found.steps] == [f"blind_{kind.value}"]


def test_it_is_a_warning_a_check_bears_out_and_a_challenge_is_told_only_once() -> None:
    for kind in FailureKind:
        found = episode(failed(OK + HOUR, kind=kind))
        assert found is not None
        (step,) = found.steps
        assert (step.severity, step.witness) == (Severity.WARNING, Witness.CHECK)
        assert step.nags is (kind is not PUZZLE)


def test_the_thresholds_can_be_set() -> None:
    patient = Blind(intervals=10, at_least=48)
    health = failed(OK + HOUR, OK + 48 * HOUR)
    assert schedule(episode(health, HOUR, patient)) == [("blind", "2026-09-09 10:00")]
    assert schedule(episode(health, 6 * HOUR, patient)) == [("blind", "2026-09-09 22:00")]


def test_its_subject_is_the_source_and_it_is_registered_among_the_watches() -> None:
    found = episode(failed(OK + HOUR))
    assert found is not None
    assert (found.rule, found.subject) == ("blind", "shelf")
    assert WATCHES["blind"] is Blind


HOURS = st.lists(st.integers(0, 200), min_size=1, max_size=12).map(sorted)


@given(HOURS, st.sampled_from(list(FailureKind)), st.integers(1, 48))
def test_while_it_fails_for_one_reason_its_date_does_not_move(
    hours: list[int], kind: FailureKind, every: int
) -> None:
    health, dates = WELL, []
    for hour in hours:
        health = failed(OK + hour * HOUR, kind=kind, health=health)
        found = episode(health, every * HOUR)
        assert found is not None
        dates.append(found.steps[0].at)
        assert found.since <= found.steps[0].at
        if due(found, OK + hour * HOUR):
            assert found.steps[0].at <= OK + hour * HOUR
    assert len(set(dates)) == 1


def test_all_that_is_said_of_a_source_that_fails() -> None:
    down = OK + HOUR
    assert episode(failed(down)) == Episode(
        "blind",
        "shelf",
        "source",
        down,
        (Step("blind", OK + 9 * HOUR, Severity.WARNING, "blind_transient", Witness.CHECK),),
        verified=down,
    )
