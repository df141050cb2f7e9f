"""How long a paid allowance lasts: what it stood at day by day, and when it ends at this pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WINDOW = timedelta(days=30)  # the pace is that of so long before the newest reading
AT_LEAST = timedelta(days=7)  # of record; a pace of fewer days says nothing
FARTHEST = timedelta(days=3650)  # a date beyond it is no forecast
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuotaReading:
    """What a source said of its allowance at one moment (aware UTC), in numbers.

    `left` as the source says it; it may be negative (17TRACK's has been seen so).
    """

    at: datetime
    total: int
    used: int
    left: int


@dataclass(frozen=True, slots=True)
class Pace:
    """So many numbers were used up in so long a time."""

    used: int
    over: timedelta

    @property
    def per_day(self) -> float:
        return self.used / (self.over / _DAY)


def pace(readings: Sequence[QuotaReading]) -> Pace | None:
    """How fast numbers were used up in the 30 days before the last reading; oldest reading first.

    None without at least seven days of record. A use that has fallen means that the source has
    begun to count anew: what stands there now was used since.
    """
    if not readings:
        return None
    newest = readings[-1].at
    recent = [r for r in readings if newest - WINDOW <= r.at <= newest]
    over = newest - recent[0].at
    if over < AT_LEAST:
        return None
    used = sum(
        after.used - before.used if after.used >= before.used else max(0, after.used)
        for before, after in pairwise(recent)
    )
    return Pace(used, over)


def used_up_at(readings: Sequence[QuotaReading]) -> datetime | None:
    """When the allowance is used up if numbers go on being registered at this pace (UTC).

    None where the pace is not known, where nothing was used, and beyond ten years. Where nothing is
    left it is the moment of the last reading.
    """
    if not readings:
        return None
    newest = readings[-1]
    if newest.left <= 0:
        return newest.at
    found = pace(readings)
    if found is None or found.used <= 0:
        return None
    days = newest.left / found.per_day
    return None if days > FARTHEST / _DAY else newest.at + timedelta(days=days)
