"""What an adapter of somebody else made of an answer: checked and cleaned before it is believed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.errors import FailureKind
from monitor.parcel import Alias, Event, TimeQuality, clean_text
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot
from monitor.plugins.loading import without

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.adapters.contract import Ask

EVENTS_LIMIT = 500  # of one number; the newest count
ALIASES_LIMIT = 20
EVIDENCE_LIMIT = 1 << 20  # bytes
ORIGINAL_LIMIT = 2_000  # characters
WORD_LIMIT, PLACE_LIMIT = 80, 120
YEARS = range(2000, 2200)  # whatever lies outside is no time of a parcel
_LONG_AGO = datetime(YEARS.start, 1, 1, tzinfo=UTC)


class Unbelievable(Exception):
    """Not what the contract promises, as half a sentence."""


def believed(
    found: Any, asks: Sequence[Ask], name: str, now: datetime, secrets: Sequence[str]
) -> tuple[Outcome, ...]:
    """One outcome per number asked, in order, every text cleaned. Raises Unbelievable."""
    if not isinstance(found, tuple | list) or len(found) != len(asks):
        raise Unbelievable("parse gave not one outcome for each number")
    pairs = zip(found, asks, strict=True)
    return tuple(_outcome(outcome, ask.number, name, now, secrets) for outcome, ask in pairs)


def _outcome(found: Any, number: str, name: str, now: datetime, secrets: Sequence[str]) -> Outcome:
    if not isinstance(found, Snapshot | NotYet | Failure):
        raise Unbelievable(f"parse gave {type(found).__name__} as an outcome")
    if found.number != number:
        raise Unbelievable("parse gave its outcomes in another order than it was asked")
    if isinstance(found, Failure):
        detail = clean_text(without(str(found.detail), secrets))
        kind, until = FailureKind(found.kind), _moment(found.until)
        return Failure(number, kind, detail, until, gone=found.gone is True)
    if isinstance(found, NotYet):
        looked = _moment(found.looked_at) or now
        return NotYet(number, min(looked, now), clean_text(without(str(found.note), secrets)))
    return _snapshot(found, name, now)


def _snapshot(found: Any, name: str, now: datetime) -> Snapshot:
    if not isinstance(found.evidence, bytes) or len(found.evidence) > EVIDENCE_LIMIT:
        raise Unbelievable(f"the evidence is not bytes, or more than {EVIDENCE_LIMIT >> 20} MiB")
    looked_at = _moment(found.looked_at)
    return Snapshot(
        number=found.number,
        looked_at=None if looked_at is None else min(looked_at, now),
        events=_events(found.events, name),
        looks=_looks(found.looks, now),
        aliases=_aliases(found.aliases, name),
        origin=_country(found.origin),
        destination=_country(found.destination),
        carrier=_word(found.carrier),
        status=_word(found.status),
        economy=found.economy is True,
        unheard=frozenset(_word(provider) for provider in found.unheard),
        evidence=found.evidence,
        fingerprint=_word(found.fingerprint),
    )


def _aliases(found: Sequence[Any], name: str) -> tuple[Alias, ...]:
    known = [each for each in found if isinstance(each, Alias)][:ALIASES_LIMIT]
    return tuple(Alias(_word(each.number), _word(each.carrier), name) for each in known)


def _looks(found: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    looks = {_word(provider): _moment(at) for provider, at in found.items()}
    return {provider: min(at, now) for provider, at in looks.items() if at is not None}


def _events(found: Sequence[Event], name: str) -> tuple[Event, ...]:
    """Doubles once; what they mean is for the reading to say, and not for the adapter."""
    if any(not isinstance(event, Event) for event in found):
        raise Unbelievable("an event is no Event")
    events = list(dict.fromkeys(_event(event, name) for event in found))
    if len(events) > EVENTS_LIMIT:
        events = sorted(events, key=lambda event: event.at or _LONG_AGO)[-EVENTS_LIMIT:]
    return tuple(events)


def _event(found: Event, name: str) -> Event:
    at = _moment(found.at)
    return Event(
        source=name,
        provider=_word(found.provider) or name,
        raw_time=_word(found.raw_time),
        at=at,
        time_quality=TimeQuality.NONE if at is None else TimeQuality(found.time_quality),
        code=_word(found.code),
        text=clean_text(str(found.text)),
        place=clean_text(str(found.place), PLACE_LIMIT),
        country=_country(found.country),
        original=str(found.original)[:ORIGINAL_LIMIT].encode("utf-8", "replace").decode("utf-8"),
        translation=clean_text(str(found.translation)),
        last_mile=found.last_mile is True,
    )


def _moment(found: Any) -> datetime | None:
    """In UTC; None for what cannot be. Raises Unbelievable for a time without a zone."""
    if found is None:
        return None
    if not isinstance(found, datetime) or found.utcoffset() is None:
        raise Unbelievable("a time has no zone")
    try:
        at = found.astimezone(UTC)
    except OverflowError:
        return None
    return at if at.year in YEARS else None


def _word(found: Any) -> str:
    return clean_text(str(found), WORD_LIMIT)


def _country(found: Any) -> str:
    return found if isinstance(found, str) and re.fullmatch(r"[A-Z]{2}", found, re.ASCII) else ""


def enrolments(found: Any, asks: Sequence[Ask], secrets: Sequence[str]) -> tuple[Enrolment, ...]:
    """What a source said to a registration, cleaned. Raises Unbelievable."""
    if not isinstance(found, tuple | list) or len(found) != len(asks):
        raise Unbelievable("it gave not one enrolment for each number")
    if any(not isinstance(each, Enrolment) for each in found):
        raise Unbelievable("an enrolment is no Enrolment")
    return tuple(
        Enrolment(
            str(each.number),
            EnrolmentState(each.state),
            _word(each.carrier),
            clean_text(without(str(each.detail), secrets)),
            None if each.failure is None else FailureKind(each.failure),
        )
        for each in found
    )
