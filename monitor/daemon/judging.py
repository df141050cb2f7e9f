"""Judge what is due or was touched, and send what waits: the job that must never wait for a source."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from monitor.alerts.hours import gate
from monitor.channels import Delivery
from monitor.message.texts import count
from monitor.sweep.channels_watched import judge_channels
from monitor.sweep.instance import alive, holder
from monitor.sweep.judge import judge_due
from monitor.sweep.sources import records_of
from monitor.sweep.tell import tell
from monitor.sweep.watching import judge_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from datetime import datetime

    from monitor.daemon.last_resort import LastResort
    from monitor.daemon.looking import Looking
    from monitor.daemon.office import Shared
    from monitor.daemon.sign_of_life import SignOfLife
    from monitor.history import History
    from monitor.sweep.judge import Court
    from monitor.sweep.tell import Speaker

_log = logging.getLogger(__name__)


class Judging:
    """The job that speaks. A parcel that is being asked about waits for its answer, as a deadline
    must not be told a moment before the parcel is found to be delivered.
    """

    def __init__(
        self,
        shared: Shared,
        court: Court,
        lookers: Sequence[Looking],
        speakers: Sequence[Speaker],
        sign: SignOfLife,
        last_resort: LastResort,
        begin: Callable[[str, Coroutine[None, None, None]], object],
    ) -> None:
        self._shared = shared
        self._court = court
        self._lookers = lookers
        self._speakers = {speaker.name: speaker for speaker in speakers}
        self._sign = sign
        self._last_resort = last_resort
        self._begin = begin
        self._history = shared.history()
        self._lines: Mapping[str, History] = {name: shared.history() for name in self._speakers}
        self._sending: set[str] = set()
        self._woken = shared.steady()  # the machine itself may have started just now
        self._counted = (-1, 0)  # the version of the database, and the parcels watched in it

    async def tick(self) -> None:
        """One pass over what is due. Sending goes on by itself, each channel on its own."""
        if await self._last_resort.still():
            self._shared.judged()  # a full disk is nothing that a start anew would mend
            if self._sign.due():
                self._sign.give("nothing can be stored")
            return
        now = self._shared.wall()
        asking = frozenset[int]().union(*(looker.asking() for looker in self._lookers))
        await asyncio.to_thread(self._judge, now, asking)
        open_now = gate(self._court.manners, now)
        for channel in await asyncio.to_thread(self._history.outbox.due_channels, now, open_now):
            self._start_sending(channel)
        self._shared.judged()
        self._shared.supervisor.status(await asyncio.to_thread(self._status))
        await asyncio.to_thread(self._shared.shorten_log)
        if self._sign.due():
            self._sign.give(await asyncio.to_thread(self._sign.reason, self._history, now))

    def wake(self) -> None:
        """The clock has jumped, or the machine slept: its network may need a while."""
        self._woken = self._shared.steady()

    def _judge(self, now: datetime, asking: frozenset[int]) -> None:
        self._shared.must_be_there()
        shorten = self._shared.shorten_log
        judge_due(self._history, self._court, now, _broken, without=asking, between=shorten)
        adapters = [looker.adapter for looker in self._lookers]
        records = records_of(self._shared.settings, adapters, self._history)
        waking = self._shared.steady() - self._woken < self._shared.beat.waking
        judge_sources(self._history, self._court, records, now, waking=waking)
        for words in judge_channels(self._history, self._court, now).unsaid:
            _log.error("%s\n%s", words.title, words.body)  # no working channel is left for it

    def _start_sending(self, channel: str) -> None:
        """What waits for a channel that is gone from the configuration goes on waiting."""
        if channel in self._speakers and channel not in self._sending:
            self._sending.add(channel)
            self._begin(f"tell {channel}", self._send(channel))

    async def _send(self, channel: str) -> None:
        try:
            spoken = await tell(
                self._lines[channel],
                [self._speakers[channel]],
                now := self._shared.wall(),
                holder=holder(),
                alive=alive,
                gate=gate(self._court.manners, now),
                language=self._court.style.language,
            )
        finally:
            self._sending.discard(channel)
        for message in spoken:
            self._shared.progress()
            if message.delivery is Delivery.SENT:
                _log.info("told %s: %s", message.channel, message.title)
            else:
                _log.error("channel %s: %s", message.channel, message.detail)

    def _watched(self) -> int:
        """Counted anew only when another process has stored something: the service adds no parcel."""
        version = self._history.version()
        if version != self._counted[0]:
            self._counted = (version, self._history.parcels.count_watched())
        return self._counted[1]

    def _status(self) -> str:
        watched = self._watched()
        healths = self._history.sources.healths()
        states = [
            f"{name} {'failing' if name in healths and healths[name].failing else 'ok'}"
            for name in (looker.name for looker in self._lookers)
        ]
        return (
            f"Watching {count(watched, 'parcel')}; {', '.join(states) or 'no source switched on'}"
        )


def _broken(number: str, error: Exception) -> None:
    _log.error(
        "%s could not be judged (%s); it is tried again in an hour. This is a fault of this "
        "program, please report it.", number, type(error).__name__,
    )  # fmt: skip
