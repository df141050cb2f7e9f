"""What is kept of an entry: what it says of the parcel, bounded, and a hash that ignores clocks."""

from __future__ import annotations

import json
import math
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.adapters.entries import Entry

DEPTH_LIMIT = 24
TEXT_LIMIT = 2_000
ROWS_LIMIT = 500
FIELDS_LIMIT = 100

# Nothing here names the receiver, as far as seen. A guide to the pick-up holds the number of the
# order, and whatever else would name a person or a purchase shall not be kept should it come.
_PERSONAL = (
    "pickupguide", "trade", "order", "buyer", "receiver", "recipient", "consignee", "contact",
    "address", "phone", "mobile", "email", "zipcode", "postcode", "whatsapp",
)  # fmt: skip
_DRAWN = ("url", "icon", "image", "img", "link")  # pictures and addresses with tracking parameters
# Counted from the moment of the question, and so another number each day.
_COUNTERS = frozenset({"daysnumber", "progressrate"})
# What moves although nothing happened: estimates, and the epoch that is made from other fields.
_CLOCKS = frozenset({"time", "globaletainfo", "estimateddeliverytime"})
_COPIES = frozenset({"latesttrace", "globalcombinedlogisticstracedto"})  # of the newest event


def evidence(entry: Entry) -> tuple[bytes, str]:
    """The entry as JSON (UTF-8), and the SHA-256 of it without clocks and copies.

    The order of fields and events does not change the hash: nobody promises one.
    """
    kept = _kept(entry, DEPTH_LIMIT)
    return _written(kept), sha256(_written(_canonical(kept))).hexdigest()


def _kept(value: object, depth: int) -> object:
    if isinstance(value, dict):
        return _fields(value, depth - 1) if depth else None
    if isinstance(value, list):
        return [_kept(v, depth - 1) for v in value[:ROWS_LIMIT]] if depth else None
    if isinstance(value, str):
        return value[:TEXT_LIMIT]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no word for it
    return value


def _fields(value: Mapping[str, object], depth: int) -> dict[str, object]:
    return {
        name[:TEXT_LIMIT]: _kept(field, depth)
        for name, field in list(value.items())[:FIELDS_LIMIT]
        if _worth_keeping(name.strip().casefold())
    }


def _worth_keeping(name: str) -> bool:
    personal = any(word in name for word in _PERSONAL)
    return not (personal or name.endswith(_DRAWN) or name in _COUNTERS)


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        moving = _CLOCKS | _COPIES
        return {k: _canonical(v) for k, v in value.items() if k.strip().casefold() not in moving}
    if isinstance(value, list):
        return sorted((_canonical(v) for v in value), key=_written)
    return value


def _written(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")
