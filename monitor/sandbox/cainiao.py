"""A local server that behaves like the tracking page of Cainiao, which asks for no key."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from monitor.sandbox import cainiao_challenge
from monitor.sandbox.cainiao_entries import Numbers, entry
from monitor.sandbox.cainiao_events import ScriptedParcel
from monitor.sandbox.faults import (
    CAINIAO_ONLY,
    REFUSES_RATE,
    SPOILS_ANSWER,
    FaultKind,
    Faults,
)
from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from monitor.sandbox.server import Response, Served
from monitor.sandbox.spoiling import instead, spoiled
from monitor.sandbox.timeline import lay_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.sandbox.cainiao_events import Json
    from monitor.sandbox.clock import Clock
    from monitor.sandbox.faults import Fault
    from monitor.sandbox.server import Request

PATH = "/global/detail.json"
ENDPOINT = "detail"  # the name by which a fault is aimed at it

# No limit is published. The public clients send ten numbers at most, and nobody has reported what
# becomes of more: the sandbox takes the reading that is worst for a caller and answers the first
# ten without a word about the others.
BATCH = 10

_NOT_FOUND = Response(404, b"<html><body>404 Not Found</body></html>", "text/html")
_NOT_ALLOWED = Response(405, b"", "text/html", (("Allow", "GET"),))
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_FAILURE: Mapping[str, object] = {
    "success": False,
    "errorCode": "SYSTEM_ERROR",
    "errorMsg": "The sandbox is busy.",
    "module": [],
}
# What a shuffled answer holds beside what was asked for.
STRANGER = "LP00990000000001"
_STRANGE = ParcelHistory(
    STRANGER,
    190271,
    (ScriptedEvent(0, "00:00", "Delivered_Other", "Parcel of somebody else delivered"),),
    origin="CN",
    destination="UA",
)
_ANSWERED_BY_ALL = frozenset(
    {
        FaultKind.ERROR_500,
        FaultKind.ERROR_502,
        FaultKind.ERROR_503,
        FaultKind.HTML_200,
        FaultKind.EMPTY_200,
    }
)
_INSTEAD = CAINIAO_ONLY | REFUSES_RATE | _ANSWERED_BY_ALL | {FaultKind.DATA_NULL}


@dataclass(frozen=True, slots=True)
class CainiaoCall:
    """One GET of the tracking page. `at`: `time.monotonic()`; `clock_at`: the server's clock (UTC).

    `numbers`: all that were asked for; `status`: as sent, 0 where no answer was sent.
    """

    endpoint: str
    at: float
    clock_at: datetime
    numbers: tuple[str, ...]
    status: int


class CainiaoSandbox(Served):
    """Cainiao on the loopback, in the time of `clock`.

    `latency`: seconds (real ones) every answer takes. `challenge_after` requests within
    `challenge_window` are answered; from the last of them on every request meets the challenge
    until `challenge_for` is over; 0 = never. `shuffled`: the entries come in reverse order, with
    one more of a number nobody asked for.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        faults: Faults | None = None,
        latency: float = 0.0,
        challenge_after: int = 0,
        challenge_window: timedelta = timedelta(minutes=10),
        challenge_for: timedelta = timedelta(hours=1),
        shuffled: bool = False,
        port: int = 0,
    ) -> None:
        self.clock = clock
        self.faults = faults or Faults()
        self.latency = latency
        self.shuffled = shuffled
        self._guard = cainiao_challenge.Guard(
            clock, challenge_after, challenge_window, challenge_for
        )
        self._parcels: dict[str, ScriptedParcel] = {}
        self._links: dict[str, Numbers] = {}
        self._calls: list[CainiaoCall] = []
        self._lock = threading.Lock()
        super().__init__(port)

    @property
    def base_url(self) -> str:
        """What an adapter is configured with. Raises RuntimeError before `start`."""
        return f"http://127.0.0.1:{self._server.port}"

    def script(
        self, history: ParcelHistory, *, economy: bool = False, seller_not_shipped: bool = False
    ) -> None:
        """Lets a parcel exist, or puts another history in its place: the next request sees it.

        `economy`: nothing is said once the local carrier has it. `seller_not_shipped`: the order
        is known and no event is shown, whatever the history says; script it anew once it is sent.
        """
        with self._lock:
            before = self._parcels.get(history.number)
            shipped = history.shipped or (
                before.plan.events[0].shipped
                if before is not None and before.plan.events
                else self.clock.now.date()
            )
            plan = lay_out(history, shipped, lambda _: _ALWAYS)
            self._parcels[history.number] = ScriptedParcel(plan, economy, seller_not_shipped)

    def link(self, number: str, *, real: str = "", virtual: str = "") -> None:
        """Names the numbers behind `number` in its entry, whether it is scripted or not."""
        with self._lock:
            self._links[number] = Numbers(real, virtual)

    @property
    def calls(self) -> list[CainiaoCall]:
        """All requests so far, in the order in which they were answered."""
        with self._lock:
            return list(self._calls)

    @property
    def challenged(self) -> bool:
        """Whether a request that came now would meet the challenge."""
        with self._lock:
            return self._guard.up

    def challenge(self, on: bool = True) -> None:
        """Challenges everybody until it is switched off; off also ends one that came by itself."""
        with self._lock:
            self._guard.switch(on=on)

    def answer(self, request: Request) -> Response:
        path, _, asked = request.path.partition("?")
        if path != PATH:
            return _NOT_FOUND
        if request.method != "GET":
            return _NOT_ALLOWED
        query = parse_qs(asked)
        numbers = _numbers(query)
        with self._lock:
            response = self._guarded(query, numbers)
            response = replace(response, delay=response.delay + self.latency)
            status = 0 if response.drop else response.status
            self._calls.append(CainiaoCall(ENDPOINT, request.at, self.clock.now, numbers, status))
        return response

    def _guarded(self, query: Mapping[str, list[str]], numbers: Sequence[str]) -> Response:
        if not self._guard.admits():
            return cainiao_challenge.PAGE
        fault = self.faults.take(ENDPOINT, _INSTEAD)
        if fault is not None:
            return _refusal(fault)
        if not numbers:
            return _json(_FAILURE)  # a guess: what the real one says to it is not known
        fault = self.faults.take(ENDPOINT, SPOILS_ANSWER)
        answer = self._told(numbers[:BATCH], in_english=_wants_english(query))
        if fault is None:
            return _json(answer)
        if fault.kind is FaultKind.OMITS:
            del answer["module"][-1]
        return spoiled(fault, _json(answer))

    def _told(self, numbers: Sequence[str], *, in_english: bool) -> Json:
        now = self.clock.now
        entries = [
            entry(
                number,
                self._parcels.get(number),
                self._links.get(number),
                now,
                in_english=in_english,
            )
            for number in numbers
        ]
        if self.shuffled:
            stranger = ScriptedParcel(
                lay_out(_STRANGE, now.date() - timedelta(days=2), lambda _: _ALWAYS)
            )
            entries = [*entries[::-1], entry(STRANGER, stranger, None, now, in_english=True)]
        return {"module": entries, "success": True}


def _refusal(fault: Fault) -> Response:
    """The answer to a request for which nothing was looked up."""
    match fault.kind:
        case FaultKind.CHALLENGE_200:
            return cainiao_challenge.PAGE
        case FaultKind.CHALLENGE_JSON:
            return cainiao_challenge.GATEWAY
        case FaultKind.ENVELOPE_FAILURE:
            return _json(_FAILURE)
        case FaultKind.DATA_NULL:
            return _json({"module": None, "success": True})
        case FaultKind.RATE_429:
            wait = () if fault.retry_after is None else (("Retry-After", fault.retry_after),)
            return Response(429, b"Too Many Requests", "text/plain", wait)
        case _:
            return instead(fault)


def _numbers(query: Mapping[str, list[str]]) -> tuple[str, ...]:
    """What `mailNos` names, in order; a number named twice is there twice."""
    listed = query.get("mailNos", [""])[0].split(",")
    return tuple(filter(None, (number.strip() for number in listed)))


def _wants_english(query: Mapping[str, list[str]]) -> bool:
    """Whether texts come in English; with another `lang` they come as the carrier wrote them."""
    return query.get("lang", ["en-US"])[0].casefold().startswith("en")


def _json(answer: Mapping[str, object]) -> Response:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(200, text.encode("utf-8", "replace"), "application/json;charset=UTF-8")
