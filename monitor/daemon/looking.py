"""One source under its own pace: which of its parcels are due, and one round over them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.message.texts import count
from monitor.sweep.account import upkeep_at
from monitor.sweep.office import line_of, shared_pace
from monitor.sweep.poll import poll
from monitor.sweep.rounds import Round, Task
from monitor.sweep.selection import due, known_of
from monitor.sweep.sources import rhythm_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.adapters.contract import Adapter
    from monitor.daemon.office import Shared
    from monitor.errors import ParcelsError
    from monitor.sweep.instance import SharedTurn
    from monitor.sweep.selection import Choice
    from monitor.transport import HttpClient

_log = logging.getLogger(__name__)

BUDGET = 900.0  # seconds one round may take in all; what is left over is due in the next
ANEW = timedelta(minutes=10)  # who looks at which parcel also depends on the time gone by
SHOWN = 5  # numbers of which a line of the log says the same
REST = timedelta(minutes=5)  # at least, after answers that could not be kept
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ended:
    """The last round of a source: when it began (UTC), and whether every request of it was answered
    and stored.
    """

    at: datetime
    complete: bool


class Looking:
    """The job of one source. `news` is called after every batch, on the event loop; `waits` with the
    reason when an answer cannot be stored.
    """

    def __init__(
        self,
        shared: Shared,
        adapter: Adapter,
        every_source: Sequence[Adapter],
        client: HttpClient,
        turn: SharedTurn,
        news: Callable[[], None],
        waits: Callable[[ParcelsError], None],
    ) -> None:
        self.name = adapter.capability.name
        self.last: Ended | None = None  # of this process
        self.chosen = asyncio.Event()  # what is asked now is known since the start or a jump
        self._asking: set[int] = set()
        self._asking_since = 0.0
        self._shared = shared
        self.adapter = adapter
        self._every_source = every_source
        self._client = client
        self._turn = turn
        self._news = news
        self._waits = waits
        self._history = shared.history()
        self._rhythm = rhythm_of(shared.settings)
        self._pace_of = shared_pace(shared.settings)
        self._seen = -1
        self._considered = _LONG_AGO
        self._next_at = _LONG_AGO
        self._upkeep_due = False
        self._rested_at = _LONG_AGO
        self._rest_for = timedelta(0)

    async def tick(self) -> None:
        """Ask about what is due, if anything is. Costs next to nothing while nothing is."""
        now = self._shared.wall()
        rests = abs(now - self._rested_at) < self._rest_for
        if rests or await asyncio.to_thread(self._quiet, now):
            self._has_chosen()
            return
        choice = await asyncio.to_thread(self._choose, now)
        # `parcels poll` may be at it; it asks about all.
        if not (choice.parcels or self._upkeep_due) or not self._turn.enter():
            self._has_chosen()
            return
        try:
            self._asking = {parcel.id for parcel in choice.parcels}
            self._asking_since = self._shared.steady()
            # When the answers have been waited for, not up to a tick later.
            asyncio.get_running_loop().call_later(self._shared.beat.first_look, self._news)
            self._has_chosen()
            await self._round(choice, now)
        finally:
            self._turn.leave()
            self._asking = set()
            self._considered = _LONG_AGO

    def _has_chosen(self) -> None:
        if not self.chosen.is_set():
            self.chosen.set()
            self._news()

    def asking(self) -> set[int]:
        """Parcels whose answer is awaited, and worth waiting for: not those of a hanging source."""
        waited = self._shared.steady() - self._asking_since
        return self._asking if waited < self._shared.beat.first_look else set()

    def look_anew(self) -> None:
        """The clock has jumped: what is due is worked out again, and judging waits for it."""
        self._considered = _LONG_AGO
        self.chosen.clear()

    def _quiet(self, now: datetime) -> bool:
        """Whether nothing was changed by anybody since, and no date has come."""
        version = self._history.version()
        unchanged = version == self._seen and abs(now - self._considered) < ANEW
        self._seen = version
        return unchanged and now < self._next_at

    def _choose(self, now: datetime) -> Choice:
        parcels = self._history.parcels.watched()
        known = known_of(self._history, parcels, now)
        choice = due(known, self._every_source, parcels, now, self._rhythm)[self.name]
        upkeep = upkeep_at(self._history, self.adapter)
        if choice.barred and choice.health.wait_until is not None:
            upkeep = max(upkeep, choice.health.wait_until)
        self._upkeep_due = upkeep <= now
        self._considered, self._next_at = now, min(choice.next_at, upkeep)
        return choice

    async def _round(self, choice: Choice, now: datetime) -> None:
        shared = self._shared
        line = line_of(shared.settings, self.adapter, self._client, self._pace_of, shared.reads)
        line = replace(line, patient=True, waits=self._waits)
        loop = asyncio.get_running_loop()

        def settled(ids: Sequence[int]) -> None:
            shared.shorten_log()
            loop.call_soon_threadsafe(self._batch_done, ids)

        done = Round(self.name)
        whole = True
        try:
            async with asyncio.timeout(BUDGET):
                (done,) = await poll(
                    self._history,
                    [Task(line, choice.parcels)],
                    now,
                    country=shared.settings.country,
                    settled=settled,
                )
        except TimeoutError:
            whole = False
            _log.warning("%s: the round was ended after %.0f s", self.name, BUDGET)
        except Exception:
            self.last = Ended(now, complete=False)
            self._rest(asked=line.wire.used)
            raise
        self.last = Ended(now, complete=whole and not done.troubles)
        self._report(done)

    def _rest(self, *, asked: bool) -> None:
        """What was answered is not stored, nor when (a full disk, a locked database, a fault of
        ours), so that the same would be asked again with the next tick, and the next.
        """
        if asked:
            capability = self.adapter.capability
            self._rested_at = self._shared.wall()
            self._rest_for = max(REST, capability.floor if capability.floor_binds else REST)

    def _batch_done(self, ids: Sequence[int]) -> None:
        self._asking.difference_update(ids)
        self._shared.progress()
        self._news()

    def _report(self, done: Round) -> None:
        if done.answered or not done.troubles:
            _log.info("%s: %s", done.source, _found(done))
        for number, note in done.notes:
            _log.info("%s: %s", number, note)
        for detail in dict.fromkeys(trouble.detail for trouble in done.troubles):
            _log.warning("%s failed: %s", done.source, detail)
        for detail, numbers in _by_detail(done.problems).items():
            _log.warning("%s: %s", _some(numbers), detail)


def _by_detail(problems: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, detail in problems:
        found.setdefault(detail, []).append(number)
    return found


def _some(numbers: Sequence[str]) -> str:
    """The numbers a line of the log can hold."""
    rest = len(numbers) - SHOWN
    return ", ".join(numbers[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _found(done: Round) -> str:
    """What a round brought, for instance `12 parcels asked, 3 with news, 1 not found`."""
    parts = [f"{count(done.asked, 'parcel')} asked", f"{done.with_news} with news"]
    if done.not_found:
        parts.append(f"{done.not_found} not found")
    if done.answered < done.asked:
        parts.append(f"{done.asked - done.answered} without an answer")
    return ", ".join(parts)
