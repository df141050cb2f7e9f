"""A machine without any network: in a name space of its own, as `unshare -n` makes it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

TOLD = "Kettle: stopped at import customs"


def alone() -> bool:
    """Whether a network of one's own can be made here, and its loopback switched."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return False
    tried = ["unshare", "-n", "ip", "link", "set", "lo", "up"]
    return subprocess.run(tried, capture_output=True, check=False, timeout=10).returncode == 0


def test_days_without_a_network_are_silent_and_what_was_missed_is_told_with_its_return(
    tmp_path: Path,
) -> None:
    if not alone():
        pytest.skip("no network name space can be made here; that takes root, unshare and ip")
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", "tests.faults.without_network", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["alive"]
    assert "cainiao failed: 127.0.0.1 cannot be connected to" in seen["log"]
    assert seen["heard_without"] == []
    assert any(owed.startswith("blind:") for owed in seen["owed"])
    assert not any(owed.endswith(":sent") for owed in seen["owed"])
    for titles in seen["heard"].values():
        assert [title for title in titles if "Kettle" in title] == [TOLD]
