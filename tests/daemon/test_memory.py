"""What a service that runs for years keeps of the memory it has used, with the C library of GNU."""

from __future__ import annotations

import platform
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="the C library is another one"
)

FREED = """
from pathlib import Path
from monitor.daemon.memory import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1])

blocks = [bytes(2000) for _ in range(20_000)]
full = resident()
kept = blocks[::100]  # between them nothing can go by itself
del blocks
left = resident()
give_back()
print(full, left, resident())
"""

HEAPS = """
import ctypes, sys, threading
from monitor.daemon.memory import keep_few_heaps

if sys.argv[2] == "few":
    keep_few_heaps()
together, kept = threading.Barrier(8), []

def work():
    together.wait()
    kept.append([bytes(2000) for _ in range(100)])
    together.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
told = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, told)
libc.fclose(told)
"""


def ran(program: str, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program, *words], check=True, capture_output=True, text=True
    ).stdout


def test_what_was_freed_among_what_is_kept_goes_back_to_the_machine() -> None:
    full, left, after = map(int, ran(FREED).split())  # pages of memory
    assert left > full * 0.9
    assert after < full * 0.6


def heaps(told: Path, asked: str) -> int:
    ran(HEAPS, str(told), asked)
    return told.read_text(encoding="ascii").count("<heap nr=")


def test_many_threads_share_two_heaps_where_that_was_asked(tmp_path: Path) -> None:
    assert heaps(tmp_path / "asked.xml", "few") == 2
    assert heaps(tmp_path / "left alone.xml", "") > 2
