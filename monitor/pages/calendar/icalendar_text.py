"""Entries as iCalendar (RFC 5545).

The icalendar package writes what is around them and folds long lines. The lines of an entry are put
together here: as objects of that package ten thousand entries take half a minute of the processor, and
it takes a backslash before an N for the end of a line (7.3.0), which a folder in a label may have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from icalendar import Calendar, Timezone, TimezoneStandard, vDuration
from icalendar.parser import Contentline

from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from monitor.pages.calendar.entries import Entry

PRODUCT = "-//stuck-package-monitor//parcels//EN"
REFRESH = timedelta(hours=1)  # how often whoever subscribes is asked to look
TITLE_LIMIT, TEXT_LIMIT = 160, 2000  # characters
# What was written before, as text; these lines are never folded.
_EVENT = re.compile(r"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
_STAMP = re.compile(r"^(DTSTAMP|LAST-MODIFIED|SEQUENCE):([0-9TZ]{1,20})\r\n", re.MULTILINE)
_UID = re.compile(r"^UID:([0-9a-f-]{36})\r$", re.MULTILINE)
_MOMENT = "%Y%m%dT%H%M%SZ"
_BEGIN = "BEGIN:VEVENT\r\n"
_ALIKE = (  # in every entry: nobody is busy because of one, and it is nobody else's matter
    "CATEGORIES:Parcels\r\nCLASS:PRIVATE\r\nSTATUS:CONFIRMED\r\nTRANSP:TRANSPARENT\r\n"
)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Version:
    """An entry as it was written last: all of it but its stamps, and these."""

    content: str
    changed_at: datetime
    sequence: int


def calendar_text(entries: Sequence[Entry], now: datetime, before: str = "") -> str:
    """The whole calendar; without any entry it is valid all the same.

    `before` is the file as it was written last: an entry that has not changed keeps its stamps, so
    that the same entries make the same text, and one that has changed gets a higher SEQUENCE. Of a
    file nobody can read nothing is kept.
    """
    known = _known(before)
    around = _empty()
    if not entries:
        around.add_component(_utc())  # at least one component must be there
    head, end, tail = around.to_ical().decode("utf-8").rpartition("END:VCALENDAR")
    return "".join([head, *(_stamped(e, now, known.get(e.uid)) for e in entries), end, tail])


def _empty() -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    refresh = vDuration(REFRESH)
    calendar.add("NAME", "Parcels")
    calendar.add("REFRESH-INTERVAL", refresh, parameters={"VALUE": "DURATION"})
    # The same for programs that do not know RFC 7986.
    calendar.add("X-WR-CALNAME", "Parcels")
    calendar.add("X-PUBLISHED-TTL", refresh)
    return calendar


def is_ours(text: str) -> bool:
    """Whether this program wrote it; anything else of that name is somebody's own calendar."""
    return f"PRODID:{PRODUCT}" in text


def _stamped(entry: Entry, now: datetime, before: _Version | None) -> str:
    content = _content(entry)
    if before is not None and before.content == content:
        changed_at, sequence = before.changed_at, before.sequence
    else:
        changed_at, sequence = now, _sequence(now, before)
    moment = changed_at.strftime(_MOMENT)
    stamps = f"DTSTAMP:{moment}\r\nLAST-MODIFIED:{moment}\r\nSEQUENCE:{sequence}\r\n"
    return content.replace(_BEGIN, _BEGIN + stamps, 1)


def _content(entry: Entry) -> str:
    """An entry without its stamps."""
    title = _text(clean_text(entry.title, TITLE_LIMIT))
    lines = [clean_text(line, TEXT_LIMIT) for line in entry.text.split("\n")]
    return "".join(
        [
            _BEGIN,
            f"UID:{entry.uid}\r\n",
            *_when(entry.at),
            _line("SUMMARY", title),
            _line("DESCRIPTION", _text("\n".join(lines)[:TEXT_LIMIT])),
            _ALIKE,
            *_alarms(entry, title),
            "END:VEVENT\r\n",
        ]
    )


def _when(at: date | datetime) -> Iterator[str]:
    if isinstance(at, datetime):
        yield f"DTSTART:{at.astimezone(UTC).strftime(_MOMENT)}\r\n"
        return
    yield f"DTSTART;VALUE=DATE:{at:%Y%m%d}\r\n"
    yield f"DTEND;VALUE=DATE:{at + timedelta(days=1):%Y%m%d}\r\n"  # where the next one begins


def _alarms(entry: Entry, title: str) -> Iterator[str]:
    said = _line("DESCRIPTION", title) if entry.alarms else ""
    for trigger in entry.alarms:
        yield f"BEGIN:VALARM\r\nACTION:DISPLAY\r\n{said}{_trigger(trigger)}END:VALARM\r\n"


@cache
def _trigger(before: timedelta) -> str:
    duration: bytes = vDuration(before).to_ical()  # type: ignore[no-untyped-call]
    return _line("TRIGGER", duration.decode("ascii"))


def _text(value: str) -> str:
    """A value of type TEXT (RFC 5545, 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _line(name: str, value: str) -> str:
    """One line, folded where it has more than 75 octets."""
    folded: bytes = Contentline(f"{name}:{value}").to_ical()  # type: ignore[no-untyped-call]
    return folded.decode("utf-8") + "\r\n"


def _sequence(now: datetime, before: _Version | None) -> int:
    """Higher than before. Minutes of the calendar where nothing before is known: a lost file must not
    make later versions look older than what somebody has imported.
    """
    minutes = max(0, (now - _EPOCH) // timedelta(minutes=1))
    return minutes if before is None else max(minutes, before.sequence + 1)


def _known(before: str) -> dict[str, _Version]:
    """The entries of the file as it was, by UID; what somebody else has touched is made anew.

    Compared as text: to take ten thousand entries apart would take a minute.
    """
    if not is_ours(before):
        return {}
    found: dict[str, _Version] = {}
    for block in _EVENT.findall(before):
        stamps = dict(_STAMP.findall(block))
        try:
            version = _Version(
                _STAMP.sub("", block),
                datetime.strptime(stamps["LAST-MODIFIED"], _MOMENT).replace(tzinfo=UTC),
                int(stamps["SEQUENCE"]),
            )
        except (KeyError, ValueError):
            continue
        found |= dict.fromkeys(_UID.findall(block)[:1], version)
    return found


def _utc() -> Timezone:
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("TZID", "UTC")
    standard.add("DTSTART", datetime(1970, 1, 1))  # noqa: DTZ001 - local time, as RFC 5545 wants it
    standard.add("TZOFFSETFROM", timedelta(0))
    standard.add("TZOFFSETTO", timedelta(0))
    zone.add_component(standard)
    return zone
