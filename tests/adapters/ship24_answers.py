"""Answers of Ship24 as the tests want them, built from small parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
FIRST = datetime(2026, 9, 10, 2, 5, tzinfo=UTC)
MADE = "2026-09-01T06:00:00.000Z"


def event(text: str, at: datetime | None = FIRST, code: str | None = None, **other: Any) -> Json:
    when = at and f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
    return {
        "status": text,
        "occurrenceDatetime": when,
        "datetime": when,
        "hasNoTime": False,
        "utcOffset": None,
        "location": "France",
        "courierCode": "yun-express",
        "sourceCode": "yun-express-tracking",
        "statusCode": code,
        "statusCategory": "transit",
        "statusMilestone": "in_transit",
        **other,
    }


def journey() -> list[Json]:
    """Three events, newest first, without codes as on the free plan."""
    said = ["Accepted by carrier", "Import clearance start", "Clearance exception"]
    dated = [event(text, FIRST + timedelta(days=day)) for day, text in enumerate(said)]
    return dated[::-1]


def tracking(number: str, events: Any = None, **shipment: Any) -> Json:
    return {
        "tracker": {
            "trackerId": "t-1",
            "trackingNumber": number,
            "isSubscribed": True,
            "isTracked": True,
            "createdAt": MADE,
        },
        "shipment": {
            "statusCode": None,
            "statusMilestone": "in_transit",
            "originCountryCode": "CN",
            "destinationCountryCode": "FR",
            "trackingNumbers": [{"tn": number}],
            "recipient": {"name": "Nobody To Keep"},
            **shipment,
        },
        "events": journey() if events is None else events,
    }


def answer(*trackings: Any) -> Json:
    return {"data": {"trackings": list(trackings)}}


def refusal(code: str) -> Json:
    return {"errors": [{"code": code, "message": "No."}], "data": None}


def made(number: str) -> Json:
    return {"data": {"tracker": tracking(number)["tracker"]}}
