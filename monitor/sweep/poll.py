"""Ask every source about its parcels, understand what they say, and write it down."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from monitor.adapters.accounts import KeepsAccount
from monitor.adapters.contract import (
    Failure,
    FailureKind,
    NotYet,
    Registering,
)
from monitor.circuit import Circuit, after_failure, after_success, circuit
from monitor.sweep.account import Account
from monitor.sweep.allowance import take_call
from monitor.sweep.asked_about import AskedAbout
from monitor.sweep.enrol import Enrolling
from monitor.sweep.faulty import drift_in, keep_failure, rested
from monitor.sweep.lines import abreast, as_trouble, batches
from monitor.sweep.numbers_of import packed
from monitor.sweep.rounds import Round, Task, unheeded, unseen
from monitor.sweep.storing import stored
from monitor.sweep.understanding import understood

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Outcome
    from monitor.circuit import Health
    from monitor.errors import SourceTrouble
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel
    from monitor.sweep.lines import Line
    from monitor.transport import Answer


async def poll(
    history: History,
    tasks: Sequence[Task],
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
    left = Counter(p.id for task in tasks for p in task.parcels)
    one_at_a_time = asyncio.Lock()

    async def answered(ids: Sequence[int]) -> None:
        left.subtract(ids)
        done = [i for i in ids if left[i] <= 0]
        if done:
            async with one_at_a_time:
                await asyncio.to_thread(settled, done)

    rounds = [
        _Asking(history, task.line, now, country, progress, answered).run(
            task.parcels, register=register
        )
        for task in tasks
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
        self._health: Health
        self._states: dict[int, SourceState] = {}
        self._about = AskedAbout(history, line.adapter)
        self._parcels: Sequence[Parcel] = ()

    async def run(self, parcels: Sequence[Parcel], *, register: bool) -> Round:
        adapter = self._line.adapter
        self._parcels = parcels
        pass_id = await asyncio.to_thread(self._begin, parcels)
        if register and isinstance(adapter, Registering):
            await self._register(parcels, adapter)
        ready = parcels
        if isinstance(adapter, Registering):
            ready = await asyncio.to_thread(self._about.told, parcels, self._states)
        self._round.asked = len(ready)
        await self._fetch_all(ready)
        await asyncio.to_thread(self._end, pass_id)
        return self._round

    def _begin(self, parcels: Sequence[Parcel]) -> int:
        """What is known before anything is asked; the id of this pass."""
        history = self._history
        self._health = history.sources.health(self._line.name)
        self._load_states(parcels)
        self._about.load(parcels)
        return history.passes.begin(self._line.name, self._now)

    def _load_states(self, parcels: Sequence[Parcel]) -> None:
        found = self._history.sources.of([p.id for p in parcels])
        self._states = {i: s[self._line.name] for i, s in found.items() if self._line.name in s}

    async def _register(self, parcels: Sequence[Parcel], registrar: Registering) -> None:
        """What the source must be told of before it can be asked, its account kept in order.

        A source that has failed is not asked for that: one question finds out whether it works.
        """
        probing = self._health.failing and bool(parcels)
        account = None
        if isinstance(registrar, KeepsAccount):
            account = Account(self._line, registrar, self._history, self._now, self._country)
        if account is not None and not probing:
            await account.before()
            await self._kept(account)
        sent = False if self._round.over else await self._enrol(parcels, registrar)
        if account is not None and not self._round.over:
            await account.after(registered=sent)
            await self._kept(account)
            await self._healed(account, probing=probing)

    async def _healed(self, account: Account, *, probing: bool) -> None:
        """An account that has answered to the end is an answer, where no parcel is asked about."""
        if probing or not account.answered or self._round.troubles or not self._health.failing:
            return
        self._health = after_success(self._health, self._now)
        await asyncio.to_thread(self._history.sources.keep_health, self._line.name, self._health)

    async def _kept(self, account: Account) -> None:
        """What the upkeep of the account has come to so far."""
        for trouble in account.troubles:
            await self._failed(trouble)
        self._round.notes += account.notes
        self._round.problems += account.problems
        account.told()
        await asyncio.to_thread(self._load_states, self._parcels)

    async def _enrol(self, parcels: Sequence[Parcel], registrar: Registering) -> bool:
        """Whether anything was sent that may have cost."""
        enrolling = Enrolling(self._line, registrar, self._history, self._now, self._country)
        await enrolling.run(parcels, self._states)
        for trouble in enrolling.troubles:
            if trouble.kind is FailureKind.QUOTA:  # an end of new numbers blinds nobody
                self._round.troubles.append(trouble)
            else:
                await self._failed(trouble)
        self._round.problems += [(e.number, e.detail) for e in enrolling.refusals]
        await asyncio.to_thread(self._load_states, parcels)
        return enrolling.sent

    async def _fetch_all(self, parcels: Sequence[Parcel]) -> None:
        """All batches, a few abreast; each is recorded as soon as it is answered.

        Of a source that has failed one batch finds out whether it works again.
        """
        capability = self._line.adapter.capability
        groups = packed([self._about.of(p) for p in parcels], capability.batch)
        waiting = [[parcels[i] for i in group] for group in groups]
        if self._health.failing and waiting:
            await self._fetch(waiting.pop(0))
        places = asyncio.Semaphore(abreast(capability))

        async def one(batch: Sequence[Parcel]) -> None:
            async with places:
                if not self._round.over:
                    await self._fetch(batch)

        await asyncio.gather(*(one(batch) for batch in waiting))

    async def _fetch(self, batch: Sequence[Parcel]) -> None:
        if self._round.over:
            return
        asks = self._about.asks(batch, self._states, self._country)
        found: dict[str, Outcome] = {}
        for part in batches(asks, self._line.adapter.capability.batch):
            found |= await self._outcomes(part)
        await stored(lambda: self._record(batch, found), self._line)
        self._progress(self._round)
        await self._answered([p.id for p in batch])

    async def _outcomes(self, asks: Sequence[Ask]) -> dict[str, Outcome]:
        """What one request brought, by number."""
        answer: Answer | None = None
        try:
            await take_call(self._history, self._line.adapter.capability, self._now)
            answer = await self._line.adapter.fetch(self._line.wire, asks)
            # In a thread, so that neither reading nor writing holds up the line to the source.
            outcomes = await asyncio.to_thread(self._parsed, answer, asks)
        except Exception as error:  # noqa: BLE001 - a fault in one adapter is a fault of that source
            trouble = as_trouble(error)
            await self._failed(trouble, answer, asks)
            return {a.number: Failure(a.number, trouble.kind, trouble.detail) for a in asks}
        trouble_inside = drift_in(outcomes)
        if trouble_inside is not None:
            await self._failed(trouble_inside, answer, asks)
        elif not self._round.over:  # what was under way before a refusal does not lift it
            self._health = after_success(self._health, self._now)
        return {ask.number: self._rested(o) for ask, o in zip(asks, outcomes, strict=True)}

    def _parsed(self, answer: Answer, asks: Sequence[Ask]) -> list[Outcome]:
        """What a source said, understood as far as anybody does."""
        adapter = self._line.adapter
        found = adapter.parse(answer, asks, self._now)
        if [outcome.number for outcome in found] != [ask.number for ask in asks]:
            raise ValueError("not one outcome for each number, in their order")
        return [understood(outcome, adapter.codes, self._line.reads) for outcome in found]

    def _rested(self, outcome: Outcome) -> Outcome:
        state = self._states.get(self._about.owner(outcome.number))
        return rested(outcome, 0 if state is None else state.failures, self._now)

    async def _failed(
        self, trouble: SourceTrouble, answer: Answer | None = None, asks: Sequence[Ask] = ()
    ) -> None:
        """A request failed as a whole; what came is kept where nobody can read it."""
        self._round.troubles.append(trouble)
        self._health = after_failure(
            self._health, trouble.kind, trouble.detail, self._now,
            wait=trouble.wait, until=trouble.until, seed=self._line.name,
        )  # fmt: skip
        self._round.over = circuit(self._health, self._now) is not Circuit.CLOSED
        what = (self._health, trouble, answer, asks)
        await asyncio.to_thread(keep_failure, self._history, self._line, *what)

    def _record(self, batch: Sequence[Parcel], found: Mapping[str, Outcome]) -> None:
        with self._history.write_tx():  # who is not heard is known of what is stored by now
            outcomes = [self._about.about(parcel, found) for parcel in batch]
            pairs = list(zip((p.id for p in batch), outcomes, strict=True))
            recorded = self._history.timeline.record_all(pairs, self._line.name, self._now)
            gone = self._about.forget_gone(batch, found, self._now)
            self._history.sources.keep_health(self._line.name, self._health)
        self._round.problems += gone
        self._round.new_events += sum(r.new for r in recorded)
        self._round.with_news += sum(r.changed for r in recorded)
        self._round.not_found += sum(isinstance(outcome, NotYet) for outcome in outcomes)
        for outcome in outcomes:
            if not isinstance(outcome, Failure):
                self._round.answered += 1
            elif outcome.kind is FailureKind.BAD_REQUEST:
                self._round.problems.append((outcome.number, outcome.detail))

    def _end(self, pass_id: int) -> None:
        done = self._round
        self._history.passes.end(
            pass_id,
            self._now,
            asked=done.asked,
            answered=done.answered,
            failed=done.asked - done.answered,
            new_events=done.new_events,
            error=done.troubles[-1].detail if done.troubles else "",
        )
