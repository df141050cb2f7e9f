"""When 17TRACK looks at a number, what it sees by then, and when it gives up looking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from monitor.sandbox.histories import midnight

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from monitor.sandbox.histories import ParcelHistory, ScriptedEvent

# Source of the four figures: 17TRACK's help articles on updates and on automatic stops.
SHORTEST_PAUSE = timedelta(hours=6)
LONGEST_PAUSE = timedelta(hours=12)
SILENCE_LIMIT = timedelta(days=30)
DELIVERED_LIMIT = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Planned:
    """One scripted event with its dates (aware UTC).

    No check before `shown_from` shows it; checks from `edited_from` show the edited text, checks
    from `gone_from` nothing.
    """

    event: ScriptedEvent
    carrier: int
    shipped: date
    at: datetime
    shown_from: datetime
    edited_from: datetime | None
    gone_from: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A parcel history laid out in time."""

    history: ParcelHistory
    events: tuple[Planned, ...]
    expired_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often one number is looked at, and how long after the first look the second comes."""

    period: timedelta
    phase: timedelta


@dataclass(slots=True)
class Span:
    """A time during which a number is tracked; `end` is known once somebody stopped it."""

    start: datetime
    first_check: datetime
    end: datetime | None = None


def lay_out(
    history: ParcelHistory, shipped: date, not_before: Callable[[ScriptedEvent], datetime]
) -> Plan:
    """The plan of a history whose day 0 is `shipped`; no event is shown before `not_before` of it."""
    legs = [(history.carrier, event) for event in history.events]
    if history.last_mile is not None:
        legs += [(history.last_mile.carrier, event) for event in history.last_mile.events]
    events = tuple(_planned(carrier, event, shipped, not_before(event)) for carrier, event in legs)
    expired = history.expired_on
    return Plan(history, events, None if expired is None else midnight(shipped, expired))


def _planned(carrier: int, event: ScriptedEvent, shipped: date, not_before: datetime) -> Planned:
    at = event.local(shipped).astimezone(UTC)
    return Planned(
        event=event,
        carrier=carrier,
        shipped=shipped,
        at=at,
        shown_from=max(at + timedelta(hours=event.uploaded_after), not_before),
        edited_from=None if event.edited_on is None else midnight(shipped, event.edited_on),
        gone_from=None if event.gone_on is None else midnight(shipped, event.gone_on),
    )


def rhythm_of(number: str) -> Rhythm:
    """Stable for a number, different between numbers, within 6 to 12 hours."""
    seed = crc32(number.encode())
    spread = (LONGEST_PAUSE - SHORTEST_PAUSE) // timedelta(minutes=1)
    period = SHORTEST_PAUSE + timedelta(minutes=seed % (spread + 1))
    return Rhythm(period, period * ((seed >> 10) % 1000 + 1) / 1000)


def check_before(span: Span, rhythm: Rhythm, moment: datetime) -> datetime | None:
    """The last look of the span at or before `moment`."""
    if moment < span.first_check:
        return None
    second = span.first_check + rhythm.phase
    if moment < second:
        return span.first_check
    return second + (moment - second) // rhythm.period * rhythm.period


def check_after(span: Span, rhythm: Rhythm, moment: datetime) -> datetime:
    """The first look of the span at or after `moment`."""
    if moment <= span.first_check:
        return span.first_check
    second = span.first_check + rhythm.phase
    if moment <= second:
        return second
    return second - (second - moment) // rhythm.period * rhythm.period


def seen(plan: Plan | None, check: datetime | None) -> list[Planned]:
    """What the look at `check` shows, newest first by the events' own time."""
    if plan is None or check is None:
        return []
    there = [
        planned
        for planned in reversed(plan.events)
        if planned.shown_from <= check and (planned.gone_from is None or check < planned.gone_from)
    ]
    return sorted(there, key=lambda planned: planned.at, reverse=True)


def sub_status(plan: Plan | None, shown: Sequence[Planned], check: datetime | None) -> str:
    """The state of the parcel as a sub-status: that of the newest event, NotFound without any."""
    if plan is None or check is None or not shown:
        return "NotFound_Other"
    expired = plan.expired_from
    if expired is not None and shown[0].at < expired <= check:
        return "Expired_Other"
    return shown[0].event.code


def quiet_end(span: Span, rhythm: Rhythm, plan: Plan | None) -> datetime:
    """When the service stops by itself (aware UTC): a function of the plan alone.

    After 30 days in which no look showed a new event, or 15 days after a look that showed the
    parcel delivered without any change since.
    """
    known: set[Planned] = set()
    limit = span.start + SILENCE_LIMIT
    heard = span.start
    for check in _changing_checks(span, rhythm, plan):
        if check >= limit:
            break
        shown = seen(plan, check)
        if not known.issuperset(shown):
            heard = check
            known.update(shown)
        limit = heard + SILENCE_LIMIT
        if sub_status(plan, shown, check).startswith("Delivered"):
            limit = min(limit, check + DELIVERED_LIMIT)
    return limit


def _changing_checks(span: Span, rhythm: Rhythm, plan: Plan | None) -> list[datetime]:
    if plan is None:
        return []
    moments = [
        moment
        for planned in plan.events
        for moment in (planned.shown_from, planned.edited_from, planned.gone_from)
        if moment is not None
    ]
    if plan.expired_from is not None:
        moments.append(plan.expired_from)
    return sorted({check_after(span, rhythm, moment) for moment in moments})
