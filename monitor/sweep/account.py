"""The account at a source: once a day its list is compared, and the allowance is read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.accounts import KeepsAccount
from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.parcel import clean_text
from monitor.sweep.errands import Errands
from monitor.sweep.lines import as_trouble, ask_of, batches
from monitor.sweep.reconcile import findings
from monitor.sweep.rhythm import NEVER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.adapters.accounts import Listing, Registered
    from monitor.adapters.contract import Adapter
    from monitor.errors import SourceTrouble
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel
    from monitor.sweep.lines import Line
    from monitor.sweep.reconcile import Findings

DAILY = timedelta(days=1)


def upkeep_at(history: History, adapter: Adapter) -> datetime:
    """When the account at this source is looked at again (UTC); never for one without an account."""
    if not isinstance(adapter, KeepsAccount):
        return NEVER
    last = history.upkeep.listed_at(adapter.capability.name)
    return NEVER if last is None else last + DAILY


def list_due_at(history: History, source: str, at: datetime) -> None:
    """Have the list of the account looked at by then (UTC), if that would be later otherwise."""
    history.upkeep.listed_no_later(source, at - DAILY)


class Account:
    """The upkeep of one account in one pass. `troubles`: requests that failed as a whole; `notes` and
    `problems`: (number, sentence) of what was done, and of what the owner must know.
    """

    def __init__(
        self, line: Line, keeper: KeepsAccount, history: History, now: datetime, country: str
    ) -> None:
        self._line = line
        self._keeper = keeper
        self._history = history
        self._now = now
        self._errands = Errands(line, keeper, history, now, country)
        self._country = country
        self._quota_due = False
        self.answered = False  # the whole upkeep, to its last question
        self.troubles: list[SourceTrouble] = self._errands.troubles
        self.notes = self._errands.notes
        self.problems = self._errands.problems

    async def before(self) -> None:
        """Before anything is registered: what the account holds already, and what is owed to it.

        The first look at the list comes a day after the first pass: until then there is nothing to
        compare.
        """
        try:
            if await asyncio.to_thread(self._list_due):
                self._quota_due = True
                await self._compare()
        except Exception as error:  # noqa: BLE001 - as in polling: a fault here is one of that source
            self.troubles.append(as_trouble(error))
            return
        await self._errands.run()

    async def after(self, *, registered: bool) -> None:
        """After registering: what is left of the allowance."""
        if not (registered or self._quota_due):
            return
        try:
            reading = await self._keeper.quota(self._line.wire, self._now)
        except Exception as error:  # noqa: BLE001 - as above
            self.troubles.append(as_trouble(error))
            return
        self.answered = True
        await asyncio.to_thread(self._history.upkeep.keep_quota, self._line.name, reading)

    def told(self) -> None:
        """What has been said so far is said: only what comes now is new."""
        for said in (self.troubles, self.notes, self.problems):
            said.clear()

    def _list_due(self) -> bool:
        last = self._history.upkeep.listed_at(self._line.name)
        if last is None:
            self._history.upkeep.listed(self._line.name, self._now)
        return last is not None and abs(self._now - last) >= DAILY

    async def _compare(self) -> None:
        listing = await self._keeper.listed(self._line.wire)
        result = await asyncio.to_thread(self._apply, listing)
        gone = await self._confirmed(result.missing)
        await asyncio.to_thread(self._close, gone)

    def _known(self) -> tuple[list[Parcel], dict[int, SourceState]]:
        parcels = self._history.parcels.watched()
        found = self._history.sources.of([p.id for p in parcels])
        name = self._line.name
        return parcels, {i: states[name] for i, states in found.items() if name in states}

    def _apply(self, listing: Listing) -> Findings:
        """In one transaction, on what is known at that moment."""
        with self._history.write_tx():
            parcels, states = self._known()
            result = findings(listing, parcels, states, self._now)
            for parcel, row in result.found:
                self._found(parcel, row, states.get(parcel.id))
            for parcel, row in result.changed:
                self._errands.note_tracking(parcel, row, states.get(parcel.id))
        return result

    def _found(self, parcel: Parcel, row: Registered, state: SourceState | None) -> None:
        there = Enrolment(parcel.number, EnrolmentState.REGISTERED, row.carrier)
        self._history.sources.settle(parcel.id, self._line.name, there, self._now)
        if state is None or state.enrolment != EnrolmentState.REGISTERED:
            note = f"It is registered at {self._errands.title} already, which costs nothing."
            self.notes.append((parcel.number, note))

    async def _confirmed(self, missing: Sequence[Parcel]) -> list[Parcel]:
        """Those the source does not have, when asked for each by its number, either."""
        gone: list[Parcel] = []
        for batch in batches(missing, self._line.adapter.capability.batch):
            asks = [ask_of(p, None, self._country) for p in batch]
            listing = await self._keeper.listed(self._line.wire, asks)
            there = {row.number for row in listing.rows}
            gone += [p for p in batch if listing.whole and p.number.upper() not in there]
        return gone

    def _close(self, gone: Sequence[Parcel]) -> None:
        """A number the source has deleted is not registered again by itself: that would cost."""
        with self._history.write_tx():
            self._history.upkeep.listed(self._line.name, self._now)
            for parcel in gone:
                detail = _GONE.format(number=clean_text(parcel.number, 60), name=self._line.name)
                enrolment = Enrolment(parcel.number, EnrolmentState.GONE, detail=detail)
                self._history.sources.settle(parcel.id, self._line.name, enrolment, self._now)
                self.problems.append((parcel.number, detail))


_GONE = (
    "It is not in the source's list any more: it was deleted there. A new registration costs, and is "
    "made only when you ask for it: parcels edit {number} --adapter {name}"
)
