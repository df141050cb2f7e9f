"""Answers of which a part, or all, cannot be read; sources that fail while others are under way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import Failure, FailureKind, NotYet, SourceTrouble
from monitor.circuit import Health
from monitor.history import History
from monitor.parcel import Parcel
from monitor.parcel.outcomes import Snapshot
from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.clock import SteppedClock
from monitor.sweep.faulty import QUARANTINE, drift_in, rested
from monitor.sweep.lines import Line
from monitor.sweep.poll import poll
from monitor.sweep.rounds import Task
from monitor.transport import HttpClient, Wire
from tests.cli.desk import HOUR, START, NoPace
from tests.sweep.eyes_beside import Named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from monitor.adapters.contract import Ask, Outcome
    from monitor.sweep.rounds import Round

UNREAD = Failure("A", FailureKind.DRIFT, "has another shape")
READ = NotYet("A", START)
ABSENT = Failure("A", FailureKind.TRANSIENT, "was not mentioned")


@pytest.mark.parametrize(
    ("outcomes", "is_drift"),
    [
        pytest.param([], False, id="nothing was asked"),
        pytest.param([READ] * 10, False, id="all of it is read"),
        pytest.param([UNREAD] + [READ] * 9, False, id="one of ten"),
        pytest.param([UNREAD] * 2 + [READ] * 8, False, id="a fifth"),
        pytest.param([UNREAD] * 3 + [READ] * 7, True, id="more than a fifth"),
        pytest.param([UNREAD, READ], False, id="one of two: that number's own matter"),
        pytest.param([UNREAD] * 2 + [READ] * 2, True, id="two of four"),
        pytest.param([UNREAD], True, id="the only one"),
        pytest.param([ABSENT] * 10, False, id="numbers it does not mention"),
    ],
)
def test_when_more_than_a_fifth_cannot_be_read_the_source_has_changed(
    outcomes: list[Outcome], is_drift: bool
) -> None:
    trouble = drift_in(outcomes)
    assert (trouble is not None) is is_drift
    if trouble is not None:
        assert (trouble.kind, trouble.detail) == (FailureKind.DRIFT, "has another shape")


@pytest.mark.parametrize(
    ("failures", "hours"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (5, 16), (999, 16)]
)
def test_a_number_that_cannot_be_read_rests_longer_each_time(failures: int, hours: int) -> None:
    outcome = rested(UNREAD, failures, START)
    assert isinstance(outcome, Failure)
    assert outcome.until == START + hours * HOUR
    assert QUARANTINE == HOUR


def test_a_rest_the_source_asked_for_and_what_was_read_stay_as_they_are() -> None:
    asked_for = Failure("A", FailureKind.QUOTA, "tomorrow", until=START + timedelta(days=1))
    assert rested(asked_for, 3, START) is asked_for
    assert rested(READ, 3, START) is READ


# a round over fakes, with a real history


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=START) as opened:
        yield opened


def watched(history: History, count: int) -> list[Parcel]:
    return [history.parcels.add(Parcel(0, f"LP{n:014}", START)) for n in range(count)]


def asked(history: History, adapter: Any, parcels: Sequence[Parcel], wire: Any = None) -> Round:
    (done,) = asyncio.run(poll(history, [Task(Line(adapter, wire), parcels)], START))
    return done


def not_yet(asks: Sequence[Ask]) -> list[Outcome]:
    return [NotYet(ask.number, START) for ask in asks]


def test_one_garbled_number_rests_and_leaves_the_source_and_the_others_alone(
    history: History,
) -> None:
    one, two = watched(history, 2)

    def answer(asks: Sequence[Ask]) -> list[Outcome]:
        garbled = Failure(one.number, FailureKind.DRIFT, "has another shape")
        return [garbled if a.number == one.number else NotYet(a.number, START) for a in asks]

    done = asked(history, Named(script=answer), [one, two])
    assert (done.asked, done.answered, done.troubles) == (2, 1, [])
    states = history.sources.of([one.id, two.id])
    assert states[one.id]["shelf"].retry_at == START + QUARANTINE
    assert states[two.id]["shelf"].retry_at is None
    assert history.sources.health("shelf") == Health(last_ok=START)


def test_an_answer_that_is_garbled_throughout_is_a_failure_of_the_source(history: History) -> None:
    parcels = watched(history, 2)

    def answer(asks: Sequence[Ask]) -> list[Outcome]:
        return [Failure(a.number, FailureKind.DRIFT, "has another shape") for a in asks]

    done = asked(history, Named(script=answer), parcels)
    assert [t.kind for t in done.troubles] == [FailureKind.DRIFT]
    assert history.sources.health("shelf").reason is FailureKind.DRIFT


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="none"),
        pytest.param([NotYet("LP" + "0" * 14, START)], id="too few"),
        pytest.param([READ] * 2, id="of other numbers"),
        pytest.param(None, id="no list at all"),
        pytest.param(["text", 7], id="no outcomes"),
    ],
)
def test_an_adapter_that_answers_wrongly_spoils_its_own_round_and_no_other(
    history: History, answer: Any
) -> None:
    parcels = watched(history, 2)
    wrong, sound = Named("wrong", script=lambda _: answer), Named("sound", script=not_yet)
    tasks = [Task(Line(adapter, None), parcels) for adapter in (wrong, sound)]  # type: ignore[arg-type]
    bad, good = asyncio.run(poll(history, tasks, START))
    assert (bad.failed, bad.answered) == (True, 0)
    assert (good.failed, good.answered) == (False, 2)


def test_a_success_that_was_under_way_does_not_lift_a_refusal(history: History) -> None:
    """Answers overtake each other: the page for people came first, the older answer after it."""
    parcels = watched(history, 4)
    refused = asyncio.Event()

    async def late(asks: Sequence[Ask]) -> list[Outcome]:
        await refused.wait()
        return not_yet(asks)

    async def refusing() -> None:
        refused.set()
        raise SourceTrouble(FailureKind.CHALLENGE, "a puzzle")

    def answer(asks: Sequence[Ask]) -> Any:
        return late(asks) if asks[0].number == parcels[0].number else refusing()

    done = asked(history, Named(script=answer), parcels)
    assert done.answered == 2  # and what it said is stored
    health = history.sources.health("shelf")
    assert (health.reason, health.challenges) == (FailureKind.CHALLENGE, 1)


def test_after_a_refusal_nothing_more_is_sent(history: History) -> None:
    def answer(_: Sequence[Ask]) -> Any:
        raise SourceTrouble(FailureKind.AUTH, "no such key")

    adapter = Named(script=answer, floor_binds=True)
    asked(history, adapter, watched(history, 40))
    assert len(adapter.asked) == 1


def test_of_a_source_that_failed_before_one_request_finds_out_first(history: History) -> None:
    parcels = watched(history, 12)

    def down(_: Sequence[Ask]) -> Any:
        raise SourceTrouble(FailureKind.TRANSIENT, "down")

    for _ in range(2):
        asked(history, Named(script=down), parcels)
    assert history.sources.health("shelf").failures >= 5
    probing = Named(script=down)
    asked(history, probing, parcels)
    assert len(probing.asked) == 1
    back = Named(script=not_yet)
    assert asked(history, back, parcels).answered == 12
    assert history.sources.health("shelf") == Health(last_ok=START)


def test_a_source_that_stumbles_a_few_times_is_still_asked_the_rest(history: History) -> None:
    parcels = watched(history, 20)
    stumbles = iter(range(4))

    def answer(asks: Sequence[Ask]) -> list[Outcome]:
        if next(stumbles, None) is not None:
            raise SourceTrouble(FailureKind.TRANSIENT, "down")
        return not_yet(asks)

    done = asked(history, Named(script=answer), parcels)
    assert (len(done.troubles), done.answered) == (4, 12)


def test_a_challenge_ends_the_round_at_the_first_page_and_counts_as_one(history: History) -> None:
    parcels = watched(history, 95)
    clock = SteppedClock(START)
    with CainiaoSandbox(clock) as sandbox:
        sandbox.challenge()

        async def one_pass() -> Round:
            async with HttpClient() as client:
                wire = Wire(client, base_url=sandbox.base_url, pace=NoPace(), first_pause=0.001)
                line = Line(Cainiao(base_url=sandbox.base_url), wire)
                (done,) = await poll(history, [Task(line, parcels)], START)
                return done

        done = asyncio.run(one_pass())
        assert len(sandbox.calls) == 1
    assert done.failed
    health = history.sources.health("cainiao")
    assert (health.failures, health.challenges) == (1, 1)
    assert health.wait_until is not None
    assert health.wait_until - START <= 1.1 * HOUR


def test_numbers_go_out_in_tens_and_each_once(history: History) -> None:
    parcels = watched(history, 95)
    with CainiaoSandbox(SteppedClock(START)) as sandbox:

        async def one_pass() -> Round:
            async with HttpClient() as client:
                wire = Wire(client, base_url=sandbox.base_url, pace=NoPace())
                line = Line(Cainiao(base_url=sandbox.base_url), wire)
                (done,) = await poll(history, [Task(line, parcels)], START)
                return done

        assert asyncio.run(one_pass()).answered == 95
        sizes = [len(call.numbers) for call in sandbox.calls]
        sent = [number for call in sandbox.calls for number in call.numbers]
    assert sizes == [10] * 9 + [5]
    assert sorted(sent) == [p.number for p in parcels]


def test_a_snapshot_without_events_is_an_answer(history: History) -> None:
    parcels = watched(history, 1)
    done = asked(
        history, Named(script=lambda asks: [Snapshot(a.number, START, ()) for a in asks]), parcels
    )
    assert (done.answered, done.new_events, done.failed) == (1, 0, False)
