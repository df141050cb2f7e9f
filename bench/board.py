"""How long `parcels board` takes with 1,000 parcels stored, and how large its page is.

The command is the real process, from a fresh interpreter; the parcels are those of the benchmark of
judging, each with ten events, each judged.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.judge import NOW, _fill
from monitor.history import History
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.judge import judge_due

PARCELS = int(os.environ.get("PARCELS", "1000"))
MOST_SECONDS, MOST_MIB = 2.0, 2.0  # for 1,000
ROUNDS = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database, page = folder / "parcels.db", folder / "board.html"
        with History.open(database, now=NOW) as history:
            _fill(history, PARCELS)
            judge_due(history, court_from(Settings()), NOW, crowd=())
        environ = {
            **os.environ,
            "HOME": name,
            "XDG_CONFIG_HOME": name,
            "PARCELS_DATABASE__PATH": str(database),
            "PARCELS_NOW": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        }
        taken = [_seconds(page, environ) for _ in range(ROUNDS)]
        size = page.stat().st_size / (1 << 20)
    middle = statistics.median(taken)
    verdict = "ok" if middle <= MOST_SECONDS and size <= MOST_MIB else "TOO MUCH"
    limits = f"at most {MOST_SECONDS} s and {MOST_MIB} MiB for 1,000"
    print(f"board of {PARCELS:,} parcels: {middle:.2f} s, {size:.2f} MiB ({limits}: {verdict})")


def _seconds(page: Path, environ: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "monitor", "board", "-o", str(page)],
        env=environ, check=True, capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
