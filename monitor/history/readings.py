"""What was read in stored events, and reading them anew: words and times of an event never change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.history import events
from monitor.history.columns import id_list, seconds, to_json
from monitor.parcel import HAND

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.history.connection import Store
    from monitor.parcel import Event


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored event and whose it is."""

    id: int
    parcel_id: int
    event: Event


@dataclass(frozen=True, slots=True)
class Change:
    """A stored event, and the same event as it is read now."""

    kept: Kept
    after: Event

    @property
    def of_meaning(self) -> bool:
        """Whether it says something else now, and not just by other words."""
        before, after = self.kept.event, self.after
        return (before.stage, before.side, before.cause) != (after.stage, after.side, after.cause)


class Readings:
    """Events the owner wrote down are left out: nobody reads into them. Each method is one
    transaction, or part of the one the caller has opened.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self) -> int:
        ((count,),) = self._store.tuples("SELECT count(*) FROM event WHERE source != ?", (HAND,))
        return int(count)

    def after(self, event_id: int, limit: int) -> list[Kept]:
        """The next events behind this one, at most `limit`, superseded ones included."""
        return self._kept(_AFTER, (HAND, event_id, limit))

    def not_understood(self, limit: int) -> list[Kept]:
        """The newest events whose words nobody understood, newest first; so are those of which a
        code says that they are a remark.
        """
        return self._kept(_NOT_UNDERSTOOD, (HAND, limit))

    def change(self, changes: Sequence[Change], now: datetime) -> int:
        """Store what is read now; how many events it was stored for.

        One that was removed meanwhile is left out. Parcels of which an event says something else
        are judged in the next pass.
        """
        stored = 0
        with self._store.joined_tx():
            for change in changes:
                stored += self._store.run(_CHANGE, _row(change))
            touched = id_list(c.kept.parcel_id for c in changes if c.of_meaning)
            self._store.run(_TOUCH, (seconds(now), touched))
        return stored

    def _kept(self, sql: str, parameters: Sequence[object]) -> list[Kept]:
        rows = self._store.tuples(sql, parameters)
        return [Kept(row[0], row[1], events.from_row(row[2:])) for row in rows]


def _row(change: Change) -> tuple[object, ...]:
    after, event = change.after, change.kept.event
    meaning = (after.stage.value, after.side.value, after.cause.value if after.cause else None)
    grounds = (after.language, to_json(after.matched))
    identity = (change.kept.id, change.kept.parcel_id, event.source, event.code, event.text)
    return (*meaning, *grounds, *identity)


_SELECT = f"SELECT id, parcel_id, {events.READ_COLUMNS} FROM event "  # noqa: S608 - constants only
_AFTER = f"{_SELECT} WHERE source != ? AND id > ? ORDER BY id LIMIT ?"
_NOT_UNDERSTOOD = f"""{_SELECT}
WHERE source != ? AND (stage = 'unknown' OR (stage = 'other' AND language = ''))
ORDER BY coalesce(at, first_seen) DESC, id DESC LIMIT ?
"""
# Ids of events may be used again: what stands there must still be the event that was read.
_CHANGE = """
UPDATE event SET stage = ?, side = ?, cause = ?, language = ?, matched = ?
WHERE id = ? AND parcel_id = ? AND source = ? AND code = ? AND text = ?
"""
_TOUCH = """
UPDATE parcel SET touched_at = ? WHERE id IN (SELECT value FROM json_each(?))
"""
