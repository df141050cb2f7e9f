"""What is kept in order at a source that has an account of the owner: allowance, list, errands."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from monitor.history.columns import moment, moment_or_none, seconds, seconds_or_none, storable
from monitor.quota import QuotaReading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.history.connection import Store

# `quota`: the last reading of each day (UTC). `listed_at`: when the list of an account was last read.
# What is owed is to be done at the source, and stands here until it is known to be done.
UPKEEP = (
    """
CREATE TABLE quota (
    adapter TEXT NOT NULL,
    day TEXT NOT NULL,
    at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    used INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    PRIMARY KEY (adapter, day)
) STRICT, WITHOUT ROWID
""",
    "ALTER TABLE adapter ADD COLUMN listed_at INTEGER",
    "ALTER TABLE source ADD COLUMN carrier_owed TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE source ADD COLUMN final_carrier_owed TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE source ADD COLUMN info_owed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE source ADD COLUMN stopped_at INTEGER",
    "ALTER TABLE source ADD COLUMN stop_reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE source ADD COLUMN retrack TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE source ADD COLUMN retrack_at INTEGER",
    "ALTER TABLE source ADD COLUMN retrack_said TEXT NOT NULL DEFAULT ''",
)

KEPT_READINGS = 400  # days


class Upkeep:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # the allowance

    def keep_quota(self, adapter: str, reading: QuotaReading) -> None:
        """The reading takes the place of an earlier one of the same day; very old ones go."""
        at = seconds(reading.at)
        day = reading.at.astimezone(UTC).date().isoformat()
        with self._store.joined_tx():
            self._store.run(
                "INSERT INTO quota (adapter, day, at, total, used, remaining) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, "
                "total = excluded.total, used = excluded.used, remaining = excluded.remaining",
                (adapter, day, at, reading.total, reading.used, reading.left),
            )
            self._store.run(
                "DELETE FROM quota WHERE adapter = ? AND at < ?",
                (adapter, at - KEPT_READINGS * 86_400),
            )

    def quota(self, adapter: str, days: int = 120) -> tuple[QuotaReading, ...]:
        """One reading for each of the last `days` on which there was one, oldest first."""
        rows = self._store.tuples(
            "SELECT at, total, used, remaining FROM quota WHERE adapter = ? "
            "ORDER BY day DESC LIMIT ?",
            (adapter, days),
        )
        found = [QuotaReading(moment(at), total, used, left) for at, total, used, left in rows]
        return tuple(sorted(found, key=lambda reading: reading.at))

    # the list of what is registered

    def listed_at(self, adapter: str) -> datetime | None:
        """When the list of the account was read last; None: never."""
        row = self._store.row("SELECT listed_at FROM adapter WHERE name = ?", (adapter,))
        return None if row is None else moment_or_none(row["listed_at"])

    def listed(self, adapter: str, now: datetime) -> None:
        with self._store.joined_tx():
            self._store.run(
                "INSERT INTO adapter (name, state, listed_at) VALUES (?, 'ok', ?) "
                "ON CONFLICT DO UPDATE SET listed_at = excluded.listed_at",
                (adapter, seconds(now)),
            )

    def listed_no_later(self, adapter: str, at: datetime) -> None:
        """As if the list had been read at that moment (UTC) or before, so that it is due earlier."""
        with self._store.joined_tx():
            self._store.run(
                "INSERT INTO adapter (name, state, listed_at) VALUES (?, 'ok', ?) "
                "ON CONFLICT DO UPDATE SET "
                "listed_at = min(coalesce(listed_at, excluded.listed_at), excluded.listed_at)",
                (adapter, seconds(at)),
            )

    def stopped(self, parcel_id: int, adapter: str, at: datetime | None, reason: str = "") -> None:
        """Since when (UTC) the source looks for nothing any more, and why; None: it does."""
        self._set(
            parcel_id,
            adapter,
            "stopped_at = ?, stop_reason = ?",
            (seconds_or_none(at), storable(reason)),
        )

    def unsettled(self, adapter: str) -> list[int]:
        """Ids of watched parcels registered there of which something is owed, or whose tracking has
        stopped without its being asked to go on.
        """
        rows = self._store.tuples(
            "SELECT parcel_id FROM source JOIN parcel ON parcel.id = source.parcel_id "
            "WHERE adapter = ? AND enrolment = 'registered' AND done_at IS NULL "
            "AND (carrier_owed <> '' OR final_carrier_owed <> '' OR info_owed "
            "OR retrack = 'sending' OR (stopped_at IS NOT NULL AND retrack = '')) "
            "ORDER BY parcel_id",
            (adapter,),
        )
        return [parcel_id for (parcel_id,) in rows]

    # tracking a stopped number again

    def retracking(self, parcel_ids: Iterable[int], adapter: str, now: datetime) -> None:
        """Note that the one free request goes out, before it does."""
        with self._store.joined_tx():
            for parcel_id in parcel_ids:
                change = "retrack = 'sending', retrack_at = ?, retrack_said = ''"
                self._set(parcel_id, adapter, change, (seconds(now),))

    def retracked(
        self, parcel_id: int, adapter: str, word: str, said: str, at: datetime | None
    ) -> None:
        """What came of it: `done`, `refused`, or "" where nothing has happened."""
        change = "retrack = ?, retrack_said = ?, retrack_at = ?"
        self._set(parcel_id, adapter, change, (word, storable(said), seconds_or_none(at)))

    # what is to be changed

    def owe_carrier(self, parcel_id: int, adapter: str, carrier: str, final: str) -> None:
        """A registration is to be moved to another carrier, or last-mile carrier; "" = as it is."""
        change = "carrier_owed = ?, final_carrier_owed = ?"
        self._set(parcel_id, adapter, change, (storable(carrier), storable(final)))

    def owe_info(self, parcel_id: int, adapter: str, *, owed: bool) -> None:
        """What a carrier needs besides is to be told, or has been."""
        self._set(parcel_id, adapter, "info_owed = ?", (int(owed),))

    def say(self, parcel_id: int, adapter: str, detail: str, carrier: str = "") -> None:
        """What the source said to a change, and the carrier it is asked under from now on."""
        change = "detail = ?1, carrier = CASE ?2 WHEN '' THEN carrier ELSE ?2 END"
        self._set(parcel_id, adapter, change, (storable(detail), storable(carrier)))

    def _set(
        self, parcel_id: int, adapter: str, change: str, values: tuple[str | int | None, ...]
    ) -> None:
        """Only for a parcel the source knows of: the row is there since its registration."""
        with self._store.joined_tx():
            self._store.run(
                f"UPDATE source SET {change} "  # noqa: S608 - texts of this module only
                f"WHERE parcel_id = ?{len(values) + 1} AND adapter = ?{len(values) + 2}",
                (*values, parcel_id, adapter),
            )
