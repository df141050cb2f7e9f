"""A local server that behaves like Ship24's tracking API: a tracker for each set of particulars."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from monitor.sandbox.keyed import KeyedSandbox, said

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.sandbox.clock import Clock
    from monitor.sandbox.faults import Faults
    from monitor.sandbox.scripted import Told
    from monitor.sandbox.server import Request, Response

BASE = "/public/v1"
QUOTA = 10  # trackers a month of the free plan
DUMMY = 2  # a number with no more different characters is refused

_MILESTONES = {
    "InfoReceived": ("info_received", "data_order_created"),
    "OutForDelivery": ("out_for_delivery", "delivery_out_for_delivery"),
    "DeliveryFailure": ("failed_attempt", "delivery_attempted"),
    "AvailableForPickup": ("available_for_pickup", "delivery_available_for_pickup"),
    "Delivered": ("delivered", "delivery_delivered"),
    "Exception": ("exception", "delivery_exception"),
}
_CUSTOMS = {
    "InTransit_CustomsProcessing": "customs_received",
    "InTransit_CustomsReleased": "customs_cleared",
    "InTransit_CustomsRequiringInformation": "customs_exception",
}

Json = dict[str, Any]


class Ship24Sandbox(KeyedSandbox):
    """Ship24 on the loopback.

    `quota` trackers a month; `quota_status`: 402 or 403, with which the end of them is said.
    `detailed`: events have codes, as on a paid plan. `appears_after`: how long a new tracker is not
    found by its number. `trackers` are the bodies they were made with, in order; the same body makes
    no second one.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        key: str = "sandbox-key",
        faults: Faults | None = None,
        quota: int = QUOTA,
        quota_status: int = 403,
        detailed: bool = False,
        appears_after: timedelta = timedelta(0),
        port: int = 0,
    ) -> None:
        super().__init__(clock, key=key, faults=faults, port=port)
        self.quota = quota
        self.quota_status = quota_status
        self.detailed = detailed
        self.appears_after = appears_after
        self._made: dict[str, datetime] = {}

    @property
    def base_url(self) -> str:
        return f"{super().base_url}{BASE}"

    @property
    def trackers(self) -> list[Json]:
        with self._lock:
            return [json.loads(body) for body in self._made]

    @property
    def charges(self) -> dict[str, int]:
        """What each number has cost."""
        return dict(Counter(body["trackingNumber"] for body in self.trackers))

    def delete(self, number: str) -> None:
        """As when the account's owner deletes a tracker there."""
        with self._lock:
            kept = {b: at for b, at in self._made.items() if _number(b) != number}
            self._made = kept

    def _asked(self, request: Request) -> tuple[str, tuple[str, ...]]:
        parts = request.path.partition("?")[0].removeprefix(BASE).strip("/").split("/")
        match parts:
            case ["trackers"] if request.method == "POST":
                return "create", (str(_json(request.body).get("trackingNumber", "")),)
            case ["trackers", "search", number, "results"] if request.method == "GET":
                return "results", (unquote(number),)
            case _:
                return "", ()

    def _refused_key(self) -> Response:
        return _errors(401, "auth_invalid_token", "The token is invalid.")

    def _worked(self, request: Request, endpoint: str, numbers: tuple[str, ...]) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.key}":
            return self._refused_key()
        if endpoint == "create":
            return self._create(_json(request.body))
        if endpoint == "results":
            return self._results(numbers[0])
        return _errors(404, "not_found", "No such endpoint.")

    def _create(self, body: Json) -> Response:
        number = str(body.get("trackingNumber", ""))
        if len(set(number)) <= DUMMY:
            return _errors(400, "validation_error", "The trackingNumber provided seems invalid.")
        written = json.dumps(body, sort_keys=True)
        if written not in self._made:
            now = self.clock.now
            used = [
                at for at in self._made.values() if (at.year, at.month) == (now.year, now.month)
            ]
            if len(used) >= self.quota:
                return _errors(self.quota_status, "quota_limit_reached", "No more quota left.")
            self._made[written] = now
        return said(201, {"data": {"tracker": self._tracker(written)}})

    def _results(self, number: str) -> Response:
        now = self.clock.now
        ours = [
            body
            for body, at in self._made.items()
            if _number(body) == number and now - at >= self.appears_after
        ]
        if not ours:
            return _errors(404, "tracker_not_found", "Tracker not found.")
        return said(200, {"data": {"trackings": [self._tracking(body) for body in ours]}})

    def _tracker(self, written: str) -> Json:
        return {
            "trackerId": f"sandbox-{list(self._made).index(written) + 1}",
            "trackingNumber": _number(written),
            "isSubscribed": True,
            "isTracked": True,
            "createdAt": f"{self._made[written]:%Y-%m-%dT%H:%M:%S}.000Z",
        }

    def _tracking(self, written: str) -> Json:
        number = _number(written)
        history, told = self._parcels.history(number), self._parcels.told(number)
        events = [self._event(number, len(told) - n, each) for n, each in enumerate(told)]
        newest = events[0] if events else {"statusMilestone": "pending"}
        names = ("statusCode", "statusCategory", "statusMilestone")
        mile = None if history is None else history.last_mile
        numbers = [number, *([mile.number] if mile is not None else [])]
        return {
            "tracker": self._tracker(written),
            "shipment": {
                **{name: newest.get(name) for name in names},
                "originCountryCode": history.origin if history else None,
                "destinationCountryCode": history.destination if history else None,
                "delivery": {"signedBy": "Somebody"},
                "trackingNumbers": [{"tn": each} for each in numbers],
                "recipient": {"name": "Somebody"},
            },
            "events": events,
        }

    def _event(self, number: str, place: int, told: Told) -> Json:
        event = told.event
        milestone, code = _MILESTONES.get(event.code.partition("_")[0], ("in_transit", ""))
        code = _CUSTOMS.get(event.code, code)
        return {
            "eventId": f"{number}-{place}",
            "eventTrackingNumber": number,
            "status": told.text,
            "occurrenceDatetime": _occurred(told, place),
            "datetime": f"{told.wall:%Y-%m-%dT%H:%M:%S}.000Z",
            "hasNoTime": False,
            "utcOffset": None,
            "location": event.location or None,
            "sourceCode": "sandbox-tracking",
            "courierCode": "sandbox-express",
            "statusCode": (code or None) if self.detailed else None,
            "statusCategory": (code.partition("_")[0] or "transit"),
            "statusMilestone": milestone,
        }


def _occurred(told: Told, place: int) -> str:
    """One of three forms in which Ship24 writes a time, the same for an event at its place."""
    if place % 3 == 0:
        return f"{told.wall:%Y-%m-%dT%H:%M:%S}"
    if place % 3 == 1:
        return f"{told.at:%Y-%m-%dT%H:%M:%S}Z"
    return f"{told.wall:%Y-%m-%dT%H:%M:%S}{told.event.offset}"


def _number(written: str) -> str:
    return str(json.loads(written)["trackingNumber"])


def _json(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _errors(status: int, code: str, message: str) -> Response:
    return said(status, {"errors": [{"code": code, "message": message}], "data": None})
