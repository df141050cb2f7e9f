"""What judging costs: all rules over 100,000 parcels under way, and a tick with nothing due.

The rules are timed by themselves, over dossiers that were read a moment ago; beside them the whole
of judging, with reading all from SQLite and storing when to look again. Everything is due, since
other settings judged it before, and everything there is to tell was told. `PARCELS=10000 STORED=100000
python -m bench judge` is a tenth of it.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.history import History
from monitor.parcel import Event, Parcel, Side, Stage, TimeQuality
from monitor.parcel.outcomes import Snapshot
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.dossiers import dossiers
from monitor.sweep.judge import CHUNK, judge_due
from monitor.sweep.verdicts import verdicts_on

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.parcel import Dossier
    from monitor.sweep.judge import Court

PARCELS = int(os.environ.get("PARCELS", "100000"))
STORED = int(os.environ.get("STORED", "1000000"))
MOST_SECONDS, MOST_MIB, MOST_TICK = 10.0, 200, 0.005  # for 100,000 and 1,000,000
ROUNDS = 21
AT_ONCE = 2000  # parcels stored in one transaction
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
SOURCE = "seventeentrack"
# What the first nine events say, then one of these as the tenth.
JOURNEY = (
    (Stage.INFO_RECEIVED, "Announced", "Yiwu", "CN"),
    (Stage.IN_TRANSIT, "Collected", "Yiwu", "CN"),
    (Stage.IN_TRANSIT, "Sorted", "Yiwu", "CN"),
    (Stage.EXPORT_CLEARANCE, "Export declared", "Shanghai", "CN"),
    (Stage.EXPORT_CLEARANCE, "Export released", "Shanghai", "CN"),
    (Stage.IN_TRANSIT, "Departed", "Shanghai", "CN"),
    (Stage.IN_TRANSIT, "Arrived", "Leipzig", "DE"),
    (Stage.CLEARANCE_START, "Import clearance started", "Leipzig", "DE"),
    (Stage.OTHER, "Remark", "Leipzig", "DE"),
)
LAST = (
    (Stage.IN_TRANSIT, Side.UNKNOWN),
    (Stage.CLEARANCE_EXCEPTION, Side.IMPORT),
    (Stage.CLEARANCE_START, Side.IMPORT),
    (Stage.CLEARANCE_PAYMENT_DUE, Side.IMPORT),
    (Stage.CLEARANCE_FAILURE, Side.IMPORT),
    (Stage.CLEARANCE_SUCCESS, Side.IMPORT),
    (Stage.PICKUP, Side.UNKNOWN),
    (Stage.DELIVERY_FAILED, Side.UNKNOWN),
    (Stage.RETURNING, Side.UNKNOWN),
    (Stage.OUT_FOR_DELIVERY, Side.UNKNOWN),
)


def main() -> None:
    court = court_from(Settings())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "parcels.db"
        with History.open(path, now=NOW) as history:
            _fill(history, PARCELS)
            told = judge_due(history, court, NOW, crowd=())
            print(
                f"{PARCELS:,} parcels under way, {10 * PARCELS:,} events, {told:,} alerts told before"
            )
            _everything_due(history, replace(court, settings_fingerprint="others"))
    with (
        tempfile.TemporaryDirectory() as folder,
        History.open(Path(folder) / "parcels.db", now=NOW) as history,
    ):
        _store(history, STORED, court)
        _nothing_due(history, court)


def _fill(history: History, count: int) -> None:
    """Parcels of every kind, each with ten events."""
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(count, start + AT_ONCE))
        with history.write_tx():
            parcels = [history.parcels.add(_parcel(n)) for n in numbers]
            looked = NOW - timedelta(hours=1)
            shown = [
                (p.id, Snapshot(p.number, looked, _events(n), origin="CN", destination="DE"))
                for n, p in zip(numbers, parcels, strict=True)
            ]
            history.timeline.record_all(shown, SOURCE, NOW)


def _parcel(number: int) -> Parcel:
    # Of every fourth nobody said when it was shipped: its protection counts from its own first event.
    shipped = date(2026, 7, 20) + timedelta(days=number % 20) if number % 4 else None
    added = NOW - timedelta(days=40)
    return Parcel(0, f"LP{number:014}", added, f"thing {number}", "aliexpress", shipped=shipped)


def _events(number: int) -> tuple[Event, ...]:
    begin = NOW - timedelta(days=25 + number % 25, minutes=number % 600)
    stage, side = LAST[number % len(LAST)]
    said = [(*each, Side.UNKNOWN) for each in JOURNEY]
    said.append((stage, f"The last word, {number % 7}", "Leipzig", "DE", side))
    return tuple(
        _event(begin + timedelta(days=day, hours=day), day, *each) for day, each in enumerate(said)
    )


def _event(
    at: datetime, code: int, stage: Stage, text: str, place: str, country: str, side: Side
) -> Event:
    return Event(
        SOURCE, "post", at.isoformat(), at, TimeQuality.EXACT, f"C{code}", text, place, country,
        original=text, stage=stage, side=side, language="en", matched=("word",),
    )  # fmt: skip


def _everything_due(history: History, court: Court) -> None:
    """The rules by themselves first: afterwards nothing is due any more."""
    ids = history.parcels.to_judge(NOW, court.fingerprint)
    assert len(ids) == PARCELS, "not everything is due"
    reading = ruling = 0.0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        begun = time.perf_counter()
        read = dossiers(history, chunk)
        stored = history.matters.of(chunk)
        held = time.perf_counter()
        for parcel_id, dossier in read.items():
            verdicts_on(dossier, stored.get(parcel_id, {}), court, NOW)
        ruling += time.perf_counter() - held
        reading += held - begun
    rules = sum(_only_rules(list(dossiers(history, c).values()), court) for c in _chunks(ids))
    begun = time.perf_counter()
    told = judge_due(history, court, NOW, crowd=())
    whole = time.perf_counter() - begun
    assert not told, "something was told twice"
    scale = PARCELS / 100_000
    _say("all rules", rules, MOST_SECONDS * scale)
    _say("rules, and what to tell", ruling)
    _say("reading it all from SQLite", reading)
    _say("judging as a whole", whole)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{'peak of resident memory':32} {peak:8.1f} MiB  (at most {MOST_MIB} MiB: {_fits(peak <= MOST_MIB)})"
    )


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def _only_rules(read: Sequence[Dossier], court: Court) -> float:
    begun = time.perf_counter()
    for dossier in read:
        for rule in court.rules:
            rule(dossier)
    return time.perf_counter() - begun


def _store(history: History, count: int, court: Court) -> None:
    """Parcels that were all judged; each is looked at again at a later time."""
    for start in range(0, count, AT_ONCE):
        with history.write_tx():
            for number in range(start, min(count, start + AT_ONCE)):
                parcel = history.parcels.add(_parcel(number))
                later = NOW + timedelta(hours=1 + number % 500)
                history.parcels.looked(parcel.id, later, later, court.fingerprint)


def _nothing_due(history: History, court: Court) -> None:
    def tick() -> None:
        assert judge_due(history, court, NOW) == 0

    taken = _median(tick)
    print(
        f"{'a tick, nothing due':32} {taken * 1000:8.3f} ms   of {STORED:,} stored "
        f"(at most {MOST_TICK * 1000:.0f} ms: {_fits(taken <= MOST_TICK)})"
    )


def _median(work: Callable[[], None]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _say(what: str, seconds: float, most: float | None = None) -> None:
    limit = "" if most is None else f"  (at most {most:.1f} s: {_fits(seconds <= most)})"
    print(f"{what:32} {seconds:8.2f} s    {seconds / PARCELS * 1e6:6.1f} us a parcel{limit}")


def _fits(holds: bool) -> str:
    return "ok" if holds else "TOO MUCH"
