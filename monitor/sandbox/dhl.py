"""A local server that behaves like DHL's unified tracking API."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from monitor.sandbox.keyed import KeyedSandbox, said

if TYPE_CHECKING:
    from datetime import date, datetime

    from monitor.sandbox.clock import Clock
    from monitor.sandbox.faults import Faults
    from monitor.sandbox.histories import ParcelHistory
    from monitor.sandbox.scripted import Told
    from monitor.sandbox.server import Request, Response

PATH = "/track/shipments"
ENDPOINT = "shipments"  # the name by which a fault is aimed at it
DAILY = 250  # calls of a free key between two midnights in UTC
SPACING = 5.0  # seconds between two calls

_CODES = {
    "InfoReceived": "pre-transit",
    "Delivered": "delivered",
    "DeliveryFailure": "failure",
    "Exception": "failure",
    "NotFound": "unknown",
}


class DhlSandbox(KeyedSandbox):
    """DHL on the loopback.

    `daily` calls a day are answered, at most one in `spacing` seconds of `clock`; 0 = no such limit.
    `known_after`: so many calls about a number end with 404 before it is found. `number_ids`: the
    id of a shipment comes as a number where it consists of digits. `divisions`: another division
    has a parcel under the same number, and stands first.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        key: str = "sandbox-key",
        faults: Faults | None = None,
        daily: int = DAILY,
        spacing: float = 0.0,
        known_after: int = 0,
        service: str = "parcel-de",
        number_ids: bool = False,
        divisions: bool = False,
        port: int = 0,
    ) -> None:
        super().__init__(clock, key=key, faults=faults, port=port)
        self.daily = daily
        self.spacing = spacing
        self.known_after = known_after
        self.service = service
        self.number_ids = number_ids
        self.divisions = divisions
        self._used: Counter[date] = Counter()
        self._asked_about: Counter[str] = Counter()
        self._last: datetime | None = None

    @property
    def used_today(self) -> int:
        with self._lock:
            return self._used[self.clock.now.date()]

    def _asked(self, request: Request) -> tuple[str, tuple[str, ...]]:
        path, _, query = request.path.partition("?")
        named = parse_qs(query).get("trackingNumber", [""])[0].split(",")
        return ENDPOINT if path == PATH else "", tuple(filter(None, named))

    def _refused_key(self) -> Response:
        return _problem(401, "Unauthorized", "Unauthorized for given resource.")

    def _worked(self, request: Request, endpoint: str, numbers: tuple[str, ...]) -> Response:
        if not endpoint or request.method != "GET":
            return _problem(404, "Not Found", "No such resource.")
        if request.headers.get("dhl-api-key") != self.key:
            return self._refused_key()
        if not self._in_time():
            return _problem(
                429, "Too many requests", "Too many requests within defined time period."
            )
        if len(numbers) != 1:
            return _problem(400, "Bad request", "Exactly one trackingNumber is needed.")
        number = numbers[0]
        self._asked_about[number] += 1
        told = self._parcels.told(number)
        history = self._parcels.history(number)
        if history is None or not told or self._asked_about[number] <= self.known_after:
            detail = "No shipment with given tracking number found."
            return _problem(404, "No result found", detail)
        shipments = [self._shipment(history, told)]
        if self.divisions:
            shipments.insert(0, _of_another_division(number))
        return said(200, {"url": f"{PATH}?trackingNumber={number}", "shipments": shipments})

    def _in_time(self) -> bool:
        """Whether the call fits into the pace and the day; refused ones count for neither."""
        now = self.clock.now
        soon = self._last is not None and 0 <= (now - self._last).total_seconds() < self.spacing
        if soon or (self.daily and self._used[now.date()] >= self.daily):
            return False
        self._last = now
        self._used[now.date()] += 1
        return True

    def _shipment(self, history: ParcelHistory, told: list[Told]) -> dict[str, Any]:
        number = history.number
        events = [_event(each) for each in told]
        return {
            "id": int(number) if self.number_ids and number.isdigit() else number,
            "service": self.service,
            "origin": {"address": {"countryCode": history.origin}},
            "destination": {"address": {"countryCode": history.destination}},
            "status": events[0],
            "details": {
                "receiver": {"@type": "Person", "name": "Somebody"},
                "proofOfDelivery": {"signed": {"name": "Somebody"}},
                "references": {"number": number, "type": "customer-reference"},
            },
            "events": events,
        }


def _event(told: Told) -> dict[str, Any]:
    """The clock of the place without an offset, as DHL writes it."""
    event = told.event
    place = {"addressLocality": event.location} if event.location else {}
    country = {"countryCode": event.country} if event.country else {}
    return {
        "timestamp": f"{told.wall:%Y-%m-%dT%H:%M:%S}",
        "location": {"address": {**country, **place}},
        "statusCode": _CODES.get(event.code.partition("_")[0], "transit"),
        "status": told.text,
        "description": told.text,
    }


def _of_another_division(number: str) -> dict[str, Any]:
    return {
        "id": number,
        "service": "freight",
        "destination": {"address": {"countryCode": "US"}},
        "status": {"statusCode": "delivered", "status": "Freight of somebody else delivered"},
        "events": [
            {
                "timestamp": "2020-01-01T00:00:00",
                "statusCode": "delivered",
                "status": "Freight of somebody else delivered",
            }
        ],
    }


def _problem(status: int, title: str, detail: str) -> Response:
    return said(status, {"title": title, "detail": detail, "status": status})
