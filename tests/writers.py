"""`python -m tests.writers`, also `make writers`: commands write while the service writes, too.

Six people add, edit and acknowledge, each command a process of its own, while the real service asks
both sandboxes without a pause. Every command must succeed, none may wait longer than 30 seconds, and
everything written must be there. Ends with 1 where that is not so.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.desk import held
from tests.hard.machine import machine

if TYPE_CHECKING:
    from tests.cli.desk import Ran
    from tests.hard.machine import Machine

PEOPLE = 6
LONGEST = 30.0  # seconds
TURNS = 40
STEP = timedelta(hours=3)  # after which every parcel is due again at one source or the other
BEGINNING = 300.0  # seconds the first alerts may take on a machine that has much else to do
PAUSE = 0.1  # real seconds between two steps
CROWD = 60  # parcels the service has to ask about all the while


@dataclass
class Writing:
    """What came of a run. `seconds` of each command, `failed` as command and what it said."""

    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    rounds: int = 0  # of the service, over its sources
    taken: float = 0.0

    @property
    def sound(self) -> bool:
        late = max(self.seconds, default=0.0) > LONGEST
        return not (self.failed or self.missing or self.damage or late) and self.rounds > 0

    def lines(self) -> list[str]:
        return [
            (
                f"{len(self.seconds)} commands of {PEOPLE} people in {self.taken:.0f} s, "
                f"{len(self.failed)} failed {self.failed[:3] or ''}"
            ),
            (
                f"a command took {statistics.median(self.seconds):.2f} s, "
                f"the longest {max(self.seconds):.2f} s (at most {LONGEST:.0f} s)"
            ),
            f"meanwhile the service made {self.rounds} rounds over its sources",
            f"written and not there: {len(self.missing)}; damage: {self.damage or 'none'}",
            "all of it holds" if self.sound else "NOT ALL OF IT HOLDS",
        ]


def number(person: int, turn: int) -> str:
    return f"LP{person:04}{turn:010}"


def writing(folder: Path, turns: int) -> Writing:
    """`turns`: how often each person adds a parcel, edits it and acknowledges an alert."""
    result = Writing()
    over = threading.Event()
    with machine(folder) as found:
        _crowd(found)
        found.place.start()
        _until_there_is_something_to_acknowledge(found)
        with ThreadPoolExecutor(PEOPLE + 1) as people:
            time_passes = people.submit(_time_passes, found, over)
            before, start = _rounds(found), time.monotonic()
            at_work = [people.submit(_person, found, n, turns, result) for n in range(PEOPLE)]
            for each in at_work:
                each.result()
            result.taken = time.monotonic() - start
            over.set()
            time_passes.result()
        result.rounds = _rounds(found) - before
        _check(found, turns, result)
    return result


def _crowd(found: Machine) -> None:
    """Parcels stopped by customs: the first are those of the people, the others are many."""
    shipped = (found.desk.now - timedelta(days=4)).date()
    numbers = [number(9000, n) for n in range(CROWD)]
    for each in numbers:
        history = held(each, shipped=shipped)
        found.cainiao.script(history)
        found.seventeentrack.script(history)
    for which in range(2):
        source = ("cainiao", "seventeentrack")[which]
        ran = found.desk("add", *numbers[which::2], "--adapter", source, "--shop", "none")
        if ran.code:
            raise SystemExit(ran.err)


def _until_there_is_something_to_acknowledge(found: Machine) -> None:
    end = time.monotonic() + BEGINNING
    while _open(found) < PEOPLE:
        if time.monotonic() > end:
            raise SystemExit(f"the service told of too little: {found.log[-2000:]}")
        time.sleep(0.2)


def _time_passes(found: Machine, over: threading.Event) -> None:
    while not over.wait(PAUSE):
        found.place.later(STEP)


def _person(found: Machine, person: int, turns: int, result: Writing) -> None:
    for turn in range(turns):
        mine = number(person, turn)
        _command(found, result, "add", mine, "--label", "New", "--shop", "none")
        _command(found, result, "edit", mine, "--label", f"Parcel {turn} of {person}")
        _command(found, result, "ack", number(9000, person))


def _command(found: Machine, result: Writing, *arguments: str) -> None:
    start = time.monotonic()
    ran: Ran = found.desk.process(*arguments)
    result.seconds.append(time.monotonic() - start)
    if ran.code:
        result.failed.append(f"parcels {' '.join(arguments)} ended with {ran.code}: {ran.err}")


def _open(found: Machine) -> int:
    sql = "SELECT count(*) FROM episode WHERE closed_at IS NULL AND told > 0"
    with closing(sqlite3.connect(found.database)) as rows:
        return int(rows.execute(sql).fetchone()[0])


def _rounds(found: Machine) -> int:
    with closing(sqlite3.connect(found.database)) as rows:
        return int(rows.execute("SELECT count(*) FROM poll").fetchone()[0])


def _check(found: Machine, turns: int, result: Writing) -> None:
    with closing(sqlite3.connect(found.database)) as rows:
        labels = dict(rows.execute("SELECT number, label FROM parcel"))
        said = [line for (line,) in rows.execute("PRAGMA integrity_check")]
    result.damage += [line for line in said if line != "ok"]
    for person in range(PEOPLE):
        for turn in range(turns):
            if labels.get(number(person, turn)) != f"Parcel {turn} of {person}":
                result.missing.append(number(person, turn))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.writers", description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS, help=f"of each person ({TURNS})")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = writing(Path(folder), asked.turns)
    for line in result.lines():
        sys.stdout.write(f"{line}\n")
    return 0 if result.sound else 1


if __name__ == "__main__":
    sys.exit(main())
