"""Answers of 17TRACK as the tests want them, built from small parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Json = dict[str, Any]
CHINA = timezone(timedelta(hours=8))
FIRST = datetime(2026, 9, 10, 2, 5, tzinfo=UTC)


def timed(at: datetime | None, *, zone: bool = True) -> Json:
    """The three times of an event at this moment, in China's offset; all null for None."""
    if at is None:
        nothing = {"date": None, "time": None, "timezone": None}
        return {"time_iso": None, "time_utc": None, "time_raw": nothing}
    local = at.astimezone(CHINA)
    raw = {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M:%S}", "timezone": "+08:00"}
    return {
        "time_iso": local.isoformat(),
        "time_utc": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "time_raw": raw | ({} if zone else {"timezone": None}),
    }


def event(text: str, code: str, at: datetime | None = FIRST, **other: Any) -> Json:
    return {
        **timed(at),
        "description": text,
        "description_translation": None,
        "location": "SHENZHEN",
        "stage": None,
        "sub_status": code,
        "address": address("CN"),
        **other,
    }


def address(country: str | None, **other: Any) -> Json:
    places = {"longitude": None, "latitude": None}
    nothing = dict.fromkeys(("state", "city", "street", "postal_code"))
    return {"country": country, **nothing, "coordinates": places, **other}


def journey() -> list[Json]:
    """Four events, newest first."""
    said = [
        ("Shipment data received", "InfoReceived"),
        ("Picked up", "InTransit_PickedUp"),
        ("Handed to the airline", "InTransit_Departure"),
        ("Arrived in the destination country", "InTransit_Arrival"),
    ]
    dated = [event(t, c, FIRST + timedelta(days=day)) for day, (t, c) in enumerate(said)]
    return dated[::-1]


def provider(key: int, country: str | None, events: list[Json] | None = None, **other: Any) -> Json:
    return {
        "provider": {"key": key, "name": f"Carrier {key}", "country": country, "tel": None},
        "service_type": None,
        "latest_sync_status": "Success",
        "latest_sync_time": "2026-09-20T06:00:00Z",
        "provider_lang": None,
        "provider_tips": None,
        "events_hash": 7,
        "events": journey() if events is None else events,
        **other,
    }


def item(
    number: str,
    carrier: int = 3011,
    providers: list[Json] | None = None,
    *,
    status: str = "InTransit_Arrival",
    **other: Any,
) -> Json:
    """An accepted item of v2.4."""
    return {
        "number": number,
        "carrier": carrier,
        "param": None,
        "tag": None,
        "origin_country": None,
        "destination_country": None,
        "track_info": {
            "shipping_info": {
                "shipper_address": address("CN"),
                "recipient_address": address("ES"),
            },
            "latest_status": {
                "status": status.partition("_")[0],
                "sub_status": status,
                "sub_status_descr": None,
            },
            "latest_event": None,
            "time_metrics": {"days_after_order": 5},
            "milestone": [],
            "misc_info": {"local_number": "", "local_provider": "", "local_key": 0},
            "tracking": {
                "providers_hash": 1,
                "providers": [provider(carrier, "CN")] if providers is None else providers,
            },
        },
        **other,
    }


def not_found(number: str, **other: Any) -> Json:
    found = item(number, providers=[], status="NotFound_Other")
    found["track_info"].update(other)
    return found


def rejected(number: str, code: int, **other: Any) -> Json:
    return {"number": number, "error": {"code": code, "message": "Words that vary."}, **other}


def answer(*accepted: Json, rejected: list[Json] | None = None) -> Json:
    return {"code": 0, "data": {"accepted": list(accepted), "rejected": rejected or []}}


def listed(number: str, carrier: int = 3011, **other: Any) -> Json:
    """A row of `gettracklist`."""
    return {
        "number": number,
        "carrier": carrier,
        "tracking_status": "Tracking",
        "package_status": "InTransit",
        "stop_track_reason": None,
        **other,
    }


def page(*rows: Json, number: int = 1, total: int = 1) -> Json:
    counts = {"data_total": len(rows), "page_total": total, "page_no": number, "page_size": 40}
    return {"page": counts, "code": 0, "data": {"accepted": list(rows)}}
