"""A local receiver of notifications that shows each message as it arrived."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.sandbox.server import Response, Served

if TYPE_CHECKING:
    from monitor.sandbox.server import Request

KEPT = 10_000  # messages
TEXT_LIMIT = 100_000  # characters of one body


@dataclass(frozen=True, slots=True)
class Message:
    """One notification. `at` is `time.monotonic()`; `kind` Apprise's type (info, warning, …)."""

    at: float
    title: str
    body: str
    kind: str


class Receiver(Served):
    """Takes what Apprise posts to a `json://` address, in real HTTP on the loopback.

    Keeps the last 10,000 messages. `refuse` and `refuse_fraction` make it answer 500 instead,
    `lose` makes it take messages and never answer.
    """

    def __init__(self, *, port: int = 0) -> None:
        self._messages: deque[Message] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self._attempts = 0
        self._to_refuse = 0
        self._to_lose = 0
        self._status = 500
        self._fraction = 0.0
        self._owed = 0.0  # share of a refusal that has built up so far
        super().__init__(port)

    @property
    def url(self) -> str:
        """The Apprise URL of this receiver. Raises RuntimeError before `start`."""
        return f"json://127.0.0.1:{self._server.port}/"

    @property
    def messages(self) -> list[Message]:
        """What was taken so far, oldest first."""
        with self._lock:
            return list(self._messages)

    @property
    def attempts(self) -> int:
        """How many posts arrived, the refused ones included."""
        with self._lock:
            return self._attempts

    def refuse(self, times: int, *, status: int = 500) -> None:
        """Refuses the next `times` posts with an HTTP status."""
        with self._lock:
            self._to_refuse, self._status = times, status

    def refuse_fraction(self, fraction: float) -> None:
        """Refuses this share of the posts (0 to 1), evenly spread and the same in every run."""
        with self._lock:
            self._fraction, self._owed = fraction, 0.0

    def lose(self, times: int) -> None:
        """Takes the next `times` posts but ends the connection without an answer."""
        with self._lock:
            self._to_lose = times

    def answer(self, request: Request) -> Response:
        with self._lock:
            self._attempts += 1
            if self._refuses():
                return Response(self._status, b"refused", "text/plain")
            message = _message(request)
            if message is None:
                return Response(400, b"not a notification", "text/plain")
            self._messages.append(message)
            lost = self._to_lose > 0
            self._to_lose -= lost
            return Response(200, b"{}", drop=lost)

    def _refuses(self) -> bool:
        if self._to_refuse > 0:
            self._to_refuse -= 1
            return True
        self._owed += self._fraction
        due = self._owed >= 1
        self._owed -= due
        return due


def _message(request: Request) -> Message | None:
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(sent, dict):
        return None
    title, body, kind = (str(sent.get(name) or "") for name in ("title", "message", "type"))
    return Message(request.at, title[:TEXT_LIMIT], body[:TEXT_LIMIT], kind[:TEXT_LIMIT])
