"""How a source does, as columns of one row and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.circuit import Health
from monitor.errors import FailureKind
from monitor.history.columns import moment_or_none, not_before, seconds_or_none, storable

if TYPE_CHECKING:
    import sqlite3

KINDS = {kind.value: kind for kind in FailureKind}
KEEP = """
INSERT INTO adapter (name, state, last_ok, last_error, last_error_kind, last_error_at,
    failing_since, failures, wait_until, challenges, refused_since)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET state = excluded.state, last_ok = excluded.last_ok,
    last_error = excluded.last_error, last_error_kind = excluded.last_error_kind,
    last_error_at = excluded.last_error_at, failing_since = excluded.failing_since,
    failures = excluded.failures, wait_until = excluded.wait_until,
    challenges = excluded.challenges, refused_since = excluded.refused_since
"""


def to_row(health: Health) -> tuple[str | int | None, ...]:
    """The values of KEEP after the name; the state is for people who read the table."""
    return (
        "failing" if health.failing else "ok",
        seconds_or_none(health.last_ok),
        storable(health.detail),
        None if health.reason is None else health.reason.value,
        seconds_or_none(health.last_failure),
        seconds_or_none(health.failing_since),
        health.failures,
        not_before(health.wait_until),
        health.challenges,
        seconds_or_none(health.refused_since),
    )


def from_row(row: sqlite3.Row) -> Health:
    return Health(
        last_ok=moment_or_none(row["last_ok"]),
        failures=row["failures"],
        challenges=row["challenges"],
        reason=KINDS.get(row["last_error_kind"]) if row["failures"] else None,
        detail=row["last_error"] if row["failures"] else "",
        last_failure=moment_or_none(row["last_error_at"]),
        failing_since=moment_or_none(row["failing_since"]),
        refused_since=moment_or_none(row["refused_since"]),
        wait_until=moment_or_none(row["wait_until"]),
    )
