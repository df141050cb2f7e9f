"""A local server that behaves like 17TRACK's tracking API, versions 2.4 and 2.2."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from monitor.sandbox import pushing, refusals
from monitor.sandbox.account import Account, Allowance
from monitor.sandbox.faults import (
    DOES_NOTHING,
    REFUSES_KEY,
    REFUSES_RATE,
    SPOILS_ANSWER,
    ErrorShape,
    FaultKind,
    Faults,
)
from monitor.sandbox.refusals import RefusedError, RequestRefusedError
from monitor.sandbox.server import Response, Served
from monitor.sandbox.spoiling import instead, omitting, spoiled
from monitor.sandbox.work import ENDPOINTS, work

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.sandbox.answers import Json
    from monitor.sandbox.clock import Clock
    from monitor.sandbox.faults import Fault
    from monitor.sandbox.histories import ParcelHistory
    from monitor.sandbox.registration import Key, Registration
    from monitor.sandbox.server import Request

RATE = 3  # requests in any one second
_WINDOW = 1.0  # seconds

_PATH = re.compile(r"/track/v2\.([24])/([a-z]+)", re.IGNORECASE)
_NOT_FOUND = Response(404, b"<html><body>404 Not Found</body></html>", "text/html")


@dataclass(frozen=True, slots=True)
class Call:
    """One request that reached a known endpoint.

    `at`: `time.monotonic()` on arrival; `clock_at`: the server's own clock (UTC); `numbers`: those
    asked about, as far as the body could be read; `status`: as sent, 0 where no answer was sent.
    """

    endpoint: str
    at: float
    clock_at: datetime
    numbers: tuple[str, ...]
    status: int


class SeventeenTrackSandbox(Served):
    """17TRACK on the loopback, in the time of `clock`.

    `first_result_after`: from a registration to the first look at the carrier. `latency`: seconds
    (real ones) every answer takes. `rate_limit`: requests in any one second of real time, or of
    `clock` with `rate_on_clock`; 0 = none. `daily`: registrations per UTC day, 0 = no limit.
    `auth_status`: 401 or 200, both of which the service uses for refused keys. `newest_first`: the
    provider of the last mile stands before the first one. `webhook`: where it pushes to, when it is
    told to push; it never does by itself.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        key: str = "sandbox-key",
        quota_total: int = 1000,
        daily: int = 0,
        faults: Faults | None = None,
        first_result_after: timedelta = timedelta(seconds=90),
        rate_limit: int = RATE,
        rate_on_clock: bool = False,
        latency: float = 0.0,
        auth_status: int = 401,
        newest_first: bool = True,
        webhook: str = "",
        port: int = 0,
    ) -> None:
        self.clock = clock
        self.key = key
        self.faults = faults or Faults()
        self.latency = latency
        self.rate_limit = rate_limit
        self.rate_on_clock = rate_on_clock
        self.auth_status = auth_status
        self.newest_first = newest_first
        self.webhook = webhook
        self._account = Account(clock, Allowance(quota_total, daily), first_result_after)
        self._calls: list[Call] = []
        self._recent: deque[float] = deque()
        self._lock = threading.Lock()
        super().__init__(port)

    @property
    def base_url(self) -> str:
        """What an adapter is configured with. Raises RuntimeError before `start`."""
        return f"http://127.0.0.1:{self._server.port}/track/v2.4"

    def script(self, history: ParcelHistory) -> None:
        """Lets a parcel exist. Replacing a history is allowed; its news is seen by the next look."""
        with self._lock:
            self._account.script(history)

    def can(self, number: str, payload_item: Mapping[str, Any]) -> None:
        """Serves an accepted item of `gettrackinfo` verbatim, once the number is registered."""
        with self._lock:
            self._account.can(number, payload_item)

    def top_up(self, numbers: int) -> None:
        """The owner of the account buys so many registrations (or loses them: below 0)."""
        with self._lock:
            self._account.top_up(numbers)

    def update_of(self, number: str) -> pushing.Push:
        """What would be pushed of a registered number now. Raises RefusedError before it was looked at."""
        with self._lock:
            asked = json.dumps([{"number": number}]).encode()
            shown = self._work("gettrackinfo", asked, v24=True)["data"]["accepted"]
        if not shown:
            raise RefusedError(refusals.NOTHING_YET, number)
        return pushing.updated(shown[0], self.key)

    def end_of(self, number: str, carrier: int = 0) -> pushing.Push:
        """What is pushed when the service stops tracking a number; true or not."""
        return pushing.stopped(number, carrier, self.key)

    def push(self, what: pushing.Push) -> int:
        """Sends it to `webhook`; the status it is answered with, 0 for none."""
        return pushing.send(self.webhook, what)

    @property
    def calls(self) -> list[Call]:
        """All requests so far, in the order in which they were answered."""
        with self._lock:
            return list(self._calls)

    @property
    def quota_used(self) -> int:
        with self._lock:
            return self._account.quota_used

    @property
    def charges(self) -> Mapping[str, int]:
        """What each number has cost, over all its registrations, deleted ones included."""
        with self._lock:
            return dict(self._account.charges)

    @property
    def registrations(self) -> Mapping[Key, Registration]:
        """The registrations in force, by number and carrier; those purged since are left out."""
        with self._lock:
            return MappingProxyType({record.key: record for record in self._account.every()})

    def answer(self, request: Request) -> Response:
        path = _PATH.fullmatch(request.path.partition("?")[0])
        endpoint = path[2].casefold() if path else ""
        if path is None or endpoint not in ENDPOINTS or request.method != "POST":
            return _NOT_FOUND
        with self._lock:
            response = self._checked(request, endpoint, v24=path[1] == "4")
            response = replace(response, delay=response.delay + self.latency)
            numbers = _numbers(request.body)
            status = 0 if response.drop else response.status
            self._calls.append(Call(endpoint, request.at, self.clock.now, numbers, status))
        return response

    def _checked(self, request: Request, endpoint: str, *, v24: bool) -> Response:
        """The checks in the order of the real service, then the work."""
        fault = self.faults.take(endpoint, REFUSES_KEY)
        if fault is not None and fault.kind is FaultKind.IP_NOT_ALLOWED_200:
            return _json(200, {"code": refusals.IP_NOT_ALLOWED, "data": None})
        if fault is not None or request.headers.get("17token") != self.key:
            return self._refusal(401 if fault else self.auth_status, refusals.INVALID_KEY)
        fault = self.faults.take(endpoint, REFUSES_RATE)
        if fault is not None or not self._in_time(request.at):
            wait = fault.retry_after if fault is not None else None
            headers = () if wait is None else (("Retry-After", wait),)
            return replace(self._refusal(429, refusals.RATE), headers=headers)
        fault = self.faults.take(endpoint, DOES_NOTHING)
        if fault is not None:
            return instead(fault)
        fault = self.faults.take(endpoint, SPOILS_ANSWER)
        response = self._worked(request.body, endpoint, fault, v24=v24)
        return response if fault is None else spoiled(fault, response)

    def _worked(self, body: bytes, endpoint: str, fault: Fault | None, *, v24: bool) -> Response:
        try:
            answer = self._work(endpoint, body, v24=v24)
        except RequestRefusedError as refusal:
            return self._refusal(200, refusal.code)
        return _json(200, omitting(fault, answer))

    def _work(self, endpoint: str, body: bytes, *, v24: bool) -> Json:
        return work(
            self._account,
            endpoint,
            body,
            v24=v24,
            nothing_yet=self.faults.nothing_yet,
            newest_first=self.newest_first,
            push=self._pushed if self.webhook else None,
        )

    def _pushed(self, item: Json) -> bool:
        return self.push(pushing.updated(item, self.key)) == HTTPStatus.OK

    def _in_time(self, arrived: float) -> bool:
        """Whether the request fits into the sliding window; refused ones take no place in it."""
        if not self.rate_limit:
            return True
        moment = self.clock.now.timestamp() if self.rate_on_clock else arrived
        while self._recent and not 0 <= moment - self._recent[0] < _WINDOW:
            self._recent.popleft()
        if len(self._recent) >= self.rate_limit:
            return False
        self._recent.append(moment)
        return True

    def _refusal(self, status: int, code: int) -> Response:
        errors = {"errors": [{"code": code, "message": refusals.message(code)}]}
        with_errors = ErrorShape(self.faults.error_shape) is ErrorShape.ERRORS
        return _json(status, {"code": code, "data": errors if with_errors else None})


def _json(status: int, answer: Json) -> Response:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(status, text.encode("utf-8", "replace"))


def _numbers(body: bytes) -> tuple[str, ...]:
    """The numbers a request names, for the record; a body that cannot be read names none."""
    try:
        sent = json.loads(body)
    except ValueError:
        return ()
    if isinstance(sent, dict):
        return tuple(filter(None, str(sent.get("number") or "").split(",")))
    items = sent if isinstance(sent, list) else []
    return tuple(str(item.get("number")) for item in items if isinstance(item, dict))
