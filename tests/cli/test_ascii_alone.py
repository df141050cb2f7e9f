"""A terminal or a locale that knows ASCII alone gets something readable, and no command fails by it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from monitor.cli.plainly import in_ascii
from monitor.cli.screen import ASCII, Signs, screen_of
from tests.cli.desk import KETTLE, Terminal

if TYPE_CHECKING:
    from tests.cli.desk import Desk

LABEL = "Küche 茶壶 ☕"


@pytest.fixture
def labelled(bare: Desk) -> Desk:
    bare("add", KETTLE, "--label", LABEL, "--shipped", "2026-08-01")
    return bare


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_encoding_that_lacks_a_character_costs_no_command(labelled: Desk, encoding: str) -> None:
    labelled.environ["PYTHONIOENCODING"] = encoding
    for words in (("list",), ("show", KETTLE), ("show", "nothing…")):
        ran = subprocess.run(
            [sys.executable, "-m", "monitor", *words],
            env=labelled._seen(),
            capture_output=True,
            check=False,
        )
        printed = ran.stdout.decode(encoding)
        assert b"Traceback" not in ran.stderr
        assert ran.returncode == (3 if "nothing…" in words else 0)
        assert printed.isascii() or encoding != "ascii"
        if words == ("list",):
            assert ("Küche" if encoding != "ascii" else "Kuche ???? ??") in printed


def test_json_keeps_every_character_whatever_the_encoding(labelled: Desk) -> None:
    labelled.environ["PYTHONIOENCODING"] = "ascii"
    ran = labelled.process("list", "--json")
    assert ran.out.isascii()
    assert ran.json[0]["label"] == LABEL


def test_a_terminal_in_the_locale_c_is_drawn_on_in_ascii(labelled: Desk) -> None:
    shown = {}
    for chosen in ("C", "C.UTF-8"):
        environ = {**labelled._seen(), "LANG": chosen, "TERM": "xterm", "COLUMNS": "80"}
        ours, theirs = pty.openpty()
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            process = subprocess.Popen(
                [sys.executable, "-m", "monitor", "show", KETTLE], env=environ, stdout=theirs,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            os.close(theirs)
            shown[chosen] = _all_of(terminal.fileno()).decode()
            assert process.wait(timeout=30) == 0
    assert shown["C"].isascii()
    assert "--- today, " in shown["C"]
    assert "─── today, " in shown["C.UTF-8"]
    assert LABEL in shown["C.UTF-8"]


def _all_of(terminal: int) -> bytes:
    found = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # Linux says so when the other end has gone
            return found
        if not part:
            return found
        found += part


@given(st.text(st.characters(categories=("L", "N", "P", "S", "M")), min_size=1, max_size=1))
def test_what_has_no_likeness_keeps_its_width(character: str) -> None:
    error = UnicodeEncodeError("ascii", character, 0, 1, "")
    said, end = in_ascii(error)
    assert said.isascii()
    assert end == 1
    assert said.strip("?") or len(said) == cell_len(character)


@pytest.mark.parametrize(
    ("environ", "signs"),
    [
        pytest.param({}, Signs(), id="nobody has chosen a locale"),
        pytest.param({"LANG": "de_DE.UTF-8"}, Signs(), id="UTF-8"),
        pytest.param({"LANG": "C"}, ASCII, id="C"),
        pytest.param({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, ASCII, id="LC_ALL comes first"),
        pytest.param(
            {"LC_CTYPE": "C.UTF-8", "LANG": "C"}, ASCII, id="what Python puts there itself"
        ),
        pytest.param({"LC_CTYPE": "de_DE.UTF-8", "LANG": "C"}, Signs(), id="LC_CTYPE before LANG"),
    ],
)
def test_the_locale_decides_what_a_terminal_is_drawn_with(
    environ: dict[str, str], signs: Signs
) -> None:
    assert screen_of(Terminal(), environ).signs == signs
