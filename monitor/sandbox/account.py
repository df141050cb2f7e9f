"""What 17TRACK keeps for one key: registrations, quota, and the parcels that exist in its world."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.sandbox import refusals
from monitor.sandbox.carriers import CARRIERS, detect
from monitor.sandbox.histories import ParcelHistory
from monitor.sandbox.refusals import RefusedError
from monitor.sandbox.registration import Registration, Standing, standing
from monitor.sandbox.timeline import Span, lay_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from monitor.sandbox.clock import Clock
    from monitor.sandbox.histories import ScriptedEvent
    from monitor.sandbox.registration import Key
    from monitor.sandbox.timeline import Plan

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the account may register: in all, and per UTC day (0 = no daily limit)."""

    total: int
    per_day: int = 0


class Account:
    """The state behind one key. Not thread-safe: the server calls it under one lock."""

    def __init__(self, clock: Clock, allowance: Allowance, first_result_after: timedelta) -> None:
        self.clock = clock
        self.allowance = allowance
        self.first_result_after = first_result_after
        self.quota_used = 0
        self.charges: Counter[str] = Counter()
        self.registrations: dict[Key, Registration] = {}
        self._carriers_of: dict[str, list[int]] = {}
        self._plans: dict[Key, Plan] = {}
        self._canned: dict[Key, Mapping[str, Any]] = {}
        self._detected: dict[str, int] = {}
        self._registered_on: Counter[date] = Counter()

    # the parcels that exist, whether anybody asks about them or not

    def script(self, history: ParcelHistory) -> None:
        """Adds a history, or puts another in its place: news is seen by the next look only."""
        self._plan(history)
        self._detected[history.number] = history.detected_as or history.carrier
        last_mile = history.last_mile
        if last_mile is not None:
            self._plan(
                ParcelHistory(
                    last_mile.number,
                    last_mile.carrier,
                    last_mile.events,
                    origin=history.origin,
                    destination=history.destination,
                    shipped=history.shipped,
                    language=last_mile.language,
                )
            )

    def can(self, number: str, item: Mapping[str, Any]) -> None:
        """Serves `item` verbatim as the answer about `number` once it is registered."""
        carrier = int(item["carrier"])
        self._canned[number, carrier] = copy.deepcopy(dict(item))
        self._detected.setdefault(number, carrier)

    def plan(self, key: Key) -> Plan | None:
        return self._plans.get(key)

    def canned(self, key: Key) -> Mapping[str, Any] | None:
        return self._canned.get(key)

    def _plan(self, history: ParcelHistory) -> None:
        key = (history.number, history.carrier)
        now = self.clock.now
        before = self._plans.get(key)
        record = self.registrations.get(key)
        shown_from: dict[ScriptedEvent, datetime] = {}
        if before is not None:
            shown_from = {planned.event: planned.shown_from for planned in before.events}
        fresh = now if record is not None else _ALWAYS
        shipped = history.shipped or (
            before.events[0].shipped if before and before.events else now.date()
        )
        self._plans[key] = lay_out(history, shipped, lambda event: shown_from.get(event, fresh))
        if record is not None:
            record.quiet_end = None

    # carriers

    def knows_carrier(self, key: int) -> bool:
        return key in CARRIERS or any(carrier == key for _, carrier in self._plans)

    def carrier_for(self, number: str, given: int) -> tuple[int, int]:
        """The carrier a number is registered with, and how it was found (1 detected, 2 as given).

        Raises RefusedError for an unknown carrier and for a number nothing is detected for.
        """
        if not given:
            found = self._detected.get(number) or detect(number)
            if found is None:
                raise RefusedError(refusals.NOT_DETECTED, number)
            return found, 1
        if not self.knows_carrier(given):
            raise RefusedError(refusals.UNKNOWN_CARRIER, str(given))
        right = self._detected.get(number)
        plan = self.plan((number, right)) if right else None
        if plan is not None and plan.history.corrects_carrier and right != given:
            return plan.history.carrier, 1
        return given, 2

    # registrations

    def standing(self, record: Registration) -> Standing:
        return standing(record, self.plan(record.key), self.clock.now)

    def find(self, number: str, carrier: int) -> list[Registration]:
        """The registrations of a number, of one carrier or (0) of all; purged ones are gone."""
        carriers = [c for c in self._carriers_of.get(number, ()) if carrier in (0, c)]
        found = [self.registrations[number, key] for key in carriers]
        for record in found:
            if self.standing(record).purged:
                self.remove(record)
        return [record for record in found if record.key in self.registrations]

    def every(self) -> list[Registration]:
        """All registrations in the order in which they were made."""
        return [each for number in list(self._carriers_of) for each in self.find(number, 0)]

    def charge(self, number: str, cost: int) -> None:
        """Takes quota for a registration. Raises RefusedError where none is left."""
        if self.quota_used >= self.allowance.total:
            raise RefusedError(refusals.QUOTA_USED_UP)
        if self.allowance.per_day and self.registered_today >= self.allowance.per_day:
            raise RefusedError(refusals.DAILY_LIMIT)
        self.quota_used += cost
        self.charges[number] += cost
        self._registered_on[self.clock.now.date()] += 1

    def top_up(self, numbers: int) -> None:
        self.allowance = replace(self.allowance, total=self.allowance.total + numbers)

    @property
    def registered_today(self) -> int:
        return self._registered_on[self.clock.now.date()]

    def add(self, number: str, carrier: int, origin: int, said: dict[str, Any]) -> Registration:
        now = self.clock.now
        span = Span(now, now + self.first_result_after)
        record = Registration(number, carrier, origin, now, [span], said)
        self._enter(record)
        return record

    def remove(self, record: Registration) -> None:
        del self.registrations[record.key]
        self._carriers_of[record.number].remove(record.carrier)
        if not self._carriers_of[record.number]:
            del self._carriers_of[record.number]

    def move(self, record: Registration, carrier: int) -> None:
        """Puts a registration under another carrier: what the old one said is forgotten."""
        self.remove(record)
        record.carrier = carrier
        record.spans.clear()
        self._enter(record)

    def _enter(self, record: Registration) -> None:
        self.registrations[record.key] = record
        self._carriers_of.setdefault(record.number, []).append(record.carrier)
