"""The events of several providers as one timeline, and which of them are news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.parcel.events import HAND, SILENT_STAGES, Stage, TimeQuality

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.parcel.events import Event


def changes(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events that say something else than the one before them from the same provider.

    A daily "in transit" without a new place, and a remark of the owner, are no change.
    """
    said: dict[tuple[str, str], tuple[Event | None, str]] = {}
    source = provider = there = ""
    before: Event | None = None
    found = []
    for event in events:
        if event.source == HAND and event.stage in SILENT_STAGES:
            continue
        if event.provider != provider or event.source != source:  # mostly one tells it all
            said[source, provider] = before, there
            source, provider = event.source, event.provider
            before, there = said.get((source, provider), (None, ""))
        if before is None or event.stage is not before.stage or not _repeats(event, before, there):
            found.append(event)
        before, there = event, event.place or there
    return tuple(found)


def _repeats(event: Event, before: Event, there: str) -> bool:
    """Whether an event of the same stage says what the one before it said; `there`: the last place
    that was named.
    """
    if event.wording != before.wording:
        return False
    return not event.place or event.place.casefold() == there.casefold()


def merged(events: tuple[Event, ...], *, preferred: str = "") -> tuple[Event, ...]:
    """One timeline without doubles, oldest first by each event's own time; undated by first sight.

    The same moment with the same words, or with the same code from another provider, or with the
    same stage and place from another source, is one event: see `twins`. Of two the one whose time is
    known better is kept, of equals the one of the `preferred` provider. The order of the input does
    not matter.
    """
    in_order = _in_order(events)
    if len({(event.source, event.provider) for event in in_order}) < 2:  # noqa: PLR2004 - two speak
        return tuple(in_order)  # nobody else could have shown the same scan
    kept: list[Event] = []
    near = _Near(vague=any(_is_vague(event) for event in in_order))
    for event in sorted(in_order, key=lambda e: (_is_vague(e), e.provider != preferred)):
        if event.at is not None:
            if any(twins(event, other) for other in near.of(event)):
                continue
            near.add(event)
        kept.append(event)
    return tuple(sorted(kept, key=_order))


class _Near:
    """Dated events by when they were, so that each is compared with few others.

    `vague`: some time is not known to the minute; then all of the same stage and about the same day
    are near.
    """

    def __init__(self, *, vague: bool) -> None:
        self._vague = vague
        self._by_minute: dict[int, list[Event]] = {}
        self._by_day: dict[tuple[Stage, int], list[Event]] = {}

    def add(self, event: Event) -> None:
        minute = _minute(event)
        self._by_minute.setdefault(minute, []).append(event)
        if self._vague:
            self._by_day.setdefault((event.stage, minute // MINUTES_A_DAY), []).append(event)

    def of(self, event: Event) -> Iterator[Event]:
        minute = _minute(event)
        for at in (minute - 1, minute, minute + 1):
            yield from self._by_minute.get(at, ())
        if self._vague:
            day = minute // MINUTES_A_DAY
            for at in (day - 1, day, day + 1):
                yield from self._by_day.get((event.stage, at), ())


MINUTES_A_DAY = 24 * 60


def _in_order(events: tuple[Event, ...]) -> Sequence[Event]:
    """Sorted by `_order`, which is worked out only where times alone do not tell."""
    times = [event.when for event in events if event.at is not None]
    dated = [at for at in times if at is not None]
    if len(dated) == len(events) and all(one < other for one, other in pairwise(dated)):
        return events
    return sorted(events, key=_order)


_LAST = datetime.max.replace(tzinfo=UTC)
_JOURNEY = {stage: place for place, stage in enumerate(Stage)}


def _order(event: Event) -> tuple[datetime, bool, int, tuple[str, ...]]:
    """By time; what bears the same time in the order of a journey, so that input order is no fact."""
    identity = (event.source, event.provider, event.raw_time, event.code, event.text, event.place)
    return (event.when or _LAST, event.at is None, _JOURNEY[event.stage], identity)


_TWIN_WINDOW = timedelta(minutes=1)
_FARTHEST_ZONES = timedelta(hours=14)  # how wrong an assumed offset can be
_QUARTER = timedelta(minutes=15)  # offsets differ by whole quarters of an hour
_DAY = timedelta(days=1)


def _minute(event: Event) -> int:
    return 0 if event.at is None else int(event.at.timestamp() // 60)


def _is_vague(event: Event) -> bool:
    return event.time_quality in (TimeQuality.DATE_ONLY, TimeQuality.OFFSET_ASSUMED)


def twins(event: Event, other: Event) -> bool:
    """Whether two providers speak of one scan: same moment, and same words, code or stage.

    Two sources have words and codes of their own for one scan, so that between them the stage and
    the place tell; and clocks of their own, so that between them moments are the same as far as the
    one that is known less well can tell.
    """
    if (event.source, event.provider) == (other.source, other.provider):
        return False
    if event.at is None or other.at is None:
        return False
    if abs(event.at - other.at) > _TWIN_WINDOW:
        return _about_then(event, other) and _alike(event, other) and _tells(event, other)
    same_code = event.code != "" and event.code == other.code and event.stage == other.stage
    return same_code or event.wording == other.wording or _alike(event, other)


def _about_then(event: Event, other: Event) -> bool:
    """Whether two times more than a minute apart may be the same, one of them being vague."""
    qualities = {event.time_quality, other.time_quality}
    if TimeQuality.DATE_ONLY in qualities:
        return _within_day(event, other) or _within_day(other, event)
    if TimeQuality.OFFSET_ASSUMED not in qualities or event.at is None or other.at is None:
        return False
    apart = abs(event.at - other.at)
    rest = apart % _QUARTER
    return apart <= _FARTHEST_ZONES and min(rest, _QUARTER - rest) <= _TWIN_WINDOW


def _within_day(dated: Event, other: Event) -> bool:
    """Whether `other` falls on the day of which only the date is known."""
    if dated.time_quality is not TimeQuality.DATE_ONLY or dated.at is None or other.at is None:
        return False
    return dated.at <= other.at < dated.at + _DAY


def _tells(event: Event, other: Event) -> bool:
    """A parcel is scanned in transit many times a day; only with a place does that tell which."""
    return event.stage is not Stage.IN_TRANSIT or bool(event.place and other.place)


def _alike(event: Event, other: Event) -> bool:
    if event.source == other.source or HAND in (event.source, other.source):
        return False
    if event.stage is not other.stage or event.stage in SILENT_STAGES:
        return False
    places = event.place.casefold(), other.place.casefold()
    return "" in places or places[0] in places[1] or places[1] in places[0]
