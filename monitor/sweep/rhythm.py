"""When a source is asked about a parcel again."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.adapters.contract import EnrolmentState, FailureKind
from monitor.circuit import QUOTA_PAUSE

if TYPE_CHECKING:
    from monitor.adapters.contract import Capability
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel

FRESH_FOR = timedelta(hours=6)  # after adding, while nothing is known yet
AT_ONCE = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)  # not before the owner has changed something
SHUT_OUT = frozenset({EnrolmentState.REFUSED, EnrolmentState.GONE})  # not asked about any more


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often parcels are asked about, as the owner wants it; a source's floor always wins.

    `every` None leaves each source its own interval. `fresh_every` holds for the first hours after
    adding. `jitter` is the most that is added, by parcel, so that not all are asked at once.
    """

    every: timedelta | None = None
    fresh_every: timedelta = timedelta(minutes=15)
    jitter: timedelta = timedelta(minutes=5)


def next_look(
    parcel: Parcel,
    state: SourceState | None,
    capability: Capability,
    rhythm: Rhythm,
    check_at: datetime | None = None,
) -> datetime:
    """From when on (UTC) the source is asked about the parcel again; the past is: now.

    `check_at`: a look after it would let something be said, so that it does not wait for its turn.
    A number that could not be asked rests until its `retry_at`; after a failure of the whole source
    the circuit decides, not the number.
    """
    if state is None or state.last_ok is None or state.failures or state.enrolment in SHUT_OUT:
        return max(_out_of_turn(state), _floor_of(state, capability))
    regular = state.last_ok + _interval(parcel, state, capability, rhythm) + _lag(parcel, rhythm)
    if check_at is not None and state.last_ok < check_at < regular:
        return max(check_at, state.last_ok + capability.floor)
    return regular


def _out_of_turn(state: SourceState | None) -> datetime:
    """When a number is asked about that has not been answered the last time, or never yet."""
    if state is None:
        return AT_ONCE
    if state.enrolment in SHUT_OUT:
        return NEVER
    if state.enrolment == EnrolmentState.NEW and state.failure is FailureKind.QUOTA:
        return (state.enrolled_at or AT_ONCE) + QUOTA_PAUSE
    return state.retry_at or AT_ONCE


def floor_reached(state: SourceState | None, capability: Capability, now: datetime) -> bool:
    """Whether the source itself lets this number be asked about again."""
    at = _floor_of(state, capability)
    return now >= at or now < at - capability.floor


def _floor_of(state: SourceState | None, capability: Capability) -> datetime:
    """From when on the source lets it be asked about again; its answer counts, whatever it was.

    A number that failed has `retry_at` where the source as a whole did answer.
    """
    if not capability.floor_binds or state is None:
        return AT_ONCE
    failed = state.last_error_at if state.failures and state.retry_at is not None else None
    asked = max((t for t in (state.last_ok, failed) if t is not None), default=None)
    return AT_ONCE if asked is None else asked + capability.floor


def _interval(
    parcel: Parcel, state: SourceState, capability: Capability, rhythm: Rhythm
) -> timedelta:
    every = rhythm.every or capability.every
    asked = state.last_ok or parcel.added_at
    if state.not_yet and asked < parcel.added_at + FRESH_FOR:
        every = min(every, rhythm.fresh_every)
    return max(every, capability.floor)


def _lag(parcel: Parcel, rhythm: Rhythm) -> timedelta:
    """The parcel's own part of the jitter, always the same, so that a decision can be repeated."""
    return rhythm.jitter * ((zlib.crc32(parcel.number.encode()) % 1000) / 1000)
