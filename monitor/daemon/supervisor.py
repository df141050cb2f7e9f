"""The word to systemd: ready, what is going on, still making progress, stopping."""

from __future__ import annotations

import logging
import os
import re
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_log = logging.getLogger(__name__)

_MICROSECONDS = r"(?a)\d{1,18}"
STATUS_LIMIT = 200  # characters `systemctl status` shows of a line


class Supervisor:
    """Speaks the protocol of sd_notify(3); says nothing where nobody listens.

    `watchdog` is the number of seconds within which progress must be shown, 0 where none is wanted.
    """

    def __init__(self, environ: Mapping[str, str], steady: Callable[[], float]) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self.watchdog = _seconds(environ) if self._address else 0.0
        self._steady = steady
        self._fed = -1.0
        self._status = ""

    def ready(self) -> None:
        self._say("READY=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`; the same again is not sent again."""
        if text != self._status:
            self._status = text
            self._say(f"STATUS={' '.join(text.split())[:STATUS_LIMIT]}")

    def progress(self) -> None:
        """Something was done. Called for work only, never by a bare timer."""
        now = self._steady()
        if self.watchdog and now - self._fed >= min(1.0, self.watchdog / 10):
            self._fed = now
            self._say("WATCHDOG=1")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def _say(self, word: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto(word.encode(), self._address)
        # systemd itself may be starting anew, or be behind with listening.
        except OSError as error:
            _log.debug("systemd was not told %s: %s", word.partition("=")[0], error.strerror)


def _address(named: str) -> str:
    """A path, or a name in the abstract namespace, which begins with @ for a zero byte."""
    if named.startswith("@"):
        return f"\0{named[1:]}"
    return named if named.startswith("/") else ""


def _seconds(environ: Mapping[str, str]) -> float:
    """What systemd asks for; not when it asks another process of the same unit."""
    meant, wanted = environ.get("WATCHDOG_PID", ""), environ.get("WATCHDOG_USEC", "")
    if (meant and meant != str(os.getpid())) or not re.fullmatch(_MICROSECONDS, wanted):
        return 0.0
    return int(wanted) / 1_000_000
