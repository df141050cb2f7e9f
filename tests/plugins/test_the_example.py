"""The example is a package like any other: installed by pip, switched on, asked, and heard."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.desk import Desk

EXAMPLE = REPOSITORY / "examples" / "parcels-example"
CIRCLING, ON_ITS_WAY = "EX000000018XA", "EX000000027XA"
TOKEN = "sentinel0token0that0must0not0show"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pip has put it; without the network, and outside the environment of the tests."""
    target = tmp_path_factory.mktemp("site")
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
        "--no-build-isolation", "--disable-pip-version-check", "--root-user-action", "ignore",
        "--target", str(target), str(EXAMPLE),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def post(installed: Path) -> Iterator[str]:
    """The address of the carrier's API, while it runs."""
    environ = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "parcels_example.server"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.kill()


@pytest.mark.usefixtures("site")  # which forgets what was loaded
def test_the_example_is_installed_switched_on_asked_and_heard(
    installed: Path, post: str, bare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.environ["PYTHONPATH"] = f"{REPOSITORY}:{installed}"
    monkeypatch.syspath_prepend(str(installed))

    off = bare.process("adapters").out
    assert "example_post: off, plug-in\n  from     parcels-example 1.0\n" in off

    bare.configure(
        f"[adapters.example_post]\nenabled = true\nbase_url = '{post}'\ntoken = '{TOKEN}'\n"
        "[rules.circling]\nenabled = true\n"
    )
    shown, checked, config = (bare(command).out for command in ("adapters", "doctor", "config"))
    assert "example_post: on, official\n  from     parcels-example 1.0, a plug-in\n" in shown
    assert "rule of parcels-example 1.0 is in use" in checked
    assert "rules.circling.visits = 3  # default" in config
    assert "adapters.example_post.token = **********" in config

    for number in (CIRCLING, ON_ITS_WAY):
        assert "knows this number" not in bare("add", number).err
    polled = bare.process("poll")

    assert "example_post: asked about 2, 2 answered, 8 new events" in polled.out
    assert f"{CIRCLING}: going in circles" in polled.out
    assert "It has come to Leipzig 3 times." in polled.out
    assert (polled.code, TOKEN in polled.out + polled.err) == (0, False)
    assert (bare.database.parent / "pace-example_post").exists()  # the pace all processes share
    (told,) = [a for a in bare.alerts() if a["rule"] == "circling"]
    assert (told["number"], told["severity"], told["kind"]) == (CIRCLING, "warning", "opened")
    listed = {row["number"]: row for row in bare.listed()}
    assert listed[CIRCLING]["next_step"]["action"] == "tell the carrier that it goes in circles"
    assert listed[ON_ITS_WAY]["stage"] == "in_transit"
