"""What a database and a disk need now and then, and nobody should have to think of."""

from __future__ import annotations

import asyncio
import logging
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.daemon.office import Shared

_log = logging.getLogger(__name__)

LOG_LIMIT = 4 << 20  # bytes of the write-ahead log
FREE_LIMIT = 200 << 20  # bytes left on the disk
KEPT = timedelta(days=90)  # records of passes
DAY = timedelta(days=1)


class Housekeeping:
    """The job that tidies up. Only the service empties the log: see `History.checkpoint`."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._history = shared.history()
        self._examined = shared.wall()

    async def tick(self) -> None:
        await asyncio.to_thread(self._tidy, self._shared.wall())
        self._shared.progress()

    def _tidy(self, now: datetime) -> None:
        if self._history.log_bytes() > LOG_LIMIT:
            self._history.checkpoint()
        free = shutil.disk_usage(self._shared.database.parent).free
        if free < FREE_LIMIT:
            _log.warning("only %d MiB are left on the disk of the database", free >> 20)
        if abs(now - self._examined) >= DAY:
            self._examined = now
            self._examine(now)

    def _examine(self, now: datetime) -> None:
        self._history.passes.forget(now - KEPT)
        for line in self._history.damage():
            _log.critical("the database is damaged: %s", line)
