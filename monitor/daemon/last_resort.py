"""What is told past the database, when nothing can be written to it: the disk is full or read-only."""

from __future__ import annotations

import asyncio
import logging
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from monitor.channels import Delivery
from monitor.errors import Busy, DiskTrouble, ReadOnly
from monitor.message.texts import Style, shown_time
from monitor.sweep.tell import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.daemon.supervisor import Supervisor
    from monitor.errors import ParcelsError
    from monitor.settings import Settings
    from monitor.sweep.tell import Speaker

_log = logging.getLogger(__name__)

PAUSE = 3600.0  # seconds between two notices, at least
TIMEOUT = 12.0  # seconds a channel has; the end of the service waits a little longer
LEAST_FREE = 1 << 20  # bytes; with less the next write fails again

CANNOT = "Your parcels: nothing can be stored"
CANNOT_BODY = """\
CRITICAL · The parcel monitor itself, on the machine it runs on

What happened: {error}

What it means: No source is asked and no alert is sent, because neither could be noted. This \
message alone is sent without being noted; it comes once an hour while this lasts.

Do now:
1. Look at the disk of {folder}: it may be full, failing, or mounted read-only.
2. Nothing needs to be started anew: it is tried all the time, and you are told when it works again.
3. What is wrong, and what to type: parcels doctor"""
AGAIN = "Your parcels: it can be stored again"
AGAIN_BODY = """\
RESOLVED · The parcel monitor itself, on the machine it runs on

From {since} to {now} nothing could be stored in {folder}. It goes on by itself: what fell due \
meanwhile is asked and told now."""
STOPPED = "Your parcels: the monitor has stopped"
STOPPED_BODY = """\
CRITICAL · The parcel monitor itself, on the machine it runs on

What happened: {error}

What it means: Nobody watches your parcels and their deadlines until you have started it again. It \
does not start by itself, as that would change nothing.

Do now:
1. What is wrong, and what to type: parcels doctor
2. To put a copy in the place of a damaged or lost database: parcels restore FILE
3. Start it again: systemctl start parcels, or parcels run"""


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
        self._style = Style(machine.settings.zone)
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
            await self._tell(CANNOT, CANNOT_BODY.format(error=error, folder=self._folder))

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
            now = shown_time(self._machine.wall(), self._style)
            spans = {"since": shown_time(since, self._style), "now": now, "folder": self._folder}
            await self._tell(AGAIN, AGAIN_BODY.format(**spans))
        return False

    def _try(self) -> None:
        with suppress(FileNotFoundError):  # a folder that is gone has no disk; writing says so
            if shutil.disk_usage(self._folder).free < LEAST_FREE:
                raise DiskTrouble(f"The disk of {self._folder} is still full.")
        self._write()

    async def farewell(self, error: ParcelsError) -> None:
        """The service ends, and nobody starts it again by himself."""
        await self._tell(STOPPED, STOPPED_BODY.format(error=error))

    async def _tell(self, title: str, body: str) -> None:
        for spoken in await say(self._speakers, title, body, TIMEOUT):
            level = logging.INFO if spoken.delivery is Delivery.SENT else logging.ERROR
            _log.log(level, "channel %s: %s", spoken.channel, spoken.detail)

    @property
    def _folder(self) -> str:
        return str(self._machine.database.parent)
