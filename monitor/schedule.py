"""A rule is a schedule: dated steps, of which time and a look that found nothing pick one."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, IntEnum
from functools import lru_cache
from operator import le
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from monitor.parcel import WorkingDays


class Severity(IntEnum):
    """How much a step matters; in JSON and in the configuration by its lower-case name."""

    INFO = 1
    NOTICE = 2
    WARNING = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return _WORDS[self]


_WORDS = {severity: severity.name.lower() for severity in Severity}


class Witness(Enum):
    """What it takes for a step to have come."""

    CLOCK = "clock"  # the date has come
    CHECK = "check"  # somebody looked after the date, and it still held


OTHERS_WAIT = timedelta(hours=6)  # how long a look waits for those of the other sources


class Step(NamedTuple):
    """One dated step of an episode.

    `key` is stable within the rule: never an event id, never a date. `advice` names the text that
    says what to do. `nags` False: told once, never reminded, and not at all when it is a week old
    at first sight. `insists`: told through snooze and acknowledgement. `remind` overrides the
    pauses between reminders.
    """

    key: str
    at: datetime
    severity: Severity
    advice: str
    witness: Witness = Witness.CLOCK
    nags: bool = True
    insists: bool = False
    remind: tuple[timedelta, ...] | None = None


NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


class Episode(NamedTuple):
    """One matter a rule has with one subject, from `since` (aware UTC) on.

    `anchor` names the matter. `verified` is the last look that bears the CHECK steps out; `heard`
    when the source heard least lately was heard, None where there is no other to wait for.
    `deadlines` are named dates the steps count down to. From `until` on nothing is due. `facts` are
    strings the message needs; they decide nothing.
    """

    rule: str
    subject: str
    anchor: str
    since: datetime
    steps: tuple[Step, ...]
    verified: datetime | None = None
    deadlines: tuple[tuple[str, datetime], ...] = ()
    facts: Mapping[str, str] = NOTHING_MORE
    until: datetime | None = None
    heard: datetime | None = None


def ascending(since: datetime, steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps in the order given, no date before `since`, none after that of a later step.

    A step listed later is a later step. One whose date comes first pulls the dates of those listed
    ahead of it down with it, so that a schedule never falls back by itself and no key is lost.
    """
    given = tuple(steps)
    dates = [since, *(step.at for step in given)]
    if all(map(le, dates, dates[1:])):  # nearly always
        return given
    latest: datetime | None = None
    found: list[Step] = []
    for step in reversed(given):
        at = max(step.at, since)
        at = at if latest is None else min(at, latest)
        latest = at
        found.append(step if at == step.at else step._replace(at=at))
    return tuple(reversed(found))


def has_come(step: Step, episode: Episode, now: datetime) -> bool:
    """A CHECK step comes when a source has seen that it still holds, and every other source has been
    heard since as well; those that cannot be are not waited for longer than six hours.
    """
    if step.at > now:
        return False
    if step.witness is Witness.CLOCK:
        return True
    if episode.verified is None or episode.verified < step.at:
        return False
    return episode.heard is None or episode.heard >= step.at or now >= step.at + OTHERS_WAIT


def waited_for_until(step: Step, episode: Episode, now: datetime) -> datetime | None:
    """When a step comes at the latest that only waits for other sources (UTC); None: it does not."""
    if step.at > now or episode.verified is None or episode.verified < step.at:
        return None
    return None if has_come(step, episode, now) else step.at + OTHERS_WAIT


def due(episode: Episode, now: datetime) -> Step | None:
    """The last step that has come, or None."""
    if episode.until is not None and now >= episode.until:
        return None
    come = [s for s in episode.steps if has_come(s, episode, now)]
    return come[-1] if come else None


def ahead(episode: Episode, now: datetime) -> tuple[Step, ...]:
    """The steps still to come if nothing moves, in order of time."""
    if episode.until is not None and now >= episode.until:
        return ()
    now_due = due(episode, now)
    start = episode.steps.index(now_due) + 1 if now_due else 0
    return episode.steps[start:]


def working_days_after(start: datetime, days: int, calendar: WorkingDays) -> datetime:
    """`start`'s time of day on the `days`-th working day after its date (both UTC)."""
    after: int = _days_until(start.date(), days, calendar)
    return start + timedelta(days=after)


@lru_cache(maxsize=4096)
def _days_until(start: date, days: int, calendar: WorkingDays) -> int:
    """How many days after `start` that working day is: many parcels share their dates."""
    day, left = start, days
    while left > 0:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    return (day - start).days
