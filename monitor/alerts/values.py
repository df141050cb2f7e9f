"""What a decision about telling is made from, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.schedule import Episode, Severity, Step


class Kind(StrEnum):
    OPENED = "opened"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    RESOLVED = "resolved"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Manners:
    """How the owner wants to be spoken to. `remind`: pauses between reminders; the last repeats."""

    remind: tuple[timedelta, ...] = (timedelta(days=1), timedelta(days=3), timedelta(days=7))


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one matter between one rule and one subject: one row.

    `step` is the key of the step told last, None while nothing was told. `worst` the highest
    severity told. `seen_change` the subject's last change when the matter was last seen open.
    `withdrawn_since`: from when on the rule has had nothing although nothing newer was said.
    `deadlines` as told last. `told` counts tellings. `heard`: the steps told so far, by key and
    date, and under "" the last change each fall-back was told with: what a source takes back and
    shows again is not told again. All times aware UTC.
    """

    anchor: str
    opened_at: datetime
    step: str | None = None
    told_at: datetime | None = None
    reminders: int = 0
    told: int = 0
    worst: Severity | None = None
    acknowledged_at: datetime | None = None
    snoozed_until: datetime | None = None
    seen_change: datetime | None = None
    withdrawn_since: datetime | None = None
    deadlines: tuple[tuple[str, datetime], ...] = ()
    heard: tuple[tuple[str, datetime], ...] = ()
    closed_at: datetime | None = None


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
