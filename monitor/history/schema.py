"""The tables, their migrations, and how a file is known to be ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.history.demands import APART
from monitor.history.drifts import DRIFT
from monitor.history.first_tables import TABLES_1
from monitor.history.paid_aliases import PAID_ALIASES
from monitor.history.spending import TABLES_5
from monitor.history.steps import Steps
from monitor.history.upkeep import UPKEEP
from monitor.history.views import VIEWS_1

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

APPLICATION_ID = 0x50434C53  # "PCLS": what `file` and PRAGMA application_id show
MIGRATION_SET = "parcels"

migrations = Steps(MIGRATION_SET)


@migrations()
def first_schema(db: Database) -> None:
    # One by one: `Database.executescript` tries after every character whether a statement is whole.
    _run(db, [statement for statement in TABLES_1.split(";") if statement.strip()])
    for name, select in VIEWS_1.items():
        db.create_view(name, select)


# What a source makes a program wait for is remembered; when a parcel is asked about next follows
# from when it was asked last, and is not stored.
CHANGES_2 = (
    "ALTER TABLE adapter ADD COLUMN challenges INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE adapter ADD COLUMN refused_since INTEGER",
    "ALTER TABLE source ADD COLUMN economy INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE source DROP COLUMN next_poll_at",
)


def _run(db: Database, statements: Iterable[str]) -> None:
    for statement in statements:
        db.execute(statement)


@migrations()
def health_and_economy(db: Database) -> None:
    _run(db, CHANGES_2)


@migrations()
def silence_of_deadlines(db: Database) -> None:
    db.execute("ALTER TABLE episode ADD COLUMN deadlines_too INTEGER NOT NULL DEFAULT 0")


@migrations()
def demands_apart(db: Database) -> None:
    _run(db, APART)


@migrations()
def spending(db: Database) -> None:
    _run(db, TABLES_5)


@migrations()
def others_waited_for(db: Database) -> None:
    db.execute("ALTER TABLE episode ADD COLUMN others_heard INTEGER")


@migrations()
def upkeep_at_sources(db: Database) -> None:
    _run(db, UPKEEP)


@migrations()
def reports_and_paid_aliases(db: Database) -> None:
    _run(db, DRIFT + PAID_ALIASES)


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
