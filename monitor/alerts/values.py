"""What a decision about telling is made from, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.alerts.memory import Kind, Memory
    from monitor.schedule import Episode, Severity, Step


@dataclass(frozen=True, slots=True)
class Manners:
    """How the owner wants to be spoken to. `remind`: pauses between reminders; the last repeats.

    `quiet`: from when to when (by the clock in `zone`) nothing below critical is said, None: always
    said. `digest_at`: when the day's infos are said together, None: each at once.
    """

    remind: tuple[timedelta, ...] = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
    quiet: tuple[time, time] | None = None
    digest_at: time | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to say.

    `severity` decides which channels hear it; `episode` and `step` are None when the matter is
    over; `ended` is the matter that closes within the same message. `withdrawn`: a source took back
    what it had said, and nothing newer was heard.
    """

    kind: Kind
    severity: Severity
    reason: str
    episode: Episode | None = None
    step: Step | None = None
    ended: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """When to look again: `judge_at` by the clock, `check_at` when a poll would say something."""

    judge_at: datetime | None = None
    check_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The memory to store (None: nothing to remember), what to tell, when to look again.

    `closed` is the memory of another matter that ends with this decision.
    """

    memory: Memory | None
    tellings: tuple[Telling, ...] = ()
    look: Look = Look()
    closed: Memory | None = None


@dataclass(frozen=True, slots=True)
class Present:
    """The moment of a decision: `now`, and when the subject last said something new (both UTC)."""

    now: datetime
    last_change: datetime | None = None
