"""`python -m tests.kills`, also `make kills`: the service is killed again and again, mostly in the
middle of a question or of a message.

The real service beside both sandboxes and two telephones that refuse a fifth of what they get. It
is killed with SIGKILL and started anew; parcels are added meanwhile. In the end every alert must
have arrived, repeats must be marked and must follow from a kill, the file must have been sound after
every kill, and no number may have been paid for twice. Ends with 1 where that is not so.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.sandbox.histories import ScriptedEvent
from tests.cli.desk import held
from tests.hard.arrivals import Account, account
from tests.hard.machine import machine

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.hard.machine import Machine

LATENCY = 0.08  # seconds an answer takes: the time in which a kill meets it under way
STEP = timedelta(hours=1)  # between two lives
STOPPED, RELEASED, DELIVERED = 3, 5, 6  # days after shipping
REFUSED = 0.2
LAST_STEPS, LAST_WAIT = 30, 5.0  # hours, and real seconds in each
AIMS = ("source", "phone", "any moment")
WEIGHTS = (4, 5, 1)
STARTING, PATIENCE = 30.0, 3.0  # seconds until it watches, and then for what is aimed at
FIRST = 10**9
ARRIVAL = ScriptedEvent(
    DELIVERED,
    "09:00",
    "Delivered_Other",
    "Delivered",
    offset="+02:00",
    location="Köln",
    country="DE",
)


@dataclass
class Ordeal:
    """One run: the machine, its chance, and what was seen so far."""

    machine: Machine
    chance: random.Random
    numbers: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    unsound: list[str] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)  # rows that a kill left as being sent
    _lives: int = 0  # that began to watch

    def life(self) -> None:
        """The service from its start to its kill."""
        self.machine.place.later(STEP)
        aim = self.chance.choices(AIMS, WEIGHTS)[0]
        self._lives = self.machine.log.count(" INFO watching ")
        before = self._seen(aim)
        process = self.machine.place.start()
        for _ in range(self.chance.choice((0, 1, 2)) or aim == "source"):
            self.add()
        self._wait(process, aim, before)
        process.kill()
        process.wait(timeout=20)
        self.machine.place.running.remove(process)
        self._examine()

    def _begun(self) -> bool:
        """Whether the service of this life watches: its log has one such line for each life."""
        return self.machine.log.count(" INFO watching ") > self._lives

    def _seen(self, aim: str) -> int:
        """How many questions, or messages, arrived so far."""
        found = self.machine
        sources = (found.cainiao, found.seventeentrack)
        return sum(each.seen for each in (sources if aim == "source" else found.phones.values()))

    def _wait(self, process: subprocess.Popen[str], aim: str, before: int) -> None:
        """Until the moment of the kill: a little after a question or message has arrived."""
        if aim == "any moment":
            time.sleep(self.chance.uniform(0, 1.5))
            self.met["at any moment"] += 1
            return
        which = self.chance.choice((1, 1, 2, 3))
        end = time.monotonic() + STARTING
        begun = False
        while self._seen(aim) < before + which:
            if not begun and self._begun():
                begun, end = True, time.monotonic() + PATIENCE
            if time.monotonic() >= end or process.poll() is not None:
                self.met[f"no {aim} was called any more"] += 1
                return
            time.sleep(0.002)
        after = self.chance.uniform(0, 1.4 * LATENCY)
        time.sleep(after)
        under_way = "while waiting for its answer" if after < LATENCY else "just after its answer"
        self.met[f"{aim}: {under_way}"] += 1

    def add(self) -> None:
        """A parcel that customs has stopped, of one source or the other; told at the first look."""
        number = f"LP{FIRST + len(self.numbers):014}"
        shipped = (self.machine.desk.now - timedelta(days=STOPPED + 1)).date()
        history = held(number, until=RELEASED, shipped=shipped)
        history = replace(history, events=(*history.events, ARRIVAL))
        self.machine.cainiao.script(history)
        self.machine.seventeentrack.script(history)
        source = ("cainiao", "seventeentrack")[len(self.numbers) % 2]
        label = label_of(len(self.numbers))
        ran = self.machine.desk(
            "add", number, "--label", label, "--adapter", source, "--shop", "none"
        )
        if ran.code:
            raise SystemExit(f"parcels add ended with {ran.code}: {ran.err}")
        self.numbers.append(number)

    def _examine(self) -> None:
        """The file as the dead process left it. A copy is opened: whoever opens the original would
        tidy it up before the next service gets to it.
        """
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "parcels.db"
            for ending in ("", "-wal"):
                left = self.machine.database.with_name(f"parcels.db{ending}")
                if left.exists():
                    shutil.copy(left, copy.with_name(copy.name + ending))
            if not copy.exists():
                return  # killed before there was a database
            with closing(sqlite3.connect(copy)) as rows:
                said = [line for (line,) in rows.execute("PRAGMA integrity_check")]
                if said != ["ok"]:
                    self.unsound.extend(said)
                if rows.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
                    sending = rows.execute("SELECT id FROM outbox WHERE state = 'sending'")
                    self.doubtful.update(row_id for (row_id,) in sending)

    def last_life(self) -> None:
        """Nobody kills and nobody refuses any more: what is owed must get through."""
        for phone in self.machine.phones.values():
            phone.refuse_fraction(0)
        self._lives = self.machine.log.count(" INFO watching ")
        process = self.machine.place.start()
        while not self._begun() and process.poll() is None:
            time.sleep(0.02)
        for _ in range(LAST_STEPS):
            end = time.monotonic() + LAST_WAIT
            while (owed := self._owed()) and time.monotonic() < end:
                time.sleep(0.2)
            if not owed:
                break
            self.machine.place.later(STEP)
        self.unsound += [f"still owed in the end: {each}" for each in owed]
        process.terminate()
        if process.wait(timeout=30) != 0:
            self.unsound.append("the last life did not end well")
        self.machine.place.running.remove(process)

    def _owed(self) -> list[str]:
        """Alerts on their way, and parcels nobody has been told of."""
        with closing(sqlite3.connect(self.machine.database)) as rows:
            waiting = rows.execute(
                "SELECT title || ' on the ' || channel || ' ' || state || ' ' || attempts || ' '"
                " || datetime(next_at, 'unixepoch') FROM outbox"
                " WHERE state IN ('pending', 'sending') UNION ALL SELECT label FROM parcel WHERE"
                " NOT EXISTS (SELECT 1 FROM outbox WHERE parcel_id = parcel.id)"
            )
            return [line for (line,) in waiting]


def label_of(index: int) -> str:
    return f"Parcel {index:04}"


@dataclass(frozen=True)
class Outcome:
    """What came of a run. `sound`: all that must hold holds."""

    kills: int
    met: Counter[str]
    account: Account
    registrations: int
    paid_twice: list[str]
    unsound: list[str]
    seconds: float

    @property
    def sound(self) -> bool:
        return self.account.sound and not self.paid_twice and not self.unsound

    def lines(self) -> list[str]:
        return [
            f"{self.kills} kills in {self.seconds:.0f} s: "
            + "; ".join(f"{what} {count}" for what, count in sorted(self.met.items())),
            *self.account.lines(),
            f"damage found after a kill: {'; '.join(self.unsound) or 'none'}",
            (
                f"{self.registrations} numbers registered, paid twice: "
                f"{', '.join(self.paid_twice) or 'none'}"
            ),
            "all of it holds" if self.sound else "NOT ALL OF IT HOLDS",
        ]


def ordeal(
    folder: Path, kills: int, seed: int, say: Callable[[str], object], minutes: float = 1e6
) -> Outcome:
    """So many lives of the service, or as many as begin within `minutes`, and what must be true."""
    start = time.monotonic()
    with machine(folder, LATENCY) as found:
        for phone in found.phones.values():
            phone.refuse_fraction(REFUSED)
        run = Ordeal(found, random.Random(seed))  # noqa: S311 - a seed makes a run repeatable
        run.add()
        for kill in range(1, kills + 1):
            if time.monotonic() - start > minutes * 60:
                break
            run.life()
            if kill % 50 == 0:
                say(f"{kill} kills, {len(run.numbers)} parcels, {time.monotonic() - start:.0f} s")
        run.last_life()
        charges = found.seventeentrack.charges
        return Outcome(
            run.met.total(),
            run.met,
            account(found, [label_of(n) for n in range(len(run.numbers))], run.doubtful),
            len(charges),
            sorted(number for number, paid in charges.items() if paid > 1),
            [*run.unsound, *(line for line in found.log.splitlines() if "report this" in line)],
            time.monotonic() - start,
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=1e6, help="no new life after so many")
    parser.add_argument("--seed", type=int, default=1, help="the same moments again (1)")
    asked = parser.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory() as folder:
        outcome = ordeal(Path(folder), asked.kills, asked.seed, say, asked.minutes)
    for line in outcome.lines():
        say(line)
    return 0 if outcome.sound else 1


if __name__ == "__main__":
    sys.exit(main())
