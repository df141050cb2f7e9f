"""When an event happened, from a time as a source writes it."""

from __future__ import annotations

import difflib
import math
import re
import zoneinfo
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from monitor.parcel import TimeQuality

if TYPE_CHECKING:
    from datetime import tzinfo

EPOCHS = {"epoch": 1.0, "epoch_ms": 1000.0}  # how many make a second
FORMAT_LIMIT = 60  # characters
RAW_LIMIT = 80  # characters of a time as the source wrote it
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_SAMPLE = datetime(2021, 12, 31, 23, 58, 57, tzinfo=UTC)  # no part of it can pass for another
_YEARS = re.compile(r"%[YyGcx]")
_HOURS = re.compile(r"%[HIcX]")
_BEFORE_OFFSET = re.compile(r"\s+(?=[+-]\d\d(?::?\d\d)?$)", re.ASCII)


def time_format(value: object) -> str:
    """Nothing (ISO 8601), `epoch`, `epoch_ms`, or a pattern of strptime that gives a whole date.

    Raises ValueError with a sentence.
    """
    pattern = value.strip() if isinstance(value, str) else "?"
    if not pattern or pattern in EPOCHS:
        return pattern
    if len(pattern) <= FORMAT_LIMIT and pattern.isprintable() and _gives_a_day(pattern):
        return pattern
    near = difflib.get_close_matches(pattern, EPOCHS, 1)
    hint = f"; did you mean {near[0]}?" if near else ', such as "%d.%m.%Y %H:%M"'
    raise ValueError(
        f'it must be "" (ISO 8601), epoch, epoch_ms or a strptime pattern with day, month and year{hint}'
    )


def _gives_a_day(pattern: str) -> bool:
    if not _YEARS.search(pattern):
        return False
    try:
        return datetime.strptime(_SAMPLE.strftime(pattern), pattern).date() == _SAMPLE.date()  # noqa: DTZ007 - only the day counts
    except (ValueError, re.error):  # re.error: a directive twice
        return False


def zone(value: object) -> str:
    """A name of the IANA time zone database; "" for none. Raises ValueError with a sentence."""
    name = value.strip() if isinstance(value, str) else "?"
    if not name:
        return ""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(name, sorted(zoneinfo.available_timezones()), 1)
        hint = f"; did you mean {near[0]}?" if near else ", such as Europe/Paris"
        raise ValueError(f"it must be a time zone of the IANA database{hint}") from None
    return name


def moment(raw: str, pattern: str, zone_name: str) -> tuple[datetime | None, TimeQuality]:
    """The instant (UTC) and its quality; (None, NONE) for what cannot be read or is before 2000.

    A time without an offset is meant in `zone_name`, where one is given, and else assumed to be
    UTC. A date alone is its midnight there.
    """
    if pattern in EPOCHS:
        return _known(_since_epoch(raw, EPOCHS[pattern]), TimeQuality.EXACT)
    read = _by_pattern(raw, pattern) if pattern else _iso(raw)
    if read is None:
        return None, TimeQuality.NONE
    assumed = TimeQuality.EXACT if zone_name else TimeQuality.OFFSET_ASSUMED
    quality = TimeQuality.EXACT if read.tzinfo else assumed
    if _is_day(raw, pattern):
        quality = TimeQuality.DATE_ONLY
    return _known(_placed(read, zoneinfo.ZoneInfo(zone_name) if zone_name else UTC), quality)


def _known(at: datetime | None, quality: TimeQuality) -> tuple[datetime | None, TimeQuality]:
    if at is None or not _FIRST_YEAR <= at.year < _LAST_YEAR:
        return None, TimeQuality.NONE
    return at, quality


def _since_epoch(raw: str, unit: float) -> datetime | None:
    try:
        seconds = float(raw) / unit
        return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else None
    except (ValueError, OverflowError, OSError):
        return None


def _by_pattern(raw: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(raw, pattern)  # noqa: DTZ007 - the zone is added where there is none
    except (ValueError, OverflowError):
        return None


def _iso(raw: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_BEFORE_OFFSET.sub("", raw.upper()))
    except (ValueError, OverflowError):
        return None


def _is_day(raw: str, pattern: str) -> bool:
    if pattern:
        return not _HOURS.search(pattern)
    try:
        date.fromisoformat(raw)
    except ValueError:
        return False
    return True


def _placed(read: datetime, there: tzinfo) -> datetime | None:
    try:
        return (read if read.tzinfo else read.replace(tzinfo=there)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
