"""The job that lets a source push: opens the door, stores what comes in, says how it stands."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from monitor.daemon.failures import Failures
from monitor.daemon.listening import Listener, NotListeningError
from monitor.daemon.receiving import LATER, STORED, UNREADABLE, Reception
from monitor.errors import Busy, SourceTrouble
from monitor.message.texts import count, source_name
from monitor.sweep.instance import PUSH_REFUSED, PUSH_TAKEN, WEBHOOK
from monitor.sweep.pushes import AheadOfClockError, Pushes, pushing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime

    from monitor.daemon.office import Shared
    from monitor.settings.listening import Listen
    from monitor.sweep.pushes import Taken

_log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds a push waits for another's write; then it is to come again
NOTES_APART = 1.0  # seconds between two notes for `parcels doctor`
PUSHES = "webhook, a push"  # what the log calls them
BAD_SIGNATURE = "its signature does not fit the key"


class Webhook:
    """Each push is stored before it is answered with 200: one that is answered otherwise comes again,
    17TRACK's after 10, 30 and 60 minutes.

    `begin` starts a task of the service, `news` has what is new judged. An address that cannot be
    listened on is tried again with every tick; sources are asked all the while.
    """

    def __init__(
        self,
        shared: Shared,
        address: Listen,
        begin: Callable[[str, Coroutine[None, None, None]], object],
        news: Callable[[], None],
    ) -> None:
        source = pushing_of(shared.settings)
        history = shared.history(patience=PATIENCE)
        self._shared = shared
        self._address = address
        self._begin = begin
        self._news = news
        self._pushes = Pushes(history, source, shared.settings.country, shared.reads)
        self._title = source_name(source.capability.name)
        self._reception = Reception(
            f"/{source.capability.name}", source, self._take, self._turned_away
        )
        self._listener: Listener | None = None
        self._said = Failures(shared.steady)
        self._faulty = False
        self._strangers = False  # it was said that numbers come that nobody watches
        self._taken_at: datetime | None = None
        self._refused: tuple[datetime, str] | None = None
        self._noted = float("-inf")
        self._loop = asyncio.get_running_loop()

    async def tick(self) -> None:
        """Listens, if it does not yet; leaves word for `parcels doctor`."""
        if self._listener is not None and not self._listener.alive:
            _log.error("webhook: its server has ended; it listens anew")
            await self.close()
            self._listener = None
        if self._listener is None and not self._shared.ending:
            self._open()
        self._note()

    def _open(self) -> None:
        try:
            self._listener = Listener(self._address, self._reception)
        except NotListeningError as error:
            self._said.failed(
                WEBHOOK, f"{error} It is tried again; sources are asked all the same."
            )
            self._shared.post.note(WEBHOOK, str(error))
            return
        self._said.went_well(WEBHOOK)
        self._shared.post.note(WEBHOOK, f"listens on {self._address}")
        _log.info("webhook: listens on %s for what %s pushes", self._address, self._title)

    def _note(self) -> None:
        """Once in a while, as a stranger must not have the file written all the time; the tick makes up."""
        if self._shared.steady() - self._noted < NOTES_APART:
            return
        self._noted = self._shared.steady()
        post = self._shared.post
        post.note(PUSH_TAKEN, "" if self._taken_at is None else _stamp(self._taken_at))
        if self._refused is not None:
            at, why = self._refused
            post.note(PUSH_REFUSED, f"{_stamp(at)} {why}")

    async def close(self) -> None:
        """Hangs up, in some seconds at the most."""
        if self._listener is not None:
            await asyncio.to_thread(self._listener.stop)

    # on the server's thread

    def _turned_away(self) -> None:
        self._refuse(BAD_SIGNATURE)

    def _take(self, body: bytes) -> int:
        """Stores a push whose signature holds; the status it is answered with."""
        if self._shared.ending:
            return LATER
        now = self._shared.wall()
        try:
            self._shared.must_be_there()
            taken = self._pushes.take(body, now)
            self._shared.shorten_log()
        except SourceTrouble as trouble:
            self._refuse(trouble.detail)
            return UNREADABLE
        except (AheadOfClockError, Busy) as error:
            self._refuse(str(error))
            return LATER
        except Exception as error:  # noqa: BLE001 - the service deals with it as with a job's
            self._refuse("it could not be stored")
            self._faulty = True
            self._on_the_loop(partial(self._ended, error))
            return LATER
        self._taken_at = now
        self._on_the_loop(lambda: self._taken(taken))
        return STORED

    def _refuse(self, why: str) -> None:
        self._refused = (self._shared.wall(), why)
        self._on_the_loop(partial(self._turned, why))

    def _on_the_loop(self, what: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # it has ended meanwhile
            self._loop.call_soon_threadsafe(what)

    # on the event loop

    def _ended(self, error: Exception | None) -> None:
        """As a job of the service: what a full disk or a lost database calls for is done there."""

        async def push() -> None:
            if error is not None:
                raise error

        self._begin("push", push())

    def _turned(self, why: str) -> None:
        self._said.failed(PUSHES, why)
        self._note()

    def _taken(self, taken: Taken) -> None:
        self._shared.progress()
        self._note()
        if self._faulty:
            self._faulty = False
            self._ended(None)
        self._said.went_well(PUSHES)
        if taken.unwatched and not self._strangers:
            self._strangers = True
            _log.info(
                "webhook: %s pushes about numbers that are not watched here; they are passed over",
                self._title,
            )
        if taken.ended:
            _log.info("webhook: %s has stopped tracking; its list is looked at", self._title)
        if taken.changed or taken.known:
            parcels = count(taken.changed + taken.known, "parcel")
            _log.info("webhook: %s pushed, %d with news", parcels, taken.changed)
        if taken.changed:
            self._news()


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
