"""Events as rows, and which rows a new snapshot adds, ends or brings back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.history.columns import from_json, seconds_or_none, storable, to_json
from monitor.parcel import Cause, Event, Side, Stage, TimeQuality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Key = tuple[str, str, str, str]

# A word that is none of these comes from a newer or older vocabulary and reads as unknown.
_QUALITIES = {word.value: word for word in TimeQuality}
_STAGES = {word.value: word for word in Stage}
_SIDES = {word.value: word for word in Side}
_CAUSES = {word.value: word for word in Cause}


def stage_of(word: str) -> Stage:
    return _STAGES.get(word, Stage.UNKNOWN)


def quality_of(word: str) -> TimeQuality:
    return _QUALITIES.get(word, TimeQuality.NONE)


ORIGINAL_LIMIT = 2000  # characters of the text as it came that are kept as evidence
READ_COLUMNS = (
    "source, provider, raw_time, code, text, at, time_quality, place, country, original, "
    "translation, last_mile, stage, side, cause, language, matched, first_seen, unseen_until, "
    "superseded_at"
)
INSERT = f"INSERT INTO event (parcel_id, {READ_COLUMNS}) VALUES ({', '.join('?' * 21)})"  # noqa: S608 - constants only


class Stored(NamedTuple):
    """What comparing needs of a stored event. Times are seconds."""

    id: int
    provider: str
    raw_time: str
    code: str
    text: str
    first_seen: int
    unseen_until: int | None
    superseded_at: int | None

    @property
    def key(self) -> Key:
        return (self.provider, self.raw_time, self.code, self.text)


class New(NamedTuple):
    """An event to store, with when it was seen first and the last look that did not show it."""

    event: Event
    first_seen: int
    unseen_until: int | None
    edited: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What a snapshot changes: `gone` and `back` are ids of stored events."""

    new: tuple[New, ...] = ()
    gone: tuple[int, ...] = ()
    back: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.back)


@dataclass(slots=True)
class _Group:
    """The events of one provider at one raw time."""

    new: list[Event] = field(default_factory=list)
    gone: list[Stored] = field(default_factory=list)


def difference(
    stored: Sequence[Stored], shown: Iterable[Event], looks: Mapping[str, int], now: int
) -> Difference:
    """Compare one source's stored events of one parcel with what it shows now.

    `looks`: seconds of the last look per provider before this one. The order of both does not
    matter. Another text at the same provider and raw time is an edit: it takes over when its
    predecessor was seen first, so that re-wording an old event is no sign of life.
    """
    by_key = {row.key: row for row in stored}
    shown_by_key = {key(event): event for event in map(as_storable, shown)}
    groups: dict[tuple[str, str], _Group] = {}
    for name in sorted(shown_by_key.keys() - by_key.keys()):
        groups.setdefault(name[:2], _Group()).new.append(shown_by_key[name])
    standing = (name for name, row in by_key.items() if row.superseded_at is None)
    gone = sorted(set(standing) - shown_by_key.keys())
    for name in gone:
        groups.setdefault(name[:2], _Group()).gone.append(by_key[name])
    returned = sorted(by_key.keys() & shown_by_key.keys())
    return Difference(
        tuple(itertools.chain.from_iterable(_dated(g, looks, now) for g in groups.values())),
        tuple(by_key[name].id for name in gone),
        tuple(by_key[n].id for n in returned if by_key[n].superseded_at is not None),
    )


def _dated(group: _Group, looks: Mapping[str, int], now: int) -> list[New]:
    left, gone = list(group.new), list(group.gone)
    pairs = _paired(left, gone, lambda event, row: event.code == row.code and _pairable(event))
    pairs += _paired(left, gone, lambda event, _: event.raw_time != "")
    found = [New(event, row.first_seen, row.unseen_until, edited=True) for event, row in pairs]
    for event in left:
        before = looks.get(event.provider)
        unseen = None if before is None else min(before, now)
        found.append(New(event, now, unseen, edited=False))
    return found


def _pairable(event: Event) -> bool:
    """Without a time, only a code tells that two texts are about the same event."""
    return event.raw_time != "" or event.code != ""


def _paired(
    left: list[Event], gone: list[Stored], fits: Callable[[Event, Stored], bool]
) -> list[tuple[Event, Stored]]:
    """Pairs that fit, each event and each row at most once; both are taken off their list."""
    pairs = []
    for event in list(left):
        row = next((row for row in gone if fits(event, row)), None)
        if row is not None:
            left.remove(event)
            gone.remove(row)
            pairs.append((event, row))
    return pairs


def key(event: Event) -> Key:
    return (event.provider, event.raw_time, event.code, event.text)


def as_storable(event: Event) -> Event:
    """The event with every text in a form SQLite takes, and with a bounded original."""
    texts = (event.provider, event.raw_time, event.code, event.text, event.place, event.country)
    whole = "".join((*texts, event.original, event.translation, event.language, *event.matched))
    if len(event.original) <= ORIGINAL_LIMIT and (whole.isascii() or storable(whole) == whole):
        return event
    provider, raw_time, code, text, place, country = map(storable, texts)
    return event._replace(
        provider=provider,
        raw_time=raw_time,
        code=code,
        text=text,
        place=place,
        country=country,
        original=storable(event.original[:ORIGINAL_LIMIT]),
        translation=storable(event.translation),
        language=storable(event.language),
        matched=tuple(map(storable, event.matched)),
    )


def to_row(parcel_id: int, source: str, new: New) -> tuple[Any, ...]:
    event = new.event
    return (
        parcel_id,
        source,
        event.provider,
        event.raw_time,
        event.code,
        event.text,
        seconds_or_none(event.at),
        event.time_quality.value,
        event.place,
        event.country,
        event.original,
        event.translation,
        int(event.last_mile),
        event.stage.value,
        event.side.value,
        None if event.cause is None else event.cause.value,
        event.language,
        to_json(event.matched) if event.matched else "[]",
        new.first_seen,
        new.unseen_until,
        None,
    )


def from_row(row: Sequence[Any]) -> Event:
    """An event from READ_COLUMNS, in their order. Done a million times when all is judged anew."""
    (
        source, provider, raw_time, code, text, at, quality, place, country, original, translation,
        last_mile, stage, side, cause, language, matched, first_seen, unseen_until, superseded_at,
    ) = row  # fmt: skip
    return Event(
        source,
        provider,
        raw_time,
        None if at is None else _from_seconds(at, UTC),
        _QUALITIES.get(quality, TimeQuality.NONE),
        code,
        text,
        place,
        country,
        original,
        translation,
        last_mile != 0,
        _STAGES.get(stage, Stage.UNKNOWN),
        _SIDES.get(side, Side.UNKNOWN),
        None if cause is None else _CAUSES.get(cause),
        language,
        () if matched == "[]" else _words(matched),
        _from_seconds(first_seen, UTC),
        None if unseen_until is None else _from_seconds(unseen_until, UTC),
        None if superseded_at is None else _from_seconds(superseded_at, UTC),
    )


_from_seconds = datetime.fromtimestamp


@lru_cache(maxsize=4096)
def _words(stored: str) -> tuple[str, ...]:
    """The recognised words of an event; carriers say the same in thousands of them."""
    return tuple(from_json(stored))
