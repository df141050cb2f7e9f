"""`python -m monitor.sandbox` serves the shipped histories until it is told to stop."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.histories import load_histories

if TYPE_CHECKING:
    from collections.abc import Iterable

API_KEY = "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY"
SEVENTEENTRACK = "PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL"
CAINIAO = "PARCELS_ADAPTERS__CAINIAO__BASE_URL"
OTHERS = {
    f"PARCELS_ADAPTERS__{name}__{option}"
    for name in ("PARCELSAPP", "SHIP24", "DHL")
    for option in ("BASE_URL", "API_KEY")
}


def exported(lines: Iterable[str]) -> dict[str, str]:
    """The variables that a shell would have after reading these lines, up to the last of them."""
    told: dict[str, str] = {}
    for line in lines:
        if "Ctrl-C" in line:
            return told
        if line.strip().startswith("export "):
            name, _, value = shlex.split(line)[1].partition("=")
            told[name] = value
    raise AssertionError("The sandbox ended before it had said how to stop it.")


def quota(base_url: str, key: str) -> int:
    request = urllib.request.Request(f"{base_url}/getquota", data=b"[]", headers={"17token": key})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return int(json.load(answer)["data"]["quota_total"])


def shown(base_url: str, number: str) -> tuple[str, int]:
    address = f"{base_url}/global/detail.json?mailNos={number}&lang=en-US"
    with urllib.request.urlopen(address, timeout=20) as answer:
        (entry,) = json.load(answer)["module"]
    return entry["mailNo"], len(entry["detailList"])


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_how_to_ask_every_service_and_ends_when_told(ending: signal.Signals) -> None:
    command = [sys.executable, "-m", "monitor.sandbox", "--quota", "5", "--key", "mine's"]
    number = load_histories()["3-exception-stays"].number
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            told = exported(server.stdout)
            assert told.keys() == {SEVENTEENTRACK, API_KEY, CAINIAO} | OTHERS
            assert quota(told[SEVENTEENTRACK], told[API_KEY]) == 5
            assert shown(told[CAINIAO], number) == (number, 7)
            server.send_signal(ending)
            assert server.wait(timeout=20) == 0
        finally:
            server.kill()
