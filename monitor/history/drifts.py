"""The last answer of each source that nobody here could read, kept for a report."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.history.columns import from_json, moment, seconds, storable, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.history.connection import Store

# `numbers`: what was asked about, so that a parcel that is removed leaves nothing here.
DRIFT = (
    """
CREATE TABLE drift (
    adapter TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    numbers TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    is_json INTEGER NOT NULL CHECK (is_json IN (0, 1)),
    body BLOB NOT NULL
) STRICT
""",
)
OF_A_PARCEL = """
DELETE FROM drift WHERE EXISTS (
    SELECT 1 FROM json_each(drift.numbers) WHERE value IN (
        SELECT number FROM parcel WHERE id = ?1 UNION ALL SELECT number FROM alias WHERE parcel_id = ?1
    )
)
"""


@dataclass(frozen=True, slots=True)
class Drift:
    """One answer, seen `at` (UTC). `detail` says what could not be read, `numbers` were asked about.

    `size` is in bytes as it came; `body` what is left of it, JSON where `is_json`.
    """

    at: datetime
    detail: str
    numbers: Sequence[str]
    status: int
    content_type: str
    size: int
    body: str
    is_json: bool


class Drifts:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, adapter: str, drift: Drift) -> None:
        """It takes the place of the one before."""
        with self._store.joined_tx():
            self._store.run(
                "REPLACE INTO drift (adapter, at, detail, numbers, status, content_type, size, "
                "is_json, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    adapter,
                    seconds(drift.at),
                    storable(drift.detail),
                    to_json([storable(number) for number in drift.numbers]),
                    drift.status,
                    storable(drift.content_type),
                    drift.size,
                    int(drift.is_json),
                    zlib.compress(storable(drift.body).encode()),
                ),
            )

    def of(self, adapter: str) -> Drift | None:
        row = self._store.row("SELECT * FROM drift WHERE adapter = ?", (adapter,))
        if row is None:
            return None
        return Drift(
            at=moment(row["at"]),
            detail=row["detail"],
            numbers=tuple(from_json(row["numbers"])),
            status=row["status"],
            content_type=row["content_type"],
            size=row["size"],
            body=zlib.decompress(row["body"]).decode(),
            is_json=bool(row["is_json"]),
        )

    def seen(self) -> dict[str, datetime]:
        """By adapter when the kept one was seen (UTC)."""
        return {
            name: moment(at) for name, at in self._store.tuples("SELECT adapter, at FROM drift")
        }

    def forget(self, before: datetime) -> int:
        """Delete those seen before that moment; how many."""
        with self._store.joined_tx():
            return self._store.run("DELETE FROM drift WHERE at < ?", (seconds(before),))
