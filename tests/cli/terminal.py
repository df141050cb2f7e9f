"""A terminal of its own for one command: what is typed at which prompt, and all that is shown."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cli.desk import Desk

CTRL_C = "\x03"
# The terminal becomes the one /dev/tty means, also where standard input is something else.
_ON_IT = (
    "import os, sys; os.open(sys.argv.pop(1), os.O_RDWR);"
    "sys.argv[0] = 'parcels'; from monitor.cli import main; main()"
)


def on_a_terminal(
    desk: Desk, typed: Sequence[tuple[str, str]], *arguments: str, piped: bytes | None = None
) -> tuple[int, str]:
    """The exit code and what was shown. `piped` is standard input where that is no terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _ON_IT, os.ttyname(theirs), *arguments],
        env=desk._seen(), stdin=theirs if piped is None else subprocess.PIPE, stdout=theirs,
        stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    if process.stdin is not None:
        process.stdin.write(piped or b"")
        process.stdin.close()
        process.stdin = None
    with process, closing(os.fdopen(ours, "r+b", buffering=0)) as terminal:
        shown, read = "", 0
        for prompt, answer in typed:
            while prompt not in shown[read:]:
                more = heard(terminal)
                assert more, f"waiting for {prompt!r}: {shown[read:]}"
                shown += more
            read = len(shown)
            if answer == CTRL_C:
                _wait_for_reading(process.pid)
            terminal.write(answer.encode() if answer == CTRL_C else f"{answer}\n".encode())
        while more := heard(terminal):
            shown += more
    return process.returncode, shown.replace("\r\n", "\n")


def _wait_for_reading(pid: int) -> None:
    """Until the program sleeps over what it reads: `input()` forgets a signal that comes just before."""
    stat = Path(f"/proc/{pid}/stat")
    while stat.read_text("utf-8").rpartition(")")[2].split()[0] != "S":
        os.sched_yield()


def heard(terminal: IO[bytes]) -> str:
    """What the program has written meanwhile; "" when it has ended."""
    try:
        return terminal.read(4096).decode("utf-8", "replace")
    except OSError:  # nobody holds the other end any more
        return ""
