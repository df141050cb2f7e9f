"""From one answer to the outcome for the one number it was asked about."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.adapters.countries import alpha2
from monitor.adapters.http_json.answers import REFUSES_NUMBER, is_page, opened
from monitor.adapters.http_json.options import CODE_LIMIT
from monitor.adapters.http_json.paths import Mismatch, search, text, written
from monitor.adapters.kept import kept
from monitor.adapters.times import RAW_LIMIT, moment
from monitor.errors import FailureKind, SourceTrouble
from monitor.parcel import Event, clean_text
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.adapters.contract import Ask
    from monitor.adapters.http_json import HttpJson
    from monitor.transport import Answer

EVENTS_LIMIT = 500
NAMES_LIMIT = 1_000  # numbers one answer may name
PLACE_LIMIT = 200
_NOT_ALNUM = re.compile(r"[\W_]+")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def outcome(source: HttpJson, answer: Answer, ask: Ask, now: datetime) -> Outcome:
    """What the answer says of the number. Raises SourceTrouble where it is none that was described."""
    if answer.status in source.not_found and not is_page(answer):
        return NotYet(ask.number, now)
    if answer.status in REFUSES_NUMBER:
        detail = (
            f"{source.name} does not take this number (HTTP status {answer.status}). Compare it with "
            f"the shop's page, and adapters.{source.name} with the description of the source."
        )
        return Failure(ask.number, FailureKind.BAD_REQUEST, detail)
    document = opened(answer, source.name)
    try:
        return _read(source, document, ask, now)
    except Mismatch as found:
        detail = (
            f"{source.name}'s answer has another shape than described: "
            f"adapters.{source.name}.{found.option} {found.reason}."
        )
        if found.whole:
            raise SourceTrouble(FailureKind.DRIFT, detail) from None
        return Failure(ask.number, FailureKind.DRIFT, detail)


def _read(source: HttpJson, document: object, ask: Ask, now: datetime) -> Outcome:
    known = search("found", source.found, document)
    if source.found and not known:
        return NotYet(ask.number, now)
    if source.number and not _names(source, document, ask.number):
        detail = (
            f"{source.name} answered about another number, which is not believed; it is asked again. "
            f"If this stays, correct adapters.{source.name}.number."
        )
        return Failure(ask.number, FailureKind.TRANSIENT, detail)
    events = _events(source, _rows(source, document))
    if not events and not source.found:
        return NotYet(ask.number, now)
    origin = alpha2(text("origin", source.origin, document))
    destination = alpha2(text("destination", source.destination, document))
    status = clean_text(text("status", source.status, document), CODE_LIMIT)
    evidence, fingerprint = kept(ask.number, origin, destination, status, events)
    return Snapshot(
        number=ask.number,
        looked_at=now,
        events=events,
        looks={source.name: now},
        origin=origin,
        destination=destination,
        status=status,
        evidence=evidence,
        fingerprint=fingerprint,
    )


def _names(source: HttpJson, document: object, number: str) -> bool:
    """Whether the answer names the number, among others perhaps. Raises Mismatch where it names none."""
    found = search("number", source.number, document)
    named = found[:NAMES_LIMIT] if isinstance(found, list) else [found]
    shown = {_folded(written(name)) for name in named} - {""}
    if not shown:
        raise Mismatch("number", "leads to nothing in it", whole=True)
    return _folded(number) in shown


def _folded(number: str) -> str:
    """The form in which two spellings of a number are equal: "ew 1127-FR" and "EW1127FR"."""
    return _NOT_ALNUM.sub("", number).upper()


def _rows(source: HttpJson, document: object) -> list[object]:
    """The events as they came, one alone also without a list around it."""
    found = search("events", source.events, document)
    if found is None:
        raise Mismatch("events", "leads to nothing in it", whole=True)
    if isinstance(found, dict) and found:
        return [found]
    if not isinstance(found, list):
        raise Mismatch("events", "leads to something that is no list")
    rows = [row for row in found if row is not None]
    # The newest stand at one of the two ends.
    return rows if len(rows) <= 2 * EVENTS_LIMIT else rows[:EVENTS_LIMIT] + rows[-EVENTS_LIMIT:]


def _events(source: HttpJson, rows: Sequence[object]) -> tuple[Event, ...]:
    """The events that say something, at most the newest 500; doubles once. Raises Mismatch."""
    read = [_event(source, row) for row in rows]
    events = list(dict.fromkeys(event for event in read if event.text or event.code))
    if rows and not events:
        option = "text" if source.text else "code"
        raise Mismatch(option, "leads to nothing in any event")
    if source.time and events and all(event.at is None for event in events):
        if any(event.raw_time for event in events):
            raise Mismatch("time_format", "fits the time of no event")
        if len(rows) > 1:
            raise Mismatch("time", "leads to nothing in any event")
    if len(events) > EVENTS_LIMIT:
        events = sorted(events, key=lambda event: event.at or _LONG_AGO)[-EVENTS_LIMIT:]
    return tuple(events)


def _event(source: HttpJson, row: object) -> Event:
    raw_time = clean_text(text("time", source.time, row, between=" "), RAW_LIMIT)
    at, quality = moment(raw_time, source.time_format, source.zone)
    original = text("text", source.text, row)
    return Event(
        source=source.name,
        provider=source.name,
        raw_time=raw_time,
        at=at,
        time_quality=quality,
        code=clean_text(text("code", source.code, row), CODE_LIMIT),
        text=clean_text(original),
        place=clean_text(text("place", source.place, row), PLACE_LIMIT),
        country=alpha2(text("country", source.country, row)),
        original=original,
    )
