"""`python -m monitor.sandbox` serves the shipped histories until it is told to stop."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request

import pytest


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_where_it_serves_and_ends_when_told(ending: signal.Signals) -> None:
    command = [sys.executable, "-m", "monitor.sandbox", "--quota", "5", "--key", "mine"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        base_url = server.stdout.readline().split()[1]
        request = urllib.request.Request(
            f"{base_url}/getquota", data=b"[]", headers={"17token": "mine"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            quota = json.load(answer)["data"]
        rest = ""
        while "Ctrl-C" not in rest:
            rest = server.stdout.readline()
        server.send_signal(ending)
        assert server.wait(timeout=20) == 0
    assert quota["quota_total"] == 5
