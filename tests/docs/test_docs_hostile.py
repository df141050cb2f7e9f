"""What the page about hostile input claims is tested where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "hostile-input.md"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text("utf-8"))))
ROWS = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]


@pytest.mark.parametrize(("file", "test"), NAMED, ids=[f"{f}::{t}" for f, t in NAMED])
def test_a_test_that_the_page_names_exists(file: str, test: str) -> None:
    assert re.search(rf"^ *def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)


def test_every_thing_of_the_page_has_its_test() -> None:
    things = [row for row in ROWS if not row.startswith(("| thing", "| ---"))]
    assert len(things) > 40
    assert [row for row in things if "::test_" not in row] == []
