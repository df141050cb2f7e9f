"""What is kept of an answer: everything but personal fields, bounded, and a hash that ignores clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.kept import Keeping

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """The item without personal fields as JSON (UTF-8), and the SHA-256 of it without clocks."""
    return _KEEPING.evidence(item)


def _left_out(name: str) -> bool:
    return name in PERSONAL or name.startswith(PERSONAL_PREFIX)


def _country_alone(recipient: object) -> object:
    country = recipient.get("country") if isinstance(recipient, dict) else None
    return {"country": country} if isinstance(country, str) else None


_KEEPING = Keeping(ROWS_LIMIT, FIELDS_LIMIT, _left_out, CLOCKS, {RECIPIENT: _country_alone})
