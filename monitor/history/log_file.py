"""SQLite's write-ahead log as a file: whether it still is what the open connections think it is."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from monitor.errors import LogCutOff

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = (
    b"\x37\x7f\x06\x82",
    b"\x37\x7f\x06\x83",
)  # the first four bytes of a log (SQLite's fileformat2)


def must_be_whole(database: Path) -> None:
    """Raises LogCutOff where the log of a database in use was cut off and written to since.

    Who writes does so behind all that was ever written, so that zeros stand where something was cut
    out; read as pages they look like damage, and emptied into the database they become it. The log
    alone may be opened beside SQLite: on it no locks are held that closing it would give up.
    """
    path = database.with_name(f"{database.name}-wal")
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            size = os.fstat(handle).st_size
            whole = not size or (os.pread(handle, 4, 0) in _MAGIC and _first_hole(handle) >= size)
        finally:
            os.close(handle)
        if not whole:
            raise LogCutOff(
                f"The log of the database {database} (its name with -wal) was cut off while it was "
                "in use; what was not yet in the database itself is lost."
            )


def _first_hole(handle: int) -> int:
    """Where nothing was ever written; the end of the file where the file system does not tell."""
    with suppress(OSError):
        return os.lseek(handle, 0, os.SEEK_HOLE)
    return os.fstat(handle).st_size
