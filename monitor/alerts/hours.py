"""When something that was decided may be said: quiet hours and the daily digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.schedule import Severity

if TYPE_CHECKING:
    from monitor.alerts.values import Manners

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gate:
    """What may leave the house at one moment.

    Nothing below `least`; an info only if it was decided at `info_until` (UTC) or before, None: any.
    """

    least: Severity = Severity.INFO
    info_until: datetime | None = None


OPEN = Gate()


def gate(manners: Manners, now: datetime) -> Gate:
    """What may leave at `now` (aware UTC).

    Worked out when something is sent and not when it is decided, so that other settings, and a clock
    that was wrong, change what waits at once.
    """
    least = Severity.CRITICAL if _quiet(manners, now) else Severity.INFO
    if manners.digest_at is None:
        return Gate(least)
    today = _at(manners.digest_at, now, manners)
    return Gate(least, today if today <= now else _at(manners.digest_at, now, manners, days=-1))


def leaves_at(manners: Manners, severity: Severity, decided: datetime) -> datetime:
    """The moment from which on something of this severity, decided then, may be said (UTC)."""
    leaves = decided
    if severity is Severity.INFO and manners.digest_at is not None:
        leaves = _next(manners.digest_at, decided, manners)
    if severity < Severity.CRITICAL and manners.quiet is not None and _quiet(manners, leaves):
        leaves = _next(manners.quiet[1], leaves, manners)
    return leaves


def waits_until(
    manners: Manners, severity: Severity, decided: datetime, now: datetime
) -> datetime | None:
    """Until when (UTC) the hour holds back what was decided then; None: it may leave at `now`."""
    if decided > now:
        return None  # by a clock that was ahead; see `gate`
    leaves = max(now, leaves_at(manners, severity, decided))
    if severity < Severity.CRITICAL and manners.quiet is not None and _quiet(manners, leaves):
        leaves = _next(manners.quiet[1], leaves, manners)
    return leaves if leaves > now else None


def _quiet(manners: Manners, now: datetime) -> bool:
    if manners.quiet is None:
        return False
    begin, end = manners.quiet
    clock = now.astimezone(manners.zone).time()
    if begin < end:
        return begin <= clock < end
    return clock >= begin or clock < end  # over midnight


def _next(clock: time, now: datetime, manners: Manners) -> datetime:
    """When the owner's clock shows that time next; `now` itself counts."""
    today = _at(clock, now, manners)
    return today if today >= now else _at(clock, now, manners, days=1)


def _at(clock: time, now: datetime, manners: Manners, days: int = 0) -> datetime:
    """That time of day (UTC) on the owner's today, or so many days after it, by the calendar."""
    day = now.astimezone(manners.zone).date() + days * DAY
    return datetime.combine(day, clock, manners.zone).astimezone(UTC)
