"""Starts `parcels` as the tests of the service do, and with less patience for a database that is busy.

SECONDS: how long it waits for another process's write, and for the next try to store an answer.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path

from monitor.history import History
from monitor.sweep import storing

SECONDS = float(os.environ["SECONDS"])

opening = History.open.__func__.__kwdefaults__  # type: ignore[attr-defined]
opening["patience"] = SECONDS
storing.AGAIN = SECONDS
runpy.run_path(
    str(Path(__file__).parents[1] / "daemon" / "parcels_in_time.py"), run_name="__main__"
)
