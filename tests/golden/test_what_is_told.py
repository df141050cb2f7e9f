"""120 days of thirty parcels: what is told, when, and why, against the golden file."""

from __future__ import annotations

import difflib
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.rules.registry import RULES
from monitor.sandbox.timeline import Rhythm, rhythm_of
from tests.arrivals import taken_apart
from tests.golden import log
from tests.golden.life import lived
from tests.golden.stories import stories

if TYPE_CHECKING:
    from tests.golden.life import Life

SIX_HOURS = timedelta(hours=6)
pytestmark = pytest.mark.timeout(300)  # 240 passes, on a machine that may be busy


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return lived(tmp_path_factory.mktemp("life"))


@pytest.fixture(scope="module")
def golden() -> list[log.Chapter]:
    return log.read(log.FILE.read_text("utf-8"))[1]


def test_what_is_told_is_what_the_golden_file_says(life: Life, golden: list[log.Chapter]) -> None:
    assert life.failed == []
    expected = [f"{c.label}: {line}" for c in golden for line in c.lines]
    told = [f"{c.label}: {line}" for c in life.told for line in c.lines]
    changes = "\n".join(difflib.unified_diff(expected, told, "golden", "told", lineterm="", n=1))
    assert told == expected, f"{changes}\n\nRead it; then: python -m tests.golden.rewrite"


def test_every_line_has_a_reason_that_somebody_wrote(golden: list[log.Chapter]) -> None:
    assert log.without_reason(golden) == []


def test_the_receiver_got_each_line_once_in_its_pass(life: Life) -> None:
    said = Counter(
        (line[:16], line.partition(" | ")[2]) for chapter in life.told for line in chapter.lines
    )
    got = Counter(
        (f"{now:%Y-%m-%d %H:%M}", arrived.title)
        for now, messages in life.arrived.items()
        for message in messages
        for arrived in taken_apart(message)
    )
    assert got == said


def test_every_rule_about_parcels_speaks(golden: list[log.Chapter]) -> None:
    spoken = {line.split()[2] for chapter in golden for line in chapter.lines}
    assert spoken == RULES.keys()


def test_the_sandbox_looks_at_every_number_each_six_hours() -> None:
    numbers = [s.history.number for s in stories() if s.history.number.startswith("YT")]
    assert {rhythm_of(number) for number in numbers} == {Rhythm(SIX_HOURS, SIX_HOURS)}


def test_rewriting_keeps_the_reasons_of_what_has_not_changed_and_asks_for_the_others() -> None:
    known = "# head\n\n== Kettle\nold\n    because\nkept\n    first line\n    second line\n"
    head, chapters = log.read(known)
    fresh = [log.Chapter("Kettle", [("kept", ""), ("new", "")])]
    after = log.with_reasons(fresh, chapters)
    text = log.written(head, after)
    assert text == "# head\n\n== Kettle\nkept\n    first line\n    second line\nnew\n    why?\n"
    assert log.without_reason(log.read(text)[1]) == ["Kettle: new"]


def test_what_is_written_is_read_again_as_it_was() -> None:
    text = log.FILE.read_text("utf-8")
    assert log.written(*log.read(text)) == text
