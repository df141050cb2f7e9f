"""What the events at the door amount to: which word of the carrier stands, and which it overtook."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.parcel import HAND, Stage, TimeQuality
from monitor.rules.customs import SAYS_NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from monitor.parcel import Dossier, Event

    Ends = Callable[[Event, Event], bool]

DAY = timedelta(days=1)
GOING_BACK = frozenset({Stage.RETURNING, Stage.RETURNED})
AT_THE_DOOR = frozenset({Stage.OUT_FOR_DELIVERY, Stage.PICKUP, Stage.DELIVERY_FAILED})
# After one of these a delivery said before is the matter of another rule.
ANOTHER_MATTER = GOING_BACK | {Stage.PICKUP, Stage.DELIVERY_FAILED, Stage.LOST_OR_DAMAGED}


def spoken(dossier: Dossier) -> tuple[Event, ...]:
    """The events that say where the parcel stands, oldest first."""
    return dossier.once(_spoken)


def _spoken(dossier: Dossier) -> tuple[Event, ...]:
    return tuple(e for e in dossier.events if e.moment is not None and e.stage not in SAYS_NOTHING)


def surely_after(event: Event, other: Event) -> bool:
    """Whether `event` is known to be later: a row without a date never is.

    Of a mere date the whole day may be meant, and two providers may each have assumed a zone.
    """
    if event.at is None or event.when is None or other.when is None:
        return False
    qualities = {event.time_quality, other.time_quality}
    same_clock = (event.source, event.provider) == (other.source, other.provider)
    vague = TimeQuality.DATE_ONLY in qualities or not (
        same_clock or qualities == {TimeQuality.EXACT}
    )
    return event.when >= other.when + DAY if vague else event.when > other.when


def run_of(dossier: Dossier, opens: Collection[Stage], ends: Ends) -> tuple[Event, ...]:
    """The events of these stages that nothing has ended yet, oldest first; empty: there are none.

    `ends` is asked about each later event and the newest of the run. What is not known to be later
    than a delivery opens nothing.
    """
    run: list[Event] = []
    if dossier.stages.isdisjoint(opens):
        return ()
    delivered: Event | None = None
    for event in spoken(dossier):
        if event.stage in opens:
            if delivered is None or surely_after(event, delivered):
                run.append(event)
        elif run and ends(event, run[-1]):
            run = []
        if event.stage is Stage.DELIVERED:
            delivered = event
    return tuple(run)


def way_back(dossier: Dossier) -> tuple[Event, ...]:
    """The words of a return that stands, and a delivery at its end: to the sender, most likely."""
    if dossier.stages.isdisjoint(GOING_BACK):
        return ()
    back: list[Event] = []
    delivered: Event | None = None
    for event in spoken(dossier):
        if event.stage in GOING_BACK:
            if back or delivered is None or surely_after(event, delivered):
                back.append(event)
        elif back and event.stage is Stage.DELIVERED:
            # Of a delivery the owner wrote down it is known to whom: it came after all.
            back = [] if event.source == HAND else [*back, event]
        elif _turned(event, dossier):
            back = []
        if event.stage is Stage.DELIVERED:
            delivered = event
    return tuple(back)


def _turned(event: Event, dossier: Dossier) -> bool:
    """Whether it is being delivered anew in the country it was sent to, or lost on its way back."""
    there = event.last_mile or event.country == dossier.destination != dossier.origin
    return event.stage is Stage.LOST_OR_DAMAGED or (event.stage in AT_THE_DOOR and there)


def delivery(dossier: Dossier) -> Event | None:
    """The newest word that it was delivered; None where it is another rule's matter by now."""
    if Stage.DELIVERED not in dossier.stages:
        return None
    events = spoken(dossier)
    newest = next((e for e in reversed(events) if e.stage is Stage.DELIVERED), None)
    if newest is None or newest in way_back(dossier):
        return None
    another = (e for e in events if e.stage in ANOTHER_MATTER)
    return None if any(surely_after(e, newest) for e in another) else newest


def denial(dossier: Dossier, delivered: Event) -> Event | None:
    """The first movement or word of customs that is surely later than a delivery."""
    return next((e for e in spoken(dossier) if surely_after(e, delivered)), None)


def owner_has_it(dossier: Dossier) -> bool:
    """Whether the newest stage the owner wrote down is a delivery: that needs no source."""
    if Stage.DELIVERED not in dossier.stages:
        return False
    written = [e for e in spoken(dossier) if e.source == HAND]
    return bool(written) and written[-1].stage is Stage.DELIVERED


def facts_of(event: Event) -> dict[str, str]:
    """What a message about this event needs to know; strings only."""
    return {
        "text": event.text,
        "at": event.when.isoformat() if event.when else "",
        "place": event.place,
    }
