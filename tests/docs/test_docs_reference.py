"""The tables of options on docs/configuration.md are those of the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from monitor.settings.explaining import NO_EFFECT, WITHOUT_EFFECT
from monitor.settings.keyed import Ship24
from tests.docs.reference import PAGE, PAGES, every_option, fresh, left_out, meaning

if TYPE_CHECKING:
    from pathlib import Path

TEXT = PAGE.read_text("utf-8")


@pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])
def test_a_page_is_what_the_settings_say(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "<!-- options: " in text
    assert fresh(text) == text, "Run: python -m tests.docs.reference"


@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param("`[14, 7, 3, 1]`", "`[14, 7]`", id="a default that was changed"),
        pytest.param("from 1 to 1000", "from 1 to 100", id="a limit that was changed"),
        pytest.param("How many are kept", "How many copies", id="a meaning that was changed"),
        pytest.param("| `backup.keep` |", "| `backup.kept` |", id="an option of another name"),
    ],
)
def test_a_page_that_says_something_else_is_stale_and_mended(here: str, there: str) -> None:
    stale = TEXT.replace(here, there)
    assert stale != TEXT
    assert fresh(stale) == TEXT


def test_a_row_too_many_or_too_few_is_stale_and_mended() -> None:
    rows = re.compile(r"^\| `backup\..*\n", re.MULTILINE)
    assert fresh(rows.sub("", TEXT)) == TEXT
    assert fresh(rows.sub(r"\g<0>\g<0>", TEXT)) == TEXT


def test_every_part_of_the_configuration_has_its_table() -> None:
    assert left_out(TEXT) == []
    assert left_out(TEXT.replace("<!-- options: alerts -->", "")) == ["alerts"]


def test_an_option_that_nobody_explains_is_refused() -> None:
    @dataclass
    class Silent:
        days: int = 3

    Silent.__module__ = "elsewhere"
    with pytest.raises(ValueError, match=r"Silent\.days has no docstring"):
        meaning(Silent, "days")


def test_the_meaning_may_stand_at_the_table_it_is_made_from() -> None:
    assert meaning(Ship24, "api_key") == "The key; without one it is not asked"


def test_every_option_is_shown_once_and_says_something() -> None:
    paths = [path for path, *_ in every_option()]
    assert len(paths) == len(set(paths)) > 90
    assert [row for row in every_option() if not all(row)] == []


def test_options_without_effect_say_so_and_the_others_do_not() -> None:
    said = {path for path, *_, word in every_option() if NO_EFFECT in word}
    parts = tuple(".".join(part) for part in WITHOUT_EFFECT)
    assert said == {path for path, *_ in every_option() if parts and path.startswith(parts)}
