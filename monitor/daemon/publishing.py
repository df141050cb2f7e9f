"""Writes what others fetch, a moment after something has changed."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.sweep.published import keep

if TYPE_CHECKING:
    from monitor.daemon.office import Shared
    from monitor.sweep.published import Page

_log = logging.getLogger(__name__)

STALE = timedelta(hours=1)  # then it is written anew although nothing was stored: days count on
SHARE = 20  # times as long as a page takes, none is made after it: at most 5 % of a processor


class Publishing:
    """The job that keeps one page. Nobody waits for it, and what it cannot do is only said.

    It reads by a connection that writes nothing, so that it learns of whatever anybody stores.
    """

    def __init__(self, shared: Shared, page: Page) -> None:
        page.load()  # or the first one would seem to take long
        self._shared = shared
        self._page = page
        self._history = shared.history()
        self._shown = -1  # the version of the database that is shown
        self._written_at = datetime.min.replace(tzinfo=UTC)
        self._rest_until = float("-inf")  # seconds of the steady clock
        self._trouble = ""

    async def tick(self) -> None:
        await asyncio.to_thread(self._write, self._shared.wall())

    def _write(self, now: datetime) -> None:
        begun = self._shared.steady()
        version = self._history.version()
        if self._shared.ending or begun < self._rest_until:
            return
        if version == self._shown and abs(now - self._written_at) < STALE:
            return
        trouble = keep(self._page, self._history, self._shared.settings, now)
        ended = self._shared.steady()
        self._rest_until = ended + SHARE * (ended - begun)
        self._shown = -1 if trouble else version  # tried again until it can be done
        self._written_at = now
        self._say(trouble)

    def _say(self, trouble: str) -> None:
        """Once for each trouble, and once when it is over."""
        if trouble == self._trouble:
            return
        if trouble:
            _log.warning("%s", trouble)
        else:
            _log.info("the %s can be written again", self._page.name)
        self._trouble = trouble
        self._shared.post.note(self._page.name, trouble)
