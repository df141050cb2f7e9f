"""How a file is known to be ours, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

APPLICATION_ID = 0x50434C53  # "PCLS": what `file` and PRAGMA application_id show
MIGRATION_SET = "parcels"

# Every migration, oldest first; the file's user_version counts them.
KNOWN = (
    "first_schema",
    "health_and_economy",
    "silence_of_deadlines",
    "demands_apart",
    "spending",
    "others_waited_for",
    "upkeep_at_sources",
    "reports_and_paid_aliases",
)
TABLES = frozenset(
    ("adapter", "alias", "answer", "calls", "drift", "episode", "event", "look", "outbox", "parcel")
) | {"paid_alias", "poll", "quota", "source", "spent"}

_REMEMBERED = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlite_migrations'"
_APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"


def applied(tuples: Callable[..., Iterable[tuple[Any, ...]]]) -> set[str]:
    """The migrations a database has had; `tuples` asks it."""
    if not list(tuples(_REMEMBERED)):
        return set()
    return {name for (name,) in tuples(_APPLIED, (MIGRATION_SET,))}
