"""What a list says of the events of a parcel, from few of their columns.

Made of whole events it would be the same: a list of a thousand parcels has no time for those.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.history.columns import moment_or_none
from monitor.history.events import quality_of, stage_of
from monitor.parcel import (
    HAND,
    SILENT_STAGES,
    Event,
    Outline,
    Stage,
    changes,
    fold,
    merged,
    outlined,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    Row = tuple[Any, ...]

# What `merged` and `changes` compare; the rest of an event decides nothing here.
COLUMNS = (
    "parcel_id, source, provider, text, place, stage, at, first_seen, unseen_until, time_quality, "
    "raw_time, code"
)


def outline(rows: Sequence[Row], preferred: str) -> Outline:
    """What stands of one parcel, in COLUMNS and in order of time. `preferred`: as `merged` takes it."""
    times = _times_told_by_one(rows)
    if times is not None:
        return _of_one(rows, times)
    timeline = merged(tuple(map(_event, rows)), preferred=preferred)
    return outlined(timeline, changes(timeline))


def _times_told_by_one(rows: Sequence[Row]) -> list[int] | None:
    """When each was, as `Event.when` in seconds, where one provider of one source tells it all, each
    at a time of its own: then nothing is there twice, and no order has to be found. Else None.
    """
    _, source, provider, *_ = rows[0]
    if source == HAND:  # remarks of the owner are no change
        return None
    times: list[int] = []
    before = _LONG_AGO
    for _, its_source, its_provider, _, _, _, at, first_seen, _, _, _, _ in rows:
        if at is None or its_provider != provider or its_source != source:
            return None
        when: int = min(first_seen, at)
        if when <= before:
            return None
        times.append(when)
        before = when
    return times


_LONG_AGO = -(2**62)


def _of_one(rows: Sequence[Row], times: Sequence[int]) -> Outline:
    stage = since = None
    for number in range(len(rows) - 1, -1, -1):
        said = stage_of(rows[number][_STAGE])
        if said not in SILENT_STAGES:
            stage, since = said, _from_seconds(times[number], UTC)
            break
    last_change = _from_seconds(_last_change(rows, times), UTC)
    delivered = Stage.DELIVERED in [row[_STAGE] for row in rows]  # they are its words
    return Outline(stage, since, last_change, _from_seconds(times[0], UTC), delivered)


_TEXT, _PLACE, _STAGE, _UNSEEN_UNTIL = 3, 4, 5, 8  # places in COLUMNS


def _last_change(rows: Sequence[Row], times: Sequence[int]) -> int:
    """The newest moment of those that say something else than the one before; the first does."""
    latest = _LONG_AGO
    for number in range(len(rows) - 1, -1, -1):
        moment: int = times[number]  # as `Event.moment`
        unseen_until = rows[number][_UNSEEN_UNTIL]
        if unseen_until is not None and unseen_until > moment:
            moment = unseen_until
        if moment > latest and not _repeats(rows, number):
            latest = moment
    return latest


def _repeats(rows: Sequence[Row], number: int) -> bool:
    """As in `changes`: whether one says what the one before it said, at the last place named."""
    if not number:
        return False
    row, before = rows[number], rows[number - 1]
    if stage_of(row[_STAGE]) is not stage_of(before[_STAGE]):
        return False
    if row[_TEXT] != before[_TEXT] and fold(row[_TEXT]) != fold(before[_TEXT]):
        return False
    place: str = row[_PLACE]
    there: str = next((r[_PLACE] for r in reversed(rows[:number]) if r[_PLACE]), "")
    return not place or place.casefold() == there.casefold()


def _event(row: Row) -> Event:
    (
        _, source, provider, text, place, stage, at, first_seen, unseen_until, quality, raw_time, code,
    ) = row  # fmt: skip
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
