"""How a source does as a whole: when it may be asked again, and since when nothing is seen there."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.errors import FailureKind

if TYPE_CHECKING:
    from monitor.quota import QuotaReading

OPENS_AFTER = 5  # failed requests in a row
PROBES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))  # pauses once open; the last repeats
FIRST_PAUSE = timedelta(minutes=1)  # after a failure while still closed
REFUSED_PAUSE = timedelta(hours=1)  # a refused key is tried again, should the account be in order
QUOTA_PAUSE = timedelta(hours=6)  # where the source does not say when its allowance returns
CHALLENGE_PAUSES = tuple(timedelta(hours=h) for h in (1, 6, 24))
LONGEST_WAIT = timedelta(days=2)  # no source is believed that wants to be left alone for longer
_JITTER = 0.1  # part of a pause after a challenge that may be added to it

# What the owner can do something about, or what asking more makes worse: told at once.
AT_ONCE = frozenset({FailureKind.AUTH, FailureKind.CHALLENGE})
# What the source itself imposes; it holds for a person who asks, too.
IMPOSED = frozenset({FailureKind.CHALLENGE, FailureKind.QUOTA})
_OPENS_AT_ONCE = AT_ONCE | IMPOSED | {FailureKind.RATE_LIMITED}


class Circuit(StrEnum):
    """Whether a source is asked."""

    CLOSED = "closed"  # as usual
    OPEN = "open"  # left alone until `wait_until`
    HALF_OPEN = "half_open"  # one request may find out whether it works again


@dataclass(frozen=True, slots=True)
class Health:
    """What is remembered of one source. Times aware UTC.

    `failures` counts requests in a row that failed as a whole, `challenges` the pages for people
    among them; `reason` and `detail` (a clean sentence) are those of the last one, None and "" while
    all is well. `failing_since` is the first of them, `refused_since` the first of them that is told
    at once. `wait_until`: asked no earlier.
    """

    last_ok: datetime | None = None
    failures: int = 0
    challenges: int = 0
    reason: FailureKind | None = None
    detail: str = ""
    last_failure: datetime | None = None
    failing_since: datetime | None = None
    refused_since: datetime | None = None
    wait_until: datetime | None = None

    @property
    def failing(self) -> bool:
        return self.failures > 0

    def blind_for(self, now: datetime) -> timedelta:
        """How long nothing has been seen there; zero while it answers.

        Time during which nobody looked although it might have been asked counts for nothing.
        """
        if self.failing_since is None or self.last_failure is None:
            return timedelta(0)
        return (now if _waiting(self, now) else self.last_failure) - self.failing_since


def circuit(health: Health, now: datetime) -> Circuit:
    """Open after five failures in a row, and at once where asking on cannot help."""
    opened = health.failures >= OPENS_AFTER or health.reason in _OPENS_AT_ONCE
    if not opened:
        return Circuit.CLOSED
    return Circuit.OPEN if _waiting(health, now) else Circuit.HALF_OPEN


def may_ask(health: Health, now: datetime, *, by_hand: bool = False) -> bool:
    """Whether a request may go out now. A person waits for nothing but what the source imposes."""
    if not _waiting(health, now):
        return True
    return by_hand and health.reason not in IMPOSED


def _waiting(health: Health, now: datetime) -> bool:
    """A pause longer than any we make was stored while a clock was ahead, and is none."""
    until = health.wait_until
    return until is not None and now < until <= now + LONGEST_WAIT


def after_success(health: Health, now: datetime) -> Health:
    del health  # nothing of a failure is remembered once the source answers
    return Health(last_ok=now)


def after_failure(
    health: Health,
    kind: FailureKind,
    detail: str,
    now: datetime,
    *,
    wait: timedelta | None = None,
    until: datetime | None = None,
    seed: str = "",
) -> Health:
    """The health after one more failed request.

    `wait` and `until` are what the source itself demanded. `seed` is the source's name: pauses after
    a challenge are lengthened by a part that it and the moment decide, so that many installations
    do not come back together.
    """
    failed = replace(
        health,
        failures=health.failures + 1,
        challenges=health.challenges + (kind is FailureKind.CHALLENGE),
        reason=kind,
        detail=detail,
        last_failure=now,
        failing_since=health.failing_since or now,
        refused_since=health.refused_since or (now if kind in AT_ONCE else None),
    )
    demanded = [t for t in (until, None if wait is None else now + wait) if t is not None]
    pause = _pause(failed, seed) if kind is not FailureKind.QUOTA or not demanded else FIRST_PAUSE
    latest = min(max(demanded, default=now), now + LONGEST_WAIT)
    return replace(failed, wait_until=max(now + pause, latest))


def _pause(health: Health, seed: str) -> timedelta:
    """How long we leave a source alone by ourselves."""
    if health.reason is FailureKind.CHALLENGE:
        pause = _nth(CHALLENGE_PAUSES, health.challenges)
        return pause * (1 + _JITTER * _spread(f"{seed} {health.last_failure}"))
    if health.reason is FailureKind.AUTH:
        return REFUSED_PAUSE
    if health.reason is FailureKind.QUOTA:
        return QUOTA_PAUSE
    probes = health.failures - OPENS_AFTER + 1
    return FIRST_PAUSE if probes < 1 else _nth(PROBES, probes)


def _nth(pauses: tuple[timedelta, ...], count: int) -> timedelta:
    """The pause after the `count`-th time (from 1); the last repeats."""
    return pauses[min(count, len(pauses)) - 1]


def _spread(seed: str) -> float:
    """A number from 0 to 1 that is the same for the same seed."""
    return (zlib.crc32(seed.encode()) % 1000) / 999


@dataclass(frozen=True, slots=True)
class ChannelRecord:
    """All a watch over a channel may look at. Times aware UTC.

    `waiting_since`: the first failure, as far as is known, of a message that still waits; `given_up_at` the last failure
    of one that was given up. `pending` and `dead` count both kinds; `detail` is for the message only.
    """

    name: str
    pending: int = 0
    dead: int = 0
    last_sent: datetime | None = None
    waiting_since: datetime | None = None
    given_up_at: datetime | None = None
    last_failure: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """All a watch over the nightly copies of the database may look at. Times aware UTC.

    `folder` is where they lie, `newest` when the newest was made; `failing_since` the first failure since
    then, as far as is known, None while all is well. `detail` is for the message only.
    """

    folder: str
    newest: datetime | None = None
    failing_since: datetime | None = None
    last_failure: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """All a watch over a source may look at.

    `every`: how often a parcel is asked about there. `numbers`: some of those it watches, and `page`
    where a person can look them up by hand ("" = nowhere); both are for the message only. `quota`:
    what was left of a paid allowance, a reading a day, oldest first; () where there is none.
    """

    name: str
    every: timedelta
    health: Health
    page: str = ""
    numbers: tuple[str, ...] = ()
    quota: tuple[QuotaReading, ...] = ()
