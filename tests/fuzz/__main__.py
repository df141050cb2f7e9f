"""`python -m tests.fuzz`: hostile cases by the hundred thousand against every door, on all cores.

    python -m tests.fuzz --cases 1000000 --seed 1            all doors, by their shares
    python -m tests.fuzz --cases 50000 --target cainiao      one door
    python -m tests.fuzz --again cainiao:1:4711              one case again, with its traceback

A case is known by its door, the seed and its number, and is made anew from them.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 500  # cases handed to a process at once
LONGEST = 5.0  # seconds of computing one case may take; the slowest honest ones take a tenth
TOLD = 100  # blocks after which it is said how far it is
SHOWN = 3  # cases told of one finding


class TooSlow(Exception):
    """A case took longer than any may."""


@dataclass
class Tally:
    """What came of some cases of one door."""

    target: str
    cases: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    findings: dict[str, list[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        self.cases += other.cases
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.counts.update(other.counts)
        for what, where in other.findings.items():
            self.findings[what] = [*self.findings.get(what, []), *where][:SHOWN]


def case_of(target: str, seed: int, number: int) -> bytes:
    """The case of this name: the same bytes on every machine with the same good documents."""
    return TARGETS[target].make(Random(f"{target}:{seed}:{number}"))


def block(target: str, seed: int, start: int, count: int) -> Tally:
    """Cases `start` to `start + count` of a door, in this process."""
    tally = Tally(target)
    for number in range(start, start + count):
        case = case_of(target, seed, number)
        began = time.process_time()
        try:
            with bounded():
                TARGETS[target].run(case)
        except Exception as finding:  # noqa: BLE001 - whatever is raised here is a finding
            what = _named(finding)
            tally.counts[what] += 1
            tally.findings.setdefault(what, []).append(f"{target}:{seed}:{number}")
        took = time.process_time() - began
        tally.cases, tally.seconds = tally.cases + 1, tally.seconds + took
        tally.slowest = max(tally.slowest, took)
    return tally


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Ends a case that never would, by TooSlow."""
    signal.signal(signal.SIGVTALRM, _too_slow)
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _too_slow(_number: int, _frame: object) -> None:
    raise TooSlow(f"more than {LONGEST:g} s")


def _named(finding: BaseException) -> str:
    """The kind of a finding and where it arose, which is what tells two findings apart."""
    steps = traceback.extract_tb(finding.__traceback__)
    ours = [step for step in steps if "/monitor/" in step.filename or "/fuzz/" in step.filename]
    last = (ours or steps)[-1]
    place = "/".join(last.filename.split("/")[-2:])
    return f"{type(finding).__name__} at {place}:{last.lineno}: {str(finding)[:160]!r}"[:260]


def shared_out(cases: int, only: list[str]) -> dict[str, int]:
    """How many cases each door gets."""
    chosen = {name: target.share for name, target in TARGETS.items() if not only or name in only}
    whole = sum(chosen.values())
    return {name: max(1, round(cases * share / whole)) for name, share in chosen.items()}


def _begun() -> None:
    """A process of the pool begins: it ends at once when told to, and says where it crashed."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    faulthandler.enable()


def run(cases: int, seed: int, processes: int, only: list[str]) -> dict[str, Tally]:
    """All cases, on so many processes; the tally of each door, as far as they came when interrupted."""
    tallies = {name: Tally(name) for name in shared_out(cases, only)}
    work = [
        (name, seed, start, min(BLOCK, count - start))
        for name, count in shared_out(cases, only).items()
        for start in range(0, count, BLOCK)
    ]
    began = time.monotonic()
    pool = ProcessPoolExecutor(processes, initializer=_begun)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for done, tally in enumerate(pool.map(block, *zip(*work, strict=True)), 1):
            tallies[tally.target].add(tally)
            if done % TOLD == 0 or sys.stderr.isatty():
                share = f"{done}/{len(work)} blocks, {time.monotonic() - began:.0f} s"
                print(share, end="\r" if sys.stderr.isatty() else "\n", file=sys.stderr)
    except (KeyboardInterrupt, BrokenProcessPool) as end:
        print(f"not all cases were run: {type(end).__name__}", file=sys.stderr)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return {name: tally for name, tally in tallies.items() if tally.cases}


def report(tallies: dict[str, Tally], seconds: float) -> bool:
    """Prints what came of it; whether nothing was found."""
    print(f"{'door':<16}{'cases':>10}{'ms/case':>9}{'slowest ms':>12}{'findings':>10}")
    for name, tally in tallies.items():
        each = 1000 * tally.seconds / tally.cases
        found = sum(tally.counts.values())
        print(f"{name:<16}{tally.cases:>10,}{each:>9.2f}{1000 * tally.slowest:>12.0f}{found:>10,}")
    total = sum(tally.cases for tally in tallies.values())
    print(f"{total:,} cases in {seconds:.0f} s")
    for tally in tallies.values():
        for what, times in tally.counts.most_common():
            print(f"\n{times} x {what}\n    again: {', '.join(tally.findings[what])}")
    return not any(tally.counts for tally in tallies.values())


def again(name: str) -> None:
    """One case by its name, printed and run with nothing caught."""
    target, seed, number = name.split(":")
    case = case_of(target, int(seed), int(number))
    print(f"{len(case)} bytes: {case[:2_000]!r}")
    TARGETS[target].run(case)
    print("nothing was found")


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--target", action="append", default=[], choices=list(TARGETS))
    parser.add_argument("--again", metavar="DOOR:SEED:NUMBER")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        tempfile.tempdir = folder  # what the doors write goes when the run is over
        if given.again:
            again(given.again)
            return 0
        began = time.monotonic()
        tallies = run(given.cases, given.seed, given.processes, given.target)
        return 0 if report(tallies, time.monotonic() - began) else 1


if __name__ == "__main__":
    sys.exit(main())
