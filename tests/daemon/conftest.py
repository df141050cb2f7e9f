"""The service as a process of its own, beside both sandboxes, in a time that a test steps."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from tests import leaks
from tests.cli.desk import START, Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IN_TIME = str(Path(__file__).with_name("parcels_in_time.py"))
PATIENCE = 40.0  # seconds a test waits for what must come


def eventually(claim: Callable[[], Any], what: str) -> Any:
    """What `claim` says as soon as it is something. Fails, naming `what`, when it never comes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := claim():
            return found
        time.sleep(0.02)
    pytest.fail(f"it never happened that {what}")


@dataclass
class Place:
    """A machine with the service on it. `at` moves every clock there is."""

    desk: Desk
    cainiao: CainiaoSandbox
    phone: Receiver
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def clock_file(self) -> Path:
        return self.desk.folder / "clock"

    def at(self, day: float) -> None:
        self.desk.at(day)
        self._write(self.desk.now)

    def later(self, by: timedelta) -> None:
        self.desk.clock.advance(by)
        self._write(self.desk.now)

    def _write(self, now: datetime) -> None:
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(now.isoformat(), encoding="ascii")
        fresh.rename(self.clock_file)

    def start(
        self, *, program: tuple[str, ...] = (IN_TIME,), **environ: str
    ) -> subprocess.Popen[str]:
        out = (self.desk.folder / "out").open("a", encoding="utf-8")
        err = (self.desk.folder / "err").open("a", encoding="utf-8")
        with out, err:
            process = subprocess.Popen(
                [sys.executable, *program, "run"],
                env=self.desk._seen() | {"CLOCK_FILE": str(self.clock_file)} | environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                text=True,
            )
        self.running.append(process)
        return process

    @property
    def out(self) -> str:
        return (self.desk.folder / "out").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return (self.desk.folder / "err").read_text(encoding="utf-8")

    def looked(self, adapter: str = "cainiao") -> None:
        """Wait until a round over this source has ended that began at the present moment."""
        moment = int(self.desk.now.timestamp())

        def ended() -> list[Any]:
            with closing(sqlite3.connect(self.desk.database)) as rows:
                return rows.execute(
                    "SELECT id FROM poll WHERE adapter = ? AND started_at >= ? "
                    "AND ended_at IS NOT NULL",
                    (adapter, moment),
                ).fetchall()

        eventually(ended, f"{adapter} was asked at {self.desk.now}")

    def told(self, rule: str | None = None) -> list[str]:
        """What arrived, as `kind:severity`, oldest first."""
        return [
            f"{a['kind']}:{a['severity']}"
            for a in self.desk.alerts()
            if a["state"] == "sent" and rule in (None, a["rule"])
        ]

    def close(self) -> None:
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            process.wait(timeout=30)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Both sources are there; only the keyless one is switched on. Alerts go to a phone."""
    clock = SteppedClock(START)
    with (
        SeventeenTrackSandbox(
            clock, key=leaks.KEY, rate_limit=0, first_result_after=timedelta(0)
        ) as seventeentrack,
        CainiaoSandbox(clock) as cainiao,
        Receiver() as phone,
    ):
        desk = Desk(tmp_path, clock, seventeentrack)
        desk.environ |= {
            "PARCELS_ADAPTERS__CAINIAO__ENABLED": "true",
            "PARCELS_ADAPTERS__CAINIAO__BASE_URL": cainiao.base_url,
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        }
        found = Place(desk, cainiao, phone)
        found.at(0)
        desk.channel("phone", phone.url)
        yield found
        found.close()


@pytest.fixture
def heartbeats() -> object:
    """A service that counts signs of life: its address, and the paths asked so far."""
    from monitor.sandbox.server import LoopbackServer, Request, Response

    paths: list[str] = []

    class Counting:
        def answer(self, request: Request, /) -> Response:
            paths.append(request.path)
            return Response(200, b"OK", "text/plain")

    with LoopbackServer(Counting()) as server:
        yield f"http://127.0.0.1:{server.port}/ping/s3ntinel-b7e1", paths
