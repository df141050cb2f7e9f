"""What shows that a parcel has reached the country it goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.parcel import Stage

if TYPE_CHECKING:
    from monitor.parcel import Dossier, Event

CUSTOMS_STAGES = frozenset(
    {
        Stage.CLEARANCE_START,
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_PAYMENT_DUE,
        Stage.CLEARANCE_DOCUMENTS_NEEDED,
        Stage.CLEARANCE_FAILURE,
        Stage.CLEARANCE_SUCCESS,
        Stage.EXPORT_CLEARANCE,
        Stage.EXPORT_CLEARANCE_EXCEPTION,
    }
)
ARRIVAL_CODES = frozenset({"InTransit_Arrival", "LH_ARRIVE"})  # 17TRACK, Cainiao


def is_dated(event: Event) -> bool:
    return event.at is not None


def is_there(event: Event, dossier: Dossier) -> bool:
    """Whether an event was made in the destination country or by the carrier at the door."""
    there = dossier.destination != "" and event.country == dossier.destination
    return there or event.last_mile


def has_arrived(event: Event, dossier: Dossier) -> bool:
    """Whether the code says arrival. Sources give it at hubs on the way, too: see the place."""
    if event.code not in ARRIVAL_CODES:
        return False
    return event.country == "" or dossier.destination in ("", event.country)


class Arrivals:
    """When it was first known that the parcel is in the destination country.

    A customs start is no proof of arrival: pre-declarations come before export clearance.
    """

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._first: Event | None = None

    def note(self, event: Event) -> None:
        """Looks at one event more, in order of time."""
        # Most events say nothing of an arrival, and every event of every parcel comes by here.
        if self._first is None and (
            event.country == self._dossier.destination
            or event.code in ARRIVAL_CODES
            or event.last_mile
        ):
            self._first = event if self._shows(event) else None

    def _shows(self, event: Event) -> bool:
        scanned = event.stage is Stage.IN_TRANSIT or event.stage in CUSTOMS_STAGES
        there = scanned and is_there(event, self._dossier)
        return there or has_arrived(event, self._dossier)

    def entered(self, last: Event) -> Event | None:
        """The event from which a start counts: `last`, its newest word, or the arrival after it."""
        if self._first is None:
            return None
        return last if _not_after(self._first, last) else self._first


def _not_after(event: Event, other: Event) -> bool:
    return event.when is not None and other.when is not None and event.when <= other.when
