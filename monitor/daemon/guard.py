"""The guard of the clock: what set the wall clock, or let the machine sleep, must not be missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

NUDGE = timedelta(seconds=5)  # from here on the jobs are timed anew: an hour back would stop them
JUMP = timedelta(minutes=5)  # from here on one looks first and judges afterwards


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks at one moment: the wall's (UTC), and seconds of the one that is never set."""

    wall: datetime
    steady: float


def drift(before: Reading, after: Reading) -> timedelta:
    """How far the wall clock moved beyond the time that went by; negative when it was set back.

    The steady clock stands still while the machine sleeps, so that sleep shows as a drift, too.
    """
    return (after.wall - before.wall) - timedelta(seconds=after.steady - before.steady)
