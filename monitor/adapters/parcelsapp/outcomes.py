"""From the shipments of an answer to one outcome for every number asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.adapters.countries import alpha2, country_of_place
from monitor.adapters.entries import (
    UNREADABLE,
    Entry,
    drifted,
    rows_of,
    same_number,
    text_of,
    text_or_nothing,
)
from monitor.adapters.kept import kept
from monitor.adapters.opening import document, refused
from monitor.adapters.parcelsapp.errors import trouble
from monitor.adapters.parcelsapp.requests import CACHED, listed
from monitor.adapters.times import RAW_LIMIT, moment
from monitor.errors import FailureKind, SourceTrouble
from monitor.parcel import Event, TimeQuality, clean_text
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.adapters.contract import Ask
    from monitor.transport import Answer

SOURCE, TABLE, TITLE = "parcelsapp", "adapters.parcelsapp", "Parcels app"
EVENTS_LIMIT, CARRIERS_LIMIT = 500, 50
NAME_LIMIT, CODE_LIMIT, PLACE_LIMIT = 60, 80, 120
# How old what comes from the cache may be. It is not said; carriers are asked several times a day.
CACHE_AGE = timedelta(days=1)
_OK = range(200, 300)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_GIVEN_UP = "archive"  # nobody asks the carrier any more
# States that end a matter and are said of the newest event; the others say less than its words.
_TELLING = frozenset({"delivered", "pickup", "returned"})


def result(answer: Answer) -> Entry:
    """The answer to a request. Raises SourceTrouble where it is an error, whatever its status."""
    try:
        found = document(answer, TITLE, TABLE)
    except SourceTrouble:
        if answer.status not in _OK:
            raise refused(answer, TITLE, TABLE) from None
        raise
    error = found.get("error")
    if isinstance(error, str) and error:
        raise trouble(error)
    if answer.status not in _OK:
        raise refused(answer, TITLE, TABLE)
    if not isinstance(found.get("shipments"), list):
        detail = "Parcels app's answer has another shape than documented: it lists no shipments."
        raise SourceTrouble(FailureKind.DRIFT, detail)
    return found


def outcomes(found: Entry, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
    """Exactly one outcome per number asked, in that order; shipments nobody asked about are ignored."""
    rows: dict[str, list[Entry]] = {}
    for row in listed(found):
        rows.setdefault(same_number(text_or_nothing(row, "trackingId")), []).append(row)
    missing = _missing(done=found.get("done") is True)
    old = _cached(found)
    return tuple(
        _outcome(
            ask.number, rows[name], now - CACHE_AGE if old is None or name in old else now, now
        )
        if (name := same_number(ask.number)) in rows
        else Failure(ask.number, FailureKind.TRANSIENT, missing)
        for ask in asks
    )


def _missing(*, done: bool) -> str:
    if done:
        return "Parcels app's answer does not mention this number. It is asked about again."
    return "Parcels app is still asking the carriers about this number. It is asked about again."


def _cached(found: Entry) -> frozenset[str] | None:
    """The numbers that were not looked up anew; None for all of them."""
    if found.get("fromCache") is True:
        return None
    names = found.get(CACHED)
    return frozenset(map(str, names)) if isinstance(names, list) else frozenset()


def _outcome(number: str, rows: Sequence[Entry], looked: datetime, now: datetime) -> Outcome:
    """The best of the shipments about one number; one that cannot be read counts only by itself."""
    return max((_tried(number, row, looked, now) for row in rows), key=_worth)


def _worth(found: Outcome) -> tuple[bool, int]:
    shown = len(found.events) if isinstance(found, Snapshot) else 0
    return not isinstance(found, Failure), shown


def _tried(number: str, row: Entry, looked: datetime, now: datetime) -> Outcome:
    try:
        return _read(number, row, looked, now)
    except UNREADABLE as problem:
        words = "Parcels app's answer about this number has another shape than documented"
        return drifted(number, words, problem)


def _read(number: str, row: Entry, looked: datetime, now: datetime) -> Outcome:
    status = clean_text(text_of(row, "status"), CODE_LIMIT).casefold()
    carriers = _carriers(row)
    read = [_event(state, carriers) for state in rows_of(row, "states", EVENTS_LIMIT)]
    said = [event for event in read if event.text]
    if not said:
        return NotYet(number, now)
    events = tuple(dict.fromkeys(_with_state(said, status)))
    origin, destination = (
        alpha2(text_or_nothing(row, f"{end}Code")) or alpha2(text_or_nothing(row, end))
        for end in ("origin", "destination")
    )
    evidence, fingerprint = kept(number, origin, destination, status, events)
    return Snapshot(
        number=number,
        looked_at=None if status == _GIVEN_UP else looked,
        events=events,
        origin=origin,
        destination=destination,
        status=status,
        evidence=evidence,
        fingerprint=fingerprint,
    )


def _carriers(row: Entry) -> list[str]:
    """The names that events point to by their place: of objects, or (in real answers) names alone."""
    for field in ("services", "carriers"):
        found = row.get(field)
        if isinstance(found, list) and found:
            named = (text_or_nothing(c, "name") if isinstance(c, dict) else c for c in found)
            return [clean_text(n, NAME_LIMIT) if isinstance(n, str) else "" for n in named]
    return []


def _event(row: Entry, carriers: Sequence[str]) -> Event:
    """One event. Its text is called `state` in the documentation and `status` in real answers."""
    said = text_of(row, "status") or text_of(row, "state")
    index, place = row.get("carrier"), text_or_nothing(row, "location")
    known = isinstance(index, int) and 0 <= index < min(len(carriers), CARRIERS_LIMIT)
    raw, at, quality = _stamp(text_of(row, "date"))
    return Event(
        source=SOURCE,
        provider=carriers[index] if known and isinstance(index, int) else "",
        raw_time=raw,
        at=at,
        time_quality=quality,
        code="",
        text=clean_text(said),
        place=clean_text(place, PLACE_LIMIT),
        country=country_of_place(place),
        original=said,
    )


def _stamp(text: str) -> tuple[str, datetime | None, TimeQuality]:
    """The time as text, the instant and its quality: every clock comes as if it hung in Greenwich."""
    raw = clean_text(text, RAW_LIMIT)
    at, quality = moment(raw, "", "")
    return raw, at, TimeQuality.OFFSET_ASSUMED if quality is TimeQuality.EXACT else quality


def _with_state(events: Sequence[Event], status: str) -> list[Event]:
    """The events, the newest with the state of the parcel as its code where that ends a matter."""
    if status not in _TELLING:
        return list(events)
    newest = max(events, key=lambda event: event.at or _LONG_AGO)
    return [event._replace(code=status) if event is newest else event for event in events]
