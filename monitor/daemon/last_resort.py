"""What is told past the database, when nothing can be written to it: the disk is full or read-only."""

from __future__ import annotations

import asyncio
import logging
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from monitor.channels import Delivery
from monitor.errors import Busy, DiskTrouble, ReadOnly
from monitor.message.last_resort import monitor_stopped, nothing_stored, stored_again
from monitor.message.texts import Style
from monitor.sweep.tell import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.daemon.supervisor import Supervisor
    from monitor.errors import ParcelsError
    from monitor.message.layout import Words
    from monitor.settings import Settings
    from monitor.sweep.tell import Speaker

_log = logging.getLogger(__name__)

PAUSE = 3600.0  # seconds between two notices, at least
TIMEOUT = 12.0  # seconds a channel has; the end of the service waits a little longer
LEAST_FREE = 1 << 20  # bytes; with less the next write fails again


class Machine(Protocol):
    """What there is even where the database cannot be opened."""

    @property
    def settings(self) -> Settings: ...
    @property
    def supervisor(self) -> Supervisor: ...
    @property
    def wall(self) -> Callable[[], datetime]: ...
    @property
    def steady(self) -> Callable[[], float]: ...
    @property
    def database(self) -> Path: ...


class LastResort:
    """At most one notice an hour, remembered by this process alone; one more when it is over.

    `write` tries to write to the database. It raises DiskTrouble, ReadOnly or Busy where it cannot.
    """

    def __init__(
        self, machine: Machine, speakers: Sequence[Speaker], write: Callable[[], object]
    ) -> None:
        self._machine = machine
        self._speakers = speakers
        self._write = write
        self._style = Style(machine.settings.zone, language=machine.settings.alerts.language)
        self._since: datetime | None = None
        self._told_at = float("-inf")
        self._owed = False  # somebody was told, and is to hear when it is over

    async def befell(self, error: ParcelsError) -> None:
        """Something could not be stored. It is said when nothing was for an hour."""
        self._since = self._since or self._machine.wall()
        if self._machine.steady() - self._told_at >= PAUSE:
            self._told_at = self._machine.steady()
            self._owed = True
            _log.critical("nothing can be stored: %s It is tried again until it works.", error)
            self._machine.supervisor.status(f"Nothing can be stored: {error}")
            await self._tell(nothing_stored(str(error), self._folder, self._style))

    async def still(self) -> bool:
        """Try to write, if nothing could be written; whether that is still so. Raises BadDatabase."""
        if self._since is None:
            return False
        try:
            await asyncio.to_thread(self._try)
        except (DiskTrouble, ReadOnly, Busy) as error:
            await self.befell(error)
            return True
        since, self._since = self._since, None
        if self._owed:
            self._owed = False
            _log.warning("it can be stored again, after %s", self._machine.wall() - since)
            await self._tell(stored_again(since, self._machine.wall(), self._folder, self._style))
        return False

    def _try(self) -> None:
        with suppress(FileNotFoundError):  # a folder that is gone has no disk; writing says so
            if shutil.disk_usage(self._folder).free < LEAST_FREE:
                raise DiskTrouble(f"The disk of {self._folder} is still full.")
        self._write()

    async def farewell(self, error: ParcelsError) -> None:
        """The service ends, and nobody starts it again by himself."""
        await self._tell(monitor_stopped(str(error), self._style))

    async def _tell(self, words: Words) -> None:
        for spoken in await say(self._speakers, words.title, words.body, TIMEOUT):
            level = logging.INFO if spoken.delivery is Delivery.SENT else logging.ERROR
            _log.log(level, "channel %s: %s", spoken.channel, spoken.detail)

    @property
    def _folder(self) -> str:
        return str(self._machine.database.parent)
