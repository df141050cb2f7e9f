"""The first moments of the service, on a disk that may be full: it waits there, and says so."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.daemon.last_resort import LastResort
from monitor.errors import Busy, DiskTrouble
from monitor.history import History
from monitor.sweep.instance import alive, take_post, watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.daemon.supervisor import Supervisor
    from monitor.settings import Settings
    from monitor.sweep.instance import Post
    from monitor.sweep.tell import Speaker


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is there before the database is; `pause`: seconds between two attempts to write to it."""

    settings: Settings
    supervisor: Supervisor
    wall: Callable[[], datetime]
    steady: Callable[[], float]
    pause: float

    @property
    def database(self) -> Path:
        return self.settings.database.path

    def enter(self, speakers: Sequence[Speaker]) -> Post:
        """Take the database's only post, as soon as its disk has room.

        To end instead would be to be started anew every few seconds, and to say so each time.
        Raises Busy, BadDatabase, ReadOnly.
        """
        try:
            return self._enter()
        except DiskTrouble as error:
            return asyncio.run(self._wait(error, speakers))

    async def _wait(self, error: DiskTrouble, speakers: Sequence[Speaker]) -> Post:
        entered: list[Post] = []
        watched: list[Busy] = []

        def enter() -> None:
            try:
                entered.append(self._enter())
            except Busy as busy:
                if watcher(self.database) is None:
                    raise
                watched.append(busy)  # of two that waited for room one has come first

        last_resort = LastResort(self, speakers, enter)
        self.supervisor.ready()  # or systemd gives it a minute and a half
        await last_resort.befell(error)
        while await last_resort.still():
            self.supervisor.progress()  # it has tried to write
            await asyncio.sleep(self.pause)
        if watched:
            raise watched[0]
        return entered[0]

    def _enter(self) -> Post:
        with History.open(self.database, now=self.wall()) as history:
            post = take_post(self.database, self.wall())
            try:
                history.outbox.reclaim(alive, self.wall())
            except BaseException:
                post.leave()
                raise
        return post
