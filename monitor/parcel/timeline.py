"""The events of several providers as one timeline, and which of them are news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.parcel.events import HAND, SILENT_STAGES, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.parcel.events import Event


def changes(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events that say something else than the one before them from the same provider.

    A daily "in transit" without a new place, and a remark of the owner, are no change.
    """
    said: dict[tuple[str, str], tuple[Stage, str, str]] = {}
    found = []
    for event in events:
        stage, place = event.stage, event.place.casefold()
        if event.source == HAND and stage in SILENT_STAGES:
            continue
        key, wording = (event.source, event.provider), event.wording
        before = said.get(key)
        same_words = before is not None and before[0] is stage and before[1] == wording
        if before is None or not same_words or place not in ("", before[2]):
            found.append(event)
        said[key] = (stage, wording, place or (before[2] if before else ""))
    return tuple(found)


def merged(events: tuple[Event, ...], *, preferred: str = "") -> tuple[Event, ...]:
    """One timeline without doubles, oldest first by each event's own time; undated by first sight.

    The same moment (to the minute) with the same words, or with the same code from another
    provider, or with the same stage and place from another source, is one event. `preferred` is the provider whose wording is kept. The order of the input
    does not matter.
    """
    in_order = _in_order(events)
    if len({(event.source, event.provider) for event in in_order}) < 2:  # noqa: PLR2004 - two speak
        return tuple(in_order)  # nobody else could have shown the same scan
    kept: list[Event] = []
    by_minute: dict[int, list[Event]] = {}
    for event in sorted(in_order, key=lambda e: e.provider != preferred):
        minute = _minute(event)
        if minute is None:
            kept.append(event)
            continue
        near = (o for m in (minute - 1, minute, minute + 1) for o in by_minute.get(m, ()))
        if not any(twins(event, other) for other in near):
            kept.append(event)
            by_minute.setdefault(minute, []).append(event)
    return tuple(sorted(kept, key=_order))


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


def _minute(event: Event) -> int | None:
    return None if event.at is None else int(event.at.timestamp() // 60)


def twins(event: Event, other: Event) -> bool:
    """Whether two providers speak of one scan: same minute, and same words, code or stage.

    Two sources have words and codes of their own for one scan, so that between them the stage and
    the place tell.
    """
    if (event.source, event.provider) == (other.source, other.provider):
        return False
    if event.at is None or other.at is None or abs(event.at - other.at) > _TWIN_WINDOW:
        return False
    same_code = event.code != "" and event.code == other.code and event.stage == other.stage
    return same_code or event.wording == other.wording or _alike(event, other)


def _alike(event: Event, other: Event) -> bool:
    if event.source == other.source or HAND in (event.source, other.source):
        return False
    if event.stage is not other.stage or event.stage in SILENT_STAGES:
        return False
    places = event.place.casefold(), other.place.casefold()
    return "" in places or places[0] in places[1] or places[1] in places[0]
