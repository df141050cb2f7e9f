"""Changes of registrations that are owed to a source: remembered before they are sent, then settled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.adapters.accounts import ChangeState
from monitor.adapters.contract import Enrolment, EnrolmentState, SourceTrouble
from monitor.message.texts import source_name
from monitor.rules.silence import LAST_WORDS
from monitor.sweep.dossiers import dossiers
from monitor.sweep.lines import as_trouble, ask_of, batches
from monitor.sweep.reconcile import may_go_on, meant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.accounts import Change, KeepsAccount, Registered
    from monitor.adapters.contract import Ask
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Dossier, Parcel
    from monitor.sweep.lines import Line

_AGAIN = frozenset({ChangeState.LATER, ChangeState.UNKNOWN})
Owing = tuple["Parcel", "SourceState"]


class Errands:
    """What is owed to one source, `title` to people. `troubles`: requests that failed as a whole; `notes` and
    `problems`: (number, sentence) of what was done, and of what was not.
    """

    def __init__(
        self, line: Line, keeper: KeepsAccount, history: History, now: datetime, country: str
    ) -> None:
        self._line = line
        self._keeper = keeper
        self._history = history
        self._now = now
        self._country = country
        self.title = source_name(line.name)
        self.troubles: list[SourceTrouble] = []
        self.notes: list[tuple[str, str]] = []
        self.problems: list[tuple[str, str]] = []

    async def run(self, only: Sequence[int] | None = None) -> None:
        """Settle all that is owed, or what is owed about these parcels (by id)."""
        try:
            await self._settle(only)
        except Exception as error:  # noqa: BLE001 - as in polling: a fault here is one of that source
            self.troubles.append(as_trouble(error))

    async def _settle(self, only: Sequence[int] | None) -> None:
        open_ = await asyncio.to_thread(self._open, only)
        lost = [pair for pair in open_ if pair[1].retrack == "sending"]
        for batch in batches(lost, self._line.adapter.capability.batch):
            await self._look_up(batch)
        if lost:
            open_ = await asyncio.to_thread(self._open, only)
        await self._track_again(open_)
        for parcel, state in await asyncio.to_thread(self._open, only) if open_ else ():
            if state.owes and state.enrolment == EnrolmentState.REGISTERED:
                await self._change(parcel, state)

    def _open(self, only: Sequence[int] | None) -> list[Owing]:
        ids = self._history.upkeep.unsettled(self._line.name)
        ids = ids if only is None else [i for i in ids if i in set(only)]
        states = self._history.sources.of(ids)
        parcels = self._history.parcels.by_ids(ids)
        return [(p, states[p.id][self._line.name]) for p in parcels if p.done_at is None]

    def _ask(self, parcel: Parcel, state: SourceState) -> Ask:
        return ask_of(parcel, state, self._country)

    # what a list says of tracking that stopped, or went on

    async def _look_up(self, batch: Sequence[Owing]) -> None:
        """What came of requests whose answer was lost, or after which the program died."""
        asks = [ask_of(parcel, None, self._country) for parcel, _ in batch]
        listing = await self._keeper.listed(self._line.wire, asks)
        await asyncio.to_thread(self._looked_up, batch, listing.rows)

    def _looked_up(self, batch: Sequence[Owing], rows: Sequence[Registered]) -> None:
        with self._history.write_tx():
            for parcel, state in batch:
                own = [row for row in rows if row.number == parcel.number.upper()]
                if own:
                    self.note_tracking(parcel, meant(own, parcel, state), state)

    def note_tracking(self, parcel: Parcel, row: Registered, state: SourceState | None) -> None:
        """Store what the list says, in the transaction that is open."""
        upkeep, name = self._history.upkeep, self._line.name
        before = "" if state is None else state.retrack
        was_stopped = state is not None and state.stopped_at is not None
        if row.stopped != was_stopped:
            at = (row.stopped_at or self._now) if row.stopped else None
            upkeep.stopped(parcel.id, name, at, row.stop_reason if at else "")
            if at:
                self.notes.append((parcel.number, f"{self.title} has stopped tracking it."))
        if row.retracked and before != "done":
            at = state.retrack_at if state is not None and before == "sending" else None
            upkeep.retracked(parcel.id, name, "done", "", at)
        elif before == "sending":
            upkeep.retracked(parcel.id, name, "", "", None)  # it never arrived

    # tracking again what the source has given up, once

    async def _track_again(self, open_: Sequence[Owing]) -> None:
        stopped = [(p, s) for p, s in open_ if may_go_on(s, over=False)]
        if not stopped:
            return
        known = await asyncio.to_thread(dossiers, self._history, [p.id for p, _ in stopped])
        wanted = [
            (p, s) for p, s in stopped if p.id in known and may_go_on(s, over=_over(known[p.id]))
        ]
        for batch in batches(wanted, self._line.adapter.capability.batch):
            await self._send_again(batch)

    async def _send_again(self, batch: Sequence[Owing]) -> None:
        await asyncio.to_thread(self._announce, [p.id for p, _ in batch])
        asks = [self._ask(parcel, state) for parcel, state in batch]
        try:
            found = await self._keeper.track_again(self._line.wire, asks)
        except SourceTrouble as trouble:
            if trouble.maybe_done:
                await self._look_up(await asyncio.to_thread(self._again, batch))
            else:
                await asyncio.to_thread(self._unsent, batch)
            raise
        await asyncio.to_thread(self._tracked, batch, {c.number: c for c in found})

    def _announce(self, ids: Sequence[int]) -> None:
        """Before the call: whatever breaks from here on, it may have been made."""
        with self._history.write_tx():
            self._history.upkeep.retracking(ids, self._line.name, self._now)

    def _again(self, batch: Sequence[Owing]) -> list[Owing]:
        return self._open([parcel.id for parcel, _ in batch])

    def _unsent(self, batch: Sequence[Owing]) -> None:
        with self._history.write_tx():
            for parcel, _ in batch:
                self._history.upkeep.retracked(parcel.id, self._line.name, "", "", None)

    def _tracked(self, batch: Sequence[Owing], found: Mapping[str, Change]) -> None:
        upkeep, name = self._history.upkeep, self._line.name
        with self._history.write_tx():
            for parcel, _ in batch:
                change = found[parcel.number]
                if change.state is ChangeState.UNKNOWN:
                    continue  # the next pass asks for it first
                if change.state is ChangeState.DONE:
                    upkeep.retracked(parcel.id, name, "done", "", self._now)
                    upkeep.stopped(parcel.id, name, None)
                    self.notes.append(
                        (parcel.number, f"{self.title} tracks it again (once, free).")
                    )
                elif change.state is ChangeState.LATER:
                    upkeep.retracked(parcel.id, name, "", change.detail, None)
                elif change.state is ChangeState.GONE:
                    upkeep.retracked(parcel.id, name, "", "", None)
                    self._gone(parcel, change)
                else:
                    upkeep.retracked(parcel.id, name, "refused", change.detail, self._now)
                    self.problems.append((parcel.number, change.detail))

    # another carrier, and what a carrier needs besides

    async def _change(self, parcel: Parcel, state: SourceState) -> None:
        if state.carrier_owed or state.final_carrier_owed:
            await self._move(parcel, state)
        if state.info_owed:
            change = await self._keeper.change_info(self._line.wire, self._ask(parcel, state))
            await asyncio.to_thread(self._informed, parcel, change)

    async def _move(self, parcel: Parcel, state: SourceState) -> None:
        carrier, final = state.carrier_owed, state.final_carrier_owed
        ask = replace(self._ask(parcel, state), carrier=state.carrier)
        try:
            change = await self._keeper.change_carrier(self._line.wire, ask, carrier, final)
        except SourceTrouble as trouble:
            row = await self._row(parcel, state) if trouble.maybe_done else None
            if row is not None and _as_wanted(row, carrier, final):
                await asyncio.to_thread(self._moved, parcel, carrier)
            raise
        doubtful = change.state in (ChangeState.REFUSED, ChangeState.GONE)
        row = await self._row(parcel, state) if doubtful else None
        if row is not None and _as_wanted(row, carrier, final):
            await asyncio.to_thread(self._moved, parcel, carrier)  # by an earlier call
        elif change.state is ChangeState.DONE:
            await asyncio.to_thread(self._moved, parcel, carrier)
        else:
            await asyncio.to_thread(self._not_moved, parcel, state, change, there=row is not None)

    async def _row(self, parcel: Parcel, state: SourceState) -> Registered | None:
        """The registration as the list shows it; the wanted carrier's where there are several."""
        listing = await self._keeper.listed(self._line.wire, [ask_of(parcel, None, self._country)])
        own = [row for row in listing.rows if row.number == parcel.number.upper()]
        moved = [row for row in own if row.carrier == state.carrier_owed]
        return next(iter(moved or own), None)

    def _moved(self, parcel: Parcel, carrier: str) -> None:
        upkeep, name = self._history.upkeep, self._line.name
        with self._history.write_tx():
            upkeep.owe_carrier(parcel.id, name, "", "")
            upkeep.say(parcel.id, name, "", carrier)
        which = f"carrier {carrier}" if carrier else "another last-mile carrier"
        self.notes.append((parcel.number, f"{self.title} asks {which} about it from now on."))

    def _not_moved(
        self, parcel: Parcel, state: SourceState, change: Change, *, there: bool
    ) -> None:
        upkeep, name = self._history.upkeep, self._line.name
        again = change.state is ChangeState.STOPPED and not state.retrack
        with self._history.write_tx():
            if again:
                upkeep.stopped(parcel.id, name, self._now)
            elif change.state not in _AGAIN:
                upkeep.owe_carrier(parcel.id, name, "", "")
                upkeep.say(parcel.id, name, change.detail)
            if change.state is ChangeState.GONE and not there:
                self._gone(parcel, change)
                return
        later = " It is tried again with the next pass."
        if again:
            detail = f"{self.title} has stopped tracking it; it is tracked again first, then moved."
            self.problems.append((parcel.number, detail + later))
        else:
            waits = change.state in _AGAIN
            self.problems.append((parcel.number, change.detail + (later if waits else "")))

    def _informed(self, parcel: Parcel, change: Change) -> None:
        upkeep, name = self._history.upkeep, self._line.name
        with self._history.write_tx():
            if change.state not in _AGAIN:
                upkeep.owe_info(parcel.id, name, owed=False)
            if change.state is ChangeState.GONE:
                self._gone(parcel, change)
                return
            if change.state is not ChangeState.DONE:
                upkeep.say(parcel.id, name, change.detail)
        if change.state is ChangeState.DONE:
            self.notes.append((parcel.number, f"{self.title} was told what the carrier needs."))
        else:
            self.problems.append((parcel.number, change.detail))

    def _gone(self, parcel: Parcel, change: Change) -> None:
        gone = Enrolment(parcel.number, EnrolmentState.GONE, detail=change.detail)
        self._history.sources.settle(parcel.id, self._line.name, gone, self._now)
        self.problems.append((parcel.number, change.detail))


def _as_wanted(row: Registered, carrier: str, final: str) -> bool:
    return (not carrier or row.carrier == carrier) and (not final or row.final_carrier == final)


def _over(dossier: Dossier) -> bool:
    """Delivered, returned or lost: that nobody asks any more is right."""
    return dossier.stage_event is not None and dossier.stage_event.stage in LAST_WORDS
