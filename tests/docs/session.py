"""Runs what the pages show: the real program in this process, the sandboxes as its sources, a receiver."""

from __future__ import annotations

import atexit
import contextlib
import copy
import io
import os
import re
import shlex
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self
from unittest import mock

from aiosmtpd.smtp import AuthResult

from monitor.cli import run
from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.histories import load_histories
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from tests.channels.conftest import AnyPort, Mailbox
from tests.docs import service
from tests.docs.blocks import before, exchanges, trimmed
from tests.docs.service import no_pace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.docs.blocks import Block, Exchange

KEY = "your-17track-key"  # as the pages write it
SHIPPED = date(2026, 9, 1)
START = datetime(2026, 9, 1, 6, tzinfo=UTC)
SHOWN_HOME = "/home/you"
_ASSIGNMENT = re.compile(r"([A-Z_][A-Z0-9_]*)=(.*)", re.DOTALL)
_CHANNEL = re.compile(r'^name = "(?P<name>[\w.-]+)"$', re.MULTILINE)
_CLOCK_NOTE = re.compile(r"^parcels: taking \S+ for now \(PARCELS_NOW\)\n", re.MULTILINE)


@dataclass
class Session:
    """One reader at one machine. `environ` is what the reader has exported.

    Channels of the configuration keep their names, and send to the receiver.
    """

    folder: Path
    clock: SteppedClock = field(default_factory=lambda: SteppedClock(START))
    environ: dict[str, str] = field(default_factory=dict)
    code: int = 0
    _until: str = ""

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            sandbox = SeventeenTrackSandbox(self.clock, key=KEY, rate_limit=0)
            for history in load_histories().values():
                sandbox.script(replace(history, shipped=SHIPPED))
            cainiao = CainiaoSandbox(self.clock)
            for history in load_histories().values():
                cainiao.script(replace(history, shipped=SHIPPED))
            self._sandbox = stack.enter_context(sandbox)
            self.cainiao = stack.enter_context(cainiao)
            self._receiver = stack.enter_context(Receiver())
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def prepare(self, block: Block) -> None:
        """Do what the comment above the block says."""
        words = block.words
        if {"fresh", "given"} & words.keys():
            shutil.rmtree(self.home, ignore_errors=True)
            self.environ.clear()
        if "given" in words:
            self._continue(_reached(words["given"]))
        self._until = words.get("until", "")
        if "now" in words:
            self.clock.set(datetime.fromisoformat(words["now"]))
        if "channel" in words:
            self._receiver.refuse_fraction(1.0 if words["channel"] == "down" else 0.0)
        if "schema" in words:
            self._used_by_a_newer_version()
        if "cainiao" in words:
            self.cainiao.challenge(on=words["cainiao"] == "challenge")
        if "file" in words:
            self.configure(words["file"], block.text)
        if "post" in words:
            self.environ["PARCELS_CHANNELS__MAIL__URL"] = self._post(words["post"])

    def _continue(self, earlier: Session) -> None:
        """Begin with what another session has come to: its home, its clock, and its account at 17TRACK."""
        shutil.copytree(earlier.home, self.home)
        self.environ |= earlier.environ
        self.clock.set(earlier.clock.now)
        kept = {id(earlier.clock): self.clock}
        self._sandbox._account = copy.deepcopy(earlier._sandbox._account, kept)

    def configure(self, name: str, text: str) -> None:
        """Write a file of the configuration folder, as private as the program wants it."""
        path = self.home / ".config" / "parcels" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        for found in _CHANNEL.finditer(text.partition("[[channels]]")[2]):
            variable = f"PARCELS_CHANNELS__{found['name'].upper()}__URL"
            self.environ[variable] = self._receiver.url

    def _used_by_a_newer_version(self) -> None:
        """Leave what one more migration would leave in the database."""
        path = self.home / ".local" / "state" / "parcels" / "parcels.db"
        with closing(sqlite3.connect(path)) as database, database:
            ((version,),) = database.execute("PRAGMA user_version").fetchall()
            database.execute(f"PRAGMA user_version={version + 1}")

    def _post(self, manner: str) -> str:
        """The address of a mail server on the loopback that takes everything, or knows nobody."""
        login = {"takes": "", "strangers": "you:app-password@", "off": ""}[manner]
        knows_nobody = {
            "authenticator": lambda *_: AuthResult(success=False, handled=False),
            "auth_require_tls": False,
        }
        server = AnyPort(Mailbox(), hostname="127.0.0.1", port=0, **(knows_nobody if login else {}))
        server.start()
        address = f"mailto://{login}127.0.0.1:{server.port}?from=you@example.org&to=you@example.org"
        if manner == "off":
            server.stop()
        else:
            self._stack.callback(server.stop)
        return address

    def played(self, block: Block) -> Iterator[tuple[Exchange, tuple[str, ...]]]:
        """Each command of a session with the lines it really printed."""
        for exchange in exchanges(block):
            yield exchange, trimmed(self.run(exchange.command).splitlines())

    def run(self, command: str) -> str:
        """What one command of a session prints on its terminal."""
        words = [re.sub(r"^~/", f"{self.home}/", word) for word in shlex.split(command)]
        given: dict[str, str] = {}
        while words and (found := _ASSIGNMENT.fullmatch(words[0])):
            given[found[1]] = found[2]
            words = words[1:]
        if words[:1] == ["export"]:
            self.environ |= dict(word.split("=", 1) for word in words[1:])
            return ""
        if words == ["echo", "$?"]:
            return f"{self.code}\n"
        if words[:3] == ["stat", "-c", "%a %n"]:
            return self._modes(words[3:])
        if words[:1] != ["parcels"]:
            raise ValueError(f"A session cannot run {command!r}; show it in a sh block.")
        if words[1:] == ["run"]:
            return self._shown(service.until(self._until, self.clock.now, self._seen() | given))
        return self._parcels(words[1:], given)

    def _modes(self, files: list[str]) -> str:
        """What `stat -c '%a %n'` prints."""
        return self._shown("".join(f"{Path(f).stat().st_mode & 0o777:o} {f}\n" for f in files))

    def _shown(self, text: str) -> str:
        return _CLOCK_NOTE.sub("", text).replace(str(self.home), SHOWN_HOME)

    def _parcels(self, arguments: list[str], given: dict[str, str]) -> str:
        terminal = io.StringIO()
        self.home.mkdir(exist_ok=True)
        with (
            mock.patch.dict(os.environ, self._seen() | given, clear=True),
            mock.patch.object(sys, "argv", ["parcels", *arguments]),
            mock.patch("monitor.sweep.office.shared_pace", no_pace),
            contextlib.redirect_stdout(terminal),
            contextlib.redirect_stderr(terminal),
        ):
            self.code = run()
        return self._shown(terminal.getvalue())

    def _seen(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.home),
            "TZ": "Europe/Berlin",
            "COLUMNS": "100",
            "PARCELS_NOW": f"{self.clock.now:%Y-%m-%dT%H:%M:%SZ}",
            "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL": self._sandbox.base_url,
            "PARCELS_ADAPTERS__CAINIAO__BASE_URL": self.cainiao.base_url,
            **self.environ,
        }

    def received(self) -> tuple[str, ...]:
        """The newest message as its reader sees it: title, empty line, body."""
        message = self._receiver.messages[-1]
        return trimmed([message.title, "", *message.body.splitlines()])


@cache
def _reached(state: str) -> Session:
    """A session that has come to a state; many pages begin with it, and it is played once."""
    folder = tempfile.mkdtemp(prefix="parcels-pages-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Session(Path(folder)) as session:
        for block in before(state):
            session.prepare(block)
            for _ in session.played(block):
                pass
    return session
