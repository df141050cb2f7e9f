"""When an event happened, from Cainiao's clock on the wall; its epoch is mostly wrong."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from monitor.parcel import TimeQuality, clean_text

RAW_LIMIT = 40  # characters of a time or a zone as it came
CHINA = timedelta(hours=8)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_EAST, _WEST = timedelta(hours=14), timedelta(hours=-12)  # of all clocks in use
_WALL = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)?", re.ASCII)
_ZONE = re.compile(r"(?:GMT|UTC|Z)(?:([+-])(\d{1,2})(?::?([0-5]\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """`raw` as Cainiao writes it, the instant (UTC) and its quality; `offset` of the zone it names."""

    raw: str
    at: datetime | None
    quality: TimeQuality
    offset: timedelta | None


def stamp(time_text: str, zone_text: str, epoch: object) -> Stamp:
    """The time of one event from its `timeStr`, `timeZone` and `time` (milliseconds).

    `time` is `timeStr` read as a clock in China, whatever zone is named (true of all 17 events of
    the real answers known). So the instant is `timeStr` in `timeZone`; the epoch serves where one
    of them is missing, and a zone is then an assumption.
    """
    offset = offset_of(zone_text)
    wall = _wall(time_text)
    by_epoch = _instant(epoch)
    raw = _raw(time_text, zone_text, offset, epoch if by_epoch else None)
    if wall is not None and offset is not None:
        day_alone = ":" not in time_text
        quality = TimeQuality.DATE_ONLY if day_alone else TimeQuality.EXACT
        return _stamp(raw, _utc(wall, offset), quality, offset)
    if wall is not None:
        return _stamp(raw, by_epoch or _utc(wall, CHINA), TimeQuality.OFFSET_ASSUMED, None)
    if by_epoch is not None and offset is not None:
        by_epoch += CHINA - offset  # what hung on the wall, read in the zone it hung in
    return _stamp(raw, by_epoch, TimeQuality.OFFSET_ASSUMED, offset)


def offset_of(zone_text: str) -> timedelta | None:
    """The offset "GMT+8", "GMT+08:00" or "GMT-3" names; None for anything else."""
    plain = "".join(zone_text[:RAW_LIMIT].split()).upper().replace("\u2212", "-")
    found = _ZONE.fullmatch(plain)
    if not found:
        return None
    hours, minutes = int(found[2] or 0), int(found[3] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if found[1] == "-" else 1)
    return offset if _WEST <= offset <= _EAST else None


def _raw(time_text: str, zone_text: str, offset: timedelta | None, epoch: object) -> str:
    """The time as text, part of an event's identity, so it holds nothing that moves by itself.

    The epoch stands in it only where there is no other time. Cainiao has written the same zone as
    GMT+8 and as GMT+08:00: here it is always the former, or a changed spelling would look like news.
    """
    time = clean_text(time_text, RAW_LIMIT)
    if not time:
        return clean_text(str(epoch), RAW_LIMIT) if epoch is not None else ""
    zone = clean_text(zone_text, RAW_LIMIT) if offset is None else _spelt(offset)
    return f"{time} {zone}".strip()


def _spelt(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "-" if offset < timedelta(0) else "+"
    return f"GMT{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def _wall(text: str) -> datetime | None:
    """The clock on the wall; midnight for a mere day."""
    found = _WALL.fullmatch(text.strip())
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}") if found else None
    except ValueError:
        return None


def _utc(wall: datetime, offset: timedelta) -> datetime | None:
    try:
        return wall.replace(tzinfo=timezone(offset)).astimezone(UTC)
    except OverflowError:
        return None


def _instant(epoch: object) -> datetime | None:
    """Milliseconds since 1970, also as digits in a text; None outside of 2000 to 2100."""
    if isinstance(epoch, str) and re.fullmatch(r"[0-9]{1,15}", epoch, re.ASCII):
        epoch = int(epoch)
    if isinstance(epoch, bool) or not isinstance(epoch, int | float) or not math.isfinite(epoch):
        return None
    try:
        at = datetime.fromtimestamp(epoch / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return at if _FIRST_YEAR <= at.year < _LAST_YEAR else None


def _stamp(raw: str, at: datetime | None, quality: TimeQuality, offset: timedelta | None) -> Stamp:
    if at is None or not _FIRST_YEAR <= at.year < _LAST_YEAR:
        return Stamp(raw, None, TimeQuality.NONE, offset)
    return Stamp(raw, at, quality, offset)
