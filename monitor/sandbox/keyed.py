"""What the local servers of APIs with a key and JSON answers have in common."""

from __future__ import annotations

import json
import threading
from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.sandbox.faults import FaultKind, Faults
from monitor.sandbox.scripted import Scripted
from monitor.sandbox.server import Response, Served
from monitor.sandbox.spoiling import instead, spoiled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.sandbox.clock import Clock
    from monitor.sandbox.histories import ParcelHistory
    from monitor.sandbox.server import Request

_NOTHING_DONE = frozenset(
    {
        FaultKind.ERROR_500,
        FaultKind.ERROR_502,
        FaultKind.ERROR_503,
        FaultKind.HTML_200,
        FaultKind.EMPTY_200,
    }
)
_SPOILT = frozenset(
    {
        FaultKind.TRUNCATED,
        FaultKind.SLOW,
        FaultKind.DRIP,
        FaultKind.HUGE,
        FaultKind.LOST_ANSWER,
    }
)


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """One request. `at`: `time.monotonic()`; `clock_at`: the server's clock (UTC).

    `numbers`: those asked about; `status`: as sent, 0 where no answer was sent.
    """

    endpoint: str
    at: float
    clock_at: datetime
    numbers: tuple[str, ...]
    status: int


class KeyedSandbox(Served):
    """An API on the loopback, in the time of `clock`. `faults` hit the endpoints by their names."""

    def __init__(
        self, clock: Clock, *, key: str = "sandbox-key", faults: Faults | None = None, port: int = 0
    ) -> None:
        self.clock = clock
        self.key = key
        self.faults = faults or Faults()
        self._parcels = Scripted(clock)
        self._calls: list[KeyedCall] = []
        self._lock = threading.Lock()
        super().__init__(port)

    @property
    def base_url(self) -> str:
        """What an adapter is configured with. Raises RuntimeError before `start`."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def calls(self) -> list[KeyedCall]:
        """All requests so far, in the order in which they were answered."""
        with self._lock:
            return list(self._calls)

    def script(self, history: ParcelHistory) -> None:
        """Lets a parcel exist, or puts another history in its place."""
        with self._lock:
            self._parcels.script(history)

    def answer(self, request: Request) -> Response:
        endpoint, numbers = self._asked(request)
        with self._lock:
            response = self._faulty(request, endpoint, numbers)
            status = 0 if response.drop else response.status
            call = KeyedCall(endpoint, request.at, self.clock.now, numbers, status)
            self._calls.append(call)
        return response

    def _faulty(self, request: Request, endpoint: str, numbers: tuple[str, ...]) -> Response:
        if self.faults.take(endpoint, {FaultKind.UNAUTHORIZED_401}) is not None:
            return self._refused_key()
        fault = self.faults.take(endpoint, {FaultKind.RATE_429})
        if fault is not None:
            wait = () if fault.retry_after is None else (("Retry-After", fault.retry_after),)
            return Response(429, b"{}", headers=wait)
        fault = self.faults.take(endpoint, _NOTHING_DONE)
        if fault is not None:
            return instead(fault)
        fault = self.faults.take(endpoint, _SPOILT)
        response = self._worked(request, endpoint, numbers)
        return response if fault is None else spoiled(fault, response)

    @abstractmethod
    def _asked(self, request: Request) -> tuple[str, tuple[str, ...]]:
        """The endpoint, "" for none, and the numbers a request names."""

    @abstractmethod
    def _refused_key(self) -> Response:
        """What a wrong key is answered with."""

    @abstractmethod
    def _worked(self, request: Request, endpoint: str, numbers: tuple[str, ...]) -> Response:
        """The answer to a request, its key checked."""


def said(status: int, answer: Mapping[str, object], **headers: str) -> Response:
    """A JSON answer."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    named = tuple((name.replace("_", "-").title(), value) for name, value in headers.items())
    return replace(Response(status, text.encode("utf-8", "replace")), headers=named)
