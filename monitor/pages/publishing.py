"""A page put where others fetch it: whole or not at all, and untouched where nothing has changed."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

from monitor.errors import ParcelsError

if TYPE_CHECKING:
    from pathlib import Path

TEMPORARY = ".parcels-page-"


def publish(text: str, path: Path, mode: int = 0o644) -> None:
    """Put `text` (UTF-8) into the file `path`, whose folder must exist.

    Whoever reads meanwhile reads the old file or the new one, and after a power cut one of the two is
    there. A file that holds the text already is left alone, so that nothing that copies it by its date
    does so for nothing; a symbolic link is replaced and never followed. Raises ParcelsError with a
    sentence that names the file.
    """
    if path.exists() and not path.is_file():  # root would put a file in the place of a device
        raise ParcelsError(f"{path} cannot be written (it is no file).")
    content = text.encode("utf-8", "replace")
    try:
        if _holds(path, content):
            return
        _replace(path, content, mode)
    except OSError as error:
        raise ParcelsError(f"{path} cannot be written ({error.strerror}).") from None


def _holds(path: Path, content: bytes) -> bool:
    with suppress(OSError):
        same_size = not path.is_symlink() and path.stat().st_size == len(content)
        return same_size and path.read_bytes() == content
    return False


def _replace(path: Path, content: bytes, mode: int) -> None:
    handle, made = tempfile.mkstemp(prefix=TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            with suppress(PermissionError):  # some file systems know no modes
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(made, path)  # noqa: PTH105 - `made` is a name, not a Path
    except BaseException:
        with suppress(OSError):
            os.unlink(made)  # noqa: PTH108 - as above
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """A rename lasts once the folder is on the disk, where the file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
