"""What is kept of an answer: everything but personal fields, bounded, and a hash that ignores clocks."""

from __future__ import annotations

import json
import math
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEPTH_LIMIT = 24
TEXT_LIMIT = 2_000
ROWS_LIMIT = 1_000
FIELDS_LIMIT = 200

# Who sends, who receives, where they live, and what the owner or a shop wrote beside the number.
PERSONAL = frozenset(
    {
        "consignee", "shipper", "street", "postal_code", "coordinates", "cpf_or_cnpj", "email",
        "param", "special_tracking_info", "destination_postal_code", "destination_city",
        "customer_number", "reference_number", "tag", "remark", "order_no", "order_time",
    }
)  # fmt: skip
PERSONAL_PREFIX = "phone"
RECIPIENT = "recipient_address"  # of it only the country is kept

# What moves with every look of 17TRACK although nothing happened to the parcel.
CLOCKS = frozenset(
    {"latest_sync_time", "time_metrics", "providers_hash", "events_hash", "lastgathertime"}
)


def evidence(item: Mapping[str, object]) -> tuple[bytes, str]:
    """The item without personal fields as JSON (UTF-8), and the SHA-256 of it without clocks.

    The order of fields, events and providers does not change the hash: 17TRACK promises none.
    """
    kept = _without_personal(item, DEPTH_LIMIT)
    return _written(kept).encode("utf-8", "replace"), sha256(
        _written(_canonical(kept)).encode("utf-8", "replace")
    ).hexdigest()


def _without_personal(value: object, depth: int) -> object:
    if isinstance(value, dict):
        return _fields(value, depth - 1) if depth else None
    if isinstance(value, list):
        return [_without_personal(v, depth - 1) for v in value[:ROWS_LIMIT]] if depth else None
    if isinstance(value, str):
        return value[:TEXT_LIMIT]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no word for it
    return value


def _fields(value: Mapping[str, object], depth: int) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, field in list(value.items())[:FIELDS_LIMIT]:
        plain = name.strip().casefold()
        if plain in PERSONAL or plain.startswith(PERSONAL_PREFIX):
            continue
        if plain == RECIPIENT:
            country = field.get("country") if isinstance(field, dict) else None
            kept[name] = {"country": country} if isinstance(country, str) else None
        else:
            kept[name[:TEXT_LIMIT]] = _without_personal(field, depth)
    return kept


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        return {k: _canonical(v) for k, v in value.items() if k.strip().casefold() not in CLOCKS}
    if isinstance(value, list):
        return sorted((_canonical(v) for v in value), key=_written)
    return value


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
