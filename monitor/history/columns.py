"""How values become columns: times as seconds in UTC, days as ISO text, lists and maps as JSON."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970 (UTC), rounded down: when something happened."""
    return math.floor(moment.timestamp())


def seconds_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else math.floor(moment.timestamp())


def not_before(moment: datetime | None) -> int | None:
    """The same rounded up, for times something must wait for: never a fraction too early."""
    return None if moment is None else math.ceil(moment.timestamp())


def moment(value: int) -> datetime:
    return datetime.fromtimestamp(value, UTC)


def moment_or_none(value: int | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value, UTC)


def iso_or_none(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def day_or_none(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def to_json(value: object) -> str:
    """Compact, without a set order of its own, readable in the sqlite3 shell."""
    return _WRITER.encode(value)


def from_json(value: str) -> Any:
    """What `to_json` wrote; most lists and maps of a row are empty, which needs no reading."""
    if value == "[]":
        return []
    return {} if value == "{}" else _READER.raw_decode(value)[0]


# Made once: the functions of the library make a new one for every value.
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_READER = json.JSONDecoder()


def id_list(ids: Iterable[int]) -> str:
    """Ids as one parameter for `IN (SELECT value FROM json_each(?))`: no limit on their number."""
    return json.dumps(sorted(set(ids)))


def storable(text: str) -> str:
    """The text as SQLite can hold it: JSON may carry half surrogates, UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
