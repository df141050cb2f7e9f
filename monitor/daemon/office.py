"""What all jobs of the service share: settings, clock, how fast it ticks, who is told of progress."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.errors import BadDatabase, Busy, DiskTrouble, LogCutOff, ParcelsError
from monitor.history import History
from monitor.history.connection import PATIENCE
from monitor.history.log_file import must_be_whole
from monitor.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.daemon.supervisor import Supervisor
    from monitor.settings import Settings
    from monitor.sweep.instance import Post
    from monitor.sweep.understanding import Reads

PROGRESS_MARK = timedelta(seconds=20)  # how often the file beside the database is touched at most
LOG_LIMIT = 4 << 20  # bytes of the write-ahead log
JUDGING_LATE = (
    150.0  # seconds; while nothing is judged for so long, other progress counts for nothing
)


@dataclass(frozen=True, slots=True)
class Beat:
    """Seconds between two ticks of each job, and how long the end may take.

    `first_look`: so long, at the start and after a jump of the clock, judging waits for the sources.
    `waking`: so long after a jump a source that cannot be reached is not called blind.
    """

    look: float = 20.0
    judge: float = 30.0
    keep_house: float = 600.0
    guard: float = 5.0
    first_look: float = 55.0
    waking: float = 900.0
    drain: float = 17.0

    def within(self, watchdog: float) -> Beat:
        """As fast as a watchdog of so many seconds needs it; 0 = as it is."""
        if not watchdog:
            return self
        return replace(self, judge=min(self.judge, watchdog / 3))


@dataclass(slots=True)
class Shared:
    """One for the whole process. Every job opens a history of its own: a connection is for one
    thread at a time.
    """

    settings: Settings
    supervisor: Supervisor
    post: Post
    wall: Callable[[], datetime]
    steady: Callable[[], float]
    beat: Beat
    reads: Reads = read
    judged_at: float = 0.0
    ending: bool = False  # the service is to end: long work stops
    _marked: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    _open: list[History] = field(default_factory=list)
    _shortening: threading.Lock = field(default_factory=threading.Lock)
    _shortener: History | None = None
    _file: tuple[int, int] | None = None  # device and inode of the database that is open
    _log: tuple[int, int] | None = None  # and of its log

    @property
    def database(self) -> Path:
        return self.settings.database.path

    def history(self, *, patience: float = PATIENCE) -> History:
        """A new connection, closed by `close`. `patience`: seconds it waits for another's write."""
        opened = History.open(self.database, now=self.wall(), patience=patience)
        self._open.append(opened)
        self._file = self._file or _named(self.database)
        return opened

    def shorten_log(self) -> None:
        """Empty the write-ahead log where it has grown; from any thread, after whatever has written.

        Only the service does: see `History.checkpoint`.
        """
        if not self._shortening.acquire(blocking=False):
            return
        try:
            self._shortener = self._shortener or self.history()
            if self._shortener.log_bytes() > LOG_LIMIT:
                with suppress(DiskTrouble, Busy):  # shows where something is to be written
                    self._shortener.checkpoint()
        finally:
            self._shortening.release()

    def must_be_there(self) -> None:
        """An open file can be deleted or replaced, and is written to as before: nobody else sees it.

        Raises BadDatabase; LogCutOff where it is the log, which nobody may take away while the
        database is open.
        """
        if _named(self.database) != self._file:
            raise BadDatabase(
                f"{self.database} was deleted or replaced while the service used it. Put a backup "
                "copy in its place where it is missing (parcels restore FILE), and start the service "
                "again."
            )
        if not self.database.stat().st_size:
            raise BadDatabase(
                f"{self.database} was emptied while the service used it. Put a backup copy in its "
                "place (parcels restore FILE), and start the service again."
            )
        log = _named(self.database.with_name(f"{self.database.name}-wal"))
        self._log = self._log or log
        if log != self._log:
            raise LogCutOff(
                f"The log of {self.database} was deleted or replaced while the service used it."
            )
        must_be_whole(self.database)

    def close(self, *, whole: bool) -> None:
        """Nothing may use a connection any more. `whole`: what is in the log goes into the database;
        else both are left as they are.
        """
        for last, history in enumerate(self._open, 1 - len(self._open)):
            if last == 0 and whole:
                with suppress(ParcelsError):  # the next start finds it in the log
                    history.checkpoint()
            history.close()
        self.post.leave()

    def judged(self) -> None:
        """Everything due was looked at."""
        self.judged_at = self.steady()
        self.progress()

    def progress(self) -> None:
        """Something was done: recorded, judged, sent. Nothing counts while judging hangs."""
        if self.steady() - self.judged_at > JUDGING_LATE:
            return
        self.supervisor.progress()
        now = self.wall()
        if abs(now - self._marked) >= PROGRESS_MARK:
            self._marked = now
            self.post.made_progress(now)


def _named(path: Path) -> tuple[int, int] | None:
    """Which file bears that name now, as device and inode; None: none does."""
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None
