"""What is kept as evidence of an answer whose other fields may name or place a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.parcel import Event


def kept(number: str, origin: str, destination: str, status: str, events: Sequence[Event]) -> bytes:
    """What was understood of it as UTF-8 JSON, in one order whatever the order of the events was."""
    rows = [
        {
            "time": event.raw_time,
            "text": event.original,
            "code": event.code,
            "place": event.place,
            "country": event.country,
        }
        for event in events
    ]
    written = {
        "number": number,
        "origin": origin,
        "destination": destination,
        "status": status,
        "events": sorted(rows, key=lambda row: tuple(row.values())),
    }
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
