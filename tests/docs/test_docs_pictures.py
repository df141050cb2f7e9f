"""The pictures of the terminal: they are drawn by what they show, and ask no network for anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.blocks import REPOSITORY, pages
from tests.docs.pictures import FOLDER, SHOWN, picture, printed

if TYPE_CHECKING:
    from pathlib import Path

STANDARD = "http://www.w3.org/2000/svg"  # the name of the format, which nobody fetches


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_stands_on_a_page_and_names_no_address(name: str) -> None:
    drawn = (FOLDER / f"{name}.svg").read_text("utf-8")
    assert re.findall(r"https?://[^\s\"')]+", drawn) == [STANDARD]
    assert "@font-face" not in drawn
    assert '<svg class="rich-terminal"' in drawn
    assert any(f"pictures/{name}.svg)" in page.read_text("utf-8") for page in pages())


def test_there_is_no_picture_that_is_not_drawn() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == SHOWN.keys()
    assert REPOSITORY / "docs" / "pictures" == FOLDER


def test_a_picture_shows_what_the_command_prints(tmp_path: Path) -> None:
    text = printed(("completion", "bash"), 80, tmp_path / "parcels.db")
    assert "eval" in picture("x", ("completion",), text, 80)
    assert "http" not in picture("x", ("completion",), text, 80).replace(STANDARD, "")
