"""Answers of DHL as the tests want them, built from small parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
FIRST = datetime(2026, 9, 10, 2, 5, tzinfo=UTC)


def event(code: str, text: str, at: datetime | None = FIRST, **other: Any) -> Json:
    return {
        "timestamp": at and f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        "location": {"address": {"countryCode": "DE", "addressLocality": "Niederaula"}},
        "statusCode": code,
        "status": text,
        "description": text,
        **other,
    }


def journey() -> list[Json]:
    """Three events, newest first."""
    said = [
        ("pre-transit", "The sender has announced the shipment."),
        ("transit", "The shipment has arrived in the destination country."),
        ("transit", "The shipment is pending completion of customs inspection."),
    ]
    dated = [event(c, t, FIRST + timedelta(days=day)) for day, (c, t) in enumerate(said)]
    return dated[::-1]


def shipment(number: str, events: Any = None, **other: Any) -> Json:
    return {
        "id": number,
        "service": "post-international",
        "origin": {"address": {"countryCode": "CN"}},
        "destination": {"address": {"countryCode": "DE"}},
        "status": {"statusCode": "transit", "status": "On its way", "timestamp": None},
        "details": {"receiver": {"name": "Nobody To Keep"}},
        "events": journey() if events is None else events,
        **other,
    }


def answer(*shipments: Any) -> Json:
    return {"shipments": list(shipments)}


UNKNOWN = {"title": "No result found", "detail": "No shipment found.", "status": 404}
