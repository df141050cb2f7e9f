"""`parcels run`: everything the service needs, made in order, so that what is wrong shows at once."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from monitor.daemon import clock
from monitor.daemon.beginning import Beginning
from monitor.daemon.logs import start_logging
from monitor.daemon.memory import keep_few_heaps
from monitor.daemon.office import Beat, Shared
from monitor.daemon.service import CUT_OFF_LOG, Service
from monitor.daemon.supervisor import Supervisor
from monitor.sweep.court import court_from
from monitor.sweep.office import speakers_of
from monitor.sweep.pushes import pushing_of
from monitor.sweep.understanding import reading_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.settings import Settings
    from monitor.sweep.tell import Speaker

_log = logging.getLogger(__name__)

THREADS = 16  # for the database's work, made when needed
LAST = 6.0  # seconds after the drain in which threads may finish; then the process ends regardless


def run_service(settings: Settings, write: Callable[[str], None], beat: Beat | None = None) -> int:
    """Run until SIGTERM or SIGINT; the exit code.

    `write` is where alerts go while no channel is configured. Raises ParcelsError where it cannot
    begin: BadConfiguration, BadDatabase, and Busy where the database is watched already.
    """
    keep_few_heaps()
    start_logging(settings.secrets(), os.environ)
    for sentence in settings.plugged.broken:
        _log.warning("%s", sentence)
    speakers = speakers_of(settings, write)
    reads = reading_of(settings)
    if settings.webhook.listen is not None:
        pushing_of(settings)
    supervisor = Supervisor(os.environ, clock.steady)
    beat = (beat or Beat()).within(supervisor.watchdog)
    begin = Beginning(settings, supervisor, clock.wall, clock.steady, beat.guard)
    post = begin.enter(speakers)
    shared = Shared(
        settings,
        supervisor,
        post,
        wall=clock.wall,
        steady=clock.steady,
        beat=beat,
        reads=reads,
    )
    return _until_the_end(shared, settings, speakers)


def _until_the_end(shared: Shared, settings: Settings, speakers: tuple[Speaker, ...]) -> int:
    """The event loop, and after it the threads: what still writes is waited for, what hangs is not."""
    workers = ThreadPoolExecutor(THREADS, thread_name_prefix="work")
    loop = asyncio.new_event_loop()
    loop.set_default_executor(workers)
    code = 1  # of an end by an error
    try:
        code = loop.run_until_complete(Service(shared, court_from(settings), speakers).run())
        if code == CUT_OFF_LOG:
            _end_at_once(code)
    finally:
        limit = threading.Timer(LAST, os._exit, (code,))
        limit.daemon = True
        limit.start()
        workers.shutdown(wait=True, cancel_futures=True)
        shared.close(whole=code == 0)
        loop.close()
    return code


def _end_at_once(code: int) -> None:
    """Without closing the database: the last one to close it writes what the log is thought to hold.

    Whoever opens it next reads what the log really holds.
    """
    logging.shutdown()
    os._exit(code)
