"""One verified copy of the database under a name of the owner's."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import BadInput, DiskTrouble, ParcelsError
from monitor.files import sync
from monitor.history.copies import BESIDE, Contents, copy_into, is_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    Progress = Callable[[float], bool]

IN_THE_MAKING = timedelta(hours=1)
SPARE = 16 << 20  # bytes that must be left beside a copy
COMPANIONS = (*BESIDE, ".marker", ".run", ".pass")  # what lies beside a database, and is no copy


def unheeded(_: float) -> bool:
    """Progress nobody watches, of work nobody stops."""
    return False


def back_up(
    database: Path, target: Path, *, force: bool = False, progress: Progress = unheeded
) -> Contents:
    """Copy the database, which may be in use, to `target`; what the copy holds, which was verified.

    An earlier copy there is replaced, when the new one is whole; another file only with `force`.
    `progress` is told the part that is done (0 to 1) and answers whether to stop. Raises BadInput for
    a target that cannot be meant, BadDatabase, DiskTrouble, and ParcelsError where the folder cannot
    be written to. Then nothing is left there, and what was there is as it was.
    """
    _refuse_target(database, target, force=force)
    return copied(database, target, progress)


def copied(
    source: Path, target: Path, progress: Progress = unheeded, *, at_rest: bool = False
) -> Contents:
    """The same for a target that is known to be right; `at_rest` as in `copy_into`."""
    need = _size(source)
    _refuse_full(target.parent, need)
    with _private_folder(target.parent) as folder:
        fresh = folder / "copy.db"

        def tick() -> bool:
            return progress(_part(fresh, need))

        try:
            found = copy_into(source, fresh, tick, at_rest=at_rest)
        except DiskTrouble:  # which of the two disks it was, SQLite does not tell
            raise DiskTrouble(
                f"The copy could not be made: the disk of {target.parent} or that of {source.parent} "
                "is full or fails."
            ) from None
        _keep(fresh)
        fresh.replace(target)
        sync(target.parent)
    return found


def clear_leftovers(folder: Path, now: datetime) -> None:
    """Delete what a copy that was cut short has left: it is of no use and takes room.

    What was touched within the hour may be a copy that somebody makes at this moment.
    """
    for left in folder.glob(f"{TEMPORARY}*"):
        with suppress(OSError):
            touched = left.lstat().st_mtime
            if not left.is_symlink() and touched < (now - IN_THE_MAKING).timestamp():
                shutil.rmtree(left, ignore_errors=True)


def _refuse_target(database: Path, target: Path, *, force: bool) -> None:
    if target.is_symlink():
        raise BadInput(f"{target} is a symbolic link; name the file itself.")
    if target.is_dir():
        raise BadInput(f"{target} is a folder; name a file in it: {target / 'parcels-backup.db'}")
    if target.exists() and not target.is_file():
        raise BadInput(f"{target} is no file, but a device or a pipe; name a file.")
    if not target.parent.is_dir():
        raise BadInput(f"There is no folder {target.parent}; make it first, or name another file.")
    own = {_place(database.with_name(f"{database.name}{end}")) for end in ("", *COMPANIONS)}
    if _place(target) in own or _same(database, target):
        raise BadInput(f"{target} belongs to the database itself; name another file.")
    if target.exists() and not force and not is_ours(target):
        raise BadInput(
            f"{target} exists and is no copy made by this program. It was not touched; to replace "
            "it, add --force."
        )


def _place(path: Path) -> Path:
    return path.parent.resolve() / path.name


def _same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return one.samefile(other)
    return False


def _size(database: Path) -> int:
    """Bytes a copy may need: the log may hold pages the file does not have yet."""
    files = (database, database.with_name(f"{database.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def _refuse_full(folder: Path, need: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < need + SPARE:
        raise DiskTrouble(
            f"A copy needs up to {mib(need + SPARE)} in {folder}, and {mib(free)} are free there. "
            "Free some space, or name another folder."
        )


def mib(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"


def _part(fresh: Path, need: int) -> float:
    try:
        return min(1.0, fresh.stat().st_size / max(need, 1))
    except OSError:
        return 0.0


@contextmanager
def _private_folder(beside: Path) -> Iterator[Path]:
    """A folder nobody else can put anything into, on the same disk; gone afterwards."""
    try:
        made = tempfile.mkdtemp(prefix=TEMPORARY, dir=beside)
    except OSError as error:
        raise ParcelsError(
            f"{beside} cannot be written to ({error.strerror}); check whose it is, or name another."
        ) from None
    try:
        yield Path(made)
    except OSError as error:
        raise DiskTrouble(f"The copy in {beside} failed ({error.strerror}).") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


TEMPORARY = ".parcels-copy-"


def _keep(fresh: Path) -> None:
    """Private, and on the disk. Some file systems, such as those of cameras, know no modes."""
    handle = os.open(fresh, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with suppress(PermissionError):
            os.fchmod(handle, stat.S_IRUSR | stat.S_IWUSR)
        os.fsync(handle)
    finally:
        os.close(handle)
