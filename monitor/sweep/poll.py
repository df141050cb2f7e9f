"""Ask every source about its parcels, understand what they say, and write it down."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.adapters.contract import (
    Enrolment,
    EnrolmentState,
    Failure,
    FailureKind,
    Registering,
)
from monitor.parcel import Stage
from monitor.parcel.outcomes import Snapshot
from monitor.reading import read
from monitor.sweep.enrol import Enrolling
from monitor.sweep.lines import as_trouble, ask_of, batches, covers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Outcome
    from monitor.errors import SourceTrouble
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Event, Parcel
    from monitor.sweep.lines import Line
    from monitor.transport import Answer

ABREAST = 4  # requests of one source under way at once; the pace spaces their starts
ENDS_ROUND = frozenset(
    {FailureKind.AUTH, FailureKind.CHALLENGE, FailureKind.QUOTA, FailureKind.RATE_LIMITED}
)


@dataclass(slots=True)
class Round:
    """What came of asking one source in one pass.

    `asked` and `answered` count parcels, `new_events` events never seen before; `troubles` are
    requests that failed as a whole, `problems` (number, sentence) parcels that need the owner.
    """

    source: str
    asked: int = 0
    answered: int = 0
    new_events: int = 0
    troubles: list[SourceTrouble] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    over: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.troubles)


def unseen(_: Round) -> None:
    """Progress that nobody watches."""


def unheeded(_: Sequence[int]) -> None:
    """Parcels that every source was asked about, and nobody waits for."""


async def poll(
    history: History,
    lines: Sequence[Line],
    parcels: Sequence[Parcel],
    now: datetime,
    *,
    country: str = "",
    register: bool = True,
    progress: Callable[[Round], None] = unseen,
    settled: Callable[[Sequence[int]], None] = unheeded,
) -> list[Round]:
    """Ask all sources, side by side and each at its own pace; one Round per source.

    `settled` is called, in a thread, with the ids of parcels as soon as every source has been asked
    about them, while other parcels still wait for their turn.
    """
    asked = [(line, [p for p in parcels if covers(line, p)]) for line in lines]
    left = Counter(p.id for _, covered in asked for p in covered)
    one_at_a_time = asyncio.Lock()

    async def answered(ids: Sequence[int]) -> None:
        left.subtract(ids)
        done = [i for i in ids if left[i] <= 0]
        if done:
            async with one_at_a_time:
                await asyncio.to_thread(settled, done)

    rounds = [
        _Asking(history, line, now, country, progress, answered).run(covered, register=register)
        for line, covered in asked
    ]
    return list(await asyncio.gather(*rounds))


class _Asking:
    """One round of one source."""

    def __init__(
        self,
        history: History,
        line: Line,
        now: datetime,
        country: str,
        progress: Callable[[Round], None],
        answered: Callable[[Sequence[int]], Awaitable[None]],
    ) -> None:
        self._history = history
        self._line = line
        self._now = now
        self._country = country
        self._progress = progress
        self._answered = answered
        self._round = Round(line.name)

    async def run(self, parcels: Sequence[Parcel], *, register: bool) -> Round:
        adapter = self._line.adapter
        pass_id = self._history.passes.begin(self._line.name, self._now)
        if register and isinstance(adapter, Registering):
            await self._enrol(parcels, adapter)
        states = self._states(parcels)
        ready = parcels
        if isinstance(adapter, Registering):
            ready = [p for p in parcels if _registered(states.get(p.id))]
        self._round.asked = len(ready)
        await self._fetch_all(ready, states)
        self._write_down(pass_id)
        return self._round

    def _states(self, parcels: Sequence[Parcel]) -> dict[int, SourceState]:
        found = self._history.sources.of([p.id for p in parcels])
        return {i: s[self._line.name] for i, s in found.items() if self._line.name in s}

    async def _enrol(self, parcels: Sequence[Parcel], registrar: Registering) -> None:
        enrolling = Enrolling(self._line, registrar, self._history, self._now, self._country)
        await enrolling.run(parcels, self._states(parcels))
        self._round.troubles += enrolling.troubles
        self._round.problems += [(e.number, e.detail) for e in enrolling.refusals]

    async def _fetch_all(
        self, parcels: Sequence[Parcel], states: Mapping[int, SourceState]
    ) -> None:
        """All batches, a few abreast; each is recorded as soon as it is answered."""
        places = asyncio.Semaphore(ABREAST)

        async def one(batch: Sequence[Parcel]) -> None:
            async with places:
                if not self._round.over:
                    await self._fetch(batch, states)
                    self._progress(self._round)

        size = self._line.adapter.capability.batch
        await asyncio.gather(*(one(batch) for batch in batches(parcels, size)))

    async def _fetch(self, batch: Sequence[Parcel], states: Mapping[int, SourceState]) -> None:
        asks = [ask_of(p, states.get(p.id), self._country) for p in batch]
        try:
            answer = await self._line.adapter.fetch(self._line.wire, asks)
            # In a thread, so that neither reading nor writing holds up the line to the source.
            outcomes = await asyncio.to_thread(self._parsed, answer, asks)
        except Exception as error:  # noqa: BLE001 - a fault in one adapter is a fault of that source
            trouble = as_trouble(error)
            self._round.troubles.append(trouble)
            self._round.over = self._round.over or trouble.kind in ENDS_ROUND
            outcomes = [Failure(a.number, trouble.kind, trouble.detail) for a in asks]
        await asyncio.to_thread(self._record, batch, outcomes)
        await self._answered([p.id for p in batch])

    def _parsed(self, answer: Answer, asks: Sequence[Ask]) -> list[Outcome]:
        """What a source said, understood as far as anybody does."""
        adapter = self._line.adapter
        found = adapter.parse(answer, asks, self._now)
        return [understood(outcome, adapter.codes) for outcome in found]

    def _record(self, batch: Sequence[Parcel], outcomes: Sequence[Outcome]) -> None:
        pairs = list(zip((p.id for p in batch), outcomes, strict=True))
        with self._history.write_tx():
            recorded = self._history.timeline.record_all(pairs, self._line.name, self._now)
            self._forget_gone(pairs)
        self._round.new_events += sum(r.new for r in recorded)
        for outcome in outcomes:
            if not isinstance(outcome, Failure):
                self._round.answered += 1
            elif outcome.kind is FailureKind.BAD_REQUEST:
                self._round.problems.append((outcome.number, outcome.detail))

    def _forget_gone(self, pairs: Sequence[tuple[int, Outcome]]) -> None:
        """A number the source has deleted is not registered again by itself: that would cost."""
        for parcel_id, outcome in pairs:
            if isinstance(outcome, Failure) and outcome.gone:
                gone = Enrolment(outcome.number, EnrolmentState.GONE, detail=outcome.detail)
                self._history.sources.settle(parcel_id, self._line.name, gone, self._now)

    def _write_down(self, pass_id: int) -> None:
        done = self._round
        last = done.troubles[-1] if done.troubles else None
        with self._history.write_tx():
            if last is not None:
                self._history.sources.adapter_failed(
                    done.source, last.kind, last.detail, self._now, last.until
                )
            elif done.asked:
                self._history.sources.adapter_ok(done.source, self._now)
            self._history.passes.end(
                pass_id,
                self._now,
                asked=done.asked,
                answered=done.answered,
                failed=done.asked - done.answered,
                new_events=done.new_events,
                error=last.detail if last else "",
            )


def _registered(state: SourceState | None) -> bool:
    return state is not None and state.enrolment == EnrolmentState.REGISTERED


def understood(outcome: Outcome, codes: Mapping[str, str]) -> Outcome:
    """The outcome with every event read; what nobody understands stays `unknown`."""
    if not isinstance(outcome, Snapshot):
        return outcome
    return replace(outcome, events=tuple(understood_event(e, codes) for e in outcome.events))


def understood_event(event: Event, codes: Mapping[str, str]) -> Event:
    """The carrier's own words first; its translation only where those say nothing."""
    reading = read(event.text, code=event.code or None, source=event.source, codes=codes)
    if reading.stage in (Stage.UNKNOWN, Stage.OTHER, Stage.IN_TRANSIT) and event.translation:
        other = read(event.translation, code=event.code or None, source=event.source, codes=codes)
        reading = reading if other.stage is Stage.UNKNOWN else other
    return replace(
        event,
        stage=reading.stage,
        side=reading.side,
        cause=reading.cause,
        language=reading.language,
        matched=tuple(reading.matched),
    )
