"""Reading the settings is cheap at start: nothing heavy is imported for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("apprise", "apscheduler", "click", "holidays", "httpx", "rich", "sqlite_utils", "stamina")
PROGRAM = f"""
import sys
from pathlib import Path
from monitor.settings import load
load(Path("config.example.toml"), {{"HOME": "/nowhere"}})
print([name for name in {HEAVY} if name in sys.modules], "monitor.rules" in sys.modules)
"""


def test_loading_imports_nothing_heavy_and_no_rules() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[] False\n"
