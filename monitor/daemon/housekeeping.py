"""What a database and a disk need now and then, and nobody should have to think of."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.backup import nightly
from monitor.backup.copying import mib
from monitor.circuit import CopyRecord
from monitor.daemon.memory import give_back
from monitor.errors import BadDatabase, LogCutOff, ParcelsError
from monitor.history.retention import AT_ONCE, KEPT_DRIFTS, KEPT_PASSES
from monitor.message.texts import count
from monitor.sweep.copies_watched import judge_copies

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.daemon.office import Shared
    from monitor.sweep.judge import Court

_log = logging.getLogger(__name__)

FREE_LIMIT = 200 << 20  # bytes left on the disk
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BREATH = 0.05  # seconds between two transactions of a clearing-out, for those who wait
COPY = "backup"  # what a note on the nightly copy is about


class Housekeeping:
    """The job that tidies up: every ten minutes a glance, once a day all of it.

    The first day is over an hour after the start, as many a machine is switched off every night.
    """

    def __init__(self, shared: Shared, court: Court) -> None:
        self._shared = shared
        self._court = court
        self._history = shared.history()
        self._examined = shared.wall() - DAY + HOUR
        self._scarce = False
        self._copy_failed_at: datetime | None = None
        self._copies_fail_since: datetime | None = None

    async def tick(self) -> None:
        await asyncio.to_thread(self._tidy, self._shared.wall())
        self._shared.progress()

    def _tidy(self, now: datetime) -> None:
        self._shared.shorten_log()
        self._look_at_disk()
        folder = self._shared.settings.backup.path
        if folder is None:
            judge_copies(self._history, self._court, None, now)
        else:
            self._copy(folder, now)
        if abs(now - self._examined) >= DAY:
            self._examined = now
            self._examine(now)
            give_back()

    def _look_at_disk(self) -> None:
        free = shutil.disk_usage(self._shared.database.parent).free
        if (free < FREE_LIMIT) is not self._scarce:
            self._scarce = not self._scarce
            if self._scarce:
                _log.warning("only %s are left on the disk of the database", mib(free))
            else:
                _log.info("%s are free again on the disk of the database", mib(free))

    def _copy(self, folder: Path, now: datetime) -> None:
        """Make the copy of the night where it is due. What goes wrong stops nothing else, is tried
        again in an hour, and is told when it lasts.
        """
        failed = self._copy_failed_at
        if failed is not None and abs(now - failed) < HOUR:
            return
        try:
            self._copy_if_due(folder, now)
        except LogCutOff:
            raise
        except ParcelsError as error:
            if self._shared.ending:
                return
            self._copy_failed_at = now
            self._copies_fail_since = self._copies_fail_since or now
            if failed is None:
                _log.warning("no backup was made: %s It is tried again every hour.", error)
            self._shared.post.note(COPY, str(error))
            self._judge_copies(folder, now, str(error))
        else:
            if failed is not None:
                _log.info("backups can be made again")
            self._copy_failed_at = self._copies_fail_since = None
            self._shared.post.note(COPY)
            self._judge_copies(folder, now)

    def _judge_copies(self, folder: Path, now: datetime, trouble: str = "") -> None:
        newest = None
        with suppress(ParcelsError):  # the trouble may be that very folder
            newest = self._newest(folder, now)
        failed = self._copy_failed_at
        record = CopyRecord(str(folder), newest, self._copies_fail_since, failed, trouble)
        judge_copies(self._history, self._court, record, now)

    def _newest(self, folder: Path, now: datetime) -> datetime | None:
        found = nightly.copies(folder, self._shared.database) if folder.is_dir() else []
        return nightly.newest_of(found, now)

    def _copy_if_due(self, folder: Path, now: datetime) -> None:
        settings, database = self._shared.settings, self._shared.database
        if not nightly.is_due(self._newest(folder, now), now, settings.zone):
            return
        made = nightly.make(database, folder, settings.backup.keep, now, self._stops)
        held, size = count(made.contents.parcels, "parcel"), mib(made.contents.size)
        gone = f"; {made.removed} older deleted" if made.removed else ""
        _log.info("backup: %s, %s, %s%s", made.path.name, held, size, gone)

    def _stops(self, _: float) -> bool:
        return self._shared.ending

    def _examine(self, now: datetime) -> None:
        self._history.passes.forget(now - KEPT_PASSES)
        self._history.drifts.forget(now - KEPT_DRIFTS)
        kept = self._history.retention
        answers = self._deleted(kept.idle_answers(now), kept.delete_answers)
        letters = self._deleted(kept.idle_letters(now), kept.delete_letters)
        damage = self._history.damage()
        if damage:
            raise BadDatabase(
                f"The database {self._shared.database} is damaged ({damage[0]}). Put a backup copy "
                "of it in its place (parcels restore FILE)."
            )
        watched = count(self._history.parcels.count_watched(), "watched parcel")
        size = mib(self._shared.database.stat().st_size)
        _log.info("the database is sound: %s, %s", watched, size)
        if answers or letters:
            old = (count(answers, "answer"), count(letters, "alert"))
            _log.info("deleted what nobody needs any more: %s and %s of long ago", *old)

    def _deleted(self, ids: Sequence[int], delete: Callable[[Sequence[int]], int]) -> int:
        """A little at a time, so that nobody waits long for the lock; how many are gone."""
        gone = 0
        for start in range(0, len(ids), AT_ONCE):
            if self._shared.ending:
                break
            gone += delete(ids[start : start + AT_ONCE])
            time.sleep(BREATH)
        return gone
