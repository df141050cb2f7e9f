"""Who is running: one pass at a time per database, and whether the holder of a lease still lives."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import BadDatabase, Busy, DiskTrouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# What keeps a file from being opened now and goes by: no reason to stay down for good. A file system
# that found an error in itself is switched to reading alone until somebody has checked it.
_PASSING = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.EROFS}
)
NOTE = 1000  # characters of a note
# What notes on the webhook are about: how it stands, when a push was taken last, and when and why not.
WEBHOOK, PUSH_TAKEN, PUSH_REFUSED = "webhook", "push taken", "push refused"
_PID = r"(?a)\d{1,10}"
STARTED_FIELD = 19  # of /proc/PID/stat after the name: when the process started (proc(5), field 22)


def holder() -> str:
    """The running process, told apart from any other before or after it: boot, process id, start."""
    return f"{_boot()}:{os.getpid()}:{_started(os.getpid())}"


def alive(holder_name: str) -> bool:
    """Whether that process still runs. Unreadable names are taken for dead: their lease is lost."""
    boot, _, rest = holder_name.partition(":")
    pid, _, started = rest.partition(":")
    if boot != _boot() or not re.fullmatch(_PID, pid):
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
        if error.errno in _PASSING:
            raise DiskTrouble(f"{path} cannot be opened ({error.strerror}).") from None
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


@dataclass(frozen=True, slots=True)
class Watcher:
    """The running service: its process, since when it runs and when it last got something done (UTC).

    `notes`: what it has to say of itself, by what it is about.
    """

    pid: int
    since: datetime
    progress: datetime
    notes: Mapping[str, str] = field(default_factory=dict)


class Post:
    """The one place from which a database is watched: whoever holds it is the service.

    The file beside the database says who that is; its modification time is the last progress, which
    costs no write to the database.
    """

    def __init__(self, descriptor: int, now: datetime) -> None:
        self._descriptor = descriptor
        self._since = int(now.timestamp())
        self._notes: dict[str, str] = {}
        self._write()

    def note(self, about: str, words: str = "") -> None:
        """Leave a note for `parcels doctor`; empty words take it back. Lost when the process ends."""
        if self._notes.get(about, "") != words:
            self._notes[about] = words[:NOTE]
            progress = os.fstat(self._descriptor).st_mtime
            with suppress(OSError):  # a full or failing disk shows elsewhere
                self._write()
                os.utime(self._descriptor, (progress, progress))

    def _write(self) -> None:
        notes = {about: words for about, words in self._notes.items() if words}
        record = json.dumps([os.getpid(), self._since, notes]).encode()
        # Who reads meanwhile finds the old record, or the new one and blanks.
        length = max(len(record), os.fstat(self._descriptor).st_size)
        os.pwrite(self._descriptor, record.ljust(length), 0)

    def made_progress(self, now: datetime) -> None:
        with suppress(OSError):  # a full or failing disk shows elsewhere
            os.utime(self._descriptor, (now.timestamp(), now.timestamp()))

    def leave(self) -> None:
        """Give the place up, as the end of the process would."""
        os.close(self._descriptor)


def take_post(database: Path, now: datetime) -> Post:
    """Become the service of this database. Raises Busy when there is one, BadDatabase."""
    path = _post(database)
    descriptor = _opened(path)
    if not _taken(descriptor):
        os.close(descriptor)
        other = watcher(database)
        who = f" as process {other.pid}" if other else ""
        raise Busy(
            f"`parcels run` already watches {database}{who}; stop that one first "
            "(systemctl stop parcels, or Ctrl-C where it runs)."
        ) from None
    try:
        os.ftruncate(descriptor, 0)
        post = Post(descriptor, now)
    except OSError as error:
        os.close(descriptor)
        raise DiskTrouble(f"{path} cannot be written ({error.strerror}).") from None
    post.made_progress(now)
    return post


def _taken(descriptor: int) -> bool:
    """Whether the lock is ours. Somebody who asks who holds it holds it for a moment himself."""
    for _ in range(3):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False


def watcher(database: Path) -> Watcher | None:
    """The service that watches this database now; None where none does. Changes nothing."""
    try:
        descriptor = os.open(_post(database), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        if not _held(descriptor):
            return None
        pid, since, *rest = json.loads(os.pread(descriptor, _RECORD, 0))
        progress = os.fstat(descriptor).st_mtime
        notes = {str(about): str(words) for about, words in (rest[0] if rest else {}).items()}
        return Watcher(int(pid), _moment(since), _moment(progress), notes)
    except (OSError, ValueError, TypeError, OverflowError, AttributeError):
        return None
    finally:
        os.close(descriptor)


_RECORD = 1 << 16  # bytes; without notes the record has about 20


def _held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _post(database: Path) -> Path:
    return database.with_name(database.name + ".run")


class SharedTurn:
    """The right to make passes, held while any of several rounds of this process is under way."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".pass")
        self._descriptor: int | None = None
        self._rounds = 0

    def enter(self) -> bool:
        """Begin a round; False while another process makes a pass."""
        if self._rounds == 0:
            descriptor = _opened(self._path)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            self._descriptor = descriptor
        self._rounds += 1
        return True

    def leave(self) -> None:
        """End a round; the last one gives the right back."""
        self._rounds -= 1
        if self._rounds == 0 and self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
