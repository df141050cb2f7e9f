"""Parcels laid out in time, for servers that show each of them as it stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.sandbox.histories import ParcelHistory
from monitor.sandbox.timeline import lay_out, seen

if TYPE_CHECKING:
    from monitor.sandbox.clock import Clock
    from monitor.sandbox.histories import ScriptedEvent
    from monitor.sandbox.timeline import Plan, Planned

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a source has it now: `wall` is the clock of the place (naive), `at` UTC."""

    event: ScriptedEvent
    text: str
    wall: datetime
    at: datetime


class Scripted:
    """The parcels that exist for one server. Not thread-safe: it is called under the server's lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._plans: dict[str, Plan] = {}

    def script(self, history: ParcelHistory) -> None:
        """Lets a parcel exist, its last mile under that one's own number, too."""
        now = self._clock.now
        shipped = history.shipped or now.date()
        self._plans[history.number] = lay_out(history, shipped, lambda _: _ALWAYS)
        mile = history.last_mile
        if mile is not None and mile.number != history.number:
            alone = ParcelHistory(
                mile.number, mile.carrier, mile.events, origin=history.origin,
                destination=history.destination,
            )  # fmt: skip
            self._plans[mile.number] = lay_out(alone, shipped, lambda _: _ALWAYS)

    def history(self, number: str) -> ParcelHistory | None:
        plan = self._plans.get(number)
        return None if plan is None else plan.history

    def told(self, number: str) -> list[Told]:
        """What is shown of a number now, newest first."""
        now = self._clock.now
        return [_told(planned, now) for planned in seen(self._plans.get(number), now)]


def _told(planned: Planned, now: datetime) -> Told:
    edited = planned.edited_from is not None and planned.edited_from <= now
    text = planned.event.edited_to if edited else planned.event.description
    wall = planned.event.local(planned.shipped).replace(tzinfo=None)
    return Told(planned.event, text, wall, planned.at)
