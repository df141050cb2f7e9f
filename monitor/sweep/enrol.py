"""Registering numbers where that costs money: never twice, whatever breaks in between.

`registering` is stored before the call, and with it what is said of the number. After a lost answer,
or a crash, the source is asked what it has; only a number it does not know is sent again, in the same
words: where other words make another shipment, the first may have arrived all the same.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState, FailureKind, SourceTrouble
from monitor.sweep.allowance import no_room, room
from monitor.sweep.books import OtherNumbers, OwnNumbers
from monitor.sweep.lines import as_trouble, ask_of, batches
from monitor.sweep.sent import as_sent, written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Registering
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel
    from monitor.sweep.books import Book
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
        self._book: Book
        self.troubles: list[SourceTrouble] = []
        self.refusals: list[Enrolment] = []
        self.sent = False  # anything that may have cost, or would have

    async def run(self, parcels: Sequence[Parcel], states: Mapping[int, SourceState]) -> None:
        """Bring every parcel to REGISTERED or to a state that says why not, and then those other
        numbers of it of which the owner wants the source to be told.
        """
        capability = self._line.adapter.capability
        self._book = OwnNumbers(self._history, capability, self._now, states)
        if not await self._bring(parcels):
            return
        aliases = await asyncio.to_thread(self._aliases, parcels)
        if aliases:
            wanted = {(p.id, p.number): state for p, state in aliases}
            self._book = OtherNumbers(self._history, capability, self._now, wanted)
            await self._bring([p for p, _ in aliases])

    def _aliases(self, parcels: Sequence[Parcel]) -> list[tuple[Parcel, EnrolmentState]]:
        """Each alias as if it were the parcel: another carrier has it, so that none is named."""
        by_id = {p.id: p for p in parcels}
        return [
            (replace(by_id[a.parcel_id], number=a.number, carrier=""), EnrolmentState(a.enrolment))
            for a in self._history.paid_aliases.of(by_id, self._line.name)
        ]

    async def _bring(self, parcels: Sequence[Parcel]) -> bool:
        """False: nothing more is registered in this pass."""
        lost = [p for p in parcels if self._book.state(p) is EnrolmentState.REGISTERING]
        unknown = await self._look_up(lost) if lost else []
        fresh = [p for p in parcels if self._book.state(p) is EnrolmentState.NEW]
        waiting: list[Parcel] = []
        for batch in batches([*unknown, *fresh], self._line.adapter.capability.batch):
            left = await room(self._history, self._line.adapter.capability, self._now)
            waiting += batch[left:]
            if batch[:left] and not await self._register(batch[:left]):
                return False
        if waiting:
            await self._let_wait(waiting)
        return not self.troubles

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
        asks = self._asks(batch)
        with self._history.write_tx():
            return [
                as_sent(self._book.announce(p, written(ask)), ask)
                for p, ask in zip(batch, asks, strict=True)
            ]

    async def _settle(
        self, batch: Sequence[Parcel], found: Sequence[Enrolment], *, whole: bool = False
    ) -> None:
        """Store what was said. `whole`: to the request, so that it is no refusal of each number.

        In a thread, as every write: while another process holds the database, the service goes on.
        """
        await asyncio.to_thread(self._store, batch, found, answered=True)
        if not whole:
            asked = {p.number for p in batch}
            said = [e for e in found if e.failure is not None and e.number in asked]
            self.refusals += [self._book.refused(e) for e in said]

    def _store(
        self, batch: Sequence[Parcel], found: Sequence[Enrolment], *, answered: bool = False
    ) -> None:
        by_number = {e.number: e for e in found}
        with self._history.write_tx():
            for parcel in batch:
                enrolment = by_number.get(parcel.number)
                if enrolment is None:
                    continue
                self._book.settle(parcel, enrolment)
                if enrolment.free or enrolment.state in _NOT_MADE:
                    self._book.give_back(parcel)
                if answered and enrolment.failure is not None and enrolment.state in _NOT_MADE:
                    self._book.forget_sent(parcel)


def _counted(enrolment: Enrolment) -> bool:
    """Whether the source's count of the allowance has moved, or stands at its end."""
    return enrolment.state is EnrolmentState.REGISTERED or enrolment.failure is FailureKind.QUOTA


def _back(number: str, trouble: SourceTrouble) -> Enrolment:
    return Enrolment(number, EnrolmentState.NEW, detail=trouble.detail, failure=trouble.kind)
