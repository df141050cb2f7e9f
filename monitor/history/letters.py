"""What lies in the outbox: a message for one channel, its row, and the batch it is sent in."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from monitor.alerts.memory import Kind
from monitor.history.columns import moment, moment_or_none
from monitor.schedule import Severity

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

Delivery = Literal["sent", "failed", "unknown"]
LEASE = timedelta(seconds=120)  # longer than any attempt to send may take
ATTEMPTS = 10
ALONE_AFTER = 4  # attempts; what has failed so often may be the reason itself
AGE = timedelta(hours=24)
FIRST_PAUSE = 30  # seconds
LONGEST_PAUSE = 3600
# A day may pass before the first attempt, with the lid closed; such a row is not given up at once.
_ATTEMPTS_OF_OLD = 3


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to send over one channel. `subject` is the parcel's name, an adapter or a channel.

    `not_before` (UTC) holds it back, for a digest or quiet hours; None: at once.
    """

    channel: str
    kind: Kind
    severity: Severity
    title: str
    body: str
    parcel_id: int | None
    subject: str
    number: str | None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message with what became of it. `state`: pending, sending, sent, dead (given up, see
    `retry`) or dropped (overtaken or no longer true before it was sent); times aware UTC.

    `maybe_sent`: an attempt ended without an answer, or its process died, so that the message may
    have arrived.
    """

    id: int
    channel: str
    kind: Kind
    severity: Severity
    title: str
    body: str
    parcel_id: int | None
    subject: str
    number: str | None
    rule: str
    episode_id: int | None
    created_at: datetime
    state: str
    attempts: int
    next_at: datetime
    maybe_sent: bool
    last_error: str
    failed_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows one attempt sends together. `repeat`: they may have arrived before."""

    id: int
    channel: str
    rows: tuple[OutboxRow, ...]
    holder: str
    repeat: bool


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel does, from what lies in the outbox. Times aware UTC.

    `failing_since`: the first failure of a row that has not got through; None while all is well.
    Of each row the last failure counts. `waiting_since`: the same of those that are still tried,
    `given_up_at`: the last failure of the others.
    """

    channel: str
    pending: int
    dead: int
    last_sent: datetime | None
    failing_since: datetime | None
    waiting_since: datetime | None
    given_up_at: datetime | None
    last_failure: datetime | None
    last_error: str


def outbox_row(row: sqlite3.Row) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        channel=row["channel"],
        kind=Kind(row["kind"]),
        severity=Severity(row["severity"]),
        title=row["title"],
        body=row["body"],
        parcel_id=row["parcel_id"],
        subject=row["subject"],
        number=row["number"],
        rule=row["rule"],
        episode_id=row["episode_id"],
        created_at=moment(row["created_at"]),
        state=row["state"],
        attempts=row["attempts"],
        next_at=moment(row["next_at"]),
        maybe_sent=bool(row["maybe_sent"]),
        last_error=row["last_error"],
        failed_at=moment_or_none(row["failed_at"]),
        sent_at=moment_or_none(row["sent_at"]),
    )


def pause(row_id: int, attempts: int) -> timedelta:
    """How long to wait after the `attempts`-th failure: doubling up to an hour, spread by half.

    The spread comes from the row itself, so that what failed together does not return together
    and the same history gives the same times.
    """
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (min(attempts, ATTEMPTS) - 1))
    spread = zlib.crc32(f"{row_id}:{attempts}".encode()) / 0xFFFFFFFF
    return timedelta(seconds=longest * (1 + spread) / 2)


def given_up(row: OutboxRow, now: datetime) -> bool:
    """Whether a row that failed is not tried again by itself.

    By age and not by attempts: ten of them go by within a night without a mail server.
    """
    return now - row.created_at >= AGE and row.attempts >= _ATTEMPTS_OF_OLD
