"""`make year`: a year of 200 parcels with outages, restarts and wrong clocks, and what must hold of it.

`python -m tests.year --seed 7 --parcels 50 --days 90` lives less; the seed is printed, and the same one
gives the same year. Exit code 1, with the lines in question, when a claim is broken.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.year.claims import CLAIMS
from tests.year.living import lived
from tests.year.record import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.year.record import Record, Year

SHOWN = 20  # lines of one claim


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    scale = Scale(seed, options.parcels, options.days, options.hours)
    _say(
        f"{scale.parcels} parcels, {scale.days} days, a pass every {scale.hours:g} hours, --seed {seed}"
    )
    began = time.perf_counter()

    def progress(place: int, record: Record) -> None:
        if place and place % max(1, scale.passes // 12) == 0:
            took = time.perf_counter() - began
            _say(f"  day {place * scale.hours / 24:3.0f}: {len(record.told)} alerts, {took:.0f} s")

    with tempfile.TemporaryDirectory(prefix="parcels-year-") as folder:
        year = lived(scale, Path(folder), progress)
    _table(year)
    broken = _judged(year)
    _say(f"{time.perf_counter() - began:.0f} s; {broken or 'no'} claims broken; --seed {seed}")
    return 1 if broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--seed", type=int, help="of all chance; drawn and printed when left out")
    parser.add_argument("--parcels", type=int, default=200)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--hours", type=float, default=6, help="between two passes")
    return parser


def _table(year: Year) -> None:
    record = year.record
    looks = sum(len(found) for found in record.looks.values())
    typed = Counter(words[0] for did in record.did.values() for _, words in did)
    _say(f"{record.passes} passes, {looks} answers about a parcel, {len(record.told)} alerts")
    _say("owner: " + ", ".join(f"{count} {word}" for word, count in sorted(typed.items())))
    for urgency, count in Counter(told.urgency for told in record.told).most_common():
        _say(f"  {count:5} {urgency}")


def _judged(year: Year) -> int:
    """How many claims are broken; each is said, with the lines that break it."""
    broken = 0
    for claim in CLAIMS:
        lines = list(claim(year))
        broken += bool(lines)
        _say(f"  {'BROKEN' if lines else 'holds ':6}  {claim.__name__.replace('_', ' ')}")
        for line in lines[:SHOWN]:
            _say(f"            {line}")
        if lines[SHOWN:]:
            _say(f"            … and {len(lines) - SHOWN} more")
    return broken


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
