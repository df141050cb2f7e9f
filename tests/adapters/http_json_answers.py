"""A carrier that does not exist, its API and how it is described."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.adapters.http_json import HttpJson
from monitor.adapters.testing import KEY

NUMBER = "LX123456785CN"
START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
DESCRIBED: dict[str, Any] = {
    "name": "mycarrier",
    "base_url": "https://api.mycarrier.example/v1",
    "path": "/parcels/{number}",
    "query": {"lang": "en"},
    "headers": {"X-Key": "{api_key}"},
    "api_key": KEY,
    "numbers": r"[A-Z]{2}\d{9}CN",
    "number": "parcel.id",
    "events": "parcel.scans",
    "time": "when",
    "text": "label",
    "code": "kind",
    "place": "[place.city, place.zip]",
    "country": "place.country",
    "origin": "parcel.from",
    "destination": "parcel.to",
    "status": "parcel.state",
    "codes": {"H1": "clearance_exception"},
}


def described(**changes: Any) -> HttpJson:
    return HttpJson(**{**DESCRIBED, **changes})


def scan(day: int, label: str = "On its way", kind: str = "T1", **place: str) -> dict[str, Any]:
    at = START + timedelta(days=day)
    return {"when": at.isoformat(), "label": label, "kind": kind, "place": place or None}


def parcel(number: str = NUMBER, *scans: dict[str, Any]) -> dict[str, Any]:
    """The API's answer about one number, with three scans where none are given."""
    three = (
        scan(0, "Accepted", "A1", city="Shenzhen", country="cn"),
        scan(3),
        scan(9, "Held by customs", "H1", city="Roissy", zip="95700", country="FR"),
    )
    rows = list(scans or three)
    return {
        "parcel": {
            "id": number, "scans": rows, "from": "cn", "to": "FR", "state": "CUSTOMS",
            "recipient": {"name": "Nobody Known", "street": "1 Example Road"},
        }
    }  # fmt: skip
