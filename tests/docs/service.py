"""The service as a page shows it: a process of its own, at the page's moment, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PATIENCE = 60.0  # seconds for a word that never comes
_MOMENT = "DOCS_MOMENT"


class NoPace:
    """Every turn is free: the pages are not about pacing."""

    async def turn(self) -> None:
        return


def no_pace(_settings: object) -> Callable[[str, float], NoPace]:
    return lambda _name, _spacing: NoPace()


def until(word: str, now: datetime, environ: Mapping[str, str]) -> str:
    """What `parcels run` prints until a line holds `word`, the Ctrl-C as a terminal shows it, and
    what it prints after that. Raises ValueError where there is no such word: it would run for ever.
    """
    if not word:
        raise ValueError("A page that shows `parcels run` says until=WORD above the session.")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.docs.service"],
        cwd=Path(__file__).parents[2],
        env={**environ, _MOMENT: now.isoformat()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        limit = threading.Timer(PATIENCE, process.kill)
        limit.start()
        assert process.stdout is not None
        lines = [*_up_to(word, process.stdout), "^C\n"]
        process.send_signal(signal.SIGINT)
        lines += process.stdout
        limit.cancel()
    return "".join(lines)


def _up_to(word: str, lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if word in line:
            return


def main() -> None:
    """`parcels run`, but for the clock and the pace, which is none."""
    from monitor import cli
    from monitor.daemon import clock, looking

    moment = datetime.fromisoformat(os.environ.pop(_MOMENT))
    clock.wall = lambda: moment
    looking.shared_pace = no_pace
    sys.argv = ["parcels", "run"]
    cli.main()


if __name__ == "__main__":
    main()
