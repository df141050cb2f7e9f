"""The migrations, in the order they were written; only a file that lacks one has them loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Database, Migrations

from monitor.history.demands import APART
from monitor.history.drifts import DRIFT
from monitor.history.first_tables import TABLES_1
from monitor.history.paid_aliases import PAID_ALIASES
from monitor.history.schema import MIGRATION_SET
from monitor.history.spending import TABLES_5
from monitor.history.upkeep import UPKEEP
from monitor.history.views import VIEWS_1

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

migrations = Migrations(MIGRATION_SET)


def apply(connection: sqlite3.Connection) -> None:
    """Apply what the database has not had, in the transaction that is open."""
    migrations.apply(Database(connection, strict=True, execute_plugins=False))


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
