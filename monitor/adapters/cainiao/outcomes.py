"""From the entries of one answer to one outcome for every number asked about."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from monitor.adapters.cainiao.aliases import SOURCE, aliases
from monitor.adapters.cainiao.evidence import evidence
from monitor.adapters.cainiao.times import CHINA, stamp
from monitor.adapters.countries import alpha2
from monitor.adapters.entries import (
    UNREADABLE,
    Misshapen,
    drifted,
    rows_of,
    same_number,
    text_of,
    text_or_nothing,
)
from monitor.errors import FailureKind
from monitor.parcel import Event, TimeQuality, clean_text
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.adapters.cainiao.times import Stamp
    from monitor.adapters.contract import Ask
    from monitor.adapters.entries import Entry

PROVIDER = "Cainiao"
EVENTS_LIMIT = 500
CODE_LIMIT, PLACE_LIMIT = 80, 80
# Orders Cainiao has from the shop itself. "EXTERNAL" is what it calls a number it does not know.
_ORDERED = frozenset({"AE", "INTERNAL"})
_ECONOMY = "economy"
_TOWN = re.compile(r"\s*\[([^\[\]]{1,200})\]\s*(?=\S)")
_BLANKS = re.compile(r"[\s_]+")
# Codes of the destination's carrier that are given before it has the parcel.
_NOT_YET_THERE = frozenset({"GTMS_OE_DEPART", "GTMS_OTHER", "GTMS_ASN"})
_WITH_CHINAS_CLOCK = frozenset(
    {"CN", "HK", "MO", "TW", "SG", "MY", "PH", "BN", "AU", "ID", "MN", "RU"}
)


def outcomes(entries: Iterable[Entry], asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
    """Exactly one outcome per number asked, in that order; entries about others are ignored."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(same_number(text_or_nothing(entry, "mailNo")), []).append(entry)
    return tuple(_outcome(ask.number, found.get(same_number(ask.number)), now) for ask in asks)


def _outcome(number: str, entries: Sequence[Entry] | None, now: datetime) -> Outcome:
    """The best of the entries about one number; one that cannot be read counts only by itself."""
    if not entries:
        detail = "Cainiao's answer does not mention this number. It is asked about again."
        return Failure(number, FailureKind.TRANSIENT, detail)
    return max((_tried(number, entry, now) for entry in entries), key=_worth)


def _worth(outcome: Outcome) -> tuple[bool, int]:
    shown = len(outcome.events) + 1 if isinstance(outcome, Snapshot) else 0
    return not isinstance(outcome, Failure), shown


def _tried(number: str, entry: Entry, now: datetime) -> Outcome:
    try:
        return _read(number, entry, now)
    except UNREADABLE as trouble:
        words = "Cainiao's entry about this number has another shape than it had"
        return drifted(number, words, trouble)


def _read(number: str, entry: Entry, now: datetime) -> Outcome:
    if "detailList" not in entry:  # there, and empty, even for a number nobody knows
        raise Misshapen("detailList")
    listed = rows_of(entry, "detailList", EVENTS_LIMIT)
    destination = alpha2(text_or_nothing(entry, "destCountry"))
    events = [event for row in listed if (event := _event(row, destination, now))]
    linked = aliases(number, entry, (text_of(row, "desc") for row in listed))
    status = clean_text(text_of(entry, "status"), CODE_LIMIT).upper()
    ordered = text_or_nothing(entry, "mailNoSource").strip().upper() in _ORDERED
    if not (events or linked or status or ordered):
        return NotYet(number, now)
    kept, fingerprint = evidence(entry)
    return Snapshot(
        number=number,
        looked_at=now,
        events=tuple(dict.fromkeys(events)),
        aliases=linked,
        origin=alpha2(text_or_nothing(entry, "originCountry")),
        destination=destination,
        status=status,
        economy=_is_economy(entry),
        evidence=kept,
        fingerprint=fingerprint,
    )


def _event(row: Entry, destination: str, now: datetime) -> Event | None:
    """One row as an event; None for one that says nothing. Its country is never certain.

    Import customs may be that of another country of the union it enters, and a clock is no place.
    """
    said, standard = text_of(row, "desc"), text_of(row, "standerdDesc")
    code = action_code(text_of(row, "actionCode"))
    text, place = _apart(said)
    other, town = _apart(standard)
    if not (text or other or code):
        return None
    time = stamp(text_of(row, "timeStr"), text_or_nothing(row, "timeZone"), row.get("time"))
    return Event(
        source=SOURCE,
        provider=PROVIDER,
        raw_time=time.raw,
        at=time.at,
        time_quality=_quality(time, code, destination, now),
        code=code,
        text=text or other,
        place=place or town,
        original=said if text else standard,
        translation=other if text and other != text else "",
        last_mile=_by_last_mile(code),
    )


def action_code(code: str) -> str:
    """A code as the tables write it: Cainiao sends blanks and full-width low lines, too."""
    plain = unicodedata.normalize("NFKC", clean_text(code, CODE_LIMIT)).upper()
    return _BLANKS.sub("_", plain)[:CODE_LIMIT]


def _apart(text: str) -> tuple[str, str]:
    """The words, and the town that may stand before them in brackets."""
    found = _TOWN.match(text)
    if not found:
        return clean_text(text), ""
    return clean_text(text[found.end() :]), clean_text(found[1], PLACE_LIMIT)


def _by_last_mile(code: str) -> bool:
    return code.startswith("GTMS_") and code not in _NOT_YET_THERE


def _quality(time: Stamp, code: str, destination: str, now: datetime) -> TimeQuality:
    """How well the instant is known: a zone that cannot be right is an assumption.

    A whole history was seen under China's zone, up to a delivery in Belgium at an hour at which only
    Belgium's clock makes sense. And no scan is made in the future.
    """
    if time.quality is not TimeQuality.EXACT or time.at is None:
        return time.quality
    abroad = _by_last_mile(code) or code.startswith("CC_IM_")
    wrong_clock = abroad and time.offset == CHINA and destination not in _WITH_CHINAS_CLOCK
    return TimeQuality.OFFSET_ASSUMED if wrong_clock or time.at > now else TimeQuality.EXACT


def _is_economy(entry: Entry) -> bool:
    kinds = (text_or_nothing(entry, name) for name in ("mailType", "mailTypeDesc"))
    return any(kind.strip().casefold() == _ECONOMY for kind in kinds)
