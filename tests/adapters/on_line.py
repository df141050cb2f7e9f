"""Adapters on a real line, without waiting for turns."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from monitor.transport import HttpClient, Wire
from tests.cli.desk import NoPace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Adapter, Ask


def on_line(
    base_url: str, work: Callable[[Wire], Awaitable[Any]], *, attempts: int = 1, secret: str = ""
) -> Any:
    """What `work` makes of a wire to that address."""

    async def within() -> Any:
        async with HttpClient() as client:
            return await work(
                Wire(
                    client, base_url=base_url, pace=NoPace(), attempts=attempts, first_pause=0,
                    secrets=[secret],
                )
            )  # fmt: skip

    return asyncio.run(within())


def shown(
    adapter: Adapter, base_url: str, asks: Sequence[Ask], now: datetime, *, attempts: int = 1
) -> tuple[Any, ...]:
    """What the adapter says of these numbers after asking there."""
    answer = on_line(base_url, lambda wire: adapter.fetch(wire, asks), attempts=attempts)
    return adapter.parse(answer, asks, now)


def each_shown(adapter: Adapter, base_url: str, asks: Sequence[Ask], now: datetime) -> list[Any]:
    """What the adapter says of each of these numbers, asked one after the other on one line."""

    async def one_by_one(wire: Wire) -> list[Any]:
        return [adapter.parse(await adapter.fetch(wire, [ask]), [ask], now)[0] for ask in asks]

    found: list[Any] = on_line(base_url, one_by_one)
    return found
