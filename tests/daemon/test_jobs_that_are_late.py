"""A job whose moment went by, because the machine or the event loop was busy, runs late and once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from monitor.daemon import service
from monitor.daemon.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

HOUR = timedelta(hours=1)
NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)


async def begun(work: Callable[[], Any], during: Callable[[Service], Any]) -> None:
    """A service with one job every hour, and nothing else."""
    shared: Any = SimpleNamespace(
        wall=lambda: NOW,
        steady=lambda: 0.0,
        history=lambda: SimpleNamespace(try_writing=None),
        settings=SimpleNamespace(zone=UTC, alerts=SimpleNamespace(language="en")),
    )
    made = Service(shared, SimpleNamespace(), ())  # type: ignore[arg-type]
    made._every("look", 3600, work)
    made._scheduler.start()
    try:
        await during(made)
    finally:
        made._scheduler.shutdown(wait=False)


def test_the_first_run_is_at_once_and_not_an_interval_later() -> None:
    async def claim() -> None:
        ran = asyncio.Event()

        async def work() -> None:
            ran.set()

        async def during(_: Service) -> None:
            await asyncio.wait_for(ran.wait(), 20)

        await begun(work, during)

    asyncio.run(claim())


def test_a_run_that_is_an_hour_late_is_made_up_for_and_only_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The library's own default leaves out what is late by more than a second."""
    late = datetime.now(UTC) - 5 * HOUR + timedelta(minutes=1)
    monkeypatch.setattr(service, "of_the_scheduler", lambda: late)
    ran: list[str] = []

    async def claim() -> None:
        first = asyncio.Event()

        async def work() -> None:
            ran.append("late")
            first.set()

        async def during(made: Service) -> None:
            await asyncio.wait_for(first.wait(), 20)
            (job,) = made._scheduler.get_jobs()
            assert job.next_run_time > datetime.now(UTC)  # nothing is left of the hours before

        await begun(work, during)

    asyncio.run(claim())
    assert ran == ["late"]


def test_a_job_that_takes_longer_than_its_interval_is_not_begun_beside_itself() -> None:
    most: list[int] = []

    async def claim() -> None:
        over, begun_once, going = asyncio.Event(), asyncio.Event(), 0

        async def work() -> None:
            nonlocal going
            going += 1
            most.append(going)
            begun_once.set()
            await over.wait()
            going -= 1

        async def during(made: Service) -> None:
            await asyncio.wait_for(begun_once.wait(), 20)
            for _ in range(3):
                made._soon("look")
                await asyncio.sleep(0.05)  # what should not happen needs a moment to happen in
            over.set()
            await asyncio.sleep(0)

        await begun(work, during)

    asyncio.run(claim())
    assert max(most) == 1
