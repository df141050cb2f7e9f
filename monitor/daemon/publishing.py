"""Writes what others fetch, a moment after something has changed."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.sweep.published import keep_calendar

if TYPE_CHECKING:
    from monitor.daemon.office import Shared

_log = logging.getLogger(__name__)

ANEW = timedelta(hours=1)  # dates go by although nothing is stored, and a full disk has room again
REST = 20  # times what the last writing took: with very many parcels it is no matter of moments
CALENDAR = "calendar"  # what a note on it is about


class Publishing:
    """The job that writes the calendar. It reads by a connection that writes nothing, so that it
    learns of whatever anybody stores.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._history = shared.history()
        self._seen = -1
        self._written_at = datetime.min.replace(tzinfo=UTC)
        self._rest_until = 0.0
        self._said = ""

    async def tick(self) -> None:
        await asyncio.to_thread(self._write, self._shared.wall())

    def _write(self, now: datetime) -> None:
        begun = self._shared.steady()
        version = self._history.version()
        unchanged = version == self._seen and abs(now - self._written_at) < ANEW
        if unchanged or begun < self._rest_until:
            return
        self._seen, self._written_at = version, now
        self._say(keep_calendar(self._history, self._shared.settings, now))
        self._rest_until = self._shared.steady() + REST * (self._shared.steady() - begun)

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self._said:
            _log.warning("%s It is tried again every hour.", trouble)
        elif self._said and not trouble:
            _log.info("the calendar can be written again")
        self._said = trouble
        self._shared.post.note(CALENDAR, trouble)
