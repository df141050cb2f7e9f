"""How long commands take from a fresh interpreter, as a multiple of an interpreter that does nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 15
NUMBER = "LP00638127450193"
# command, most milliseconds, most multiples of a bare interpreter
LIMITS = (
    (["--help"], None, 9),
    (["add", NUMBER, "--label", "Desk lamp"], 300, 25),
    (["list"], 300, 25),
)


def main() -> None:
    command = Path(sys.executable).with_name("parcels")
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "XDG_STATE_HOME": folder, "XDG_CONFIG_HOME": folder}
        for arguments, _, _ in LIMITS:  # everything once, so that files are made and cached
            _run([command, *arguments], environ)
        bare, times = _side_by_side(command, environ)
    print(f"bare interpreter {bare:6.1f} ms (median of {ROUNDS})")
    for (arguments, most_ms, most_times), taken in zip(LIMITS, times, strict=True):
        limit = f"at most {most_times} x" + (f" and {most_ms} ms" if most_ms else "")
        fits = taken / bare <= most_times and (most_ms is None or taken <= most_ms)
        verdict = "ok" if fits else "TOO SLOW"
        name = f"parcels {arguments[0]}"
        print(f"{name:16} {taken:6.1f} ms = {taken / bare:5.1f} x   ({limit}: {verdict})")


def _side_by_side(command: Path, environ: dict[str, str]) -> tuple[float, list[float]]:
    """Medians in milliseconds; each round takes every command once, so that load hits all alike."""
    taken: list[list[float]] = [[] for _ in range(len(LIMITS) + 1)]
    for _ in range(ROUNDS):
        taken[0].append(_run([sys.executable, "-c", "pass"], environ))
        for index, (arguments, _, _) in enumerate(LIMITS, 1):
            taken[index].append(_run([command, *arguments], environ))
    bare, *rest = (statistics.median(t) for t in taken)
    return bare, rest


def _run(arguments: list[str | Path], environ: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(arguments, env=environ, check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000
