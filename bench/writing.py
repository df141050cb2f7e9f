"""What the service writes to the disk in a day, for who runs it from an SD card: 20 parcels, Cainiao alone.

The real service, in a time that goes half an hour on with every step; what the kernel counts as
written by the process, the log not among it, since the journal keeps that. `DAYS=30 python -m bench
writing` takes a longer look. Needs a disk: on tmpfs the kernel counts nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.sandbox.histories import load_histories
from tests.daemon.conftest import IN_TIME
from tests.hard.machine import machine

if TYPE_CHECKING:
    from tests.hard.machine import Machine

PARCELS = 20
DAYS = int(os.environ.get("DAYS", "6"))
STEP, PAUSE = timedelta(minutes=30), 0.15  # real seconds a step
STILL = 10.0  # real seconds in which nothing is due; the service judges ten times a second here
KIB = 1024
BLOCK = 512  # bytes; the unit of ru_oublock
MOST_MIB = 5.0  # a day


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, machine(Path(folder)) as found:
        found.desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__ENABLED"] = "false"
        _fill(found)
        process = subprocess.Popen(
            [sys.executable, IN_TIME, "run"],
            env=found.desk._seen()  # noqa: SLF001 - as tests/daemon starts it
            | {"CLOCK_FILE": str(found.place.clock_file), "WAKING": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(4)
        for _ in range(int(timedelta(days=DAYS) / STEP)):
            found.place.later(STEP)
            time.sleep(PAUSE)
        before = _written(process.pid)
        time.sleep(STILL)
        idle = _written(process.pid) - before
        process.terminate()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        size = found.database.stat().st_size
        asked = found.cainiao.seen
    a_day = used.ru_oublock * BLOCK / DAYS / KIB**2
    print(f"{PARCELS} parcels, {DAYS} days, {asked} requests, database of {size / KIB**2:.1f} MiB")
    print(f"{'written a day':28} {a_day:8.2f} MiB  limit {MOST_MIB:g} MiB  "
          f"{'ok' if a_day <= MOST_MIB else 'TOO MUCH'}")  # fmt: skip
    print(f"{f'while nothing is due, {STILL:.0f} s':28} {idle:8} bytes")


def _fill(found: Machine) -> None:
    """Parcels shipped one a day until now, each with one of the stories of the sandbox."""
    stories = tuple(load_histories().values())
    for n in range(PARCELS):
        number, shipped = f"LP{10**9 + n:014}", found.desk.now.date() - timedelta(days=n)
        story = stories[n % len(stories)]
        found.cainiao.script(replace(story, number=number, shipped=shipped, last_mile=None))
        found.desk("add", number, "--label", f"Parcel {n}", "--shipped", shipped.isoformat())


def _written(pid: int) -> int:
    """Bytes the process has caused to be written to a disk so far."""
    lines = Path(f"/proc/{pid}/io").read_text("ascii").splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


if __name__ == "__main__":
    main()
