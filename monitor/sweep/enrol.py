"""Registering numbers where that costs money: never twice, whatever breaks in between.

`registering` is stored before the call, and with it what is said of the number. After a lost answer,
or a crash, the source is asked what it has; only a number it does not know is sent again, in the same
words: where other words make another shipment, the first may have arrived all the same.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState, FailureKind, SourceTrouble
from monitor.sweep.allowance import no_room, room
from monitor.sweep.lines import as_trouble, ask_of, batches
from monitor.sweep.sent import as_sent, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Registering
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel
    from monitor.sweep.lines import Line

_NOT_MADE = frozenset({EnrolmentState.NEW, EnrolmentState.REFUSED})
STOPS_REGISTERING = frozenset({FailureKind.QUOTA, FailureKind.AUTH})


class Enrolling:
    """The registrations of one pass at one source."""

    def __init__(
        self, line: Line, registrar: Registering, history: History, now: datetime, country: str
    ) -> None:
        self._line = line
        self._registrar = registrar
        self._history = history
        self._now = now
        self._country = country
        self.troubles: list[SourceTrouble] = []
        self.refusals: list[Enrolment] = []
        self.sent = False  # anything that may have cost, or would have

    async def run(self, parcels: Sequence[Parcel], states: Mapping[int, SourceState]) -> None:
        """Bring every parcel to REGISTERED or to a state that says why not."""
        lost = [p for p in parcels if _state(states, p) is EnrolmentState.REGISTERING]
        unknown = await self._look_up(lost) if lost else []
        fresh = [p for p in parcels if _state(states, p) is EnrolmentState.NEW]
        waiting: list[Parcel] = []
        for batch in batches([*unknown, *fresh], self._line.adapter.capability.batch):
            left = await room(self._history, self._line.adapter.capability, self._now)
            waiting += batch[left:]
            if batch[:left] and not await self._register(batch[:left]):
                return
        if waiting:
            await self._let_wait(waiting)

    async def _let_wait(self, parcels: Sequence[Parcel]) -> None:
        """What the source knows already costs nothing; the others wait for the next month."""
        missing = await self._look_up(parcels)
        found = [no_room(p.number, self._line.adapter.capability) for p in missing]
        await asyncio.to_thread(self._store, missing, found)
        self.refusals += found

    async def _look_up(self, lost: Sequence[Parcel]) -> list[Parcel]:
        """Settle what an earlier call left open; returns the parcels the source does not know."""
        missing: list[Parcel] = []
        for batch in batches(lost, self._line.adapter.capability.batch):
            try:
                found = await self._registrar.enrolled(self._line.wire, self._asks(batch))
            except Exception as error:  # noqa: BLE001 - as above
                self.troubles.append(as_trouble(error))
                return []
            await self._settle(batch, found)
            self.sent |= any(_counted(e) for e in found)
            gone = {e.number for e in found if e.state is EnrolmentState.NEW}
            missing += [p for p in batch if p.number in gone]
        return missing

    async def _register(self, batch: Sequence[Parcel]) -> bool:
        """Register one batch. False: the rest of this pass registers nothing more."""
        asks = await asyncio.to_thread(self._announce, batch)
        try:
            found = await self._registrar.register(self._line.wire, asks)
        except Exception as error:  # noqa: BLE001 - as in polling; the number stays `registering`
            trouble = as_trouble(error)
            self.troubles.append(trouble)
            if trouble.maybe_done:
                self.sent = True
                await self._look_up(batch)
            else:
                back = [_back(p.number, trouble) for p in batch]
                await self._settle(batch, back, whole=True)
            return False
        await self._settle(batch, found)
        self.sent |= any(_counted(e) for e in found)
        return not any(e.failure in STOPS_REGISTERING for e in found)

    def _asks(self, batch: Sequence[Parcel]) -> list[Ask]:
        return [ask_of(p, None, self._country) for p in batch]

    def _announce(self, batch: Sequence[Parcel]) -> list[Ask]:
        """Before the call: whatever breaks from here on, the numbers may be known there, and cost."""
        capability, asks = self._line.adapter.capability, self._asks(batch)
        saying = {p.id: written(ask) for p, ask in zip(batch, asks, strict=True)}
        with self._history.write_tx():
            sent = self._history.sources.registering(saying, capability.name, self._now)
            if capability.monthly is not None:
                self._history.spending.spend(capability.name, saying, self._now)
        return [as_sent(sent.get(p.id, ""), ask) for p, ask in zip(batch, asks, strict=True)]

    async def _settle(
        self, batch: Sequence[Parcel], found: Sequence[Enrolment], *, whole: bool = False
    ) -> None:
        """Store what was said. `whole`: to the request, so that it is no refusal of each number.

        In a thread, as every write: while another process holds the database, the service goes on.
        """
        await asyncio.to_thread(self._store, batch, found, answered=True)
        if not whole:
            asked = {p.number for p in batch}
            self.refusals += [e for e in found if e.failure is not None and e.number in asked]

    def _store(
        self, batch: Sequence[Parcel], found: Sequence[Enrolment], *, answered: bool = False
    ) -> None:
        by_number, name = {e.number: e for e in found}, self._line.name
        with self._history.write_tx():
            for parcel in batch:
                enrolment = by_number.get(parcel.number)
                if enrolment is None:
                    continue
                self._history.sources.settle(parcel.id, name, enrolment, self._now)
                if enrolment.free or enrolment.state in _NOT_MADE:
                    self._history.spending.give_back(name, parcel.id)
                if answered and enrolment.failure is not None and enrolment.state in _NOT_MADE:
                    self._history.sources.forget_sent(parcel.id, name)


def _state(states: Mapping[int, SourceState], parcel: Parcel) -> EnrolmentState:
    known = states.get(parcel.id)
    return EnrolmentState.NEW if known is None else EnrolmentState(known.enrolment)


def _counted(enrolment: Enrolment) -> bool:
    """Whether the source's count of the allowance has moved, or stands at its end."""
    return enrolment.state is EnrolmentState.REGISTERED or enrolment.failure is FailureKind.QUOTA


def _back(number: str, trouble: SourceTrouble) -> Enrolment:
    return Enrolment(number, EnrolmentState.NEW, detail=trouble.detail, failure=trouble.kind)
