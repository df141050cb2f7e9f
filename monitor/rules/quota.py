"""A paid allowance comes to its end: new parcels could not be watched through that source any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.quota import used_up_at
from monitor.schedule import Episode, Severity, Step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.circuit import SourceRecord
    from monitor.quota import QuotaReading

FORECAST = "used_up"  # the name of the forecast among the deadlines of the episode
CLEARED = timedelta(
    days=2
)  # so much farther than `days` a forecast must be before all is well again
REMIND = (timedelta(days=7),)  # nothing that is watched suffers


@dataclass(frozen=True, slots=True)
class Quota:
    """So few numbers may still be registered at a source that they end soon. Days to the forecast."""

    name: ClassVar[str] = "quota"
    news: ClassVar[bool] = True

    days: int = 30
    """Fewer days than this are left at the pace of the last 30."""
    numbers: int = 10
    """Fewer numbers than this are left to register."""

    def __call__(self, record: SourceRecord, /) -> Episode | None:
        """A notice from the reading on that found little left; a warning when nothing is.

        It ends when numbers were added, or fewer are registered: at a reading with enough of them,
        and a forecast that lies two days beyond the threshold.
        """
        since = self._low_since(record.quota)
        if since is None:
            return None
        newest = record.quota[-1]
        end = used_up_at(record.quota)
        steps = [Step("low", since, Severity.NOTICE, "quota_low")]
        empty = _empty_since(record.quota)
        if empty is not None:
            last = Step("used_up", empty, Severity.WARNING, "quota_used_up", remind=REMIND)
            steps.append(last)
        return Episode(
            rule=self.name,
            subject=record.name,
            anchor="quota",
            since=since,
            steps=tuple(steps),
            verified=newest.at,
            deadlines=() if end is None or empty is not None else ((FORECAST, end),),
            facts={"numbers": str(newest.left)},
        )

    def _low_since(self, readings: Sequence[QuotaReading]) -> datetime | None:
        """The first reading of those at the end between which it was low without a break (UTC)."""
        since = None
        for count, reading in enumerate(readings, 1):
            end = used_up_at(readings[:count])
            if reading.left < self.numbers or self._near(reading, end):
                since = since or reading.at
            elif not self._near(reading, end, CLEARED) or _added(readings[:count]):
                since = None
        return since

    def _near(
        self, reading: QuotaReading, end: datetime | None, margin: timedelta = timedelta(0)
    ) -> bool:
        return end is not None and end - reading.at < timedelta(days=self.days) + margin


def _added(readings: Sequence[QuotaReading]) -> bool:
    return len(readings) > 1 and readings[-1].left > readings[-2].left


def _empty_since(readings: Sequence[QuotaReading]) -> datetime | None:
    """The first of the readings at the end that found nothing left (UTC)."""
    since = None
    for reading in reversed(readings):
        if reading.left > 0:
            break
        since = reading.at
    return since
