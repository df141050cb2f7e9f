"""Answers of Parcels app as the tests want them, built from small parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
FIRST = datetime(2026, 9, 10, 2, 5, tzinfo=UTC)


def state(text: str, at: datetime | None = FIRST, **other: Any) -> Json:
    date = at and f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
    return {"date": date, "carrier": 0, "status": text, "location": "France", **other}


def journey() -> list[Json]:
    """Three states, newest first."""
    said = ["Accepted by carrier", "Import clearance start", "Clearance exception"]
    dated = [state(text, FIRST + timedelta(days=day)) for day, text in enumerate(said)]
    return dated[::-1]


def shipment(number: str, states: Any = None, **other: Any) -> Json:
    return {
        "trackingId": number,
        "status": "transit",
        "originCode": "CN",
        "destinationCode": "FR",
        "services": [{"slug": "cainiao", "name": "Cainiao"}, {"slug": "p", "name": "La Poste"}],
        "states": journey() if states is None else states,
        **other,
    }


def answer(*shipments: Any, **other: Any) -> Json:
    return {"uuid": "u-1", "done": True, "shipments": list(shipments), **other}


CREATED: Json = {"uuid": "u-1", "shipments": []}
PENDING: Json = {"uuid": "u-1", "done": False, "shipments": []}
FORGOTTEN: Json = {"uuid": "u-1", "parcels": [], "error": "NO_REQUEST_FOUND"}
