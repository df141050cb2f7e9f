"""The clocks of the service: the wall's, which may jump, and the one that only goes on."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def wall() -> datetime:
    """Now (aware UTC), in whole seconds as the history keeps them."""
    return datetime.now(UTC).replace(microsecond=0)


def steady() -> float:
    """Seconds of a clock that is never set; it stands still while the machine sleeps."""
    return time.monotonic()


def of_the_scheduler() -> datetime:
    """What the scheduler takes for now: it reads the machine's clock itself."""
    return datetime.now(UTC)
