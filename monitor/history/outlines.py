"""What a list says of the events of a parcel, from few of their columns.

Made of whole events it would be the same: a list of a thousand parcels has no time for those.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.history.columns import moment_or_none
from monitor.history.events import quality_of, stage_of
from monitor.parcel import HAND, SILENT_STAGES, Event, Outline, changes, fold, merged, outlined

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = tuple[Any, ...]

# What `merged` and `changes` compare; the rest of an event decides nothing here.
COLUMNS = "source, provider, text, place, stage, at, first_seen, unseen_until, time_quality, raw_time, code"


def outline(rows: Sequence[Row], preferred: str) -> Outline:
    """What stands of one parcel, in COLUMNS and in order of time. `preferred`: as `merged` takes it."""
    if _one_tells_it_in_order(rows):
        return _of_one(rows)
    timeline = merged(tuple(map(_event, rows)), preferred=preferred)
    return outlined(timeline, changes(timeline))


def _one_tells_it_in_order(rows: Sequence[Row]) -> bool:
    """Whether one provider of one source tells it all, each event at a time of its own.

    Then nothing is there twice, and no order has to be found.
    """
    (source, provider), before = rows[0][:2], None
    for its_source, its_provider, _, _, _, at, first_seen, *_ in rows:
        if at is None or its_provider != provider or its_source != source:
            return False
        when = min(at, first_seen)
        if before is not None and when <= before:
            return False
        before = when
    return bool(source != HAND)  # remarks of the owner are no change


def _of_one(rows: Sequence[Row]) -> Outline:
    stage = since = None
    for row in reversed(rows):
        if stage_of(row[4]) not in SILENT_STAGES:
            stage, since = stage_of(row[4]), _when(row)
            break
    return Outline(
        stage,
        None if since is None else _from_seconds(since, UTC),
        _from_seconds(_last_change(rows), UTC),
        _from_seconds(_when(rows[0]), UTC),
    )


def _when(row: Row) -> int:
    """As `Event.when`, in seconds."""
    seconds: int = min(row[5], row[6])
    return seconds


def _moment(row: Row) -> int:
    """As `Event.moment`, in seconds."""
    seconds: int = _when(row) if row[7] is None else max(_when(row), row[7])
    return seconds


def _last_change(rows: Sequence[Row]) -> int:
    """The newest moment of those that say something else than the one before; the first does."""
    latest = _moment(rows[0])
    for number in range(len(rows) - 1, 0, -1):
        at = _moment(rows[number])
        if at > latest and not _repeats(rows, number):
            latest = at
    return latest


def _repeats(rows: Sequence[Row], number: int) -> bool:
    """As in `changes`: whether one says what the one before it said, at the last place named."""
    _, _, text, place, stage, *_ = rows[number]
    _, _, text_before, _, stage_before, *_ = rows[number - 1]
    if stage_of(stage) is not stage_of(stage_before):
        return False
    if text != text_before and fold(text) != fold(text_before):
        return False
    there = next((row[3] for row in reversed(rows[:number]) if row[3]), "")
    return not place or place.casefold() == there.casefold()


def _event(row: Row) -> Event:
    source, provider, text, place, stage, at, first_seen, unseen_until, quality, raw_time, code = (
        row
    )
    return Event(
        source,
        provider,
        raw_time,
        moment_or_none(at),
        quality_of(quality),
        code,
        text,
        place,
        stage=stage_of(stage),
        first_seen=_from_seconds(first_seen, UTC),
        unseen_until=moment_or_none(unseen_until),
    )


_from_seconds = datetime.fromtimestamp
