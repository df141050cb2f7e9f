"""What is remembered of one matter, so that nobody is told the same thing twice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.schedule import Severity


class Kind(StrEnum):
    OPENED = "opened"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    RESOLVED = "resolved"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one matter between one rule and one subject: one row.

    `step` is the key of the step told last, None while nothing was told. `worst` the highest
    severity told. `seen_change` the subject's last change when the matter was last seen open.
    `withdrawn_since`: from when on the rule has had nothing although nothing newer was said.
    `deadlines` as told last. `told` counts tellings. `heard`: the steps told so far, by key and
    date, and under "" the last change each fall-back was told with: what a source takes back and
    shows again is not told again. `deadlines_too`: acknowledgement and snooze hide steps that insist,
    too. All times aware UTC.
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
    deadlines_too: bool = False
    seen_change: datetime | None = None
    withdrawn_since: datetime | None = None
    deadlines: tuple[tuple[str, datetime], ...] = ()
    heard: tuple[tuple[str, datetime], ...] = ()
    closed_at: datetime | None = None
