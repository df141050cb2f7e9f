"""Starts `parcels` as the tests of the service do, and with less patience for a database that is busy.

SECONDS: how long it waits for another process's write, and for the next try to store an answer.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.history import connection, opening
from monitor.sweep import storing

if TYPE_CHECKING:
    import sqlite3

SECONDS = float(os.environ["SECONDS"])


def connect(path: Path, _patience: float) -> sqlite3.Connection:
    """Whoever opens the database, however long they would wait."""
    return connection.connect(path, SECONDS)


opening.connect = connect
storing.AGAIN = SECONDS
runpy.run_path(
    str(Path(__file__).parents[1] / "daemon" / "parcels_in_time.py"), run_name="__main__"
)
