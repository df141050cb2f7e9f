"""Which jobs fail, and how often that is said: once, then by the hour, and once when it is over."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

AGAIN = 3600.0  # seconds until the same is said again
LASTING = 3  # failures in a row from which on a job is not just unlucky


@dataclass(slots=True)
class _Failing:
    """`said` is what was said last, and `said_at` when (seconds of the steady clock)."""

    times: int = 0
    said: str = ""
    said_at: float = 0.0


class Failures:
    """A record per job that failed when it ran last; a job that goes well is forgotten."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._failing: dict[str, _Failing] = {}

    def failed(self, name: str, said: str, *, fault: bool = False) -> None:
        """A job has failed with this sentence. `fault`: the traceback at hand is logged, too."""
        record = self._failing.setdefault(name, _Failing())
        record.times += 1
        now = self._steady()
        if said == record.said and now - record.said_at < AGAIN:
            return
        record.said, record.said_at = said, now
        often = f" ({record.times} times in a row)" if record.times > 1 else ""
        _log.error("%s: %s%s", name, said, often, exc_info=fault)

    def went_well(self, name: str) -> None:
        record = self._failing.pop(name, None)
        if record is not None:
            times = "once" if record.times == 1 else f"{record.times} times"
            _log.info("%s: works again; it had failed %s", name, times)

    def lasting(self) -> list[str]:
        """The jobs that keep failing."""
        return sorted(name for name, record in self._failing.items() if record.times >= LASTING)
