"""What the customs events of a parcel amount to: the stay that is still open, and since when."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from monitor.parcel import Cause, Side, Stage, TimeQuality
from monitor.rules.arrivals import CUSTOMS_STAGES, Arrivals, is_dated, is_there

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
TROUBLES = IMPORT_LABELS | {Stage.EXPORT_CLEARANCE_EXCEPTION: Trouble.EXCEPTION}
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


class Stay(NamedTuple):
    """A stay in customs that nothing has ended yet.

    `side`: import, export, or transit. `opened`: the event it began with; `since` (UTC) when the
    matter began; `clock` (UTC) from when its silence counts; `last` the newest word of customs.
    `exception` is the first event that was more than a start. `demands`: the first event that asked
    for each thing (money, papers), in order, and `demand` the newest word that asked, as long as
    the demand stands; `was_asked` remembers one that stands no more. `refusal` the first refusal; `prohibited` the event that called the goods
    forbidden, seized or destroyed.
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
    was_asked: bool = False
    refusal: Event | None = None
    prohibited: Event | None = None


class TimeInCustoms(NamedTuple):
    """From when to when (UTC) customs had the parcel, as its events tell; None: it still has."""

    side: Side
    since: datetime
    until: datetime | None


def open_stay(dossier: Dossier) -> Stay | None:
    """The stay in customs that is open after the last event; None where there is none.

    A start at import customs that does not count yet hides no trouble at the customs of the origin:
    parcels are declared to both at once.
    """
    return dossier.once(_read).still


def times_in_customs(dossier: Dossier) -> tuple[TimeInCustoms, ...]:
    """Every time in customs that the events show, in the order they ended; the open one is last."""
    found = dossier.once(_read)
    if found.still is None:
        return found.over
    still = found.still
    return (*found.over, TimeInCustoms(still.side, still.since, None))


class _Found(NamedTuple):
    still: Stay | None = None
    over: tuple[TimeInCustoms, ...] = ()


def _read(dossier: Dossier) -> _Found:
    if CUSTOMS_STAGES.isdisjoint(dossier.stages):
        return _Found()
    arrivals = Arrivals(dossier)
    home: Stay | None = None
    abroad: Stay | None = None
    over: list[TimeInCustoms] = []
    for event in dossier.events:
        if event.stage in SAYS_NOTHING or (event.at is None and event.first_seen is None):
            continue  # without either it has no moment
        arrivals.note(event)
        if home is not None and _ends(home, event, dossier, arrivals):
            over += _over(_settled(home, arrivals), event)
            home = None
        if abroad is not None and _ends_abroad(abroad, event, dossier):
            over += _over(abroad, event)
            abroad = None
        trouble = TROUBLES.get(event.stage)
        if trouble is None:
            home = home and _scanned(home, event)
        elif (side := side_of(event, dossier)) is Side.IMPORT:
            home = _entered(home, event, trouble, side)
        elif trouble is not Trouble.START:
            # Money and papers are the sender's matter there: to the buyer it is held.
            abroad = _entered(abroad, event, Trouble.EXCEPTION, side)
    still = (None if home is None else _settled(home, arrivals)) or abroad
    return _Found(still, tuple(over))


def _over(stay: Stay | None, ended_by: Event) -> list[TimeInCustoms]:
    if stay is None or ended_by.moment is None or ended_by.moment <= stay.since:
        return []
    return [TimeInCustoms(stay.side, stay.since, ended_by.moment)]


def _settled(stay: Stay, arrivals: Arrivals) -> Stay | None:
    """The stay as it counts: a mere start not before the parcel is known to be there."""
    since = _since(stay, arrivals)
    if stay.trouble is not Trouble.START:
        return stay if since == stay.since else stay._replace(since=since)
    entered = arrivals.entered(stay.last)
    if entered is None:
        return None
    return stay._replace(since=since, clock=max(stay.clock, entered.moment or stay.clock))


def _since(stay: Stay, arrivals: Arrivals) -> datetime:
    """When the matter began. Declared on the way, not before the arrival; trouble shows that it is
    in the hands of customs, wherever it is.
    """
    if TROUBLES.get(stay.opened.stage) is not Trouble.START:
        return stay.since
    entered = arrivals.entered(stay.opened)
    if entered is None or entered is stay.opened or entered.moment is None:
        return stay.since
    trouble = None if stay.exception is None else stay.exception.moment
    if trouble is not None and trouble < entered.moment:
        return stay.since
    return max(stay.since, entered.moment)


def _scanned(stay: Stay, event: Event) -> Stay:
    """A dated scan with a place is a sign of life: the silence counts anew."""
    scan = event.stage is Stage.IN_TRANSIT and is_dated(event) and event.place
    if not scan or event.moment is None:
        return stay
    return stay._replace(clock=max(stay.clock, event.moment))


def side_of(event: Event, dossier: Dossier) -> Side:
    """Whose customs a customs event speaks of: its words first, then where it was made."""
    if event.stage in (Stage.EXPORT_CLEARANCE, Stage.EXPORT_CLEARANCE_EXCEPTION):
        return Side.EXPORT
    if event.side is not Side.UNKNOWN:
        return event.side
    if not event.country or event.country == dossier.destination:
        return Side.IMPORT
    if event.country == dossier.origin:
        return Side.EXPORT
    return Side.TRANSIT if dossier.destination else Side.IMPORT


def _ends(stay: Stay, event: Event, dossier: Dossier, arrivals: Arrivals) -> bool:
    """Whether `event` closes the stay. Import customs lets go only by what is listed."""
    if event.stage in ENDS_IMPORT:
        return True
    if event.stage is Stage.CLEARANCE_SUCCESS:
        return side_of(event, dossier) is Side.IMPORT
    problem = arrivals.entered(stay.last) if stay.trouble is Trouble.START else stay.last
    return problem is not None and _scan_beyond(problem, event, dossier)


def _ends_abroad(stay: Stay, event: Event, dossier: Dossier) -> bool:
    """Export and transit customs: release there, departure from there, or anything later.

    What is only on its way without a date is an explanation, and not known to be later.
    """
    if event.stage not in CUSTOMS_STAGES:
        return event.stage is not Stage.IN_TRANSIT or is_dated(event)
    routine = TROUBLES.get(event.stage) in (None, Trouble.START)
    return routine or side_of(event, dossier) is not stay.side


def _scan_beyond(problem: Event, event: Event, dossier: Dossier) -> bool:
    """A scan dated after the problem, made in the destination country or by the last mile."""
    if event.stage is not Stage.IN_TRANSIT or not is_dated(event):
        return False
    return _beyond(problem, event) and is_there(event, dossier)


def _beyond(problem: Event, event: Event) -> bool:
    """Whether `event` surely came after the problem: of a mere date the whole day may be meant."""
    if event.when is None or problem.when is None:
        return False
    if problem.time_quality is TimeQuality.DATE_ONLY:
        return event.when >= problem.when + timedelta(days=1)
    return event.when > problem.when


def _entered(stay: Stay | None, event: Event, trouble: Trouble, side: Side) -> Stay | None:
    """The stay after a customs event, which may open one, change it, or leave it as it was."""
    if event.moment is None:
        return stay
    if stay is None:
        fresh = Stay(side, trouble, event, event.moment, event.moment, event)
        if trouble is Trouble.START:
            return fresh
        return _noted(fresh, event, trouble, since=event.moment, clock=event.moment)
    return _continued(stay, event, trouble, event.moment)


def _continued(stay: Stay, event: Event, trouble: Trouble, moment: datetime) -> Stay:
    if _same_word(stay.last, event) or not (is_dated(event) or _worse(stay, event, trouble)):
        return stay
    # What was uploaded late may be older than what is known already.
    since, clock = min(stay.since, moment), max(stay.clock, moment)
    if trouble is Trouble.START:
        # Being processed again after a problem: no demand stands any more, the problem does.
        eased = stay.trouble in (Trouble.DEMAND, Trouble.EXCEPTION)
        now = Trouble.EXCEPTION if eased else stay.trouble
        moved = stay._replace(last=event, since=since, clock=clock, trouble=now)
        if not stay.demands:
            return moved
        return moved._replace(demands=(), demand=None, was_asked=True)
    if stay.trouble is Trouble.DEMAND and trouble is Trouble.EXCEPTION:
        # Held, because what was asked for has not come.
        return stay._replace(last=event, since=since, clock=clock)
    graver = Trouble.REFUSED if stay.trouble is Trouble.REFUSED else trouble
    return _noted(stay, event, graver, since=since, clock=clock)


_GRAVITY = {trouble: rank for rank, trouble in enumerate(Trouble)}


def _worse(stay: Stay, event: Event, trouble: Trouble) -> bool:
    """Whether even an undated row counts: it says something graver, or asks for something more."""
    graver = _GRAVITY[trouble] > _GRAVITY[stay.trouble]
    return graver or (stay.trouble is trouble and _asks_more(stay, event, trouble))


def _asks_more(stay: Stay, event: Event, trouble: Trouble) -> bool:
    return trouble is Trouble.DEMAND and event.stage not in {d.stage for d in stay.demands}


def _same_word(last: Event, event: Event) -> bool:
    return last.stage is event.stage and last.wording == event.wording


def _noted(stay: Stay, event: Event, trouble: Trouble, *, since: datetime, clock: datetime) -> Stay:
    """The stay with all that one word of trouble changes; in one step, since this is done often."""
    prohibited = event.cause is Cause.PROHIBITED and trouble is Trouble.REFUSED
    demanded = trouble is Trouble.DEMAND
    return stay._replace(
        trouble=trouble,
        since=since,
        clock=clock,
        last=event,
        exception=stay.exception or event,
        demands=(*stay.demands, event) if _asks_more(stay, event, trouble) else stay.demands,
        demand=event if demanded else stay.demand,
        refusal=stay.refusal or (event if trouble is Trouble.REFUSED else None),
        prohibited=stay.prohibited or (event if prohibited else None),
    )
