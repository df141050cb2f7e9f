"""Answers of Cainiao as the tests want them, built from small parts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Json = dict[str, Any]
FIRST = datetime(2026, 9, 10, 2, 5, tzinfo=UTC)


def timed(at: datetime | None, offset: float = 8, zone: str | None = None) -> Json:
    """The three times of an event at this moment, as Cainiao makes them; all null for None.

    The epoch is the clock on the wall read as China's.
    """
    if at is None:
        return {"time": None, "timeStr": None, "timeZone": None}
    wall = at.astimezone(timezone(timedelta(hours=offset))).replace(tzinfo=None)
    in_china = wall.replace(tzinfo=timezone(timedelta(hours=8)))
    return {
        "time": int(in_china.timestamp() * 1000),
        "timeStr": f"{wall:%Y-%m-%d %H:%M:%S}",
        "timeZone": f"GMT{offset:+g}" if zone is None else zone,
    }


def event(code: str, text: str = "", at: datetime | None = FIRST, **other: Any) -> Json:
    return {
        **timed(at),
        "desc": text,
        "standerdDesc": text,
        "descTitle": "Carrier note:",
        "actionCode": code,
        "group": {
            "nodeCode": "AE_GROUP_X",
            "nodeDesc": "In transit",
            "currentIconUrl": "//i/1.png",
        },
        **other,
    }


def journey() -> list[Json]:
    """Four events, newest first."""
    said = [
        ("PU_PICKUP_SUCCESS", "Accepted by carrier"),
        ("SC_OUTBOUND_SUCCESS", "Outbound in sorting center"),
        ("LH_DEPART", "Left from departure country/region"),
        ("LH_ARRIVE", "Arrived at linehaul office"),
    ]
    dated = [event(c, t, FIRST + timedelta(days=day)) for day, (c, t) in enumerate(said)]
    return dated[::-1]


def entry(number: str, events: list[Json] | None = None, **other: Any) -> Json:
    return {
        "mailNo": number,
        "originCountry": "Mainland China",
        "destCountry": "France",
        "status": "TRANSPORT",
        "statusDesc": "In transit ",
        "mailNoSource": "AE",
        "detailList": journey() if events is None else events,
        "daysNumber": "12\tday(s)",
        **other,
    }


def unknown(number: str, **other: Any) -> Json:
    return {"mailNo": number, "mailNoSource": "EXTERNAL", "detailList": [], **other}


def answer(*entries: Any) -> Json:
    return {"module": list(entries), "success": True}
