"""Which sources look at which parcel: the free one that knows its numbers first, the paid one later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.adapters.contract import EnrolmentState, FailureKind, Registering
from monitor.rules.precedence import STUCK_RULES
from monitor.schedule import Severity
from monitor.sweep.numbers_of import followed_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from monitor.adapters.contract import Adapter
    from monitor.circuit import Health
    from monitor.history.sources import SourceState
    from monitor.parcel import Alias, Parcel
    from monitor.schedule import Episode

PATIENCE = timedelta(days=1)  # how long a source that leads may know nothing, or be blind
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_SHUT_OUT = frozenset({EnrolmentState.REFUSED, EnrolmentState.GONE})
AHEAD = timedelta(days=1)  # so long before a parcel is called stuck another source is asked


@dataclass(frozen=True, slots=True)
class Outlook:
    """What decides who looks at one parcel.

    `states` are what each source knows of it, `alarm_at` is when it will be called stuck (UTC) if
    nothing moves; None: not as far as can be seen. `aliases` are the other numbers it goes by.
    """

    parcel: Parcel
    states: Mapping[str, SourceState]
    alarm_at: datetime | None = None
    aliases: tuple[Alias, ...] = ()


def looking(
    outlook: Outlook,
    adapters: Sequence[Adapter],
    healths: Mapping[str, Health],
    now: datetime,
) -> frozenset[str]:
    """The names of the sources that are asked about the parcel.

    What the owner chose wins. Else every source that recognises the number, or another one of the
    parcel where that costs nothing, as the carrier at the door has often its own; except that a paid one
    waits while a source that leads does its work: it comes in when that one does not know the
    number after a day or has been blind for a day, and before the parcel is called stuck. Of
    several paid ones the first in order comes in, and the next only when those before it cannot
    tell. What is paid for already is used.
    """
    parcel = outlook.parcel
    if parcel.adapters:
        return frozenset(
            a.capability.name for a in adapters if a.capability.name in parcel.adapters
        )
    able = [a for a in adapters if _recognises(a, outlook)]
    leaders = [a.capability.name for a in able if a.capability.leads]
    wanted = _all_fail(leaders, outlook, healths, now) or _alarm_is_near(outlook, now)
    paid = [a.capability.name for a in able if a.capability.paid]
    let_in = set(_in_turn(paid, outlook, healths, now)) if wanted else set()
    return frozenset(
        name
        for name, a in ((a.capability.name, a) for a in able)
        if not a.capability.paid or name in let_in or _told_of(outlook, name)
    )


def _recognises(adapter: Adapter, outlook: Outlook) -> bool:
    if adapter.recognise(outlook.parcel.number):
        return True
    costs = adapter.capability.paid or isinstance(adapter, Registering)
    return not costs and bool(followed_by(outlook.parcel, outlook.aliases, adapter))


def _in_turn(
    paid: Iterable[str], outlook: Outlook, healths: Mapping[str, Health], now: datetime
) -> Iterator[str]:
    """One paid source after another, up to the first that may be able to tell."""
    for name in paid:
        yield name
        if not _fails(name, outlook, healths, now):
            return


def _told_of(outlook: Outlook, name: str) -> bool:
    """Whether the source knows of the number already, or may: a registration under way counts."""
    state = outlook.states.get(name)
    return state is not None and state.enrolment != EnrolmentState.NEW


def _all_fail(
    leaders: Iterable[str], outlook: Outlook, healths: Mapping[str, Health], now: datetime
) -> bool:
    """True, too, where no source leads."""
    return all(_fails(name, outlook, healths, now) for name in leaders)


def _fails(name: str, outlook: Outlook, healths: Mapping[str, Health], now: datetime) -> bool:
    """A day without knowing the number, without an answer about it, or blind altogether.

    Of a source that must be told of a number the day begins then, and one that does not take it fails.
    """
    state, health = outlook.states.get(name), healths.get(name)
    if health is not None and health.blind_for(now) >= PATIENCE:
        return True
    if state is None:
        return False
    if state.enrolment in _SHUT_OUT or state.failure is FailureKind.QUOTA:
        return True
    long_after = max(outlook.parcel.added_at, state.enrolled_at or _LONG_AGO) + PATIENCE
    if state.not_yet:
        return state.looked_at is not None and state.looked_at >= long_after
    tried = state.last_error_at if state.retry_at is not None else None  # else the source failed
    return state.last_ok is None and tried is not None and tried >= long_after


def _alarm_is_near(outlook: Outlook, now: datetime) -> bool:
    return outlook.alarm_at is not None and now >= outlook.alarm_at - AHEAD


def alarm_of(episodes: Iterable[Episode | None]) -> datetime | None:
    """When a parcel with these schedules will be called stuck, or was (UTC)."""
    return min(
        (
            step.at
            for episode in episodes
            if episode is not None and episode.rule in STUCK_RULES
            for step in episode.steps
            if step.severity >= Severity.WARNING
        ),
        default=None,
    )
