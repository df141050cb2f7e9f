"""A process that ends badly leaves no copy of its memory, in which every key stands."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

_, MOST = resource.getrlimit(resource.RLIMIT_CORE)
ASKING = b'{"text": "Held by customs"}\n'


def dumped(program: list[str], folder: Path) -> tuple[tuple[int, int], bool]:
    """The limits of a process that answers lines, and whether it left a core when it was aborted."""
    with subprocess.Popen(
        [sys.executable, *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "HOME": str(folder)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (MOST, MOST)),  # noqa: PLW1509 - no threads here
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(ASKING)
        process.stdin.flush()
        process.stdout.readline()  # so that it is past its beginning
        limits = resource.prlimit(process.pid, resource.RLIMIT_CORE)
        process.send_signal(signal.SIGABRT)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = -signal.SIGABRT
    return limits, os.WCOREDUMP(status)


@pytest.mark.skipif(MOST == 0, reason="no process may leave a core here")
def test_a_process_of_ours_that_is_aborted_leaves_no_core(tmp_path: Path) -> None:
    limits, core = dumped(["-m", "monitor", "explain", "--batch"], tmp_path)
    assert limits == (1, 1)
    assert not core
    assert not list(tmp_path.glob("core*"))


@pytest.mark.skipif(MOST == 0, reason="no process may leave a core here")
def test_another_process_that_is_aborted_would_leave_one(tmp_path: Path) -> None:
    limits, _ = dumped(["-c", "print(input()); input()"], tmp_path)
    assert limits == (MOST, MOST)
