"""Migrations in the order they were written; what applies them is loaded when there is one to apply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from sqlite_utils import Database

    Migration = Callable[[Database], None]

APPLIED = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"


class Steps:
    """The migrations of a database, by the names of their functions.

    sqlite-utils applies and remembers them; loading it would cost every command a tenth of its start.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._functions: list[Migration] = []

    def __call__(self) -> Callable[[Migration], Migration]:
        """The decorator of a migration."""
        return self._added

    def _added(self, function: Migration) -> Migration:
        self._functions.append(function)
        return function

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(function.__name__ for function in self._functions)

    def applied(self, tuples: Callable[..., Iterable[tuple[Any, ...]]]) -> set[str]:
        """Those a database has had; `tuples` asks it."""
        table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlite_migrations'"
        return {name for (name,) in tuples(APPLIED, (self.name,))} if list(tuples(table)) else set()

    def apply(self, connection: sqlite3.Connection) -> None:
        """Apply what the database has not had, in the transaction that is open."""
        from sqlite_utils import Database, Migrations  # noqa: PLC0415 - see above

        whole = Migrations(self.name)
        for function in self._functions:
            whole()(function)
        whole.apply(Database(connection, strict=True, execute_plugins=False))
