"""A pass over 4,000 parcels at a sandbox that answers in 300 ms, against what the spacing imposes."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.history import History
from monitor.parcel import Parcel
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.histories import load_histories
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.settings import load
from monitor.sweep.court import court_from
from monitor.sweep.instance import alive, holder
from monitor.sweep.office import Pass, shared_pace, speakers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import Settings

PARCELS = 4000
LATENCY = 0.3  # seconds
SPACING = 0.35
BATCH = 40
SHIPPED = datetime(2026, 9, 1, 6, tzinfo=UTC)
LIMIT = 1.1


def main() -> None:
    now = SHIPPED + timedelta(days=10)
    clock = SteppedClock(SHIPPED)
    sandbox = SeventeenTrackSandbox(clock, quota_total=PARCELS, latency=LATENCY)
    numbers = _scripted(sandbox)
    with tempfile.TemporaryDirectory() as folder, sandbox:
        settings = _settings(Path(folder), sandbox)
        with History.open(settings.database.path, now=SHIPPED) as history:
            _add(history, numbers)
            _report("registering and first look", _timed(history, settings, SHIPPED), sandbox, 2)
            clock.set(now)
            before = len(sandbox.calls)
            taken = _timed(history, settings, now)
            _report("sweep", taken, sandbox, 1, before)


def _scripted(sandbox: SeventeenTrackSandbox) -> list[str]:
    """Four thousand parcels with the ordinary history, each under a number of its own."""
    ordinary = load_histories()["1-normal"]
    numbers = [f"LP{index:014d}" for index in range(10**13, 10**13 + PARCELS)]
    for number in numbers:
        sandbox.script(replace(ordinary, number=number, shipped=SHIPPED.date(), last_mile=None))
    return numbers


def _settings(folder: Path, sandbox: SeventeenTrackSandbox) -> Settings:
    empty = folder / "config.toml"
    empty.touch(mode=0o600)
    environ = {
        "HOME": str(folder),
        "TZ": "UTC",
        "PARCELS_DATABASE__PATH": str(folder / "parcels.db"),
        "PARCELS_ADAPTERS__CAINIAO__ENABLED": "false",  # of 17TRACK alone, and of no network
        "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY": sandbox.key,
        "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL": sandbox.base_url,
    }
    return load(empty, environ)


def _add(history: History, numbers: Sequence[str]) -> None:
    with history.write_tx():
        for number in numbers:
            history.parcels.add(
                Parcel(0, number, SHIPPED, shop="aliexpress", shipped=SHIPPED.date())
            )


def _timed(history: History, settings: Settings, now: datetime) -> float:
    whole = Pass(
        history=history,
        settings=settings,
        court=court_from(settings),
        speakers=speakers_of(settings, lambda _: None),
        holder=holder(),
        alive=alive,
        pace_of=shared_pace(settings),
    )
    start = time.perf_counter()
    report = asyncio.run(whole.run(history.parcels.watched(), now))
    taken = time.perf_counter() - start
    assert not report.failed, [t.detail for r in report.rounds for t in r.troubles]
    assert sum(r.answered for r in report.rounds) == PARCELS
    return taken


def _report(
    name: str, taken: float, sandbox: SeventeenTrackSandbox, calls_each: int, before: int = 0
) -> None:
    calls = sandbox.calls[before:]
    imposed = (PARCELS // BATCH * calls_each - 1) * SPACING + LATENCY
    ratio = taken / imposed
    arrivals = sorted(call.at for call in calls)
    fullest = max(sum(1 for a in arrivals if t <= a < t + 1) for t in arrivals)
    verdict = "ok" if ratio <= LIMIT and fullest <= 3 else "TOO SLOW"
    print(
        f"{name:28} {len(calls):4} calls  {taken:6.2f} s; the spacing imposes {imposed:6.2f} s: "
        f"{ratio:.3f} x (at most {LIMIT} x); fullest second {fullest} calls (at most 3): {verdict}"
    )
