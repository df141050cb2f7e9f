"""Who is running: one pass at a time per database, and whether the holder of a lease still lives."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import BadDatabase, Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
STARTED_FIELD = 19  # of /proc/PID/stat after the name: when the process started (proc(5), field 22)


def holder() -> str:
    """The running process, told apart from any other before or after it: boot, process id, start."""
    return f"{_boot()}:{os.getpid()}:{_started(os.getpid())}"


def alive(holder_name: str) -> bool:
    """Whether that process still runs. Unreadable names are taken for dead: their lease is lost."""
    boot, _, rest = holder_name.partition(":")
    pid, _, started = rest.partition(":")
    if boot != _boot() or not pid.isdigit():
        return False
    return _started(int(pid)) == started != ""


def _boot() -> str:
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


def _started(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[STARTED_FIELD]


@contextmanager
def pass_lock(database: Path, *, patience: float, wait: Callable[[float], None]) -> Iterator[None]:
    """Hold the right to make a pass over this database; Busy after `patience` seconds.

    Raises BadDatabase where its folder cannot be written to.
    """
    descriptor = _opened(database.with_name(database.name + ".pass"))
    try:
        _take(descriptor, patience, wait)
        yield
    finally:
        os.close(descriptor)  # gives the lock back, as the end of the process would


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise BadDatabase(
            f"{path} cannot be made ({error.strerror}). Check that its folder belongs to the user "
            "this runs as, or set [database] path."
        ) from None


def _take(descriptor: int, patience: float, wait: Callable[[float], None]) -> None:
    step, waited = 0.1, 0.0
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waited >= patience:
                raise Busy(
                    f"another pass is still running after {patience:.0f} s; try again later"
                ) from None
            wait(step)
            waited += step
        else:
            return
