"""What holds for every test: none lets a secret out (see `tests/leaks.py`), none is timed."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from tests import leaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A loaded machine is no fault of the program: no test asserts a duration.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")

IN_MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # bytes that must be free


def pytest_configure() -> None:
    """No database of a test has to outlive a power cut: in memory its commits wait for no disk, which
    takes a fifth of the run. TMPDIR says otherwise.
    """
    if "TMPDIR" not in os.environ and _takes_files(IN_MEMORY):
        os.environ["TMPDIR"] = str(IN_MEMORY)
        tempfile.tempdir = None  # to be asked anew


def _takes_files(folder: Path) -> bool:
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    fit = not room.f_flag & (os.ST_NOEXEC | os.ST_RDONLY) and os.access(folder, os.W_OK)
    return fit and room.f_bavail * room.f_frsize >= ROOM


_HEARD: list[str] = []  # of the test that runs: leaks in what processes got and said


def _look(where: str, text: str | bytes | None) -> None:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text or ""
    if line := leaks.in_text(said):
        _HEARD.append(f"{where}: {line}")


def _started(begin: Callable[..., None]) -> Callable[..., None]:
    def watched(self: Any, args: Any, *rest: Any, **named: Any) -> None:
        words = args if isinstance(args, list | tuple) else [args]
        _look("arguments of a process", "\n".join(os.fsdecode(word) for word in words))
        begin(self, args, *rest, **named)

    return watched


def _talked(communicate: Callable[..., tuple[Any, Any]]) -> Callable[..., tuple[Any, Any]]:
    def watched(self: Any, *rest: Any, **named: Any) -> tuple[Any, Any]:
        out, err = communicate(self, *rest, **named)
        _look("standard output of a process", out)
        _look("standard error of a process", err)
        return out, err

    return watched


def _taken(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def watched(self: Any) -> Any:
        captured = read(self)
        _look("captured output", captured.out)
        _look("captured errors", captured.err)
        return captured

    return watched


@pytest.fixture(scope="session", autouse=True)
def _watched() -> Iterator[None]:
    """What a test reads away before pytest could see it is looked at as it passes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", _started(subprocess.Popen.__init__))
        patch.setattr(subprocess.Popen, "communicate", _talked(subprocess.Popen.communicate))
        patch.setattr(pytest.CaptureFixture, "readouterr", _taken(pytest.CaptureFixture.readouterr))
        yield


# Begun first, so that no worker is left alone with one of them in the end.
SLOW = ("tests/golden", "tests/tour", "tests/hard", "tests/daemon", "tests/faults", "tests/systemd",
        "tests/cli/test_demo", "tests/year", "tests/docs", "tests/sweep/test_manners")  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A test that lets a secret out fails at its end."""
    report = yield
    if call.when == "teardown":
        found = [*_HEARD, *leaks.of_a_test(report.sections, getattr(item, "funcargs", None) or {})]
        _HEARD.clear()
        if found and report.passed:
            report.outcome = "failed"
            report.longrepr = "\n  ".join(["a secret of the test came out:", *found])
    return report
