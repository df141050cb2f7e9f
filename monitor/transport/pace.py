"""Turns at one source: evenly spaced, across coroutines and across processes."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime

_log = logging.getLogger(__name__)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_FAR = 1000  # times the spacing: a value further ahead was not written by a pace of this boot
_KNOCK = 0.005  # seconds until a lock that somebody else holds is tried again
_RECORD_LIMIT = 200  # bytes; a record has about 70


class Pace(Protocol):
    """One line to one source, on which a turn may be taken every so many seconds."""

    async def turn(self) -> None:
        """Returns when a request may start now."""
        ...


class SharedPace:
    """Turns `spacing` seconds apart for every process of this machine that names the same file.

    The file holds the earliest next moment of the machine's monotonic clock. A turn is granted under
    the lock at the moment of waking, never ahead of time, so that a late sleeper moves everybody
    behind it: two grants are never closer than `spacing`. Where the file cannot be written, turns
    are spaced within this process only, which is logged once. For use on one event loop.
    """

    def __init__(self, path: Path, spacing: float) -> None:
        self.spacing = spacing
        self._path = path
        self._boot = _boot_id()
        self._next = 0.0
        self._queue = asyncio.Lock()
        self._alone = False

    async def turn(self) -> None:
        async with self._queue:
            pause = self._claim()
            while pause > 0:
                await asyncio.sleep(pause)
                pause = self._claim()

    def _claim(self) -> float:
        """0 when the turn is ours, else the seconds after which to ask again."""
        try:
            with _locked(self._path) as descriptor:
                return self._claim_in(descriptor)
        except BlockingIOError:
            return _KNOCK
        except OSError as error:
            self._say_alone(error)
            return self._grant(self._next)

    def _claim_in(self, descriptor: int) -> float:
        record = _Record.parse(os.pread(descriptor, _RECORD_LIMIT, 0))
        now = _monotonic()
        shared = record.moment if record and self._believes(record, now) else 0.0
        pause = self._grant(max(shared, self._next))
        if pause == 0:
            fresh = _Record(self._boot, self._next, self.spacing).text()
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, fresh, 0)
        return pause

    def _believes(self, record: _Record, now: float) -> bool:
        """Whether a record is of this boot; a monotonic clock begins anew with the next one.

        A service may be kept from reading the boot's id, so that a missing id speaks for nobody. No
        honest record lies further ahead than the spacing it was written with.
        """
        same_boot = not record.boot or not self._boot or record.boot == self._boot
        ahead = record.moment - now
        return same_boot and ahead <= min(record.spacing, self.spacing * _FAR)

    def _grant(self, earliest: float) -> float:
        now = _monotonic()
        if now < earliest:
            return earliest - now
        self._next = now + self.spacing
        return 0.0

    def _say_alone(self, error: OSError) -> None:
        if not self._alone:
            self._alone = True
            _log.warning(
                "%s cannot be written (%s): requests are spaced within this process only.",
                self._path,
                error.strerror or type(error).__name__,
            )


class ClockPace:
    """Turns `spacing` seconds apart on a clock that is handed in, such as the demo's stepped one.

    `now` gives aware UTC, `sleep` lets that clock pass so many seconds.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        spacing: float,
    ) -> None:
        self.spacing = spacing
        self._now = now
        self._sleep = sleep
        self._next: datetime | None = None
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        async with self._queue:
            while (now := self._now()) < (self._next or now):
                await self._sleep(((self._next or now) - now).total_seconds())
            self._next = now + timedelta(seconds=self.spacing)


class _Record(NamedTuple):
    """What the file holds. The moment and the spacing are seconds."""

    boot: str
    moment: float
    spacing: float

    @classmethod
    def parse(cls, data: bytes) -> _Record | None:
        try:
            boot, moment, spacing = data.decode("ascii").rstrip("\n").split(" ")
            return cls(boot.strip("-") and boot, float(moment), float(spacing))
        except ValueError:
            return None

    def text(self) -> bytes:
        return f"{self.boot or '-'} {self.moment!r} {self.spacing!r}\n".encode("ascii")


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, ours alone for a moment. Raises BlockingIOError rather than stop the event loop."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    finally:
        os.close(descriptor)


def _monotonic() -> float:
    """The machine's monotonic clock, named, because processes compare its readings."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
