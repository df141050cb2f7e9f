"""The stepped clock moves when told, and never by itself."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.sandbox.clock import SteppedClock, SystemClock

START = datetime(2026, 8, 3, 8, tzinfo=UTC)


def test_it_stands_still_until_it_is_advanced() -> None:
    clock = SteppedClock(START)
    assert (clock.now, clock.now) == (START, START)
    clock.advance(timedelta(hours=1))
    assert clock.now == START + timedelta(hours=1)


def test_it_is_not_advanced_backwards_but_can_be_set_back() -> None:
    clock = SteppedClock(START)
    with pytest.raises(ValueError, match="set"):
        clock.advance(timedelta(seconds=-1))
    clock.set(START - timedelta(days=1))
    assert clock.now == START - timedelta(days=1)


def test_it_shows_utc_whatever_zone_it_is_given() -> None:
    east = timezone(timedelta(hours=8))
    assert SteppedClock(START.astimezone(east)).now.tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        SteppedClock(START.replace(tzinfo=None))


def test_sleeping_on_it_advances_it() -> None:
    clock = SteppedClock(START)
    asyncio.run(clock.sleep(86_400))
    asyncio.run(clock.sleep(-5))
    assert clock.now == START + timedelta(days=1)


def test_no_step_is_lost_between_threads() -> None:
    clock = SteppedClock(START)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: clock.advance(timedelta(seconds=1)), range(400)))
    assert clock.now == START + timedelta(seconds=400)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now.tzinfo is UTC
