"""The list of safeguards is about the program as it is; `make taken-out` uses it."""

from __future__ import annotations

import re

import pytest

from tests.cli.desk import REPOSITORY
from tests.hard.safeguards import SAFEGUARDS, Safeguard

ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)


@pytest.mark.parametrize(
    "safeguard", [pytest.param(each, id=f"{each.requirement}: {each.what}") for each in SAFEGUARDS]
)
def test_it_stands_where_the_list_says_and_its_tests_are_there(safeguard: Safeguard) -> None:
    whole = (REPOSITORY / safeguard.file).read_text("utf-8")
    assert safeguard.without(whole) != whole
    assert all((REPOSITORY / test).is_file() for test in safeguard.tests)


def test_every_requirement_of_the_page_has_a_safeguard() -> None:
    page = (REPOSITORY / "docs" / "reliability.md").read_text("utf-8")
    rows = [int(number) for number in ROW.findall(page)]
    assert rows == sorted({each.requirement for each in SAFEGUARDS}) == list(range(1, 17))
