"""What the customs events of a parcel amount to: the stay that is still open, and since when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.parcel import Cause, Side, Stage

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.parcel import Dossier, Event


class Trouble(StrEnum):
    """How an open stay in customs stands, from the mildest on."""

    START = "start"  # handed in, nothing unusual said
    EXCEPTION = "exception"  # held, delayed, looked at more closely
    DEMAND = "demand"  # money or papers were asked for
    REFUSED = "refused"


IMPORT_LABELS = {
    Stage.CLEARANCE_START: Trouble.START,
    Stage.CLEARANCE_EXCEPTION: Trouble.EXCEPTION,
    Stage.CLEARANCE_PAYMENT_DUE: Trouble.DEMAND,
    Stage.CLEARANCE_DOCUMENTS_NEEDED: Trouble.DEMAND,
    Stage.CLEARANCE_FAILURE: Trouble.REFUSED,
}
CUSTOMS_STAGES = frozenset(
    {
        *IMPORT_LABELS,
        Stage.CLEARANCE_SUCCESS,
        Stage.EXPORT_CLEARANCE,
        Stage.EXPORT_CLEARANCE_EXCEPTION,
    }
)
ENDS_IMPORT = frozenset(
    {
        Stage.OUT_FOR_DELIVERY,
        Stage.PICKUP,
        Stage.DELIVERED,
        Stage.DELIVERY_FAILED,
        Stage.RETURNING,
        Stage.RETURNED,
        Stage.LOST_OR_DAMAGED,
    }
)
# No movement and no word of customs: neither ends nor restarts anything.
SAYS_NOTHING = frozenset({Stage.OTHER, Stage.UNKNOWN, Stage.INFO_RECEIVED})
ARRIVAL_CODES = frozenset({"InTransit_Arrival"})


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay in customs that nothing has ended yet.

    `side`: import, export, or transit. `opened`: the event it began with; `since` (UTC) when the
    matter began; `clock` (UTC) from when its silence counts; `last` the newest word of customs.
    `exception` is the first event that was more than a start, `demands` the first event that asked
    for each thing (money, papers), in order, `demand` the newest of them; `refusal` the first
    refusal; `prohibited` the event that called the goods forbidden, seized or destroyed.
    """

    side: Side
    trouble: Trouble
    opened: Event
    since: datetime
    clock: datetime
    last: Event
    exception: Event | None = None
    demands: tuple[Event, ...] = ()
    demand: Event | None = None
    refusal: Event | None = None
    prohibited: Event | None = None


def open_stay(dossier: Dossier) -> Stay | None:
    """The stay in customs that is open after the last event; None where there is none."""
    arrivals = _Arrivals(dossier)
    stay: Stay | None = None
    for event in dossier.events:
        if event.when is None or event.moment is None or event.stage in SAYS_NOTHING:
            continue
        arrivals.note(event)
        if stay is not None and _ends(stay, event, dossier):
            stay = None
        if event.stage in CUSTOMS_STAGES:
            stay = _enter(stay, event, dossier)
        elif stay is not None and event.stage is Stage.IN_TRANSIT and _dated(event) and event.place:
            stay = replace(stay, clock=max(stay.clock, event.moment))
    return None if stay is None else arrivals.settle(stay)


def _dated(event: Event) -> bool:
    return event.at is not None


def side_of(event: Event, dossier: Dossier) -> Side:
    """Whose customs a customs event speaks of: its words first, then where it was made."""
    if event.stage in (Stage.EXPORT_CLEARANCE, Stage.EXPORT_CLEARANCE_EXCEPTION):
        return Side.EXPORT
    if event.side is not Side.UNKNOWN:
        return event.side
    if not event.country or event.country == dossier.destination or not dossier.destination:
        return Side.IMPORT
    return Side.EXPORT if event.country == dossier.origin else Side.TRANSIT


def _trouble(event: Event) -> Trouble | None:
    if event.stage is Stage.EXPORT_CLEARANCE_EXCEPTION:
        return Trouble.EXCEPTION
    return IMPORT_LABELS.get(event.stage)


def _ends(stay: Stay, event: Event, dossier: Dossier) -> bool:
    """Whether `event` closes the stay. Import customs lets go only by what is listed."""
    if stay.side is not Side.IMPORT:
        return _ends_abroad(stay, event, dossier)
    if event.stage in ENDS_IMPORT:
        return True
    if event.stage is Stage.CLEARANCE_SUCCESS:
        return side_of(event, dossier) is Side.IMPORT
    return False if stay.trouble is Trouble.START else _scan_beyond(stay.last, event, dossier)


def _ends_abroad(stay: Stay, event: Event, dossier: Dossier) -> bool:
    """Export and transit customs: release there, departure from there, or anything later."""
    if event.stage not in CUSTOMS_STAGES:
        return True
    routine = _trouble(event) in (None, Trouble.START)
    return routine or side_of(event, dossier) is not stay.side


def _scan_beyond(problem: Event, event: Event, dossier: Dossier) -> bool:
    """A scan dated after the problem, made in the destination country or by the last mile."""
    if event.stage is not Stage.IN_TRANSIT or event.at is None:
        return False
    after = problem.when is not None and event.at > problem.when
    return after and _is_there(event, dossier)


def _is_there(event: Event, dossier: Dossier) -> bool:
    there = dossier.destination != "" and event.country == dossier.destination
    return there or event.last_mile


def _enter(stay: Stay | None, event: Event, dossier: Dossier) -> Stay | None:
    """The stay after a customs event, which may open one, change it, or leave it as it was."""
    trouble, side = _trouble(event), side_of(event, dossier)
    if trouble is None:
        return stay
    if stay is None or (stay.side is not side and side is Side.IMPORT):
        return _opened(event, trouble, side)
    if stay.side is not side:
        return stay  # a word of the origin's customs does not touch the stay in the destination
    return _continued(stay, event, trouble)


def _opened(event: Event, trouble: Trouble, side: Side) -> Stay | None:
    if side is not Side.IMPORT and trouble is Trouble.START:
        return None  # a routine step on the way opens nothing
    if event.moment is None:
        return None
    fresh = Stay(side, trouble, event, event.moment, event.moment, event)
    return _noted(fresh, event, trouble)


def _continued(stay: Stay, event: Event, trouble: Trouble) -> Stay:
    if not _dated(event) or _same_word(stay.last, event) or event.moment is None:
        return stay
    moved = replace(stay, last=event, clock=max(stay.clock, event.moment))
    if trouble is Trouble.START:
        # Being processed again after a problem: no demand stands any more, the problem does.
        eased = stay.trouble in (Trouble.DEMAND, Trouble.EXCEPTION)
        return replace(moved, trouble=Trouble.EXCEPTION if eased else stay.trouble)
    if stay.trouble is Trouble.DEMAND and trouble is Trouble.EXCEPTION:
        return moved  # held, because what was asked for has not come
    if stay.trouble is Trouble.REFUSED and trouble is not Trouble.REFUSED:
        return moved
    return _noted(replace(moved, trouble=trouble), event, trouble)


def _same_word(last: Event, event: Event) -> bool:
    return last.stage is event.stage and last.wording == event.wording


def _noted(stay: Stay, event: Event, trouble: Trouble) -> Stay:
    prohibited = event.cause is Cause.PROHIBITED and trouble is Trouble.REFUSED
    demanded = trouble is Trouble.DEMAND
    new_demand = demanded and event.stage not in {d.stage for d in stay.demands}
    return replace(
        stay,
        exception=stay.exception or (event if trouble is not Trouble.START else None),
        demands=(*stay.demands, event) if new_demand else stay.demands,
        demand=event if demanded else stay.demand,
        refusal=stay.refusal or (event if trouble is Trouble.REFUSED else None),
        prohibited=stay.prohibited or (event if prohibited else None),
    )


class _Arrivals:
    """When it was first known that the parcel is in the destination country.

    A customs start is no proof of arrival: pre-declarations come before export clearance.
    """

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._seen: list[Event] = []

    def note(self, event: Event) -> None:
        scanned = event.stage is Stage.IN_TRANSIT or event.stage in CUSTOMS_STAGES
        if event.code in ARRIVAL_CODES or (scanned and _is_there(event, self._dossier)):
            self._seen.append(event)

    def settle(self, stay: Stay) -> Stay | None:
        """A mere start counts from the arrival, and ends with a scan after that."""
        if stay.side is not Side.IMPORT or stay.trouble is not Trouble.START:
            return stay
        if not self._seen:
            return None
        there = any(_not_after(e, stay.last) for e in self._seen)
        entered = stay.last if there else self._seen[0]
        if any(_scan_beyond(entered, e, self._dossier) for e in self._seen):
            return None
        known = entered.moment or stay.clock
        since = stay.since if there else max(stay.since, known)
        return replace(stay, since=since, clock=max(stay.clock, known))


def _not_after(event: Event, other: Event) -> bool:
    return event.when is not None and other.when is not None and event.when <= other.when
