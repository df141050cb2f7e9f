"""A few hundred hostile cases against every door, each time others; `python -m tests.fuzz` runs millions."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.adapters.contract import SourceTrouble
from tests.fuzz import __main__ as tool, guided, targets
from tests.fuzz.targets import TARGETS, Target

CASES = {"arguments": 8, "configuration": 40, "environment": 40, "cainiao": 40}
SEEDS = st.integers(0, 2**32)


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a door writes stays with the test."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield
    targets._home.cache_clear()
    targets._desk.cache_clear()
    targets._Copies._folder = None


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_in_is_bounded_clean_and_within_the_vocabulary_of_errors(name: str) -> None:
    @settings(
        max_examples=CASES.get(name, 80),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(SEEDS)
    def holds(seed: int) -> None:
        TARGETS[name].run(TARGETS[name].make(Random(seed)))

    holds()


# -- the tool itself


@pytest.mark.parametrize("name", TARGETS)
def test_a_case_is_made_anew_from_its_name(name: str) -> None:
    assert tool.case_of(name, 7, 11) == tool.case_of(name, 7, 11)
    assert len({tool.case_of(name, 7, number) for number in range(8)}) > 1


def spoilt(monkeypatch: pytest.MonkeyPatch, fault: Any) -> tool.Tally:
    """What the tool finds where every case of a door ends like this."""
    planted = Target(lambda _case: fault(), lambda _random: b"x")
    monkeypatch.setattr(tool, "TARGETS", {"planted": planted})
    return tool.block("planted", 1, 0, 2)


def an_index() -> None:
    Path().parents[7]


def another_exception() -> None:
    raise SourceTrouble("x", "y")  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", [an_index, another_exception])
def test_an_exception_that_escapes_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, fault: Any
) -> None:
    tally = spoilt(monkeypatch, fault)
    (found,) = tally.findings.values()
    assert found == ["planted:1:0", "planted:1:1"]


def test_a_case_without_an_end_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless() -> None:
        while True:
            pass

    monkeypatch.setattr(tool, "LONGEST", 0.01)
    assert all(what.startswith("TooSlow") for what in spoilt(monkeypatch, endless).findings)


def test_no_findings_is_said_and_a_finding_changes_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tool.report({"planted": spoilt(monkeypatch, lambda: None)}, 1.0)
    assert not tool.report({"planted": spoilt(monkeypatch, an_index)}, 1.0)
    assert "again: planted:1:0, planted:1:1" in capsys.readouterr().out


@pytest.mark.skipif(find_spec("atheris") is not None, reason="atheris is here")
def test_the_guided_tool_says_when_atheris_is_absent() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", "cainiao"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == guided.ABSENT
    assert "pip install atheris" in done.stderr
