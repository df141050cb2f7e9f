"""Reading the configuration and secrets from disk without trusting what lies there."""

from __future__ import annotations

import errno
import os
import shlex
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import BadConfiguration

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_LIMIT = 256 * 1024  # bytes; the longest sensible configuration is a few kilobytes
SECRET_LIMIT = 8 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Us:
    """Whom the operating system takes this process for."""

    uid: int
    groups: frozenset[int]


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it was when it was opened. `link`: its name is a symbolic link."""

    path: Path
    content: bytes
    mode: int
    uid: int
    gid: int
    link: bool


def this_process() -> Us:
    return Us(os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))


def read(path: Path, limit: int) -> Found:
    """The bytes and the owner of a regular file of at most `limit` bytes, from one open file.

    Raises BadConfiguration with a sentence that names the file.
    """
    descriptor, link = _open(path)
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise BadConfiguration(f"{path} is not a regular file.")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise BadConfiguration(f"{path} is larger than {limit // 1024} KiB; it is not read.")
    return Found(path, content, stat.S_IMODE(state.st_mode), state.st_uid, state.st_gid, link)


def _open(path: Path) -> tuple[int, bool]:
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK  # a pipe must not hold us up
    try:
        return os.open(path, flags | os.O_NOFOLLOW), False
    except (OSError, ValueError) as trouble:
        if not isinstance(trouble, OSError) or trouble.errno != errno.ELOOP:
            raise BadConfiguration(unreadable(path, trouble)) from None
    try:
        return os.open(path, flags), True
    except OSError as trouble:
        raise BadConfiguration(unreadable(path, trouble)) from None


def is_nowhere(path: Path) -> bool:
    """Whether there is nothing of that name, or cannot be; False where only somebody else may look."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return True
    except OSError as trouble:
        return trouble.errno == errno.ENAMETOOLONG
    return False


def unreadable(path: Path, trouble: Exception) -> str:
    if isinstance(trouble, FileNotFoundError | NotADirectoryError):
        return f"{path} does not exist."
    if isinstance(trouble, PermissionError):
        return f"{path} cannot be read by this user; run as its owner or as a member of its group."
    reason = os.strerror(trouble.errno) if isinstance(trouble, OSError) and trouble.errno else ""
    return f"{path} cannot be read{': ' + reason if reason else ''}."


def fault(found: Found, us: Us) -> str:
    """What is wrong with a file that holds a secret, and the command that mends it; "" if nothing.

    Right is: no link, owned by us or by root, 0600 or less; or owned by root, with a group of ours,
    0640 or less.
    """
    name = shlex.quote(str(found.path))
    shown = f"{found.path} holds a secret"
    if found.link:
        return f"{shown} and is a symbolic link; name the file it points to instead."
    if found.uid not in {0, us.uid}:
        return (
            f"{shown} and belongs to another user (id {found.uid}); run: "
            f"chown {us.uid} {name} && chmod 600 {name}"
        )
    shared = found.uid == 0 and found.gid in us.groups
    if not found.mode & (0o037 if shared else 0o077):
        return ""
    if found.uid == 0 and not shared and not found.mode & 0o037:
        return (
            f"{shown} and its group (id {found.gid}), which is none of this program's, may read it "
            f"(mode {found.mode:04o}); run as a member of that group, or run: chmod 600 {name}"
        )
    right = "640" if shared and us.uid != 0 else "600"
    return f"{shown} and others may read or change it (mode {found.mode:04o}); run: chmod {right} {name}"


def read_secret(path: Path, us: Us, *, as_given: bool = False) -> str:
    """The one line in a file that holds nothing but a secret.

    `as_given`: the service manager made the file, whose mode and owner are taken as they are.
    Raises BadConfiguration naming the file, never its content.
    """
    found = read(path, SECRET_LIMIT)
    trouble = "" if as_given else fault(found, us)
    if trouble:
        raise BadConfiguration(trouble)
    try:
        line = found.content.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BadConfiguration(f"{path} is not UTF-8 text; it should hold one line.") from None
    if not line:
        raise BadConfiguration(f"{path} is empty; it should hold one line, the secret.")
    if len(line.splitlines()) > 1:
        raise BadConfiguration(f"{path} has more than one line; it should hold the secret alone.")
    return line
