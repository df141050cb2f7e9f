"""The clocks a sandbox server can live by: one that is stepped by hand, and the real one."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a sandbox server asks for the time (aware UTC)."""

    @property
    def now(self) -> datetime: ...


class SteppedClock:
    """A clock that moves only when told, safe to share between threads."""

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)
        self._lock = threading.Lock()

    @property
    def now(self) -> datetime:
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> None:
        """Moves forward. Raises ValueError for a negative step: going back takes `set`."""
        if by < timedelta(0):
            raise ValueError(f"A clock is not advanced by {by}; use set() to put it back.")
        with self._lock:
            self._now += by

    def set(self, to: datetime) -> None:
        """Puts the clock to any moment, an earlier one, too."""
        with self._lock:
            self._now = _utc(to)

    async def sleep(self, seconds: float) -> None:
        """Stands in for `asyncio.sleep`: the clock moves on, nobody waits."""
        self.advance(timedelta(seconds=max(0.0, seconds)))
        await asyncio.sleep(0)


class SystemClock:
    """The machine's own clock, for a server that people try by hand."""

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone; the sandbox keeps aware times only.")
    return moment.astimezone(UTC)
