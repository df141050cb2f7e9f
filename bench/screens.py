"""What `list` and `show` take with 1,000 parcels stored, cold, on a pipe and on a terminal.

Measured twice: with all 1,000 under way and something due for every one, which is the worst there is;
and as most owners have it, with 40 under way and 960 done. Each run is a process of its own, as
somebody types it: start, imports, configuration, database, and every line printed. By the clock the
median, of the processor the least of the rounds: on a machine that others use, too, only the least
tells what the command itself takes. `PARCELS=100 ROUNDS=5 python -m bench screens` is a smaller one.
"""

from __future__ import annotations

import os
import pty
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.judge import NOW, _fill
from monitor.history import History
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.judge import judge_due

if TYPE_CHECKING:
    from monitor.parcel import Parcel

PARCELS = int(os.environ.get("PARCELS", "1000"))
ROUNDS = int(os.environ.get("ROUNDS", "11"))
PIPE, DRAWN = 300, 400  # milliseconds at most
COMMANDS = (("list",), ("show", "LP00000000000001"))
COLUMNS = 140
UNDER_WAY = 40  # of those that are stored, with most owners


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "parcels.db"
        with History.open(database, now=NOW) as history:
            _fill(history, PARCELS)
            told = judge_due(history, court_from(Settings()), NOW, crowd=())
        environ = _environ(folder, database)
        bare = _measured([sys.executable, "-c", "pass"], environ, drawn=False)
        print(f"clock: median of {ROUNDS}; processor: the least of {ROUNDS}")
        print(f"{'bare interpreter':28} {bare[0]:6.1f} ms {bare[1]:6.1f} ms of processor")
        print(f"\n{PARCELS:,} parcels with 10 events each, all under way, {told:,} alerts open")
        _all_commands(environ, bare)
        with History.open(database, now=NOW) as history:
            _done(history, history.parcels.watched()[UNDER_WAY:])
        print(f"\n{PARCELS:,} parcels with 10 events each, {UNDER_WAY} under way, the others done")
        _all_commands(environ, bare)


def _done(history: History, parcels: list[Parcel]) -> None:
    """They have arrived, as `parcels done` notes it."""
    with history.write_tx():
        for parcel in parcels:
            history.parcels.change(replace(parcel, done_at=NOW, done_as="delivered"))
            history.matters.close_all(parcel.id, NOW)


def _all_commands(environ: dict[str, str], bare: tuple[float, float]) -> None:
    for words in COMMANDS:
        for drawn, most in ((False, PIPE), (True, DRAWN)):
            command = [sys.executable, "-m", "monitor", *words]
            taken, worked = _measured(command, environ, drawn=drawn)
            where = "on a terminal" if drawn else "on a pipe"
            verdict = "ok" if taken <= most else "TOO SLOW"
            print(
                f"{f'parcels {words[0]} {where}':28} {taken:6.1f} ms {worked:6.1f} ms of processor"
                f"  = {worked / bare[1]:5.1f} x  (at most {most} ms: {verdict})"
            )


def _environ(folder: str, database: Path) -> dict[str, str]:
    """Bytecode is kept, as it is where the program is installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": f"{folder}/compiled",
        "XDG_CONFIG_HOME": folder,
        "PARCELS_DATABASE__PATH": str(database),
        "PARCELS_NOW": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        "TERM": "xterm-256color",
        "COLUMNS": str(COLUMNS),
    }


def _measured(command: list[str], environ: dict[str, str], *, drawn: bool) -> tuple[float, float]:
    """Milliseconds by the clock, the median, and of the processor, the least."""
    run = _on_a_terminal if drawn else _on_a_pipe
    run(command, environ)  # so that files are made and cached
    taken, worked = [], []
    for _ in range(ROUNDS):
        before, begun = _processor(), time.perf_counter()
        run(command, environ)
        taken.append((time.perf_counter() - begun) * 1000)
        worked.append((_processor() - before) * 1000)
    return statistics.median(taken), min(worked)


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _on_a_pipe(command: list[str], environ: dict[str, str]) -> None:
    subprocess.run(command, env=environ, check=True, capture_output=True)


def _on_a_terminal(command: list[str], environ: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, env=environ, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    try:
        while os.read(ours, 65536):
            pass
    except OSError:  # Linux says so when the other end has gone
        pass
    finally:
        os.close(ours)
    assert process.wait() == 0, f"{command} failed"


if __name__ == "__main__":
    main()
