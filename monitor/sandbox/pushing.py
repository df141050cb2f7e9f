"""What 17TRACK pushes by itself: the item of `gettrackinfo` or the word that tracking has ended, signed."""

from __future__ import annotations

import hashlib
import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from monitor.sandbox.answers import Json

TIMEOUT = 20.0  # seconds the receiver may take


@dataclass(frozen=True, slots=True)
class Push:
    """The bytes and their signature: SHA-256 over bytes, a slash and the key."""

    body: bytes
    sign: str


def updated(item: Json, key: str) -> Push:
    """The full state of one number, as an item of `gettrackinfo` shows it."""
    return _signed({"event": "TRACKING_UPDATED", "data": item}, key)


def stopped(number: str, carrier: int, key: str) -> Push:
    data = {"number": number, "carrier": carrier, "param": None, "tag": ""}
    return _signed({"event": "TRACKING_STOPPED", "data": data}, key)


def _signed(document: dict[str, Any], key: str) -> Push:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return Push(body, hashlib.sha256(body + b"/" + key.encode()).hexdigest())


def send(url: str, push: Push) -> int:
    """The status the receiver answers with; 0 where it gives none. Sent once: the real service tries
    again after 10, 30 and 60 minutes.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("the sandbox pushes to an http:// address only")
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    headers = {"Content-Type": "application/json", "sign": push.sign}
    try:
        connection.request("POST", parts.path or "/", push.body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
