"""A machine of its own for one test: home, configuration, database, and a 17TRACK beside it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from monitor.cli import run
from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from monitor.transport import Wire
from tests import leaks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.sandbox.clock import SteppedClock
    from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

REPOSITORY = Path(__file__).parents[2]
START = datetime(2026, 9, 1, 6, tzinfo=UTC)
SHIPPED = START.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KETTLE = "LP00123456789012"
LAMP = "LP00123456789029"


@dataclass(frozen=True)
class Ran:
    """What came of one command."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert not leaks.in_text(f"{self.out}\n{self.err}"), "a command printed a secret"

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and keeps what is drawn on it."""

    def isatty(self) -> bool:
        return True


class NoPace:
    """Every turn is free: for tests that are not about pacing."""

    async def turn(self) -> None:
        return


@dataclass
class Desk:
    """`now` is what commands believe and what the sandbox lives by; `environ` all they see."""

    folder: Path
    clock: SteppedClock
    sandbox: SeventeenTrackSandbox
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock.now

    @property
    def database(self) -> Path:
        return self.folder / "state" / "parcels" / "parcels.db"

    def at(self, day: float) -> None:
        """Put every clock to so many days after the start."""
        self.clock.set(START + timedelta(days=day))

    def channel(self, name: str, url: str, min_severity: str = "info") -> None:
        count = sum(key.endswith("__URL") and "CHANNELS" in key for key in self.environ)
        start = f"PARCELS_CHANNELS__{count}__"
        if url.startswith("json://127.0.0.1") and "?" not in url:
            url += f"?+X-Token={leaks.KEY}"  # a secret that must not show anywhere
        self.environ |= {
            f"{start}NAME": name,
            f"{start}URL": url,
            f"{start}MIN_SEVERITY": min_severity,
        }

    def configure(self, text: str | bytes, *, mode: int = 0o600) -> Path:
        path = self.folder / "config" / "parcels" / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return path

    def __call__(self, *arguments: str, typed: str = "", columns: int = 0, **environ: str) -> Ran:
        """One command in this process, as its entry point runs it; pauses between requests apart.

        With `columns` its output goes to a terminal that is so many cells wide.
        """
        out, err = (Terminal(), Terminal()) if columns else (io.StringIO(), io.StringIO())
        if columns:
            environ = {"COLUMNS": str(columns), "TERM": "xterm-256color", **environ}
        with (
            mock.patch.dict(os.environ, self._seen() | environ, clear=True),
            mock.patch.object(sys, "argv", ["parcels", *arguments]),
            mock.patch.object(sys, "stdin", io.StringIO(typed)),
            mock.patch("monitor.sweep.office.shared_pace", return_value=lambda *_: NoPace()),
            mock.patch.dict(Wire.__init__.__kwdefaults__ or {}, {"first_pause": 0.001}),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run()
        return Ran(code, out.getvalue(), err.getvalue())

    def process(self, *arguments: str, program: Sequence[str] = ("-m", "monitor")) -> Ran:
        """One command as a process of its own; `program` is what Python runs."""
        done = subprocess.run(
            [sys.executable, *program, *arguments],
            env=self._seen(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command as a process that goes on while the test does."""
        return subprocess.Popen(
            [sys.executable, "-m", "monitor", *arguments],
            env=self._seen(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _seen(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder / "home"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TZ": "UTC",
            "PYTHONPATH": str(REPOSITORY),
            "PARCELS_NOW": f"{self.now:%Y-%m-%dT%H:%M:%SZ}",
            "PARCELS_ADAPTERS__CAINIAO__ENABLED": "false",  # a test that wants it says so
            # Most tests are about what is told, and not about the hour; those of manners set these.
            "PARCELS_ALERTS__QUIET_HOURS": "",
            "PARCELS_ALERTS__DIGEST_AT": "",
            **self.environ,
        }

    # short words for what most tests do

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self("list", "--all", "--json").json
        return found

    def shown(self, ref: str = KETTLE) -> dict[str, Any]:
        found: dict[str, Any] = self("show", ref, "--json").json
        return found

    def alerts(self) -> list[dict[str, Any]]:
        """All alerts there are, oldest first."""
        found: list[dict[str, Any]] = self("alerts", "--limit", "10000", "--json").json
        return found[::-1]

    def told(self, channel: str | None = None) -> list[str]:
        """What was sent, as `kind:severity`, oldest first."""
        return [
            f"{a['kind']}:{a['severity']}"
            for a in self.alerts()
            if a["state"] == "sent" and channel in (None, a["channel"])
        ]

    def endpoints(self) -> list[str]:
        return [call.endpoint for call in self.sandbox.calls]


def keyed(desk: Desk) -> Desk:
    """The same machine, whose 17TRACK can be asked; parcels usually come to Germany."""
    desk.environ |= {
        "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY": desk.sandbox.key,
        "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL": desk.sandbox.base_url,
        "PARCELS_COUNTRY": "DE",
    }
    return desk


def killed(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=20)


def held(
    number: str = KETTLE, *, until: int | None = None, shipped: date = SHIPPED
) -> ParcelHistory:
    """Stopped by German customs on day 3; released and handed on on day `until`, if ever."""
    events = [
        ScriptedEvent(0, "09:00", "InTransit_PickedUp", "Parcel collected", location="Yiwu", country="CN"),
        ScriptedEvent(
            2, "09:00", "InTransit_Arrival", "Arrived in the country of destination",
            offset="+02:00", location="Leipzig", country="DE",
        ),
        ScriptedEvent(
            3, "09:00", "Exception_Security", "Import clearance exception",
            offset="+02:00", location="Leipzig", country="DE",
        ),
    ]  # fmt: skip
    if until is not None:
        events.append(
            ScriptedEvent(
                until, "09:00", "InTransit_CustomsReleased", "Import customs clearance completed",
                offset="+02:00", location="Leipzig", country="DE",
            )
        )  # fmt: skip
    return ParcelHistory(
        number, 190271, tuple(events), origin="CN", destination="DE", shipped=shipped
    )
