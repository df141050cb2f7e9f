"""What is kept as evidence of an answer, and the hash by which it is known again.

Either what the source sent, without what may name a person, or, where any field might, what was
understood of it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.parcel import Event

DEPTH_LIMIT = 24
TEXT_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept of a source's JSON: at most so many `rows` of a list and `fields` of an object.

    Fields go by their names without case. `left_out` tells of which nothing is kept, `shortened` what
    of others. `moving` are those that change although nothing has happened to the parcel.
    """

    rows: int
    fields: int
    left_out: Callable[[str], bool]
    moving: frozenset[str]
    shortened: Mapping[str, Callable[[object], object]] = field(default_factory=dict)

    def evidence(self, entry: Mapping[str, object]) -> tuple[bytes, str]:
        """The entry as JSON (UTF-8), and the SHA-256 of it without what moves.

        The order of fields and rows does not change the hash: nobody promises one.
        """
        bounded = self._bounded(entry, DEPTH_LIMIT)
        return _written(bounded), sha256(_written(self._canonical(bounded))).hexdigest()

    def _bounded(self, value: object, depth: int) -> object:
        if isinstance(value, dict):
            return self._fields(value, depth - 1) if depth else None
        if isinstance(value, list):
            return [self._bounded(v, depth - 1) for v in value[: self.rows]] if depth else None
        if isinstance(value, str):
            return value[:TEXT_LIMIT]
        if isinstance(value, float) and not math.isfinite(value):
            return None  # JSON has no word for it
        return value

    def _fields(self, value: Mapping[str, object], depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, inner in list(value.items())[: self.fields]:
            plain = name.strip().casefold()
            if not self.left_out(plain):
                short = self.shortened.get(plain)
                found[name[:TEXT_LIMIT]] = short(inner) if short else self._bounded(inner, depth)
        return found

    def _canonical(self, value: object) -> object:
        if isinstance(value, dict):
            return {
                name: self._canonical(inner)
                for name, inner in value.items()
                if name.strip().casefold() not in self.moving
            }
        if isinstance(value, list):
            return sorted((self._canonical(v) for v in value), key=_written)
        return value


def kept(
    number: str, origin: str, destination: str, status: str, events: Sequence[Event]
) -> tuple[bytes, str]:
    """What was understood as JSON (UTF-8), in one order whatever that of the events was; its SHA-256."""
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
    rows.sort(key=lambda row: tuple(row.values()))
    written = _written(
        {
            "number": number,
            "origin": origin,
            "destination": destination,
            "status": status,
            "events": rows,
        }
    )
    return written, sha256(written).hexdigest()


def _written(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace")
