"""A request under way: what is known of it so far, from one answer after another."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.adapters.entries import Entry, same_number, text_or_nothing
from monitor.adapters.opening import document
from monitor.errors import SourceTrouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.transport import Answer

FORGOTTEN = "NO_REQUEST_FOUND"
SHIPMENTS_LIMIT = 200  # of one answer; a request asks about 20 numbers
CACHED = "cached"  # where a put together answer names those that were not looked up anew
_TITLE, _TABLE = "Parcels app", "adapters.parcelsapp"
_OK = range(200, 300)
_UUID = re.compile(r"[\w.:-]{1,200}", re.ASCII)


@dataclass(slots=True)
class Request:
    """A request by the id it was given. The newest answer about a number counts.

    `cached`: numbers that were known at once. An answer may repeat them, which makes them no newer.
    """

    uuid: str
    first: Answer
    done: bool = False
    shipments: dict[str, Entry] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)

    def add(self, answer: Answer) -> bool:
        """Whether the answer was one about a request under way; any other is one by itself."""
        found = _read(answer)
        if found is None or "error" in found or not isinstance(found.get("shipments"), list):
            return False
        self.shipments |= _by_number(found)
        self.done = found.get("done") is True
        return True

    def as_answer(self) -> Answer:
        """All that is known as one answer, in the shape of the source's own."""
        told = {
            "done": self.done,
            "shipments": list(self.shipments.values()),
            CACHED: sorted(self.cached),
        }
        return replace(self.first, body=json.dumps(told).encode("ascii"))


def opened(first: Answer) -> Request | None:
    """The request that the first answer tells of; None where that is all there will be.

    Without an id everything came from the cache; part of it may come so beside one.
    """
    found = _read(first)
    if found is None or "error" in found or found.get("done") is True:
        return None
    uuid = text_or_nothing(found, "uuid")
    if not _UUID.fullmatch(uuid):
        return None
    at_once = _by_number(found)
    return Request(uuid, first, shipments=at_once, cached=set(at_once))


def forgotten(answer: Answer) -> bool:
    """Whether the source does not know the request any more: they live for a while only."""
    found = _read(answer)
    return found is not None and text_or_nothing(found, "error") == FORGOTTEN


def listed(found: Entry) -> Iterable[Entry]:
    """The shipments of an answer, anything else among them left out."""
    rows = found.get("shipments")
    kept = rows[:SHIPMENTS_LIMIT] if isinstance(rows, list) else []
    return (row for row in kept if isinstance(row, dict))


def _by_number(found: Entry) -> dict[str, Entry]:
    return {same_number(text_or_nothing(row, "trackingId")): row for row in listed(found)}


def _read(answer: Answer) -> Entry | None:
    """The object in an answer of success; what is wrong with any other is said where it is parsed."""
    if answer.status not in _OK:
        return None
    try:
        return document(answer, _TITLE, _TABLE)
    except SourceTrouble:
        return None
