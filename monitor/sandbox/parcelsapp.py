"""A local server that behaves like version 3 of Parcels app's API: ask, wait, ask after it."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from monitor.adapters.countries import alpha2, english_name
from monitor.sandbox.keyed import KeyedSandbox, said
from monitor.sandbox.server import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.sandbox.clock import Clock
    from monitor.sandbox.faults import Faults
    from monitor.sandbox.scripted import Told
    from monitor.sandbox.server import Request

PATHS = {"/shipments/tracking": "tracking", "/account": "account"}
_STATES = {"Delivered": "delivered", "AvailableForPickup": "pickup", "Exception": "transit"}

Json = dict[str, Any]


@dataclass(slots=True)
class Running:
    """A request under way: what was asked, and how many questions are still answered "not yet"."""

    items: list[Json]
    cached: set[str]
    left: int
    until: datetime


class ParcelsAppSandbox(KeyedSandbox):
    """Parcels app on the loopback.

    `polls`: so many questions after a request find it unfinished. `cache_for`: how long a number is
    answered at once after it was looked up. `limit`: numbers a month, 0 = none. `text_key`: the name
    of an event's text, `status` in real answers and `state` in the documentation. `names_only`:
    carriers come as names in `carriers`. `uuid_for`: how long a request is remembered.
    `error`: the error every request is answered with, under 200.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        key: str = "sandbox-key",
        faults: Faults | None = None,
        polls: int = 1,
        cache_for: timedelta = timedelta(hours=2),
        limit: int = 0,
        text_key: str = "status",
        names_only: bool = False,
        uuid_for: timedelta = timedelta(minutes=30),
        port: int = 0,
    ) -> None:
        super().__init__(clock, key=key, faults=faults, port=port)
        self.polls = polls
        self.cache_for = cache_for
        self.limit = limit
        self.text_key = text_key
        self.names_only = names_only
        self.uuid_for = uuid_for
        self.error = ""
        self._ids = itertools.count(1)
        self._running: dict[str, Running] = {}
        self._looked_up: dict[tuple[str, str], datetime] = {}
        self._counted: dict[str, set[str]] = defaultdict(set)

    @property
    def counted(self) -> frozenset[str]:
        """The numbers that count this month."""
        with self._lock:
            return frozenset(self._counted[self._month])

    def forget_requests(self) -> None:
        """As when the ids of requests have run out."""
        with self._lock:
            self._running.clear()

    @property
    def _month(self) -> str:
        return f"{self.clock.now:%Y-%m}"

    def _asked(self, request: Request) -> tuple[str, tuple[str, ...]]:
        endpoint = PATHS.get(request.path.partition("?")[0], "")
        named = (str(item.get("trackingId")) for item in _items(_body(request)))
        return endpoint, tuple(named) if request.method == "POST" else ()

    def _refused_key(self) -> Response:
        return said(200, {"error": "INVALID_API_KEY"})

    def _worked(self, request: Request, endpoint: str, numbers: tuple[str, ...]) -> Response:
        del numbers
        query = parse_qs(request.path.partition("?")[2])
        body = _body(request)
        if not endpoint:
            return Response(404, b"<html><body>404 Not Found</body></html>", "text/html")
        refusal = self._refusal(request, body, query)
        if refusal is not None:
            return refusal
        if endpoint == "account":
            return said(200, {"limit": self.limit, "current": len(self._counted[self._month])})
        if request.method == "POST":
            return self._begun(_items(body))
        return self._progress(query.get("uuid", [""])[0])

    def _refusal(
        self, request: Request, body: Json, query: Mapping[str, list[str]]
    ) -> Response | None:
        """Why a request is not even looked at: its key, or the error everybody gets."""
        key = body.get("apiKey") if request.method == "POST" else query.get("apiKey", [""])[0]
        if not key:
            return said(200, {"error": "MISSING_API_KEY", "description": "No .apiKey found"})
        if key != self.key:
            return self._refused_key()
        if self.error:
            more = {"confirmationUrl": f"{self.base_url}/confirm/somebody%40example.com"}
            return said(200, {"error": self.error, **more})
        return None

    def _begun(self, items: list[Json]) -> Response:
        if not items:
            return said(200, {"error": "NO_SHIPMENTS"})
        counted = self._counted[self._month]
        new = {str(item["trackingId"]) for item in items} - counted
        if self.limit and len(counted) + len(new) > self.limit:
            return said(200, {"error": "SUBSCRIPTION_LIMIT_REACHED"})
        counted |= new
        cached = [item for item in items if self._is_cached(item)]
        shown = [self._shipment(item) for item in cached]
        if len(cached) == len(items):
            return said(200, {"done": True, "fromCache": True, "shipments": shown})
        uuid = f"sandbox-{next(self._ids)}"
        until = self.clock.now + self.uuid_for
        names = {str(item["trackingId"]) for item in cached}
        self._running[uuid] = Running(items, names, self.polls, until)
        return said(
            200,
            {"uuid": uuid, **({"fromCache": True} if cached else {}), "shipments": shown},
        )

    def _progress(self, uuid: str) -> Response:
        if not uuid:
            return said(200, {"error": "MISSING_UUID", "description": "No .uuid found"})
        running = self._running.get(uuid)
        if running is None or self.clock.now > running.until:
            return said(200, {"uuid": uuid, "parcels": [], "error": "NO_REQUEST_FOUND"})
        if running.left > 0:
            running.left -= 1
            return said(200, {"uuid": uuid, "done": False, "shipments": []})
        fresh = [item for item in running.items if item["trackingId"] not in running.cached]
        for item in fresh:
            self._looked_up[_key(item)] = self.clock.now
        shown = [self._shipment(item) for item in fresh]
        return said(200, {"uuid": uuid, "done": True, "shipments": shown})

    def _is_cached(self, item: Json) -> bool:
        at = self._looked_up.get(_key(item))
        return at is not None and self.clock.now - at < self.cache_for

    def _shipment(self, item: Json) -> Json:
        """What is found of one number; nothing for a country that is not the parcel's."""
        number = str(item["trackingId"])
        history = self._parcels.history(number)
        right = history is not None and alpha2(_key(item)[1]) == history.destination
        told = self._parcels.told(number) if right else []
        states = [self._state(each) for each in told]
        names = ["Cainiao", "The post"]
        services = [{"slug": name.casefold(), "name": name} for name in names]
        return {
            "trackingId": number,
            "status": _STATES.get(told[0].event.code.partition("_")[0], "transit") if told else "",
            "originCode": (history.origin if history else None) or "",
            "destination": english_name((history.destination if history else None) or ""),
            **({"carriers": names} if self.names_only else {"services": services}),
            "states": states,
            "lastState": states[0] if states else None,
            "attributes": [{"l": "days_transit", "val": str(len(states))}],
        }

    def _state(self, told: Told) -> Json:
        """The clock of the place as if it hung in Greenwich."""
        return {
            "date": f"{told.wall:%Y-%m-%dT%H:%M:%S}.000Z",
            "carrier": 0,
            self.text_key: told.text,
            "location": told.event.location,
        }


def _key(item: Json) -> tuple[str, str]:
    country = item.get("destinationCountry") or item.get("country") or ""
    return str(item.get("trackingId")), str(country)


def _body(request: Request) -> Json:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _items(body: Json) -> list[Json]:
    found = body.get("shipments")
    rows = found if isinstance(found, list) else []
    return [row for row in rows if isinstance(row, dict) and row.get("trackingId")]
