"""One connection to the database: how it is opened, how it is written to, what its errors mean."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from monitor.errors import BadDatabase, Busy, DiskTrouble, LogCutOff, ParcelsError, ReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

# WAL with FULL syncs once a commit; NORMAL may forget the last commits when the power fails, and
# so forget that an alert was sent. Only housekeeping checkpoints (see `Store.checkpoint`). The service
# has a connection for each job, and the cache of each would take 2 MiB.
PRAGMAS = (
    "synchronous=full",
    "foreign_keys=on",
    "trusted_schema=off",
    "cell_size_check=on",
    "wal_autocheckpoint=0",
    "journal_size_limit=4194304",
    "cache_size=-512",
)
_TURNS = 50  # so often others may be first when a file is switched to the log
PATIENCE = 30.0  # seconds a statement waits for another process's write
LOOK_AT_READERS = 500  # milliseconds emptying the log waits for one
STEPS = 50_000  # of SQLite's machine between two ticks of a long statement; some milliseconds


def connect(path: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """A connection without implicit transactions; the sweep hands it to one thread at a time."""
    with sentences(path):
        # Absolute: SQLite keeps nothing of what is written to a file called :memory:.
        return sqlite3.connect(
            path.absolute(), timeout=patience, isolation_level=None, check_same_thread=False
        )


def connect_to_read(
    path: Path, patience: float = PATIENCE, *, unwritable: bool = False
) -> sqlite3.Connection:
    """A connection that changes nothing and leaves nothing beside the database.

    Where a write-ahead log lies there, it is read, too. Where none does, nobody has the file open,
    and SQLite is told that it stands still: else it would make the files of a log and leave them.
    `unwritable`: nothing can be written there, so that an empty log is what an attempt has left.
    """
    log = path.with_name(f"{path.name}-wal")
    in_use = log.exists() and not (unwritable and not log.stat().st_size)
    how = "mode=ro" if in_use else "immutable=1"
    with sentences(path):
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?{how}", uri=True, timeout=patience, isolation_level=None
        )


class Store:
    """The only way to the tables. Reading is free; writing happens inside `write_tx`.

    Every method raises Busy, BadDatabase or ParcelsError (disk full) with a sentence.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._turn = threading.Lock()
        self._writer: int | None = None  # the thread whose transaction is open

    def configure(self) -> None:
        self._use_write_ahead_log()
        for pragma in PRAGMAS:
            self.run_pragma(pragma)

    def _use_write_ahead_log(self) -> None:
        """The file remembers it, but a copy that was put back does not have it yet.

        Changing the mode does not wait for others, whatever the time-out; beginning to write does.
        """
        for _ in range(_TURNS):
            with suppress(Busy):
                self.run_pragma("journal_mode=wal")
                return
            with self.write_tx():
                pass
        self.run_pragma("journal_mode=wal")

    def run_pragma(self, setting: str) -> None:
        with sentences(self.path):
            self._connection.execute(f"PRAGMA {setting}").close()

    def migrate(self, apply: Callable[[sqlite3.Connection], None]) -> None:
        """Have the migrations applied that this database has not had; within `write_tx`."""
        apply(self._connection)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def write_tx(self) -> Iterator[None]:
        """All or nothing, with the write lock from the first moment. Keep it under 50 ms.

        A transaction that begins by reading and writes later fails at once when another process
        wrote in between, whatever the time-out; so this one never begins that way.
        """
        if self._in_my_tx():
            raise RuntimeError("write_tx() inside write_tx(): the outer one already holds the lock")
        with self._turn, sentences(self.path):
            self._writer = threading.get_ident()
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise
            finally:
                self._writer = None

    def _in_my_tx(self) -> bool:
        """Whether this very thread is writing. Another thread of the process waits its turn."""
        return self._writer == threading.get_ident()

    @contextmanager
    def joined_tx(self) -> Iterator[None]:
        """The transaction that is open, or one of its own."""
        if self._in_my_tx():
            yield
        else:
            with self.write_tx():
                yield

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """All rows at once: a cursor left open would keep the write-ahead log from shrinking."""
        with sentences(self.path):
            cursor = self._connection.cursor()
            cursor.row_factory = sqlite3.Row
            return cursor.execute(sql, parameters).fetchall()

    def tuples(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """As `rows`, for thousands of them: plain tuples cost half."""
        with sentences(self.path):
            return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """One writing statement; how many rows it changed."""
        self._must_write()
        with sentences(self.path):
            return self._connection.execute(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """One inserted row; its id."""
        self._must_write()
        with sentences(self.path):
            return self._connection.execute(sql, parameters).lastrowid or 0

    def returning(self, sql: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """A statement with RETURNING, which outside a transaction would never be committed."""
        self._must_write()
        return self.rows(sql, parameters)

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """One statement for many rows, in one step of the driver."""
        self._must_write()
        with sentences(self.path):
            self._connection.executemany(sql, rows)

    def _must_write(self) -> None:
        if not self._in_my_tx():
            raise RuntimeError("writing outside write_tx()")

    def checkpoint(self) -> bool:
        """Empty the write-ahead log into the database; False when a reader was in the way.

        For housekeeping in one process only: TRUNCATE keeps writers out while it runs, and two
        connections that write and checkpoint at once can corrupt the file before SQLite 3.51.3.
        It keeps them out while it waits for a reader, too, so that it does not wait for long.
        """
        with sentences(self.path):
            ((patience,),) = self.tuples("PRAGMA busy_timeout")
            self.run_pragma(f"busy_timeout={LOOK_AT_READERS}")
            try:
                busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self.run_pragma(f"busy_timeout={patience}")
        return not busy

    @contextmanager
    def watched(self, tick: Callable[[], bool]) -> Iterator[None]:
        """While long statements run, `tick` is called again and again; True from it stops them."""
        self._connection.set_progress_handler(tick, STEPS)
        try:
            yield
        finally:
            self._connection.set_progress_handler(None, 0)

    def try_writing(self) -> None:
        """Store a page without changing anything. Raises what any write would."""
        with self.write_tx():
            ((version,),) = self.tuples("PRAGMA user_version")
            self.run_pragma(f"user_version={version}")

    def version(self) -> int:
        """SQLite's data_version: changes when another connection has committed."""
        ((version,),) = self.tuples("PRAGMA data_version")
        return int(version)

    def copy_to(self, target: Path) -> None:
        """A consistent copy into a new file while others write. Refuses an existing one."""
        if target.exists():
            raise BadDatabase(f"{target} exists already; name a file that does not.")
        with sentences(self.path):
            self._connection.execute("VACUUM INTO ?", (str(target),)).close()

    def damage(self) -> tuple[str, ...]:
        """What `PRAGMA quick_check` finds wrong; empty when the file is sound."""
        found = self.tuples("PRAGMA quick_check(20)")
        return tuple(str(line) for (line,) in found if line != "ok")


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """SQLite's errors as the project's, with a sentence; broken constraints pass as they are."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        trouble = _trouble(error, path)
        if trouble is None:
            raise
        raise trouble from error


def _trouble(error: sqlite3.Error, path: Path) -> ParcelsError | None:
    extended = getattr(error, "sqlite_errorcode", None) or 0
    if extended == sqlite3.SQLITE_IOERR_SHORT_READ:  # the main file, read short, is damaged instead
        return LogCutOff(_CUT_OFF.format(path=path))
    code = extended & 0xFF
    if code not in _TROUBLE:
        return None
    if code == sqlite3.SQLITE_IOERR and _no_room(path):
        code = sqlite3.SQLITE_FULL  # the file shared beside the log cannot grow: no word of space
    kind, sentence = _TROUBLE[code]
    return kind(sentence.format(path=path, error=error))


def unmade(path: Path, error: OSError) -> ParcelsError:
    """What it means that a database cannot be made."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskTrouble(_FULL.format(path=path))
    return BadDatabase(
        f"The database {path} cannot be made ({error.strerror}). Check that its folder belongs to "
        "the user this runs as, or set [database] path."
    )


def _no_room(path: Path) -> bool:
    try:
        return not os.statvfs(path.parent).f_bavail
    except OSError:
        return False


_LOCKED = "Another process keeps the database {path} locked; try again in a minute."
ADVICE = "Put a backup copy of it in its place (parcels restore FILE)."
_NO_DATABASE = f"{{path}} is not a SQLite database, or its beginning is damaged. {ADVICE}"
_DAMAGED = f"The database {{path}} is damaged ({{error}}). {ADVICE}"
_CUT_OFF = (
    "The log of the database {path} (its name with -wal) was cut off while it was in use. End all "
    "that uses the database and start it again; what was not yet in the database itself is lost."
)
_STOPPED = "It was stopped before it was done."
_FULL = "The disk that holds {path} is full; nothing was written. Free some space."
_DISK = "The disk failed when {path} was read or written ({error}). Check the disk."
_NOT_OURS = (
    "The database {path} cannot be opened for writing ({error}). Check that the file and its "
    "folder belong to the user this runs as, and that their disk is not mounted for reading alone."
)
_TROUBLE: dict[int, tuple[type[ParcelsError], str]] = {
    sqlite3.SQLITE_BUSY: (Busy, _LOCKED),
    sqlite3.SQLITE_LOCKED: (Busy, _LOCKED),
    sqlite3.SQLITE_NOTADB: (BadDatabase, _NO_DATABASE),
    sqlite3.SQLITE_CORRUPT: (BadDatabase, _DAMAGED),
    sqlite3.SQLITE_FULL: (DiskTrouble, _FULL),
    sqlite3.SQLITE_IOERR: (DiskTrouble, _DISK),
    sqlite3.SQLITE_INTERRUPT: (ParcelsError, _STOPPED),
    sqlite3.SQLITE_READONLY: (ReadOnly, _NOT_OURS),
    sqlite3.SQLITE_CANTOPEN: (ReadOnly, _NOT_OURS),
    sqlite3.SQLITE_PERM: (ReadOnly, _NOT_OURS),
}
