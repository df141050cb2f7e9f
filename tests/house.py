"""The whole program in one process, with every part real but the clock: both sandboxes, a receiver, SQLite."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self
from unittest import mock

import httpx

from monitor.history import History
from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.settings import load
from monitor.sweep.court import court_from
from monitor.sweep.instance import alive, holder
from monitor.sweep.office import Pass, speakers_of
from monitor.transport import ClockPace, Wire
from tests.cli.desk import Desk, keyed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from monitor.sweep.office import PassReport


class House:
    """Where parcels are watched: `desk` takes the owner's commands, `look` is one pass.

    `environ` are options beside those a test machine has; `config` is the text of its file.
    """

    def __init__(
        self, folder: Path, start: datetime, *, environ: Mapping[str, str], config: str = ""
    ) -> None:
        self.clock = SteppedClock(start)
        self.sandbox = SeventeenTrackSandbox(self.clock, rate_on_clock=True)
        self.cainiao = CainiaoSandbox(self.clock)
        self.receiver = Receiver()
        self.desk = Desk(folder, self.clock, self.sandbox)
        self._environ, self._config = environ, config
        self._running = ExitStack()
        self._process = ExitStack()

    def __enter__(self) -> Self:
        for service in (self.sandbox, self.cainiao, self.receiver):
            self._running.enter_context(service)
        # Reading the trusted certificates takes a third of a pass, and nothing here speaks TLS.
        trust = httpx.create_ssl_context()
        self._running.enter_context(
            mock.patch("httpx._transports.default.create_ssl_context", return_value=trust)
        )
        # A source that fails is tried again at once: nobody waits for it.
        self._running.enter_context(
            mock.patch.dict(Wire.__init__.__kwdefaults__ or {}, {"first_pause": 0.001})
        )
        self._runner = self._running.enter_context(asyncio.Runner())
        self.desk.environ |= {
            "PARCELS_ADAPTERS__CAINIAO__ENABLED": "true",
            "PARCELS_ADAPTERS__CAINIAO__BASE_URL": self.cainiao.base_url,
            **self._environ,
        }
        keyed(self.desk).channel("phone", self.receiver.url)
        self.desk.configure(self._config)
        self.restart()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.close()
        self._running.close()

    def restart(self) -> None:
        """What a new process has: nothing but what is on the disk."""
        self._process.close()
        seen = self.desk._seen()
        settings = load(None, seen | {"PATH": os.environ.get("PATH", "")})
        self.history = self._process.enter_context(
            History.open(settings.database.path, now=self.clock.now)
        )
        self._pass = Pass(
            history=self.history,
            settings=settings,
            court=court_from(settings),
            speakers=speakers_of(settings, print),
            holder=holder(),
            alive=alive,
            pace_of=lambda _, spacing: ClockPace(lambda: self.clock.now, self.clock.sleep, spacing),
        )

    def look(self, now: datetime) -> PassReport:
        """One pass over everything that is watched; the clock stands at `now`."""
        self.clock.set(now)
        return self._runner.run(self._pass.run(self.history.parcels.watched(), now))
