"""From the rows of one answer to one outcome for every number asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import ValidationError

from monitor.adapters.seventeentrack.answers import NOT_FOUND, Item, Provider, TrackInfo, as_text
from monitor.adapters.seventeentrack.codes import Next, refusal
from monitor.adapters.seventeentrack.envelope import next_midnight, whole_number
from monitor.adapters.seventeentrack.evidence import evidence
from monitor.adapters.seventeentrack.times import moment, raw_time, zoned
from monitor.errors import FailureKind
from monitor.parcel import Alias, Event, clean_text
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.adapters.seventeentrack.answers import EventShape
    from monitor.adapters.seventeentrack.envelope import Envelope

SOURCE = "seventeentrack"
NAME_LIMIT, CODE_LIMIT = 60, 80
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_ALIAS = re.compile(r"[A-Za-z0-9-]{5,50}", re.ASCII)

Rows = dict[str, list[dict[str, object]]]


def outcomes(envelope: Envelope, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
    """Exactly one outcome per number asked, in that order; rows about other numbers are ignored."""
    accepted, rejected = by_number(envelope.accepted), by_number(envelope.rejected)
    return tuple(_outcome(ask, accepted, rejected, now) for ask in asks)


def by_number(rows: Iterable[dict[str, object]]) -> Rows:
    """Rows under the number they are about; 17TRACK promises neither order nor one row each."""
    found: Rows = {}
    for row in rows:
        number = as_text(row.get("number"))
        if isinstance(number, str) and number:
            found.setdefault(same_number(number), []).append(row)
    return found


def same_number(number: str) -> str:
    """The form in which two spellings of a number are equal."""
    return number.strip().upper()


def error_code(row: Mapping[str, object]) -> int:
    """The code of a rejected row, 0 when there is none."""
    error = row.get("error")
    return (whole_number(error.get("code")) if isinstance(error, dict) else None) or 0


def _outcome(ask: Ask, accepted: Rows, rejected: Rows, now: datetime) -> Outcome:
    number = same_number(ask.number)
    if number in accepted:
        return _accepted(ask, accepted[number], now)
    if number in rejected:
        return _rejected(ask.number, error_code(rejected[number][0]), now)
    detail = "17TRACK's answer does not mention this number. It is asked about again."
    return Failure(ask.number, FailureKind.TRANSIENT, detail)


def _rejected(number: str, code: int, now: datetime) -> Outcome:
    why = refusal(code)
    if why.next is Next.NOT_YET:
        return NotYet(number, now)
    until = next_midnight(now) if why.next is Next.TOMORROW else None
    return Failure(number, why.kind, why.about(number), until, gone=why.next is Next.GONE)


def _accepted(ask: Ask, rows: list[dict[str, object]], now: datetime) -> Outcome:
    """The best of the items about one number: with events, of the carrier asked for, newest.

    An item that cannot be read is a failure of this number, and only when no other can be.
    """
    found = [_tried(ask, row, now) for row in rows]
    readable = [outcome for outcome in found if not isinstance(outcome, Failure)]
    return max(readable or found, key=lambda outcome: _worth(ask, outcome))


def _tried(ask: Ask, row: Mapping[str, object], now: datetime) -> Outcome:
    try:
        return _read(ask, Item.model_validate(row), row, now)
    except (ValueError, RecursionError, OverflowError) as trouble:
        return Failure(ask.number, FailureKind.DRIFT, _misshapen(trouble))


def _worth(ask: Ask, outcome: Outcome) -> tuple[bool, bool, float]:
    if not isinstance(outcome, Snapshot):
        return False, False, 0.0
    newest = max((event.at.timestamp() for event in outcome.events if event.at), default=0.0)
    return bool(outcome.events), ask.carrier in ("", outcome.carrier), newest


def _misshapen(trouble: Exception) -> str:
    """Where the shape differs, in names of our own: nothing of the value is repeated."""
    where = ""
    if isinstance(trouble, ValidationError):
        where = " at " + ".".join(
            str(part) for part in trouble.errors(include_input=False)[0]["loc"]
        )
    return f"17TRACK's answer about this number has another shape than documented{where}."


def _read(ask: Ask, item: Item, row: Mapping[str, object], now: datetime) -> Outcome:
    info = item.track_info or TrackInfo()
    if row.get("track_info") and not info.is_as_documented:
        raise ValueError("no events, and no place for them")
    looks = _looks(info.tracking.providers, now)
    status = info.latest_status
    shown = item.events()
    if not shown and status.status in ("", NOT_FOUND):
        return NotYet(ask.number, max(looks.values(), default=now), _note(info))
    origin, destination = _countries(item, info)
    last_mile = _last_mile(item, info, destination or ask.destination)
    kept, fingerprint = evidence(row)
    return Snapshot(
        number=ask.number,
        looked_at=max(looks.values(), default=None),
        events=tuple(dict.fromkeys(_event(item, *pair, last_mile) for pair in shown)),
        looks=looks,
        aliases=_aliases(ask.number, info),
        origin=origin,
        destination=destination,
        carrier=_key(item.carrier),
        status=clean_text(status.sub_status or status.status, CODE_LIMIT),
        evidence=kept,
        fingerprint=fingerprint,
    )


def _event(
    item: Item, provider: Provider | None, event: EventShape, last_mile: frozenset[int]
) -> Event:
    key = provider.provider.key if provider else item.carrier
    by = _provider(provider) if provider else _key(item.carrier)
    at, quality = moment(event)
    return Event(
        source=SOURCE,
        provider=by,
        raw_time=raw_time(event),
        at=at,
        time_quality=quality,
        code=clean_text(event.sub_status or event.stage, CODE_LIMIT),
        text=clean_text(event.description),
        place=clean_text(event.location or event.address.city),
        country=country(event.address.country),
        original=event.description,
        translation=clean_text(event.description_translation.description),
        last_mile=key in last_mile,
    )


def _key(key: int) -> str:
    return str(key) if key else ""


def _provider(provider: Provider) -> str:
    name = provider.provider
    return _key(name.key) or clean_text(name.name, NAME_LIMIT)


def country(text: str) -> str:
    """An alpha-2 code in capitals, or ""."""
    code = text.strip().upper()
    return code if _COUNTRY.fullmatch(code) else ""


def _countries(item: Item, info: TrackInfo) -> tuple[str, str]:
    sent, received = info.shipping_info.shipper_address, info.shipping_info.recipient_address
    origin = country(sent.country) or country(item.origin_country)
    return origin, country(received.country) or country(item.destination_country)


def _last_mile(item: Item, info: TrackInfo, destination: str) -> frozenset[int]:
    """Keys of the providers that deliver at the destination: who those are is not said outright."""
    names = [provider.provider for provider in info.tracking.providers]
    handed_over = len(names) > 1
    found = set()
    for name in names:
        there = destination != "" and country(name.country) == destination
        other = name.key != item.carrier
        if (there and (other or handed_over)) or (other and name.key == info.misc_info.local_key):
            found.add(name.key)
    return frozenset(found - {0})


def _looks(providers: Sequence[Provider], now: datetime) -> dict[str, datetime]:
    """When 17TRACK last asked each carrier with success; a clock ahead of ours is set back."""
    looks: dict[str, datetime] = {}
    for provider in providers:
        at = zoned(provider.latest_sync_time)
        if at is None or provider.latest_sync_status.casefold() not in ("success", ""):
            continue
        key = _provider(provider)
        looks[key] = max(min(at, now), looks.get(key, min(at, now)))
    return looks


def _aliases(number: str, info: TrackInfo) -> tuple[Alias, ...]:
    local = "".join(info.misc_info.local_number.split())
    if not _ALIAS.fullmatch(local) or same_number(local) == same_number(number):
        return ()
    return (Alias(local, clean_text(info.misc_info.local_provider, NAME_LIMIT), SOURCE),)


def _note(info: TrackInfo) -> str:
    """What the carrier's notice says about showing nothing, else the bare status."""
    tips = (clean_text(provider.provider_tips) for provider in info.tracking.providers)
    return next(filter(None, tips), clean_text(info.latest_status.sub_status, CODE_LIMIT))
