"""The service: three kinds of jobs that do not wait for each other, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from datetime import UTC
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import __version__
from monitor.daemon.clock import of_the_scheduler
from monitor.daemon.failures import Failures
from monitor.daemon.guard import JUMP, NUDGE, Reading, drift
from monitor.daemon.housekeeping import Housekeeping
from monitor.daemon.judging import Judging
from monitor.daemon.last_resort import LastResort
from monitor.daemon.looking import Looking
from monitor.daemon.publishing import Publishing
from monitor.daemon.sign_of_life import SignOfLife
from monitor.errors import DiskTrouble, LogCutOff, ParcelsError, ReadOnly, Unusable
from monitor.history.log_file import must_be_whole
from monitor.sweep.instance import WEBHOOK, SharedTurn
from monitor.sweep.published import PAGES
from monitor.sweep.sources import adapters_of
from monitor.transport import HttpClient

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from monitor.daemon.office import Shared
    from monitor.daemon.webhook import Webhook
    from monitor.settings.listening import Listen
    from monitor.sweep.judge import Court
    from monitor.sweep.tell import Speaker

_log = logging.getLogger(__name__)

# The library's own defaults skip a run that is late by more than a second.
_JOBS = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
CUT_OFF_LOG = 1  # exit code after which nothing may be written any more, and a start anew helps
CUT_OFF = 3.0  # seconds a request to a source may still take once the end has come


class Service:
    """`run` returns the exit code: 0 after a signal, 78 when the owner must act first."""

    def __init__(self, shared: Shared, court: Court, speakers: Sequence[Speaker]) -> None:
        self._shared = shared
        self._court = court
        self._speakers = speakers
        self._end = asyncio.Event()
        self._code = 0
        self._failures = Failures(shared.steady)
        self._last_resort = LastResort(shared, speakers, shared.history().try_writing)
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_JOBS)
        self._lookers: list[Looking] = []
        self._webhook: Webhook | None = None
        self._wait_until = 0.0
        self._read = Reading(shared.wall(), shared.steady())

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._end.set)
        async with HttpClient() as client:
            self._set_up(client)
            self._scheduler.start()
            self._shared.supervisor.ready()
            self._shared.supervisor.status("Looking for the first time")
            self._say_what_is_watched()
            self._begin("guard", self._guard())
            await self._end.wait()
            self._shared.ending = True
            self._shared.supervisor.stopping()
            await self._drain()
        return self._code

    def _say_what_is_watched(self) -> None:
        channels = ", ".join(speaker.name for speaker in self._speakers)
        sources = ", ".join(looker.name for looker in self._lookers) or "no source"
        said = f"watching {self._shared.database}: asks {sources}, tells {channels}"
        _log.info("%s; version %s", said, __version__)

    def _set_up(self, client: HttpClient) -> None:
        adapters = adapters_of(self._shared.settings)
        turn = SharedTurn(self._shared.database)
        self._lookers = [
            Looking(self._shared, adapter, adapters, client, turn, self._judge_soon, self._waits)
            for adapter in adapters
        ]
        sign = SignOfLife(self._shared, self._failures, self._lookers, self._begin)
        self._judging = Judging(
            self._shared,
            self._court,
            self._lookers,
            self._speakers,
            sign,
            self._last_resort,
            self._begin,
        )
        self._house = Housekeeping(self._shared, self._court)
        beat = self._shared.beat
        self._wait_for_looks()
        for looker in self._lookers:
            self._every(f"look {looker.name}", beat.look, looker.tick)
        self._every("judge", beat.judge, self._judge)
        self._every("housekeeping", beat.keep_house, self._house.tick)
        for page in PAGES:
            if page.path_in(self._shared.settings) is not None:
                self._every(page.name, beat.judge, Publishing(self._shared, page).tick)
        address = self._shared.settings.webhook.listen
        if address is not None:
            self._listen(address)

    def _listen(self, address: Listen) -> None:
        from monitor.daemon.webhook import Webhook  # noqa: PLC0415 - few want a server in memory

        self._webhook = Webhook(self._shared, address, self._begin, self._judge_soon)
        self._every(WEBHOOK, self._shared.beat.judge, self._webhook.tick)

    def _every(
        self, name: str, seconds: float, work: Callable[[], Coroutine[None, None, None]]
    ) -> None:
        self._scheduler.add_job(
            self._job,
            "interval",
            args=(name, work),
            seconds=seconds,
            id=name,
            next_run_time=of_the_scheduler(),
        )

    async def _job(self, name: str, work: Callable[[], Coroutine[None, None, None]]) -> None:
        """One tick of a job, as a task of our own, which the end of the service waits for."""
        task = self._begin(name, work())
        await asyncio.wait([task])

    def _begin(self, name: str, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(self._surviving(name, work), name=name)
        self._tasks[task] = name
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return task

    async def _surviving(self, name: str, work: Coroutine[None, None, None]) -> None:
        """One job's fault ends neither the others nor its own next tick."""
        try:
            await work
        except (DiskTrouble, ReadOnly) as error:
            await self._last_resort.befell(error)
        except (LogCutOff, Unusable) as error:
            self._end_by(error, name)
        except ParcelsError as error:
            self._failures.failed(name, str(error))
        except Exception as error:  # noqa: BLE001 - logged whole; the next tick may go well
            said = f"it failed ({type(error).__name__}); it is tried again. Please report this."
            self._failures.failed(name, said, fault=True)
        else:
            self._failures.went_well(name)

    def _end_by(self, error: ParcelsError, name: str) -> None:
        """End the service, once: to be started anew where that helps, else with a word to the owner."""
        if self._end.is_set():
            return
        self._end.set()
        with suppress(OSError):  # a log cut off may look like a damaged database
            try:
                must_be_whole(self._shared.database)
            except LogCutOff as cut_off:
                error = cut_off
        if isinstance(error, LogCutOff):
            _log.critical("%s: %s The service ends, to be started anew.", name, error)
            self._code = CUT_OFF_LOG
        else:
            _log.critical("%s: %s", name, error)
            self._code = error.exit_code
            self._begin("farewell", self._last_resort.farewell(error))

    def _waits(self, error: ParcelsError) -> None:
        """An answer waits to be stored: others will find out, too, but later."""
        if isinstance(error, DiskTrouble | ReadOnly):
            self._begin("last resort", self._last_resort.befell(error))

    async def _judge(self) -> None:
        """Nothing before it is known which parcels are asked about: one may have arrived meanwhile."""
        self._check_clock()
        chosen = all(looker.chosen.is_set() for looker in self._lookers)
        if chosen or self._shared.steady() >= self._wait_until:
            await self._judging.tick()
            return
        self._shared.judged()

    def _judge_soon(self) -> None:
        self._soon("judge")

    def _soon(self, name: str) -> None:
        if self._scheduler.running and not self._end.is_set():
            self._scheduler.modify_job(name, next_run_time=of_the_scheduler())

    def _wait_for_looks(self) -> None:
        self._shared.judged_at = self._shared.steady()
        self._wait_until = self._shared.steady() + self._shared.beat.first_look

    async def _guard(self) -> None:
        """Not a job of the scheduler, which stands still itself while the clock is behind."""
        while True:
            await asyncio.sleep(self._shared.beat.guard)
            self._check_clock()

    def _check_clock(self) -> None:
        """Before anything is judged, too: after sleep the judge may wake before the guard."""
        before, after = self._read, Reading(self._shared.wall(), self._shared.steady())
        self._read = after
        moved = abs(drift(before, after))
        if moved >= NUDGE:
            self._clock_moved(far=moved >= JUMP)

    def _clock_moved(self, *, far: bool) -> None:
        if far:
            _log.warning("the clock jumped, or the machine slept; looking before judging")
            self._judging.wake()
            self._wait_for_looks()
            for looker in self._lookers:
                looker.look_anew()
        for job in self._scheduler.get_jobs():
            self._soon(job.id)

    async def _drain(self) -> None:
        """Requests to sources are cut off soon, as nothing of them is lost; messages may finish."""
        self._scheduler.pause()
        if self._webhook is not None:
            self._begin("hang up", self._webhook.close())
        pending = [t for t, name in self._tasks.items() if name != "guard"]
        rest = [t for t in self._tasks if t not in pending]
        for task in rest:
            task.cancel()
        if pending:
            await asyncio.wait(pending, timeout=CUT_OFF)
        for task, name in list(self._tasks.items()):
            if name.startswith("look "):
                task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=self._shared.beat.drain - CUT_OFF)
        self._scheduler.shutdown(wait=False)
        _log.info("stopped")
