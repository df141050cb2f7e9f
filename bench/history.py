"""How many events a second reach the disk through the history, next to SQLite by itself."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.history import History
from monitor.history.connection import PRAGMAS
from monitor.history.events import INSERT, New, to_row
from monitor.parcel import Event, Parcel, Stage, TimeQuality
from monitor.parcel.outcomes import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
PARCELS, EVENTS = 500, 40
ROUNDS = 7
FLOOR = 0.5  # of the speed of the bare driver
SOURCE = "seventeentrack"


def an_event(number: int) -> Event:
    return Event(
        source=SOURCE,
        provider="Cainiao",
        raw_time=f"2026-08-{number % 28 + 1:02d} 10:{number % 60:02d}",
        at=NOW,
        time_quality=TimeQuality.EXACT,
        code=f"C{number}",
        text=f"Arrived at the sorting centre {number}",
        place="Guangzhou",
        stage=Stage.IN_TRANSIT,
    )


def prepared() -> list[tuple[Any, ...]]:
    """Rows as the statement takes them: PARCELS x EVENTS."""
    seen = int(NOW.timestamp())
    events = [an_event(number) for number in range(EVENTS)]
    return [
        to_row(parcel_id, SOURCE, New(event, seen, None, edited=False))
        for parcel_id in range(1, PARCELS + 1)
        for event in events
    ]


def fresh(folder: Path, name: str) -> Path:
    """A database that has the parcels and no events."""
    path = folder / name
    with History.open(path, now=NOW) as history, history.write_tx():
        for number in range(PARCELS):
            history.parcels.add(Parcel(0, f"N{number}", NOW))
    return path


def through_the_history(path: Path, rows: Sequence[tuple[Any, ...]]) -> float:
    """Rows a second on our batch path."""
    with History.open(path, now=NOW) as history:
        start = time.perf_counter()
        with history.write_tx():
            history._store.run_many(INSERT, rows)  # noqa: SLF001 - the path `record_all` takes
        return len(rows) / (time.perf_counter() - start)


def by_the_driver(path: Path, rows: Sequence[tuple[Any, ...]]) -> float:
    """Rows a second with the same statement and settings, and nothing of ours."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(INSERT, rows)
    connection.execute("COMMIT")
    taken = time.perf_counter() - start
    connection.close()
    return len(rows) / taken


def batch_milliseconds(folder: Path) -> float:
    """One answer about 40 parcels with 10 new events each, compared, recorded and committed."""
    with History.open(fresh(folder, "batch.db"), now=NOW) as history:
        parcels = history.parcels.all()[:40]
        taken = []
        for turn in range(ROUNDS):
            events = tuple(an_event(turn * 10 + number) for number in range((turn + 1) * 10))
            items = [(p.id, Snapshot(p.number, NOW, events)) for p in parcels]
            start = time.perf_counter()
            history.timeline.record_all(items, SOURCE, NOW)
            taken.append((time.perf_counter() - start) * 1000)
    return taken[0]


def main() -> None:
    rows = prepared()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(ROUNDS):
            theirs.append(by_the_driver(fresh(folder, f"driver-{turn}.db"), rows))
            ours.append(through_the_history(fresh(folder, f"history-{turn}.db"), rows))
        batch = batch_milliseconds(folder)
    through, bare = statistics.median(ours), statistics.median(theirs)
    ratio = through / bare
    verdict = "ok" if ratio >= FLOOR else f"below {FLOOR}"
    print(f"history: {through:,.0f} event rows/s, sqlite3 alone {bare:,.0f} rows/s")
    print(f"history: ratio {ratio:.2f} ({verdict})")
    print(f"history: 40 parcels x 10 new events recorded in {batch:.1f} ms")


if __name__ == "__main__":
    main()
