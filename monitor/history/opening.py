"""Opening a database file: made once, known to be ours, and never mistaken for an empty one."""

from __future__ import annotations

import os
import pwd
import sqlite3
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import BadDatabase
from monitor.files import sync
from monitor.history import schema
from monitor.history.connection import PATIENCE, Store, connect, connect_to_read, sentences, unmade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables
_RESTORE = "Put a backup copy of it in its place (parcels restore FILE)"


def open_store(path: Path, *, must_exist: bool = False, patience: float = PATIENCE) -> Store:
    """The store in that file, with every migration applied. Raises BadDatabase or Busy.

    A missing file is made, with its folder (0700, the file 0600), unless a marker beside it says
    that there was one; with `must_exist` it is refused, too.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise BadDatabase(f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or newer is needed.")
    with private_files():
        if missing(path):
            if must_exist:
                raise BadDatabase(f"There is no database at {path}.")
            _refuse_lost(path)
            _create(path)
        _refuse_empty(path)
        return _opened(path, patience)


def read_store(path: Path, *, patience: float = PATIENCE, unwritable: bool = False) -> Store | None:
    """The store in that file for reading alone: nothing is made, migrated or marked.

    None where there is no database and never was one. `unwritable` as in `connect_to_read`. Raises
    BadDatabase as `open_store` does, and for a schema older than this version's; Busy.
    """
    if missing(path):
        _refuse_lost(path)
        return None
    _refuse_empty(path)
    with private_files():
        store = Store(connect_to_read(path, patience, unwritable=unwritable), path)
        try:
            with sentences(path):
                store.run_pragma("trusted_schema=off")
                identify(store)
                _refuse_older(store)
                _refuse_gaps(store)
        except BaseException:
            store.close()
            raise
    return store


def marker(path: Path) -> Path:
    """The file beside a database that says it has held parcels."""
    return path.with_name(path.name + ".marker")


def mark(path: Path, since: datetime) -> None:
    """Leave the marker. A file cut to 0 bytes opens as a new database without any error; and a
    monitor that starts anew in silence has forgotten every parcel.
    """
    with suppress(FileExistsError), private_files():
        note = os.open(marker(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(note, "w", encoding="utf-8") as file:
            file.write(
                f"Since {since:%Y-%m-%d} {path.name} beside this file holds parcels. While this marker\n"
                f"stands, a missing or empty database is a loss and no beginning; to begin anew,\n"
                f"delete both.\n"
            )


@contextmanager
def private_files() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def missing(path: Path) -> bool:
    """Whether there is no such file. Raises BadDatabase for what is none of ours to open."""
    try:
        found = path.stat()
    except FileNotFoundError:
        _refuse_foreign_folder(path)
        return True
    except OSError as error:
        owner = _owner_on_the_way(path)
        if isinstance(error, PermissionError) and owner not in (os.geteuid(), 0):
            raise _other_owner(path, owner) from error
        raise BadDatabase(f"The database {path} cannot be reached ({error.strerror}).") from error
    if not stat.S_ISREG(found.st_mode):
        raise BadDatabase(f"{path} is not a file; set [database] path to a file.")
    if found.st_uid != os.geteuid():
        raise _other_owner(path, found.st_uid)
    _refuse_foreign_log(path)
    return False


def _refuse_foreign_log(path: Path) -> None:
    """SQLite takes over what a log beside the database holds, whoever has put it there."""
    for ending in ("-wal", "-shm", "-journal"):
        beside = path.with_name(path.name + ending)
        with suppress(FileNotFoundError):
            if beside.lstat().st_uid != os.geteuid():
                raise BadDatabase(
                    f"{beside} belongs to another user, who could change the database by it. Delete "
                    f"it, and put the database into a folder that only you can write to."
                )


def _refuse_foreign_folder(path: Path) -> None:
    """What we would make in another user's private folder, that user could not open."""
    folder = path.parent
    if not folder.is_dir():
        return
    found = folder.stat()
    private = not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if private and found.st_uid != os.geteuid():
        raise _other_owner(folder, found.st_uid)


def _owner_on_the_way(path: Path) -> int:
    """Who owns the nearest folder above that can be seen at all."""
    for folder in path.parents:
        with suppress(OSError):
            return folder.stat().st_uid
    return 0


def _other_owner(path: Path, uid: int) -> BadDatabase:
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"'#{uid}'"  # as sudo takes a user without a name
    return BadDatabase(
        f"{path} belongs to another user. Opening it from here would leave files beside it that "
        f"lock that user out; run instead: sudo -u {name} parcels …"
    )


def _refuse_lost(path: Path) -> None:
    log = path.with_name(path.name + "-wal")
    if marker(path).exists() or (log.exists() and log.stat().st_size):
        left = marker(path) if marker(path).exists() else log
        raise BadDatabase(
            f"The database {path} has vanished: {left.name} beside it says that it held parcels. "
            f"{_RESTORE}; to begin anew, delete {left}."
        )


def _refuse_empty(path: Path) -> None:
    if path.stat().st_size:
        return
    held = " although it has held parcels" if marker(path).exists() else ""
    both = f"{path} and {marker(path)}" if held else str(path)
    raise BadDatabase(
        f"The database {path} is empty (0 bytes){held}: something has cut it off. "
        f"{_RESTORE}; to begin anew, delete {both}."
    )


def _create(path: Path) -> None:
    """Make the database under another name and link it into place when it is whole.

    So there is never a half-made or empty file under its own name, and of several processes that
    begin at once one wins and the others open what it made.
    """
    import tempfile  # noqa: PLC0415 - only the first command of all makes one

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    except OSError as error:
        raise unmade(path, error) from error
    os.close(handle)
    fresh = Path(name)
    try:
        _opened(fresh, PATIENCE).close()
        _put(fresh, path)
    finally:
        for leftover in (fresh, Path(f"{fresh}-wal"), Path(f"{fresh}-shm")):
            leftover.unlink(missing_ok=True)


def _put(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)
    except FileExistsError:
        return  # another process was first; its file is as good
    except OSError:  # file systems without hard links: nothing but a rename is left
        if not path.exists():
            fresh.rename(path)
    sync(path.parent)


def _opened(path: Path, patience: float) -> Store:
    store = Store(connect(path, patience), path)
    try:
        with sentences(path):
            identify(store)  # before anything that would change a file that is not ours
            store.configure()
            _migrate(store)
            _refuse_gaps(store)
    except BaseException:
        store.close()
        raise
    return store


def identify(store: Store) -> None:
    """Raises BadDatabase for a database of another program, or of a newer version of this one."""
    path = store.path
    kinds = {kind for (kind,) in store.tuples("SELECT type FROM sqlite_master")}
    application = _pragma(store, "application_id")
    if kinds and application != schema.APPLICATION_ID:
        raise BadDatabase(
            f"{path} is a database of another program. Nothing in it was changed; "
            f"set [database] path to another file."
        )
    if "trigger" in kinds:  # it would act with every word that is stored
        raise BadDatabase(
            f"The database {path} holds a trigger, and this program makes none: something has changed "
            f"it. {_RESTORE}."
        )
    version = _pragma(store, "user_version")  # first: another process may be migrating it
    applied = schema.applied(store.tuples)
    unknown = applied - set(schema.KNOWN)
    if unknown or version > len(schema.KNOWN):
        raise BadDatabase(
            f"The database {path} was written by a newer version of this program (schema "
            f"{version}, this version knows {len(schema.KNOWN)}). Install that version again, "
            f"or put a backup copy of it in its place (parcels restore FILE)."
        )
    if version > len(applied):
        raise BadDatabase(
            f"The database {path} does not say how it came to its tables: something has changed it. "
            f"{_RESTORE}."
        )


def _pragma(store: Store, name: str) -> int:
    ((value,),) = store.tuples(f"PRAGMA {name}")
    return int(value)


def _migrate(store: Store) -> None:
    """Apply what is missing under one lock; processes that begin together wait for the first.

    Foreign keys are off meanwhile, as SQLite wants for altering tables, and checked at the end.
    """
    if schema.applied(store.tuples) == set(schema.KNOWN):
        return
    from monitor.history import migrations  # noqa: PLC0415 - hardly ever wanted, and slow to load

    store.run_pragma("foreign_keys=off")
    with store.write_tx():
        store.migrate(migrations.apply)
        store.run_pragma(f"application_id={schema.APPLICATION_ID}")
        store.run_pragma(f"user_version={len(schema.KNOWN)}")
        if store.tuples("PRAGMA foreign_key_check"):
            raise BadDatabase(f"The database {store.path} holds rows that belong to nothing.")
    store.run_pragma("foreign_keys=on")


def _refuse_older(store: Store) -> None:
    if schema.applied(store.tuples) != set(schema.KNOWN):
        raise BadDatabase(
            f"The database {store.path} was written by an older version of this program. Any other "
            f"command, such as `parcels list`, brings it up to date."
        )


def _refuse_gaps(store: Store) -> None:
    names = {name for (name,) in store.tuples("SELECT name FROM sqlite_master WHERE type='table'")}
    gone = sorted(schema.TABLES - names)
    if gone:
        raise BadDatabase(
            f"The database {store.path} lacks the table {gone[0]}: something has changed it. "
            f"{_RESTORE}."
        )
