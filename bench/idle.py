"""What the service costs while nothing is due: resident memory and processor time, 1,000 parcels.

The service is the real process, both sources switched on; every parcel has just been asked about.
`SECONDS=60 python -m bench idle` takes a shorter look.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.history import History
from monitor.parcel import Parcel
from monitor.parcel.outcomes import NotYet
from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.clock import SystemClock
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

PARCELS = 1000
SECONDS = float(os.environ.get("SECONDS", "600"))
MOST_MIB, MOST_PERCENT = 90, 0.2
_TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    clock = SystemClock()
    with (
        tempfile.TemporaryDirectory() as folder,
        CainiaoSandbox(clock) as cainiao,
        SeventeenTrackSandbox(clock) as seventeentrack,
    ):
        environ = {
            **os.environ,
            "XDG_STATE_HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "PARCELS_ADAPTERS__CAINIAO__BASE_URL": cainiao.base_url,
            "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL": seventeentrack.base_url,
            "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY": seventeentrack.key,
            "PARCELS_CHANNELS__0__NAME": "phone",
            "PARCELS_CHANNELS__0__URL": "json://127.0.0.1:9/",  # opened, so that Apprise is loaded
        }
        _fill(Path(folder) / "parcels" / "parcels.db")
        _measure(environ)
        assert not cainiao.calls, "something was asked: the service was not idle"


def _fill(database: Path) -> None:
    """Parcels added in the last day that Cainiao knew nothing of until just now."""
    now = datetime.now(UTC).replace(microsecond=0)
    added = now - timedelta(hours=20)
    with History.open(database, now=now) as history:
        with history.write_tx():
            parcels = [
                history.parcels.add(Parcel(0, f"LP0064{n:010}", added, shop="aliexpress"))
                for n in range(PARCELS)
            ]
        outcomes = [(p.id, NotYet(p.number, now)) for p in parcels]
        history.timeline.record_all(outcomes, "cainiao", now)


def _measure(environ: dict[str, str]) -> None:
    command = Path(sys.executable).with_name("parcels")
    with subprocess.Popen([command, "run"], env=environ, stderr=subprocess.DEVNULL) as process:
        try:
            time.sleep(45)  # judged, the first alerts sent, everything loaded
            before = _cpu(process.pid)
            time.sleep(SECONDS)
            percent = (_cpu(process.pid) - before) / SECONDS * 100
            resident = _resident_mib(process.pid)
        finally:
            process.terminate()
    _say("resident memory", f"{resident:.1f} MiB", f"{MOST_MIB} MiB", fits=resident <= MOST_MIB)
    _say(
        f"processor over {SECONDS:.0f} s",
        f"{percent:.3f} % of a core",
        f"{MOST_PERCENT} %",
        fits=percent <= MOST_PERCENT,
    )


def _cpu(pid: int) -> float:
    """Seconds of processor time so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _resident_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _say(what: str, found: str, limit: str, *, fits: bool) -> None:
    print(f"{what:26} {found:>20}   (at most {limit}: {'ok' if fits else 'TOO MUCH'})")
