"""The record of polling passes: who was asked, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.history.columns import moment, moment_or_none, seconds, storable

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.history.connection import Store


@dataclass(frozen=True, slots=True)
class Pass:
    """One adapter's part of one pass. `ended_at` is None while it runs or when it died."""

    id: int
    adapter: str
    started_at: datetime
    ended_at: datetime | None
    asked: int
    answered: int
    failed: int
    new_events: int
    error: str


class Passes:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, adapter: str, now: datetime) -> int:
        """Note that a pass begins; its id, for `end`."""
        with self._store.joined_tx():
            return self._store.insert(
                "INSERT INTO poll (started_at, adapter) VALUES (?, ?)", (seconds(now), adapter)
            )

    def end(
        self,
        pass_id: int,
        now: datetime,
        *,
        asked: int,
        answered: int,
        failed: int = 0,
        new_events: int = 0,
        error: str = "",
    ) -> None:
        with self._store.joined_tx():
            self._store.run(
                "UPDATE poll SET ended_at = ?, asked = ?, answered = ?, failed = ?, "
                "new_events = ?, error = ? WHERE id = ?",
                (seconds(now), asked, answered, failed, new_events, storable(error), pass_id),
            )

    def recent(self, limit: int = 20, adapter: str = "") -> list[Pass]:
        """The last passes, newest first; of one adapter where it is named."""
        rows = self._store.rows(
            "SELECT * FROM poll WHERE ?1 = '' OR adapter = ?1 ORDER BY started_at DESC, id DESC "
            "LIMIT ?2",
            (adapter, limit),
        )
        return [
            Pass(
                **{
                    **dict(row),
                    "started_at": moment(row["started_at"]),
                    "ended_at": moment_or_none(row["ended_at"]),
                }
            )
            for row in rows
        ]

    def last_complete(self) -> datetime | None:
        """When the newest pass began that asked a source and was answered wholly; None: there is none."""
        row = self._store.row(
            "SELECT max(started_at) AS at FROM poll "
            "WHERE ended_at IS NOT NULL AND asked > 0 AND error = ''"
        )
        return None if row is None else moment_or_none(row["at"])

    def asked_since(self, adapter: str, since: datetime) -> int:
        """How many numbers an adapter was asked about in the passes begun since then."""
        ((total,),) = self._store.tuples(
            "SELECT coalesce(sum(asked), 0) FROM poll WHERE adapter = ? AND started_at >= ?",
            (adapter, seconds(since)),
        )
        return int(total)

    def forget(self, before: datetime) -> int:
        """Delete the record of passes begun before then; how many there were."""
        with self._store.joined_tx():
            return self._store.run("DELETE FROM poll WHERE started_at < ?", (seconds(before),))
