"""Send what waits in the outbox: the claim is committed before anything leaves the house."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

from monitor.alerts.hours import OPEN
from monitor.channels import Delivery
from monitor.history.letters import ALONE_AFTER
from monitor.message.language import ENGLISH
from monitor.message.parts import Part, fitting, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.alerts.hours import Gate
    from monitor.channels import Result
    from monitor.history import History
    from monitor.history.outbox import Batch, OutboxRow

# Services that hang must not take the threads that read and write. Never waited for at the end.
_SENDERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="tell")


class Speaker(Protocol):
    """An open channel."""

    @property
    def name(self) -> str: ...

    def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message that left, or did not: the alerts in it and what became of it."""

    channel: str
    alerts: int
    title: str
    delivery: Delivery
    detail: str


async def tell(
    history: History,
    speakers: Sequence[Speaker],
    now: datetime,
    *,
    holder: str,
    alive: Callable[[str], bool],
    gate: Gate = OPEN,
    ignore_backoff: bool = False,
    language: str = ENGLISH,
) -> list[Spoken]:
    """Send all that is due and that the hour (`gate`) lets pass.

    Each channel on its own, so that a hanging one delays no other. `language` is that of the words
    around the alerts; they themselves stay as they were written.
    """
    await asyncio.to_thread(history.outbox.reclaim, alive, now)
    told = await asyncio.gather(
        *(
            _one_channel(history, s, now, holder, gate, language, ignore_backoff=ignore_backoff)
            for s in speakers
        )
    )
    return [spoken for channel in told for spoken in channel]


async def _one_channel(
    history: History,
    speaker: Speaker,
    now: datetime,
    holder: str,
    gate: Gate,
    language: str,
    *,
    ignore_backoff: bool,
) -> list[Spoken]:
    told: list[Spoken] = []
    claim = partial(
        history.outbox.claim, speaker.name, now, holder, partial(fits, language=language),
        gate=gate, ignore_backoff=ignore_backoff,
    )  # fmt: skip
    while True:
        batch = await asyncio.to_thread(claim)
        if batch is None:
            return told
        spoken = await _send(speaker, batch, language)
        await asyncio.to_thread(
            history.outbox.settle, batch, spoken.delivery.value, spoken.detail, now
        )
        told.append(spoken)
        if spoken.delivery is not Delivery.SENT:
            return told  # the rest of this channel would only fail after it


def fits(rows: Sequence[OutboxRow], language: str = ENGLISH) -> int:
    """How many of the waiting alerts go into one message.

    What has failed repeatedly goes alone: a service may refuse one text, and no other alert is to
    be lost with it.
    """
    fresh = list(takewhile(lambda row: row.attempts < ALONE_AFTER, rows))
    return fitting([_part(row) for row in fresh], code=language) if fresh else 1


def _part(row: OutboxRow) -> Part:
    return Part(row.kind, row.severity, row.title, row.body)


async def _send(speaker: Speaker, batch: Batch, language: str) -> Spoken:
    words = joined([_part(row) for row in batch.rows], repeat=batch.repeat, code=language)
    loop = asyncio.get_running_loop()
    result = await loop.run_in_executor(_SENDERS, speaker.send, words.title, words.body)
    return Spoken(speaker.name, len(batch.rows), words.title, result.delivery, result.detail)


async def say(speakers: Sequence[Speaker], title: str, body: str, limit: float) -> list[Spoken]:
    """The same words through every channel at once, beside the outbox: for when that cannot be
    written to. Each has about `limit` seconds. What fails is not tried again.
    """
    loop = asyncio.get_running_loop()

    async def one(speaker: Speaker) -> Spoken:
        send = partial(speaker.send, title, body, timeout=limit)
        result = await loop.run_in_executor(_SENDERS, send)
        return Spoken(speaker.name, 1, title, result.delivery, result.detail)

    return list(await asyncio.gather(*map(one, speakers)))
