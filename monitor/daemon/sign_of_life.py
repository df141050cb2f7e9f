"""The sign of life to somebody else's machine: given while passes are complete, and not otherwise."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import ParcelsError
from monitor.sweep.heartbeat import ping

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from datetime import datetime

    from monitor.circuit import Health
    from monitor.daemon.failures import Failures
    from monitor.daemon.looking import Looking
    from monitor.daemon.office import Shared
    from monitor.history import History
    from monitor.history.outbox import ChannelState

_log = logging.getLogger(__name__)

PAUSE = 60.0  # seconds between two signs at least
FRESH = timedelta(days=1)  # for so long a complete round says that a source can be seen through
MUTE = timedelta(hours=1)  # for so long channels may fail before nobody can be told anything
ABOUT = "heartbeat"


class SignOfLife:
    """One after a tick of the judge, at most one a minute. Withheld, and that said once for each reason, while

    - nothing can be stored, or a job of the service keeps failing;
    - the last round of every source that is asked was not complete;
    - every channel has failed for an hour, so that nothing reaches the owner.
    """

    def __init__(
        self,
        shared: Shared,
        failures: Failures,
        lookers: Sequence[Looking],
        begin: Callable[[str, Coroutine[None, None, None]], object],
    ) -> None:
        self._shared = shared
        self._failures = failures
        self._lookers = lookers
        self._begin = begin
        self._given = float("-inf")
        self._withheld = ""
        self._lost = False

    def due(self) -> bool:
        wanted = self._shared.settings.heartbeat.url is not None
        return wanted and self._shared.steady() - self._given >= PAUSE

    def reason(self, history: History, now: datetime) -> str:
        """Why it is withheld, as a sentence; empty when all is well."""
        lasting = self._failures.lasting()
        if lasting:
            return f"{', '.join(lasting)} keeps failing"
        blind = _blind(self._lookers, history.sources.healths(), now)
        if blind:
            return f"no source gave a whole answer last ({', '.join(blind)})"
        return _mute(self._shared, history.outbox.channels(), now)

    def give(self, reason: str) -> None:
        """The sign, or word in the log that it is withheld."""
        if reason:
            if reason != self._withheld:
                _log.warning("no sign of life is given to heartbeat.url: %s", reason)
            self._shared.post.note(ABOUT, f"withheld: {reason}")
            self._withheld = reason
            return
        if self._withheld:
            _log.info("the sign of life is given again")
            self._withheld = ""
        self._given = self._shared.steady()
        self._begin("heartbeat", self._ping())

    async def _ping(self) -> None:
        """One that does not get through is said once, and once when it does again."""
        try:
            await ping(self._shared.settings)
        except ParcelsError as error:
            self._shared.post.note(ABOUT, str(error))
            if not self._lost:
                _log.warning("%s", error)
            self._lost = True
            return
        self._shared.post.note(ABOUT)
        if self._lost:
            _log.info("heartbeat.url: the sign of life gets through again")
        self._lost = False


def _blind(lookers: Sequence[Looking], healths: Mapping[str, Health], now: datetime) -> list[str]:
    """The sources whose last round failed, where none has answered wholly within a day.

    A source that has nothing to do says nothing of the others.
    """
    failed = []
    for looker in lookers:
        ended = looker.last
        health = healths.get(looker.name)
        if ended is None and health is not None and health.failing:
            failed.append(looker.name)  # since before this start
        elif ended is not None and not ended.complete:
            failed.append(looker.name)
        elif ended is not None and abs(now - ended.at) < FRESH:
            return []
    return failed


def _mute(shared: Shared, states: Mapping[str, ChannelState], now: datetime) -> str:
    channels = [channel.name for channel in shared.settings.channels]
    since = [state.failing_since for name in channels if (state := states.get(name)) is not None]
    if not channels or len(since) < len(channels):
        return ""
    if all(moment is not None and now - moment >= MUTE for moment in since):
        return f"no channel takes messages ({', '.join(channels)})"
    return ""
