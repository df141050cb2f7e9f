"""What 17TRACK pushes: whether it is 17TRACK's, and which numbers it is about."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from monitor.adapters.pushes import Push
from monitor.adapters.seventeentrack.outcomes import by_number
from monitor.adapters.strangers_json import json_object
from monitor.errors import FailureKind, SourceTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "sign"
UPDATED, STOPPED = "TRACKING_UPDATED", "TRACKING_STOPPED"
ROWS_LIMIT = 40  # one number a push is what is documented; a list is taken as far as a batch goes


def sign(body: bytes, key: str) -> str:
    """The signature of these bytes: SHA-256 over them, a slash and the key, in hexadecimal.

    No HMAC. Several clients agree on it that quote the official page.
    """
    digest = hashlib.sha256(body)
    digest.update(f"/{key}".encode("utf-8", "replace"))
    return digest.hexdigest()


def signed(body: bytes, headers: Mapping[str, str], key: str) -> bool:
    """Compared in constant time, whatever the case of the digits. Without a key nothing is signed."""
    given = headers.get(HEADER, "").strip().lower().encode("utf-8", "replace")
    return hmac.compare_digest(sign(body, key).encode(), given) and bool(key)


def opened(body: bytes) -> Push:
    """The numbers and rows of a push. `data` is documented as one item; a list of items, and the
    `accepted` of an answer, are read as well. Raises SourceTrouble.
    """
    try:
        document = json_object(body.decode("utf-8", "replace").lstrip("\ufeff").strip())
    except ValueError:
        raise _unreadable("is not the JSON it documents") from None
    event = document.get("event")
    if not isinstance(event, str):
        raise _unreadable("does not say what it is about")
    if event not in (UPDATED, STOPPED):
        return Push()
    rows = _rows(document.get("data"))
    numbers = tuple(by_number(rows))
    if not numbers:
        raise _unreadable("names no number")
    return Push(numbers, () if event == STOPPED else rows, stopped=event == STOPPED)


def _rows(data: object) -> tuple[dict[str, object], ...]:
    if isinstance(data, dict):
        listed = data.get("accepted")
        data = listed if isinstance(listed, list) else [data]
    found = data if isinstance(data, list) else []
    return tuple(row for row in found[:ROWS_LIMIT] if isinstance(row, dict))


def _unreadable(what: str) -> SourceTrouble:
    return SourceTrouble(FailureKind.DRIFT, f"What 17TRACK pushed {what}.")
