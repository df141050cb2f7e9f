"""What a list says of a timeline, without the events themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.parcel.events import SILENT_STAGES, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.parcel.events import Event


class Outline(NamedTuple):
    """The few facts of a merged timeline that are on one line. Times aware UTC, None is unknown.

    `stage` is that of the newest event that is neither a remark nor unknown, `stage_since` that
    event's time; `last_change` as `Dossier.last_change`, `first_event` the earliest time of all.
    `delivered`: some event speaks of a delivery.
    """

    stage: Stage | None = None
    stage_since: datetime | None = None
    last_change: datetime | None = None
    first_event: datetime | None = None
    delivered: bool = False


def first_of(events: Sequence[Event]) -> datetime | None:
    """The earliest time (UTC) of any of these events."""
    return min((e.when for e in events if e.when is not None), default=None)


def newest_of(events: Sequence[Event]) -> Event | None:
    """The newest of events in order that is neither a remark nor unknown."""
    return next((e for e in reversed(events) if e.stage not in SILENT_STAGES), None)


def last_moment(events: Sequence[Event]) -> datetime | None:
    """The newest moment (UTC) at which one of these events became a sign of life."""
    moments = [event.moment for event in events]
    return max((m for m in moments if m is not None), default=None)


def outlined(timeline: Sequence[Event], changes: Sequence[Event]) -> Outline:
    """The outline of a merged timeline, and of those of its events that are changes."""
    newest = newest_of(timeline)
    stage, since = (None, None) if newest is None else (newest.stage, newest.when)
    delivered = any(event.stage is Stage.DELIVERED for event in timeline)
    return Outline(stage, since, last_moment(changes), first_of(timeline), delivered)
