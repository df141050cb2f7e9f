"""From Ship24's answer to the outcome for the one number it was asked about."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.adapters.countries import alpha2, country_of_place
from monitor.adapters.entries import (
    UNREADABLE,
    Entry,
    drifted,
    inside,
    rows_of,
    same_number,
    text_of,
    text_or_nothing,
)
from monitor.adapters.kept import kept
from monitor.adapters.opening import opened
from monitor.adapters.ship24.errors import TABLE, TITLE, is_unknown, trouble
from monitor.adapters.times import RAW_LIMIT, moment
from monitor.errors import BadInput, FailureKind, SourceTrouble
from monitor.numbers import normalise
from monitor.parcel import Alias, Event, TimeQuality, clean_text
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.adapters.contract import Ask
    from monitor.transport import Answer

__all__ = ["SOURCE", "TABLE", "TITLE", "outcome", "trackings"]

SOURCE = "ship24"
TRACKINGS_LIMIT, EVENTS_LIMIT, ALIASES_LIMIT = 20, 500, 5
NAME_LIMIT, CODE_LIMIT, PLACE_LIMIT = 60, 80, 120
# How long ago Ship24 asked the carrier last. It does not say; it asks several times a day.
LOOK_AGE = timedelta(days=1)
_OK = range(200, 300)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_OFFSET = re.compile(r"[+-]\d\d:?\d\d", re.ASCII)
_POST = re.compile(r"([a-z]{2})-post", re.ASCII)


def outcome(answer: Answer, ask: Ask, now: datetime) -> Outcome:
    """What the answer says of the number. Raises SourceTrouble where it is a refusal, or unreadable."""
    if is_unknown(answer):
        detail = (
            "Ship24 shows no tracker of this number. One that is new may take a while to appear; it is "
            "asked about again."
        )
        return Failure(ask.number, FailureKind.TRANSIENT, detail)
    return _best(ask, trackings(answer), now)


def trackings(answer: Answer) -> list[Entry]:
    """What Ship24 tracks under a number, one entry a tracker. Raises SourceTrouble."""
    if answer.status not in _OK:
        raise trouble(answer)
    found = inside(opened(answer, TITLE, TABLE), "data", "trackings")
    if not isinstance(found, list):
        detail = "Ship24's answer has another shape than documented: it lists no trackings."
        raise SourceTrouble(FailureKind.DRIFT, detail)
    return [row for row in found[:TRACKINGS_LIMIT] if isinstance(row, dict)]


def _best(ask: Ask, found: Sequence[Entry], now: datetime) -> Outcome:
    """The tracking with the newest event: a number may have several trackers, one of them ours."""
    ours = [row for row in found if same_number(ask.number) in map(same_number, _numbers(row))]
    if not ours:
        detail = "Ship24's answer does not mention this number. It is asked about again."
        return Failure(ask.number, FailureKind.TRANSIENT, detail)
    return max((_tried(ask, row, now) for row in ours), key=_worth)


def _numbers(tracking: Entry) -> Iterator[str]:
    """The number a tracker was made for, then all others the shipment goes by."""
    yield text_or_nothing(tracking.get("tracker"), "trackingNumber")
    listed = inside(tracking, "shipment", "trackingNumbers")
    for row in listed[:TRACKINGS_LIMIT] if isinstance(listed, list) else []:
        yield text_or_nothing(row, "tn")


def _worth(found: Outcome) -> tuple[bool, datetime]:
    shown = found.events if isinstance(found, Snapshot) else ()
    newest = max((event.at for event in shown if event.at), default=_LONG_AGO)
    return not isinstance(found, Failure), newest


def _tried(ask: Ask, tracking: Entry, now: datetime) -> Outcome:
    try:
        return _read(ask, tracking, now)
    except UNREADABLE as problem:
        words = "Ship24's answer about this number has another shape than documented"
        return drifted(ask.number, words, problem)


def _read(ask: Ask, tracking: Entry, now: datetime) -> Outcome:
    shipment = tracking.get("shipment")
    origin, destination = (
        alpha2(text_or_nothing(shipment, f"{end}CountryCode")) for end in ("origin", "destination")
    )
    rows = rows_of(tracking, "events", EVENTS_LIMIT)
    read = (_event(row, destination or ask.destination) for row in rows)
    events = tuple(dict.fromkeys(event for event in read if event.text or event.code))
    linked = _aliases(ask.number, tracking)
    if not (events or linked):
        return NotYet(ask.number, now)
    codes = (text_or_nothing(shipment, name) for name in ("statusCode", "statusMilestone"))
    status = clean_text(next(filter(None, codes), ""), CODE_LIMIT)
    evidence, fingerprint = kept(ask.number, origin, destination, status, events)
    return Snapshot(
        number=ask.number,
        looked_at=_looked(tracking.get("tracker"), now) if events else None,
        events=events,
        aliases=linked,
        origin=origin,
        destination=destination,
        status=status,
        evidence=evidence,
        fingerprint=fingerprint,
    )


def _looked(tracker: object, now: datetime) -> datetime | None:
    """When Ship24 has asked the carrier at the latest; None where it has stopped doing so.

    A tracker that is younger than its looks may be old was looked after since it was made.
    """
    for name in ("isTracked", "isSubscribed"):
        if inside(tracker, name) is False:
            return None
    made, _ = moment(text_or_nothing(tracker, "createdAt"), "", "")
    return max(now - LOOK_AGE, min(made or _LONG_AGO, now))


def _aliases(number: str, tracking: Entry) -> tuple[Alias, ...]:
    """At most five other numbers of the shipment; never the number itself."""
    found: dict[str, None] = {}
    for name in _numbers(tracking):
        try:
            found.setdefault(normalise(name))
        except BadInput:
            continue
    found.pop(same_number(number), None)
    return tuple(Alias(name, "", SOURCE) for name in list(found)[:ALIASES_LIMIT])


def _event(row: Entry, destination: str) -> Event:
    """One event. On the free plan its code is null, and the milestone says less than most words."""
    said, place = text_of(row, "status"), text_or_nothing(row, "location")
    courier = clean_text(text_or_nothing(row, "courierCode"), NAME_LIMIT)
    raw, at, quality = stamp(row)
    post = _POST.fullmatch(courier)
    return Event(
        source=SOURCE,
        provider=courier or clean_text(text_or_nothing(row, "sourceCode"), NAME_LIMIT),
        raw_time=raw,
        at=at,
        time_quality=quality,
        code=clean_text(text_of(row, "statusCode") or text_of(row, "statusMilestone"), CODE_LIMIT),
        text=clean_text(said),
        place=clean_text(place, PLACE_LIMIT),
        country=country_of_place(place),
        original=said,
        last_mile=post is not None and post[1].upper() == destination,
    )


def stamp(row: Entry) -> tuple[str, datetime | None, TimeQuality]:
    """The time as text, the instant (UTC) and its quality.

    `occurrenceDatetime` is what the carrier gave: with or without an offset, or a day alone.
    `datetime` is the same with a "Z" glued on where no offset is known, and is not read.
    """
    raw = clean_text(text_of(row, "occurrenceDatetime"), RAW_LIMIT)
    at, quality = moment(raw, "", "")
    offset = text_or_nothing(row, "utcOffset").strip()
    if quality is TimeQuality.OFFSET_ASSUMED and _OFFSET.fullmatch(offset):
        at, quality = moment(f"{raw}{offset}", "", "")
    if row.get("hasNoTime") is True and at is not None:
        quality = TimeQuality.DATE_ONLY
    return raw, at, quality
