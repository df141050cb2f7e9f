"""What asking has cost so far: numbers registered this month, calls made today.

Kept apart from the parcels: a parcel that is removed has been paid for all the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.history.columns import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.history.connection import Store

# A parcel counts once; removed ones have no id any more, and go on counting.
TABLES_5 = (
    "ALTER TABLE source ADD COLUMN sent TEXT NOT NULL DEFAULT ''",
    """
CREATE TABLE spent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    adapter TEXT NOT NULL,
    parcel_id INTEGER REFERENCES parcel (id) ON DELETE SET NULL,
    at INTEGER NOT NULL
) STRICT
""",
    "CREATE UNIQUE INDEX spent_once ON spent (adapter, parcel_id)",
    "CREATE INDEX spent_by_parcel ON spent (parcel_id)",
    """
CREATE TABLE calls (
    adapter TEXT NOT NULL,
    day TEXT NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (adapter, day)
) STRICT, WITHOUT ROWID
""",
)


class Spending:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def spend(
        self, adapter: str, parcel_ids: Iterable[int], now: datetime, alias: str = ""
    ) -> None:
        """Count these registrations before they are sent. One that is sent again counts once, now.

        `alias`: another number of the parcel than its own.
        """
        with self._store.joined_tx():
            self._store.run_many(
                "INSERT INTO spent (adapter, parcel_id, number, at) "
                "SELECT ?, id, ?, ? FROM parcel WHERE id = ? "
                "ON CONFLICT DO UPDATE SET at = excluded.at",
                [(adapter, alias, seconds(now), parcel_id) for parcel_id in parcel_ids],
            )

    def give_back(self, adapter: str, parcel_id: int, alias: str = "") -> None:
        """A registration that certainly was not made, or cost nothing."""
        with self._store.joined_tx():
            self._store.run(
                "DELETE FROM spent WHERE adapter = ? AND parcel_id = ? AND number = ?",
                (adapter, parcel_id, alias),
            )

    def this_month(self, adapter: str, now: datetime) -> int:
        """How many registrations count in the calendar month (UTC).

        One of the future was counted while a clock was ahead, and counts until that month is over.
        """
        ((count,),) = self._store.tuples(
            "SELECT count(*) FROM spent WHERE adapter = ? AND at >= ?",
            (adapter, seconds(month_of(now))),
        )
        return int(count)

    def call(self, adapter: str, limit: int, now: datetime) -> bool:
        """Count one call of today (UTC); False, and nothing counted, where the day's are used up."""
        day = now.astimezone(UTC).date().isoformat()
        with self._store.joined_tx():
            self._store.run("DELETE FROM calls WHERE adapter = ? AND day != ?", (adapter, day))
            return bool(
                self._store.run(
                    "INSERT INTO calls (adapter, day, made) SELECT ?1, ?2, 1 WHERE ?3 > 0 "
                    "ON CONFLICT DO UPDATE SET made = made + 1 WHERE made < ?3",
                    (adapter, day, limit),
                )
            )

    def today(self, adapter: str, now: datetime) -> int:
        """How many calls were made today (UTC)."""
        day = now.astimezone(UTC).date().isoformat()
        rows = self._store.tuples(
            "SELECT made FROM calls WHERE adapter = ? AND day = ?", (adapter, day)
        )
        return int(rows[0][0]) if rows else 0


def month_of(now: datetime) -> datetime:
    """When the calendar month of this moment began (UTC)."""
    there = now.astimezone(UTC)
    return datetime(there.year, there.month, 1, tzinfo=UTC)
