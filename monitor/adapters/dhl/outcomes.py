"""From DHL's answer to the outcome for the one number it was asked about."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.adapters.countries import alpha2
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
from monitor.adapters.opening import document, opened
from monitor.adapters.times import RAW_LIMIT, moment
from monitor.errors import FailureKind, SourceTrouble
from monitor.parcel import Event, TimeQuality, clean_text
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.adapters.contract import Ask
    from monitor.transport import Answer

SOURCE, TABLE, TITLE = "dhl", "adapters.dhl", "DHL"
SHIPMENTS_LIMIT, EVENTS_LIMIT, NAMES_LIMIT = 20, 500, 200
CODE_LIMIT, PLACE_LIMIT = 80, 80
_BAD_REQUEST, _NOT_FOUND = 400, 404
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
# A status that repeats the code and no more: the description then says it, but not of a delivery.
_BARE = frozenset({"", "pre-transit", "transit", "failure", "unknown"})
# The country a division delivers in, and the zone of its clocks.
_AT_HOME = {
    "parcel-de": ("DE", "Europe/Berlin"),
    "post-de": ("DE", "Europe/Berlin"),
    "parcel-nl": ("NL", "Europe/Amsterdam"),
    "parcel-pl": ("PL", "Europe/Warsaw"),
    "parcel-uk": ("GB", "Europe/London"),
}
_STREET = re.compile(r"[^,]*\d[^,]*,\s*(?=\S)")


def outcome(answer: Answer, ask: Ask, now: datetime) -> Outcome:
    """What the answer says of the number. Raises SourceTrouble where it is none DHL documents.

    A number that DHL does not know is answered 404, for hours or days after the label was made.
    """
    if answer.status == _NOT_FOUND and _is_about_the_number(answer):
        return NotYet(ask.number, now)
    if answer.status == _BAD_REQUEST:
        detail = "DHL does not take this as a tracking number. Compare it with the shop's page."
        return Failure(ask.number, FailureKind.BAD_REQUEST, detail)
    found = opened(answer, TITLE, TABLE).get("shipments")
    if not isinstance(found, list):
        detail = "DHL's answer has another shape than documented: it lists no shipments."
        raise SourceTrouble(FailureKind.DRIFT, detail)
    return _best(ask, [row for row in found[:SHIPMENTS_LIMIT] if isinstance(row, dict)], now)


def _is_about_the_number(answer: Answer) -> bool:
    """Whether it is DHL that found nothing, rather than a server that has no such address."""
    try:
        problem = document(answer, TITLE, TABLE)
    except SourceTrouble:
        return False
    return text_or_nothing(problem, "status") == str(_NOT_FOUND) and "title" in problem


def _best(ask: Ask, shipments: Sequence[Entry], now: datetime) -> Outcome:
    """The shipment meant: several divisions may use one number, and one of them is ours."""
    if not shipments:
        return NotYet(ask.number, now)
    ours = [row for row in shipments if same_number(ask.number) in _names(row)]
    if not ours:
        detail = "DHL answered about another number, which is not believed. It is asked again."
        return Failure(ask.number, FailureKind.TRANSIENT, detail)
    return max((_tried(ask, row, now) for row in ours), key=lambda found: _worth(ask, found))


def _names(shipment: Entry) -> set[str]:
    """The numbers a shipment goes by. `id` is text or a number; references are a list or one alone."""
    pieces, references = inside(shipment, "details", "pieceIds"), _references(shipment)
    listed = pieces[:NAMES_LIMIT] if isinstance(pieces, list) else []
    named = [shipment.get("id"), *listed, *references]
    return {same_number(str(name)) for name in named if isinstance(name, str | int)} - {""}


def _references(shipment: Entry) -> Iterator[object]:
    found = inside(shipment, "details", "references")
    for row in found[:NAMES_LIMIT] if isinstance(found, list) else [found]:
        yield inside(row, "number")


def _worth(ask: Ask, found: Outcome) -> tuple[bool, bool, bool, datetime]:
    if not isinstance(found, Snapshot):
        return False, False, False, _LONG_AGO
    there = ask.destination in ("", found.destination)
    newest = max((event.at for event in found.events if event.at), default=_LONG_AGO)
    return True, bool(found.events), there, newest


def _tried(ask: Ask, shipment: Entry, now: datetime) -> Outcome:
    try:
        return _read(ask, shipment, now)
    except UNREADABLE as trouble:
        words = "DHL's answer about this number has another shape than documented"
        return drifted(ask.number, words, trouble)


def _read(ask: Ask, shipment: Entry, now: datetime) -> Outcome:
    service = text_or_nothing(shipment, "service").strip().casefold()
    origin, destination = (
        alpha2(text_or_nothing(inside(shipment, end, "address"), "countryCode"))
        for end in ("origin", "destination")
    )
    state = shipment.get("status")
    rows = rows_of(shipment, "events", EVENTS_LIMIT) or [state if isinstance(state, dict) else {}]
    read = (_event(row, service, destination) for row in rows)
    events = tuple(dict.fromkeys(event for event in read if event.text or event.code))
    if not events:
        return NotYet(ask.number, now)
    status = clean_text(text_or_nothing(state, "statusCode"), CODE_LIMIT)
    evidence, fingerprint = kept(ask.number, origin, destination, status, events)
    return Snapshot(
        number=ask.number,
        looked_at=now,
        events=events,
        looks={TITLE: now},
        origin=origin,
        destination=destination,
        status=status,
        evidence=evidence,
        fingerprint=fingerprint,
    )


def _event(row: Entry, service: str, destination: str) -> Event:
    home, zone = _AT_HOME.get(service, ("", ""))
    code = clean_text(text_of(row, "statusCode"), CODE_LIMIT)
    said = _said(row)
    address = inside(row, "location", "address")
    raw, at, quality = stamp(text_of(row, "timestamp"), zone)
    return Event(
        source=SOURCE,
        provider=TITLE,
        raw_time=raw,
        at=at,
        time_quality=quality,
        code=code,
        text=clean_text(said),
        place=_place(text_or_nothing(address, "addressLocality")),
        country=alpha2(text_or_nothing(address, "countryCode")),
        original=said,
        last_mile=home != "" and home == destination and code.casefold() != "pre-transit",
    )


def _said(row: Entry) -> str:
    """The status in words, and the remark, in which customs is often named.

    The description only where the status says no more than the code: of a delivery it is the name
    of who signed.
    """
    status = text_of(row, "status").strip()
    said = text_of(row, "description").strip() if status.casefold() in _BARE else status
    said, remark = said or status, text_of(row, "remark").strip()
    if not remark or remark in said:
        return said
    return f"{said.rstrip('.')}. {remark}" if said else remark


def _place(locality: str) -> str:
    """The town alone: some divisions write a street before it."""
    return clean_text(_STREET.sub("", locality, count=1), PLACE_LIMIT)


def stamp(text: str, zone: str) -> tuple[str, datetime | None, TimeQuality]:
    """The time as text, the instant (UTC) and its quality.

    DHL writes the clock of the place without an offset; the division tells the zone at best. A "Z"
    behind it proves nothing: DHL's own example shows one clock with it and without.
    """
    raw = clean_text(text, RAW_LIMIT).removesuffix("Z")
    at, quality = moment(raw, "", zone)
    if quality is TimeQuality.EXACT:
        quality = moment(raw, "", "")[1]  # exact only where an offset was given
    return raw, at, quality
