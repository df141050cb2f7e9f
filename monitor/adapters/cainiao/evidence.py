"""What is kept of an entry: what it says of the parcel, bounded, and a hash that ignores clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.kept import Keeping

if TYPE_CHECKING:
    from monitor.adapters.entries import Entry

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
    """The entry as JSON (UTF-8), and the SHA-256 of it without clocks and copies."""
    return _KEEPING.evidence(entry)


def _left_out(name: str) -> bool:
    personal = any(word in name for word in _PERSONAL)
    return personal or name.endswith(_DRAWN) or name in _COUNTERS


_KEEPING = Keeping(ROWS_LIMIT, FIELDS_LIMIT, _left_out, _CLOCKS | _COPIES)
