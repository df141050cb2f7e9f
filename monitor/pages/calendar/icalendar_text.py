"""Entries as iCalendar (RFC 5545), written and checked by the icalendar package."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vDuration

from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.pages.calendar.entries import Entry

PRODUCT = "-//stuck-package-monitor//parcels//EN"
REFRESH = timedelta(hours=1)  # how often whoever subscribes is asked to look
TITLE_LIMIT, TEXT_LIMIT = 160, 2000  # characters
# What was written before, as text; these lines are never folded.
_EVENT = re.compile(r"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
_STAMP = re.compile(r"^(DTSTAMP|LAST-MODIFIED|SEQUENCE):([0-9TZ]{1,20})\r\n", re.MULTILINE)
_UID = re.compile(r"^UID:([0-9a-f-]{36})\r$", re.MULTILINE)
_MOMENT = "%Y%m%dT%H%M%SZ"
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
    calendar = _empty()
    for entry in entries:
        calendar.add_component(_stamped(entry, now, known.get(entry.uid)))
    if not entries:
        calendar.add_component(_utc())  # at least one component must be there
    calendar.validate()  # type: ignore[no-untyped-call]
    return str(calendar.to_ical().decode("utf-8"))


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


def _stamped(entry: Entry, now: datetime, before: _Version | None) -> Event:
    event = _event(entry)
    same = before is not None and before.content == _text(event)
    changed_at = before.changed_at if same and before is not None else now
    event.add("DTSTAMP", changed_at)
    event.add("LAST-MODIFIED", changed_at)
    event.add("SEQUENCE", before.sequence if same and before else _sequence(now, before))
    return event


def _event(entry: Entry) -> Event:
    event = Event()
    title = clean_text(entry.title, TITLE_LIMIT)
    event.add("UID", entry.uid)
    event.add("DTSTART", entry.at)
    if not isinstance(entry.at, datetime):
        event.add("DTEND", entry.at + timedelta(days=1))  # a day ends where the next one begins
    event.add("SUMMARY", title)
    lines = [clean_text(line, TEXT_LIMIT) for line in entry.text.split("\n")]
    event.add("DESCRIPTION", "\n".join(lines)[:TEXT_LIMIT])
    event.add("CATEGORIES", ["Parcels"])
    event.add("CLASS", "PRIVATE")
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT")  # nobody is busy because of it
    for trigger in entry.alarms:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", title)
        alarm.add("TRIGGER", trigger)
        event.add_component(alarm)
    return event


def _sequence(now: datetime, before: _Version | None) -> int:
    """Higher than before. Minutes of the calendar where nothing before is known: a lost file must not
    make later versions look older than what somebody has imported.
    """
    minutes = max(0, (now - _EPOCH) // timedelta(minutes=1))
    return minutes if before is None else max(minutes, before.sequence + 1)


def _text(event: Event) -> str:
    return str(event.to_ical().decode("utf-8"))


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
