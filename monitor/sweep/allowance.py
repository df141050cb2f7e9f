"""What may still be spent at a source: registrations this month, calls today."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState, FailureKind, SourceTrouble
from monitor.message.texts import source_name

if TYPE_CHECKING:
    from monitor.adapters.contract import Capability
    from monitor.history import History


async def take_call(history: History, capability: Capability, now: datetime) -> None:
    """Count one call before it is made. Raises SourceTrouble when the day's are used up."""
    limit = capability.daily
    if limit is None:
        return
    if await asyncio.to_thread(history.spending.call, capability.name, limit, now):
        return
    raise SourceTrouble(
        FailureKind.QUOTA,
        f"Today's {limit} calls at {_named(capability)} are made. It is asked again after midnight UTC.",
        until=_tomorrow(now),
    )


async def room(history: History, capability: Capability, now: datetime) -> int:
    """How many numbers may be registered now: no more than a request takes, or the month has left."""
    if capability.monthly is None:
        return capability.batch
    used = await asyncio.to_thread(history.spending.this_month, capability.name, now)
    return min(capability.batch, max(0, capability.monthly - used))


def no_room(number: str, capability: Capability) -> Enrolment:
    """What becomes of a number that has to wait for the next month."""
    detail = (
        f"This month's {capability.monthly} new numbers at {_named(capability)} are used up. This one "
        f"waits for the next month, or for a higher adapters.{capability.name}.monthly_limit."
    )
    return Enrolment(number, EnrolmentState.NEW, detail=detail, failure=FailureKind.QUOTA)


def _named(capability: Capability) -> str:
    return source_name(capability.name)


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
