"""The page of all parcels, written anew while the service runs."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from monitor.sweep.board import ABOUT, show_board, warm_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.daemon.office import Shared
    from monitor.protection import Policy

_log = logging.getLogger(__name__)

STALE = 3600.0  # seconds after which it is written anew although nothing was stored
SHARE = 20  # times as long as a page takes, none is made after it: at most 5 % of a processor


class BoardOnTheWall:
    """A job beside the others: nobody waits for it, and what it cannot do is only said.

    The page is made anew when something was stored since, and once an hour, as its days count on.
    """

    def __init__(self, shared: Shared, policies: Mapping[str, Policy]) -> None:
        warm_up()  # or the first page would seem to take long
        self._shared = shared
        self._policies = policies
        self._history = shared.history()
        self._shown = -1  # the version of the database that is shown
        self._at = float("-inf")  # when that was made, and how long it took (seconds, steady clock)
        self._took = 0.0
        self._trouble = ""

    async def tick(self) -> None:
        await asyncio.to_thread(self._show)

    def _show(self) -> None:
        began = self._shared.steady()
        version = self._history.version()
        if self._shared.ending or began - self._at < SHARE * self._took:
            return
        if version == self._shown and began - self._at < STALE:
            return
        settings, now = self._shared.settings, self._shared.wall()
        trouble = show_board(self._history, settings, self._policies, now)
        self._at = self._shared.steady()
        self._took = self._at - began
        self._shown = -1 if trouble else version  # tried again until it can be done
        self._say(trouble)

    def _say(self, trouble: str) -> None:
        """Once for each trouble, and once when it is over."""
        if trouble == self._trouble:
            return
        if trouble:
            _log.warning("%s", trouble)
        else:
            _log.info("the board can be written again")
        self._trouble = trouble
        self._shared.post.note(ABOUT, trouble)
