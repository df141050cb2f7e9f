"""`python -m tests.soak`, also `make soak`: years of the service's life in half an hour.

The real service, both sandboxes, two telephones; its clock goes three hours on with every step. A few
dozen parcels are always under way, sources and channels fail now and then. Memory, open files,
threads and the write-ahead log are looked at all the while. Ends with 1 when a limit is broken.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.sandbox.histories import load_histories
from tests.hard.machine import machine

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from monitor.sandbox.histories import ParcelHistory
    from tests.hard.machine import Machine

STEP = timedelta(hours=3)
UNDER_WAY = 36  # parcels
LIFE = 60  # days after which a parcel makes room for another, whatever became of it
WARM_UP = 0.2  # share of the run
GROWTH_MIB = 5.0
WAL_MIB = 8.0
MORE_FILES, MORE_THREADS = 3, 3  # connections come and go
RHYTHM = 30  # days in which each of the troubles comes once

FIRST, STORIES = 10**9, tuple(load_histories().values())


@dataclass(frozen=True)
class Sample:
    day: float
    resident: float  # MiB
    files: int
    threads: int
    log: float  # MiB of the write-ahead log
    database: float  # MiB


@dataclass
class Soak:
    """One run: the machine, the service, who is under way since which day, and what was seen."""

    machine: Machine
    pid: int
    born: dict[str, int] = field(default_factory=dict)
    made: int = 0
    samples: list[Sample] = field(default_factory=list)

    @property
    def day(self) -> float:
        start = self.machine.place.desk.now - self._start
        return start / timedelta(days=1)

    def __post_init__(self) -> None:
        self._start = self.machine.desk.now

    def step(self) -> None:
        before = int(self.day)
        self.machine.place.later(STEP)
        if int(self.day) > before:
            self.replace_the_old()
            TROUBLES.get(int(self.day) % RHYTHM, _nothing)(self.machine)

    def replace_the_old(self) -> None:
        """Parcels that are over are removed or finished in turn, and others take their place."""
        desk = self.machine.desk
        today = int(self.day)
        old = [n for n, day in self.born.items() if today - day >= LIFE]
        for number in old:
            del self.born[number]
            command = ("remove", number, "--yes") if self.made % 2 else ("done", number)
            _ran(desk(*command).code, (0, 65), command)
        for _ in range(min(2 if self.born else UNDER_WAY, UNDER_WAY - len(self.born))):
            self.add(today)

    def add(self, today: int) -> None:
        self.made += 1
        number = f"LP{FIRST + self.made:014}"
        story = STORIES[self.made % len(STORIES)]
        history = _as(story, number, self.machine.desk.now.date())
        self.machine.cainiao.script(history)
        self.machine.seventeentrack.script(history)
        source = ("--adapter", "seventeentrack") if self.made % 3 == 0 else ()
        command = ("add", number, "--label", f"Parcel {self.made}", "--shop", "aliexpress", *source)
        _ran(self.machine.desk(*command).code, (0,), command)
        self.born[number] = today

    def look(self) -> None:
        path = self.machine.database
        log = path.with_name(f"{path.name}-wal")
        status = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        )
        self.samples.append(
            Sample(
                self.day,
                int(status["VmRSS"].split()[0]) / 1024,
                sum(1 for _ in Path(f"/proc/{self.pid}/fd").iterdir()),
                int(status["Threads"]),
                log.stat().st_size / 2**20 if log.exists() else 0.0,
                path.stat().st_size / 2**20,
            )
        )


def _as(story: ParcelHistory, number: str, shipped: date) -> ParcelHistory:
    """The same story of another parcel; the last carrier's part under the same number."""
    return replace(story, number=number, shipped=shipped, last_mile=None)


def _ran(code: int, fine: tuple[int, ...], command: tuple[str, ...]) -> None:
    if code not in fine:
        raise SystemExit(f"parcels {' '.join(command)} ended with {code}")


def _nothing(_: Machine) -> None:
    return


def _calm(found: Machine) -> None:
    found.cainiao.faults.clear()
    found.cainiao.challenge(on=False)
    found.seventeentrack.faults.clear()
    for phone in found.phones.values():
        phone.refuse_fraction(0)


# By the day of each thirty. What begins ends with the next day on which all is well.
TROUBLES: dict[int, Callable[[Machine], None]] = {
    4: lambda m: m.cainiao.faults.inject("error_503"),
    7: _calm,
    10: lambda m: m.seventeentrack.faults.inject("unauthorized_401"),
    12: _calm,
    13: lambda m: m.cainiao.challenge(),
    15: _calm,
    17: lambda m: m.phones["phone"].refuse_fraction(1),
    20: _calm,
    21: lambda m: m.seventeentrack.faults.inject("truncated"),
    22: _calm,
    23: lambda m: m.cainiao.faults.inject("lost_answer"),
    24: _calm,
    25: lambda m: m.phones["tablet"].refuse_fraction(0.5),
    27: _calm,
}


@dataclass(frozen=True)
class Limit:
    """What is looked at, at the warm end and at the last, and how much more it may be."""

    what: str
    of: Callable[[Sample], float]
    unit: str
    more: float

    def broken(self, samples: list[Sample]) -> bool:
        warm, last = self.compared(samples)
        return last - warm > self.more

    def compared(self, samples: list[Sample]) -> tuple[float, float]:
        """The medians of a tenth of the run after the warm-up, and of its last tenth."""
        tenth = max(1, len(samples) // 10)
        first = int(len(samples) * WARM_UP)
        warm = samples[first : first + tenth]
        return (
            statistics.median(self.of(s) for s in warm),
            statistics.median(self.of(s) for s in samples[-tenth:]),
        )


LIMITS = (
    Limit("resident memory", lambda s: s.resident, "MiB", GROWTH_MIB),
    Limit("open files", lambda s: s.files, "", MORE_FILES),
    Limit("threads", lambda s: s.threads, "", MORE_THREADS),
)


def soak(minutes: float, pause: float, say: Callable[[str], object]) -> bool:
    """Whether all limits held. `pause`: real seconds between two steps of the clock."""
    with tempfile.TemporaryDirectory() as folder, machine(Path(folder)) as found:
        process = found.place.start(WAKING="0")
        run = Soak(found, process.pid)
        run.replace_the_old()
        end = time.monotonic() + minutes * 60
        shown = -RHYTHM
        while time.monotonic() < end:
            run.step()
            time.sleep(pause)
            if process.poll() is not None:
                say(f"the service ended with {process.returncode}:\n{found.log[-2000:]}")
                return False
            run.look()
            if run.day - shown >= RHYTHM:
                shown = int(run.day)
                say(_line(run.samples[-1], found))
        say(f"{run.made} parcels over {run.day:.0f} days, {len(run.samples)} samples")
        sound = not _unexpected(found, say)
    return _judged(run.samples, say) and sound


def _line(sample: Sample, found: Machine) -> str:
    sent = sum(len(phone.messages) for phone in found.phones.values())
    asked = len(found.cainiao.calls) + len(found.seventeentrack.calls)
    return (
        f"day {sample.day:6.0f}  {sample.resident:6.1f} MiB  {sample.files:3} files  "
        f"{sample.threads:3} threads  log {sample.log:5.2f} MiB  database {sample.database:5.1f} MiB  "
        f"{asked:6} requests  {sent:5} messages"
    )


def _unexpected(found: Machine, say: Callable[[str], object]) -> bool:
    """A fault of the program's own in the log."""
    faults = [line for line in found.log.splitlines() if "report this" in line]
    for line in faults[:5]:
        say(line)
    return bool(faults)


def _judged(samples: list[Sample], say: Callable[[str], object]) -> bool:
    held = True
    for limit in LIMITS:
        warm, last = limit.compared(samples)
        broken = limit.broken(samples)
        held &= not broken
        say(
            f"{limit.what:18} {warm:7.1f} -> {last:7.1f} {limit.unit:4} "
            f"(at most {limit.more:g} more: {'TOO MUCH' if broken else 'ok'})"
        )
    most = max(s.log for s in samples)
    held &= most <= WAL_MIB
    say(
        f"{'write-ahead log':18} {most:7.2f} MiB at most "
        f"(limit {WAL_MIB:g}: {'ok' if most <= WAL_MIB else 'TOO MUCH'})"
    )
    peak = max(s.resident for s in samples)
    say(f"{'peak of memory':18} {peak:7.1f} MiB")
    return held


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="real time (30)")
    parser.add_argument("--pause", type=float, default=0.15, help="real seconds a step (0.15)")
    asked = parser.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    return 0 if soak(asked.minutes, asked.pause, say) else 1


if __name__ == "__main__":
    sys.exit(main())
