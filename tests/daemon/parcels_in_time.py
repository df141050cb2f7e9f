"""Starts `parcels` with a wall clock that stands in a file, and jobs that tick fast.

Nothing else differs from the real program: its own entry point runs, over real HTTP and SQLite. It
logs at DEBUG, since what is looked for in its log may be said at any level.
"""

from __future__ import annotations

import functools
import logging
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.cli import main
from monitor.daemon import clock, looking, running, sign_of_life, webhook
from monitor.daemon.office import Beat
from monitor.transport import Wire

CLOCK = Path(os.environ["CLOCK_FILE"])


class NoPace:
    """Every turn is free: these tests are not about pacing."""

    async def turn(self) -> None:
        return


def wall() -> datetime:
    return datetime.fromisoformat(CLOCK.read_text(encoding="ascii"))


clock.wall = wall
looking.shared_pace = lambda _: lambda _name, _spacing: NoPace()
WAKING = float(os.environ.get("WAKING", "0.3"))
TICK = float(os.environ.get("TICK", "0.1"))
running.Beat = functools.partial(
    Beat, look=TICK, judge=TICK, keep_house=1, guard=0.1, waking=WAKING, drain=5
)
sign_of_life.PAUSE = 0.1
webhook.PATIENCE = 0.3
start_logging = running.start_logging


def start_logging_all(*given: Any) -> None:
    start_logging(*given)
    logging.getLogger().setLevel(logging.DEBUG)


running.start_logging = start_logging_all
assert Wire.__init__.__kwdefaults__ is not None
Wire.__init__.__kwdefaults__["first_pause"] = 0.001
main()
