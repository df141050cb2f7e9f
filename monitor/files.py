"""A file in its place: whole or not at all, whoever reads it meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import BadInput, ParcelsError

if TYPE_CHECKING:
    from collections.abc import Iterator

PRIVATE, PUBLIC = 0o600, 0o644
KIND = 4  # bytes at the beginning that tell a page from a ZIP, and both from anything else
IN_THE_MAKING = 3600.0  # seconds; an older file is no longer written to
_SHOWN = 60  # characters of a name, of four bytes at the most: a file system takes 255 bytes
_NEW = ".new"


def write_whole(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Put `content` in the place of `path`, which is the old file or the new one at any moment, also
    after a power cut.

    Written beside it first, so the folder must be writable. A symbolic link there is replaced, not
    followed. `mode` is that of the file, whatever the umask. Raises BadInput where `path` is a folder
    or no ordinary file, or where its folder is missing, and ParcelsError where it cannot be written, with
    what to change.
    """
    must_be_a_file(path)
    try:
        with written_beside(path, content, mode) as fresh:
            fresh.replace(path)
        sync(path.parent)
    except OSError as error:
        raise _explained(path, error) from None


def must_be_a_file(path: Path) -> None:
    """Or nothing at all yet. A pipe would be waited for, and a device be replaced. Raises BadInput, and
    ParcelsError where it cannot be told.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise _explained(path, error) from None
    if stat.S_ISDIR(mode):
        raise BadInput(f"{path} is a folder; name a file in it.")
    if not stat.S_ISREG(mode):
        raise BadInput(f"{path} is no ordinary file; name another one.")


def write_page(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """The same for a page of the owner's; BadInput, too, where a file of another kind lies there."""
    _refuse_another_kind(path, content)
    write_whole(path, content, mode)


def publish(path: Path, content: bytes) -> None:
    """The same for a page that others fetch, who may all read it.

    A file that holds the content already is left alone, so that nothing that copies it by its date
    does so for nothing.
    """
    if not _holds(path, content):
        write_page(path, content, PUBLIC)


@contextmanager
def written_beside(path: Path, content: bytes, mode: int = PRIVATE) -> Iterator[Path]:
    """A new file in the folder of `path` that holds `content`, safe on the disk; whoever moves it into
    its place keeps it. What a process that was killed has left of such files is cleared away. Raises
    OSError.
    """
    import tempfile  # noqa: PLC0415 - every command loads this module, and few write a file

    begin = f".{path.name[:_SHOWN]}."
    handle, name = tempfile.mkstemp(prefix=begin, suffix=_NEW, dir=path.parent)
    fresh = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - of a descriptor
            file.write(content)
            file.flush()
            with suppress(PermissionError):  # some file systems know no modes
                os.fchmod(handle, mode)
            os.fsync(handle)
        _clear_leftovers(fresh, begin)
        yield fresh
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """A rename lasts once the folder is on the disk, where the file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _clear_leftovers(fresh: Path, begin: str) -> None:
    """By the dates of the disk itself, whose clock may be that of another machine."""
    with suppress(OSError):
        made_at = fresh.lstat().st_mtime
        for left in fresh.parent.iterdir():
            if _is_of_ours(left.name, fresh.name, begin):
                touched = left.lstat()
                if stat.S_ISREG(touched.st_mode) and touched.st_mtime < made_at - IN_THE_MAKING:
                    left.unlink()


def _is_of_ours(name: str, fresh: str, begin: str) -> bool:
    return len(name) == len(fresh) and name.startswith(begin) and name.endswith(_NEW)


def _holds(path: Path, content: bytes) -> bool:
    with suppress(OSError):
        plain = path.is_file() and not path.is_symlink()
        return plain and path.stat().st_size == len(content) and path.read_bytes() == content
    return False


def _refuse_another_kind(path: Path, content: bytes) -> None:
    """A database or a key named by mistake is not written over; an empty file is nobody's loss."""
    must_be_a_file(path)
    try:
        with path.open("rb") as file:
            begin = file.read(KIND)
    except (FileNotFoundError, NotADirectoryError):
        return  # which is said when it is written
    except OSError as error:
        raise _explained(path, error) from None
    if begin and begin.upper() != content[:KIND].upper():
        raise BadInput(
            f"{path} is a file of another kind and was not touched; name another one, or remove it."
        )


def _explained(path: Path, error: OSError) -> ParcelsError:
    folder = path.parent
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        said = f"{path} cannot be written: there is no folder {folder}; make it first."
        return BadInput(said)
    said = f"{path} cannot be written ({error.strerror})"
    if isinstance(error, PermissionError):
        return ParcelsError(f"{said}: the folder {folder} must be writable for this user.")
    if error.errno == errno.EROFS:
        return ParcelsError(f"{said}: under systemd the unit needs ReadWritePaths={folder}")
    return ParcelsError(f"{said}.")
