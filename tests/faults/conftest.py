"""A machine whose disk, clock, network or services fail, and the real service on it."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.channels.conftest import Mailbox, mailbox
from tests.hard.machine import Machine, machine

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Machine", "Mailbox", "mailbox"]

SPACE = 12 << 20  # bytes of the small disk
IMPATIENT = (str(Path(__file__).with_name("impatient.py")),)
_RESERVE = "ballast"


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Machine]:
    with machine(tmp_path) as opened:
        yield opened


class Disk(Protocol):
    """A disk that can be filled and freed while the service runs as `pid`."""

    def fill(self, pid: int) -> None: ...
    def free(self, pid: int) -> None: ...


@dataclass
class SmallDisk:
    """A file system of its own, filled with one large file."""

    folder: Path

    def fill(self, pid: int) -> None:
        with (self.folder / _RESERVE).open("wb", buffering=0) as ballast:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while ballast.write(b"\0" * size) == size:
                        pass
                except OSError:
                    continue

    def free(self, pid: int) -> None:
        (self.folder / _RESERVE).unlink()


@dataclass
class LimitedFiles:
    """No file of the process may grow beyond what its database's log has already."""

    folder: Path

    def fill(self, pid: int) -> None:
        log = self.folder / "parcels" / "parcels.db-wal"
        self._limit(pid, log.stat().st_size)

    def free(self, pid: int) -> None:
        self._limit(pid, resource.RLIM_INFINITY)

    def _limit(self, pid: int, size: int) -> None:
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """What holds the database is a file system of a few MiB. Needs root."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with mounted("tmpfs", state, f"size={SPACE},mode=0700"):
        yield SmallDisk(state)


@pytest.fixture
def failing_disk(tmp_path: Path) -> Iterator[Path]:
    """What holds the database is an ext4 of its own. Needs root and a loop device.

    After `mount -o remount,abort` it behaves as one that found an error: nothing can be written.
    """
    state, image = tmp_path / "state", tmp_path / "disk"
    state.mkdir(mode=0o700)
    with image.open("wb") as file:
        file.truncate(SPACE)
    program = shutil.which("mkfs.ext4", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    command = [program or "", "-q", "-F", str(image)]
    if program is None or subprocess.run(command, check=False, timeout=30).returncode:
        pytest.skip("no ext4 can be made here")
    with mounted("ext4", state, "loop", source=str(image)):
        state.chmod(0o700)
        yield state


@contextmanager
def mounted(kind: str, where: Path, options: str, source: str = "none") -> Iterator[None]:
    """A file system for the time of a test; skips where it cannot be mounted."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a file system of its own")
    command = ["mount", "-t", kind, "-o", options, source, str(where)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    if done.returncode:
        pytest.skip(f"a {kind} cannot be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(where)], check=True, timeout=30)
