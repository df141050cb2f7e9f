"""Copies of the database as files: made while others write, looked through, and put in its place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import BadDatabase, Busy, DiskTrouble, ParcelsError
from monitor.history import opening, schema
from monitor.history.connection import Store, connect, connect_to_read, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Tick = Callable[[], bool]  # called again and again meanwhile; True stops the work

TRIES = 3  # so often copying begins again when what it counted does not fit
OURS_FOR_A_MOMENT = 2.0  # seconds another command may take to let the database go
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps of a database under other names


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database of ours holds. `rows` by table, `size` in bytes, `schema` counts migrations."""

    rows: Mapping[str, int]
    watched: int
    schema: int
    size: int

    @property
    def parcels(self) -> int:
        return self.rows.get("parcel", 0)

    @property
    def events(self) -> int:
        return self.rows.get("event", 0)


def copy_into(path: Path, target: Path, tick: Tick, *, at_rest: bool = False) -> Contents:
    """Copy the database at `path`, of this or an older schema, into a new file; looked through.

    Others may write meanwhile: the copy is of one moment between two of their transactions. `at_rest`:
    nobody does, as it is a copy itself; nothing is left beside it, and anybody may own it. Raises
    BadDatabase where the original is damaged or none of ours, or the copy does not match it;
    DiskTrouble, Busy.
    """
    with _original(path, at_rest=at_rest) as store, opening.private_files(), store.watched(tick):
        for _ in range(TRIES):
            before = _rows(store)
            store.copy_to(target)
            after = _rows(store)
            found = look_through(target, tick)
            if _fits(found.rows, before, after):
                return found
            target.unlink()
    raise BadDatabase(
        f"The copy of {path} does not hold what the database does, though it was made "
        f"{TRIES} times. The disk of the copy may be failing."
    )


@contextmanager
def _original(path: Path, *, at_rest: bool) -> Iterator[Store]:
    """What is to be copied, neither configured nor migrated: a copy is of what is there."""
    if not at_rest and opening.missing(path):
        raise BadDatabase(f"There is no database at {path}.")
    writable = not at_rest and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    try:
        store = _known(Store(connect(path) if writable else connect_to_read(path), path))
    except DiskTrouble:  # a full disk has no room for the companion of the log
        store = _known(Store(connect_to_read(path, unwritable=True), path))
    try:
        yield store
    finally:
        store.close()


def _known(store: Store) -> Store:
    try:
        with sentences(store.path):
            opening.identify(store)
            _refuse_nothing(store)
    except BaseException:
        store.close()
        raise
    return store


def _refuse_nothing(store: Store) -> None:
    """SQLite takes a file of 0 bytes for a database without tables."""
    if not _tables(store):
        raise BadDatabase(f"{store.path} is empty: it holds no table of this program.")


def look_through(path: Path, tick: Tick) -> Contents:
    """What the copy holds, when all of it can be read and is ours. Nothing on the disk changes.

    Raises BadDatabase for a damaged, foreign, empty or newer file.
    """
    store = Store(connect_to_read(path), path)
    try:
        with sentences(path), store.watched(tick):
            opening.identify(store)
            _refuse_nothing(store)
            store.run_pragma("cell_size_check=on")
            damage = store.damage()
            if damage:
                raise BadDatabase(f"{path} is damaged ({damage[0]}).")
            return _contents(store)
    finally:
        store.close()


def is_ours(path: Path) -> bool:
    """Whether that file calls itself a database of this program; cheap, and no proof of health."""
    try:
        store = Store(connect_to_read(path), path)
    except ParcelsError:
        return False
    try:
        with suppress(ParcelsError):
            ((found,),) = store.tuples("PRAGMA application_id")
            return bool(found == schema.APPLICATION_ID)
        return False
    finally:
        store.close()


def _contents(store: Store) -> Contents:
    ((version,),) = store.tuples("PRAGMA user_version")
    ((watched,),) = store.tuples("SELECT count(*) FROM parcel WHERE done_at IS NULL")
    return Contents(_rows(store), int(watched), int(version), store.path.stat().st_size)


def _tables(store: Store) -> list[str]:
    """Those of the schemas known here: a name is put into statements."""
    there = {name for (name,) in store.tuples("SELECT name FROM sqlite_master WHERE type='table'")}
    return sorted(there & schema.TABLES)


def _rows(store: Store) -> dict[str, int]:
    names = _tables(store)
    counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)  # noqa: S608 - our own names
    ((*found,),) = store.tuples(f"SELECT {counts}")
    return dict(zip(names, found, strict=True))


def _fits(copy: Mapping[str, int], before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Whether every table has as many rows as the original had at some moment meanwhile."""
    return copy.keys() == before.keys() and all(
        min(before[name], after.get(name, 0)) <= rows <= max(before[name], after.get(name, 0))
        for name, rows in copy.items()
    )


def settle(path: Path) -> Contents | None:
    """Make the database at `path` one file that nobody else has open, ready to be set aside.

    Its log goes into it. None where it is missing, damaged or of a newer version: then it is left
    as it is, with what lies beside it. Raises Busy while another command uses it; BadDatabase for a
    file that is none of ours.
    """
    if opening.missing(path) or not path.stat().st_size:
        return None
    store = Store(connect(path, OURS_FOR_A_MOMENT), path)
    try:
        with sentences(path):
            _refuse_foreign(store)
            found = _contents(store)
            store.run_pragma("journal_mode=delete")
            return found
    except Busy:
        raise Busy(
            f"another command has {path} open; restore when nothing of `parcels` runs"
        ) from None
    except ParcelsError as error:
        if isinstance(error, _Foreign):
            raise
        return None
    except sqlite3.Error:  # a table is gone
        return None
    finally:
        store.close()


class _Foreign(BadDatabase):
    pass


def _refuse_foreign(store: Store) -> None:
    ((application,),) = store.tuples("PRAGMA application_id")
    names = store.tuples("SELECT 1 FROM sqlite_master LIMIT 1")
    if names and application != schema.APPLICATION_ID:
        raise _Foreign(
            f"{store.path} is a database of another program, and is not replaced. Set "
            f"[database] path to another file."
        )
