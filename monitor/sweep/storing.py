"""An answer that cannot be stored yet: asking for it again may cost, or be held against us."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from monitor.errors import LogCutOff, ParcelsError, ReadOnly, Unusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.sweep.lines import Line

_log = logging.getLogger(__name__)

AGAIN, TRIES = 5.0, 100  # seconds between two tries, and how many


async def stored(store: Callable[[], None], line: Line) -> None:
    """Call `store` in a thread; on a patient line again and again while the disk is full or
    read-only, or another process writes. Raises what the last try raised.
    """
    for left in range(TRIES if line.patient else 0, -1, -1):
        try:
            await asyncio.to_thread(store)
        except ParcelsError as error:
            for_good = isinstance(error, Unusable | LogCutOff) and not isinstance(error, ReadOnly)
            if for_good or not left:
                raise
            line.waits(error)
            if left == TRIES:
                _log.error("%s: its answer waits to be stored. %s", line.name, error)
        else:
            return
        await asyncio.sleep(AGAIN)
