"""One parcel's way as a row of stays: when each leg began, and when it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.parcel import HAND, Side, Stage
from monitor.rules.customs import ENDS_IMPORT, IMPORT_LABELS, side_of
from monitor.rules.door import delivery
from monitor.rules.whereabouts import Leg as Whereabouts, leg_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from monitor.parcel import Dossier, Event

DAY = timedelta(days=1)
_NO_SCAN = frozenset({Stage.UNKNOWN, Stage.OTHER, Stage.INFO_RECEIVED})
_WENT_WRONG = frozenset({Stage.RETURNING, Stage.RETURNED, Stage.LOST_OR_DAMAGED})


class Leg(StrEnum):
    """A part of the way, in its order; `TOTAL` is all of it."""

    HANDLING = "handling"  # ordered, until a carrier has it
    ORIGIN = "origin"  # until it has left the country it comes from
    LINE_HAUL = "line_haul"  # until it is in the country it goes to
    CLEARANCE = "clearance"  # in import customs
    LAST_MILE = "last_mile"  # from customs, or from its arrival, to the door
    TOTAL = "total"  # from the order, else from the first scan, to the door


class Outcome(StrEnum):
    """How it ended, as far as anybody knows."""

    RECEIVED = "received"
    WRONG = "wrong"  # lost, refunded, refused, going back
    OTHERWISE = "otherwise"  # finished in a way that is nobody's fault: cancelled
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Stay:
    """One leg of one parcel (times aware UTC). `ended` None: it has not, as of the last look at
    `seen` where the parcel is under way, and never will where that is None.
    """

    leg: Leg
    begun: datetime
    ended: datetime | None = None
    seen: datetime | None = None

    @property
    def days(self) -> float:
        """How long it took, or has taken so far."""
        return ((self.ended or self.seen or self.begun) - self.begun) / DAY


@dataclass(frozen=True, slots=True)
class Journey:
    """One parcel as experience: countries alpha-2, `carrier` and `seller` as they are told; "" is unknown."""

    number: str
    origin: str
    destination: str
    carrier: str
    seller: str
    begun: datetime
    stays: tuple[Stay, ...]
    outcome: Outcome

    @property
    def route(self) -> tuple[str, str] | None:
        """None where one end of it is not known: that is no route to compare with."""
        return (self.origin, self.destination) if self.origin and self.destination else None

    def stay(self, leg: Leg) -> Stay | None:
        return next((stay for stay in self.stays if stay.leg is leg), None)

    @property
    def under_way(self) -> Stay | None:
        """The leg it is on now, as far as it is known."""
        parts = (stay for stay in self.stays if stay.leg is not Leg.TOTAL)
        return next((stay for stay in parts if stay.ended is None and stay.seen), None)


@dataclass(frozen=True, slots=True)
class _Way:
    """When what happened first (UTC); None is not known, or not yet."""

    ordered: datetime | None
    shipped: datetime | None
    left: datetime | None
    arrived: datetime | None
    entered: datetime | None
    released: datetime | None
    delivered: datetime | None


def journey_of(dossier: Dossier) -> Journey:
    """What one parcel, finished or under way, has to say."""
    parcel, way = dossier.parcel, _way(dossier)
    outcome = _outcome(dossier, way)
    seen = _seen(dossier) if outcome is Outcome.RUNNING else None
    scans = [event for event in dossier.events if event.source != HAND and event.provider]
    return Journey(
        number=parcel.number,
        origin=dossier.origin,
        destination=dossier.destination,
        carrier=scans[-1].provider if scans else "",
        seller=parcel.seller,
        begun=way.ordered or way.shipped or parcel.added_at,
        stays=tuple(_stays(way, seen)),
        outcome=outcome,
    )


def _outcome(dossier: Dossier, way: _Way) -> Outcome:
    """The owner's word first: it came after all, or the money is back."""
    done_as = dossier.parcel.done_as
    if done_as:
        return _BY_OWNER.get(done_as, Outcome.OTHERWISE)
    newest = dossier.stage_event
    if newest is not None and newest.stage in _WENT_WRONG:
        return Outcome.WRONG
    return Outcome.RUNNING if way.delivered is None else Outcome.RECEIVED


_BY_OWNER = {
    "received": Outcome.RECEIVED,
    "lost": Outcome.WRONG,
    "refunded": Outcome.WRONG,
}


def _seen(dossier: Dossier) -> datetime | None:
    """Up to when it is known that it is still under way: the last look, or the last event."""
    known = [m for m in (dossier.witnessed, dossier.last_change) if m is not None]
    return max(known, default=None)


def _way(dossier: Dossier) -> _Way:
    dated = [event for event in dossier.events if event.at is not None and event.when is not None]
    scans = [event for event in dated if event.stage not in _NO_SCAN]
    left = _first(e for e in scans if leg_of(e, dossier) is Whereabouts.LINE_HAUL)
    arrived = _first(e for e in scans if _is_there(e, dossier))
    entered, released = _customs(scans, arrived, dossier)
    return _Way(
        ordered=_midnight(dossier.parcel.ordered),
        shipped=_first(iter(scans)) or _midnight(dossier.parcel.shipped),
        left=left if left is None or arrived is None or left <= arrived else None,
        arrived=arrived,
        entered=entered,
        released=released,
        delivered=_delivered(dossier),
    )


def _is_there(event: Event, dossier: Dossier) -> bool:
    """A parcel is declared to import customs before it has come: that is no arrival."""
    declared = event.stage is Stage.CLEARANCE_START
    return not declared and leg_of(event, dossier) is Whereabouts.ELSEWHERE


def _customs(
    scans: list[Event], arrived: datetime | None, dossier: Dossier
) -> tuple[datetime | None, datetime | None]:
    """When import customs had it first, not before it was there, and when it let go."""
    if arrived is None:
        return None, None
    words = (e for e in scans if e.stage in IMPORT_LABELS and side_of(e, dossier) is Side.IMPORT)
    word = _first(words)
    if word is None:
        return None, None
    entered = max(word, arrived)
    after = (e for e in scans if e.when is not None and e.when >= entered)
    return entered, _first(e for e in after if _lets_go(e, dossier))


def _lets_go(event: Event, dossier: Dossier) -> bool:
    released = event.stage is Stage.CLEARANCE_SUCCESS and side_of(event, dossier) is Side.IMPORT
    return released or event.stage in ENDS_IMPORT


def _delivered(dossier: Dossier) -> datetime | None:
    """The delivery that stands; else the day the owner told, where it was received."""
    said = delivery(dossier)
    if said is not None and said.at is not None:
        return said.when
    parcel = dossier.parcel
    return parcel.done_at if parcel.done_as == "received" else None


def _first(events: Iterator[Event]) -> datetime | None:
    return next((event.when for event in events), None)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _stays(way: _Way, seen: datetime | None) -> Iterator[Stay]:
    """The legs that have ended, and the one the parcel is on; what ends before it begins is left out,
    as two sources or two zones disagree there.
    """
    now_on = _now_on(way)
    for leg, (begun, ended) in _ends(way).items():
        if begun is None or (ended is not None and ended < begun):
            continue
        if ended is not None:
            yield Stay(leg, begun, ended)
        elif leg in (now_on, Leg.TOTAL):
            yield Stay(leg, begun, seen=None if seen is None else max(seen, begun))


def _ends(way: _Way) -> dict[Leg, tuple[datetime | None, datetime | None]]:
    in_customs = way.entered is not None and way.released is None
    at_hand = None if in_customs else way.released or way.arrived
    return {
        Leg.HANDLING: (way.ordered, way.shipped),
        Leg.ORIGIN: (way.shipped, way.left),
        Leg.LINE_HAUL: (way.left, way.arrived),
        Leg.CLEARANCE: (way.entered, way.released),
        Leg.LAST_MILE: (at_hand, way.delivered),
        Leg.TOTAL: (way.ordered or way.shipped, way.delivered),
    }


def _now_on(way: _Way) -> Leg | None:
    """The leg after the last milestone that is known: one that was passed unseen is not open."""
    if way.delivered is not None:
        return None
    if way.entered is not None and way.released is None:
        return Leg.CLEARANCE
    if way.released is not None or way.arrived is not None:
        return Leg.LAST_MILE
    if way.left is not None:
        return Leg.LINE_HAUL
    return Leg.ORIGIN if way.shipped is not None else Leg.HANDLING
