"""Dates and moments as people type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.errors import BadInput
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 2000, 2100
_AGO = re.compile(r"(\d{1,4})\s*(?:d|days?)(?:\s+ago)?", re.ASCII | re.IGNORECASE)
# With dots the day comes first, wherever people write dots.
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_NAMED = {"today": 0, "yesterday": 1}


def past_day(text: str, now: datetime, zone: ZoneInfo, option: str) -> date | None:
    """A day that was: ISO, `2.9.2026`, `3d`, `3 days ago`, `yesterday`; "" is None, which clears it.

    Relative days count from today in the owner's zone. Tomorrow is taken, too: it may have begun
    where the shop is. Raises BadInput with a sentence.
    """
    written = text.strip()
    if not written:
        return None
    today, days = now.astimezone(zone).date(), _days_ago(written)
    if days is not None:
        return today - timedelta(days=days)
    day = _iso_day(written, option, "or 3d, 3 days ago, yesterday")
    if day > today + timedelta(days=1):
        raise BadInput(f"{option}: {day.isoformat()} lies ahead; it must be in the past.")
    return day


def any_day(text: str, option: str) -> date | None:
    """A day that may lie ahead: ISO or `2.9.2026` only, since `3d` could mean either way; "" is None."""
    return _iso_day(text.strip(), option, "") if text.strip() else None


def day_ahead(text: str, now: datetime, zone: ZoneInfo, option: str) -> datetime | None:
    """The moment (UTC) meant by an ISO date, as it begins in `zone`, or by a date with a time.

    None for anything that is no date. Raises BadInput for one that does not lie ahead.
    """
    found = _exact(text, zone, option)
    if found is None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        found = datetime.combine(_likely(day, option, ""), time(0), zone)
    if found <= now:
        raise BadInput(f"{option}: {clean_text(text, 40)!r} is over; it must lie ahead.")
    return found.astimezone(UTC)


def moment(text: str, now: datetime, zone: ZoneInfo, option: str) -> datetime:
    """A moment that was (aware UTC): an ISO date with a time, or a day, which means its noon.

    Today's noon may still lie ahead; then it is now. Raises BadInput with a sentence.
    """
    exact = _exact(text.strip(), zone, option)
    day = past_day(text, now, zone, option) if exact is None else exact.date()
    if day is None:
        return now
    found = exact or datetime.combine(day, time(12), zone)
    if found > now and (exact is not None or day > now.astimezone(zone).date()):
        raise BadInput(f"{option}: {clean_text(text, 40)!r} lies ahead; it must be in the past.")
    return min(now, found.astimezone(UTC))


def _exact(text: str, zone: ZoneInfo, option: str) -> datetime | None:
    """An ISO date with a time, in the owner's zone where it names none; None for anything else."""
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) <= len("2026-09-02"):
        return None
    _likely(exact.date(), option, "write it like 2026-09-02T08:00")
    return exact if exact.tzinfo else exact.replace(tzinfo=zone)


def _days_ago(text: str) -> int | None:
    if text.casefold() in _NAMED:
        return _NAMED[text.casefold()]
    found = _AGO.fullmatch(text)
    return int(found[1]) if found else None


def _iso_day(text: str, option: str, other: str) -> date:
    forms = f"write it like 2026-09-02{' ' if other else ''}{other}"
    dotted = _DOTTED.fullmatch(text)
    try:
        day = date(*map(int, dotted.groups()[::-1])) if dotted else date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option}: {clean_text(text, 40)!r} is not a date; {forms}.") from None
    return _likely(day, option, forms)


def _likely(day: date, option: str, forms: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(f"{option}: {day.isoformat()} is not a likely year; {forms}.")
    return day
