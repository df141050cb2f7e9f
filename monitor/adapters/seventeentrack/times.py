"""When an event happened, and how well 17TRACK lets one know it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.parcel import TimeQuality, clean_text

if TYPE_CHECKING:
    from monitor.adapters.seventeentrack.answers import EventShape, RawTime

RAW_LIMIT = 40  # characters of a time as the carrier wrote it
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def raw_time(event: EventShape) -> str:
    """The time as the carrier gave it: date, time and zone, as far as there are any.

    Where it is missing, what 17TRACK made of it; "" for a row without a date.
    """
    raw = event.time_raw
    parts = [raw.date, raw.time, raw.timezone] if raw else []
    given = " ".join(tidy for part in parts if (tidy := clean_text(part, RAW_LIMIT)))
    return given or clean_text(event.time_iso, RAW_LIMIT) or clean_text(event.time_utc, RAW_LIMIT)


def moment(event: EventShape) -> tuple[datetime | None, TimeQuality]:
    """The instant (UTC) of an event and its quality.

    `time_iso` comes first, as wall clock and offset: where the two disagree it is `time_utc` that
    was computed wrongly (seen with India Post). A zone that the carrier did not give is inferred by
    17TRACK, often from the destination, and is an assumption. A date alone comes as midnight.
    """
    raw = event.time_raw
    wall = _wall(raw)
    at = (
        zoned(event.time_iso)
        or zoned(event.time_utc)
        or zoned(wall + (raw.timezone if raw else ""))
    )
    quality = _quality(event, has_offset=at is not None)
    at = at or _read(wall) or _read(event.time_iso)
    return (None, TimeQuality.NONE) if at is None else (at, quality)


def zoned(text: str) -> datetime | None:
    """An ISO time with an offset, as UTC; None for anything else and outside of 2000 to 2100."""
    try:
        naive_or_aware = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if naive_or_aware.tzinfo is None else _read(text)


def _quality(event: EventShape, *, has_offset: bool) -> TimeQuality:
    raw = event.time_raw
    if raw is not None and raw.date and not raw.time:
        return TimeQuality.DATE_ONLY
    if raw is None and event.time_iso and ":" not in event.time_iso:
        return TimeQuality.DATE_ONLY
    # v2.0 gives no raw time: there, an offset in `time_iso` is all that can be had.
    offset_given = raw.timezone if raw is not None else zoned(event.time_iso)
    return TimeQuality.EXACT if has_offset and offset_given else TimeQuality.OFFSET_ASSUMED


def _wall(raw: RawTime | None) -> str:
    """The carrier's own date and time in ISO form; a date alone, or "", where that is all there is."""
    if raw is None or not raw.time.strip():
        return raw.date.strip() if raw else ""
    return f"{raw.date.strip()}T{raw.time.strip()}"


def _read(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text.strip())
        at = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if _FIRST_YEAR <= at.year < _LAST_YEAR else None
