"""A page into its file: whole or not at all, whoever reads it meanwhile."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from monitor.errors import BadInput, ParcelsError

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE, PUBLIC = 0o600, 0o644
KIND = 4  # bytes at the beginning that tell a page from a ZIP, and both from anything else


def write_whole(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Put `content` in the place of `path`, which is the old file or the new one at any moment.

    Written beside it first, so the folder must be writable. A symbolic link there is replaced, not
    followed. `mode` is that of the file, whatever the umask. Raises BadInput where `path` is a folder,
    no ordinary file, or a file of another kind, and ParcelsError where it cannot be written, with what
    to change.
    """
    if path.is_dir():
        raise BadInput(f"{path} is a folder; name a file in it.")
    if path.exists() and not path.is_file():
        raise BadInput(f"{path} is no ordinary file; name another one.")
    _refuse_another_kind(path, content)
    fresh = path.with_name(f".{path.name[:200]}.{os.getpid()}.new")
    try:
        _write(fresh, content, mode)
        fresh.replace(path)
        _sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise ParcelsError(_sentence(path, error)) from None


def _refuse_another_kind(path: Path, content: bytes) -> None:
    """A database or a key named by mistake is not written over; an empty file is nobody's loss."""
    try:
        with path.open("rb") as file:
            begin = file.read(KIND)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ParcelsError(_sentence(path, error)) from None
    if begin and begin.upper() != content[:KIND].upper():
        raise BadInput(
            f"{path} is a file of another kind and was not touched; name another one, or remove it."
        )


def _write(fresh: Path, content: bytes, mode: int) -> None:
    with suppress(FileNotFoundError):
        fresh.unlink()  # left by a process of that id that was killed
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(fresh, flags, PRIVATE)
    with open(handle, "wb") as file:  # noqa: PTH123 - of a descriptor
        file.write(content)
        file.flush()
        with suppress(PermissionError):  # some file systems know no modes
            os.fchmod(handle, mode)
        os.fsync(handle)


def _sync(folder: Path) -> None:
    """A rename lasts once the folder is on the disk, where the file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sentence(path: Path, error: OSError) -> str:
    folder = path.parent
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"{path} cannot be written: there is no folder {folder}; make it first."
    said = f"{path} cannot be written ({error.strerror})"
    if isinstance(error, PermissionError):
        return f"{said}: the folder {folder} must be writable for this user."
    if error.errno == errno.EROFS:
        return f"{said}: under systemd the unit needs ReadWritePaths={folder}"
    return f"{said}."
