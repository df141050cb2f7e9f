"""What `parcels list` draws: which parcel needs somebody today, whatever the labels and the width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import example, given, settings, strategies as st
from rich.cells import cell_len

from monitor.cli.bars import Used, bar
from monitor.cli.roster import STACKED_BELOW, Row, lines
from monitor.cli.screen import ASCII, Screen, Signs
from monitor.schedule import Severity
from tests.cli.desk import KETTLE, LAMP, held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cli.desk import Desk

MUG = "LP00123456789036"
ESCAPE = "\x1b["

labels = st.one_of(
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=60),
    st.text("茶壶咖啡机한글ｶﾅ☕🎁🇩🇪é", min_size=1, max_size=30),
    st.sampled_from(["Kettle", "A rather long name for a small thing", "x"]),
)
rows = st.builds(
    Row,
    severity=st.sampled_from([None, *Severity]),
    name=labels,
    number=st.sampled_from([KETTLE, "UM502188466CN", "1Z999AA10123456784"]),
    place=st.sampled_from(["on its way", "stopped, export customs", "announced, not scanned"]),
    silent=st.sampled_from(["0d", "15d", "120d"]),
    used=st.none() | st.builds(Used, st.integers(0, 200), st.integers(1, 180)),
    left=st.sampled_from(["", "17d", "over"]),
    when=st.sampled_from(["", "17 Oct"]),
    action=st.sampled_from(["", "nothing yet", "see the amount on the carrier's own page and pay there"]),
    due=st.booleans(),
    done=st.booleans(),
)  # fmt: skip
some_rows = st.lists(rows, min_size=1, max_size=8)


def row(name: str, severity: Severity | None = None, action: str = "", *, due: bool = False) -> Row:
    return Row(severity, name, KETTLE, "on its way", "3d", Used(43, 60), "18d", "", action, due, False)  # fmt: skip


def drawn(shown: Sequence[Row], width: int, **options: object) -> list[str]:
    screen = Screen(width, **options)  # type: ignore[arg-type]
    return "\n".join(lines(shown, screen, parted=True)).splitlines()


@given(some_rows, st.integers(20, 200), st.booleans(), st.sampled_from([Signs(), ASCII]))
@example([row("茶" * 40)], 80, True, Signs())
@settings(max_examples=300)
def test_no_line_is_wider_than_the_screen(
    shown: list[Row], width: int, colour: bool, signs: Signs
) -> None:
    plain = [click.unstyle(line) for line in drawn(shown, width, colour=colour, signs=signs)]
    assert [line for line in plain if cell_len(line) > width] == []


@given(some_rows, st.integers(STACKED_BELOW, 200))
@settings(max_examples=200)
def test_where_it_stands_is_one_column_however_wide_the_labels_are(
    shown: list[Row], width: int
) -> None:
    found = [line for line in drawn(shown, width) if any(r.place in line for r in shown)]
    starts = {
        cell_len(line[: line.rindex(r.place)]) for line in found for r in shown if r.place in line
    }
    assert len(starts) == 1


@given(some_rows)
def test_a_pipe_gets_each_parcel_whole_on_a_line_of_its_own(shown: list[Row]) -> None:
    heading, *found = lines(shown, Screen(), parted=True)
    assert heading.split() == [
        "PARCEL",
        "NUMBER",
        "WHERE",
        "IT",
        "STANDS",
        "SILENT",
        "DAY",
        "LEFT",
        "NEXT",
    ]
    assert len(found) == len(shown)
    for line, of in zip(found, shown, strict=True):
        assert all(fact in line for fact in (of.name, of.number, of.place, of.silent, of.action))


@given(some_rows, st.integers(STACKED_BELOW, 200))
def test_what_is_to_be_done_now_is_never_cut(shown: list[Row], width: int) -> None:
    text = " ".join(" ".join(drawn(shown, width)).split())
    assert all(of.action in text for of in shown if of.due)


@given(st.integers(0, 400), st.integers(1, 365), st.integers(3, 40))
def test_a_bar_is_full_only_when_the_protection_is_over(day: int, days: int, cells: int) -> None:
    shown, used = bar(Used(day, days), cells, Screen()), Used(day, days)
    assert cell_len(shown) == cells
    assert (shown == "█" * cells) == used.over
    assert ("█" in shown) == (day > 0)


def test_the_parcels_that_need_somebody_stand_apart_from_the_others() -> None:
    shown = [
        row("Kettle", Severity.CRITICAL, "call the carrier", due=True),
        row("Lamp", Severity.WARNING, "look", due=True),
        row("Mug", Severity.NOTICE, "nothing yet", due=True),
        row("Book"),
    ]
    found = drawn(shown, 120)
    assert [line[:8].rstrip() for line in found[1:6]] == ["!! Kettl", "!  Lamp", "", "·  Mug", "   Book"]  # fmt: skip
    assert found[-1] == "4 parcels, 2 need you today: !! 1 critical, ! 1 warning. More: parcels show NAME"  # fmt: skip


def test_where_nothing_presses_the_last_line_says_so() -> None:
    assert drawn([row("Book")], 80)[-1] == "1 parcel, none needs you today."


# -- the command


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """Two weeks later: a parcel that is stuck, one never handed over, one on its way."""
    desk.sandbox.script(held(KETTLE))
    desk.sandbox.script(held(MUG, until=4))
    for number, label in ((MUG, "Mug"), (LAMP, "台灯"), (KETTLE, "Kettle")):
        desk("add", number, "--label", label, "--shipped", "2026-09-01", "--carrier", "190271")
    for day in (1, 13):
        desk.at(day)
        desk("poll")
    return desk


def test_the_most_urgent_parcel_comes_first(stocked: Desk) -> None:
    for width in (0, 80, 140):
        out = stocked("list", columns=width, NO_COLOR="1").out
        severities = {v["label"]: v["severity"] for v in stocked.listed()}
        places = {label: out.index(label) for label in severities}
        order = sorted(places, key=places.__getitem__)
        ranks = ["critical", "warning", "notice", None]
        assert [ranks.index(severities[label]) for label in order] == sorted(
            ranks.index(s) for s in severities.values()
        )
        assert "!" in out


def test_colour_is_for_terminals_alone_and_carries_no_word(stocked: Desk) -> None:
    for words in (("list",), ("plan",), ("show", KETTLE)):
        inked, bare = stocked(*words, columns=80), stocked(*words, columns=80, NO_COLOR="1")
        assert ESCAPE in inked.out
        assert ESCAPE not in stocked(*words).out
        assert ESCAPE not in stocked(*words, columns=80, TERM="dumb").out
        assert ESCAPE not in bare.out
        assert click.unstyle(inked.out) == bare.out


def test_nothing_a_command_prints_is_wider_than_the_terminal(stocked: Desk) -> None:
    for words in (("list",), ("plan",), ("show", KETTLE), ("show", LAMP, "--all")):
        for width in (40, 80, 100, 140):
            shown = stocked(*words, columns=width)
            said = shown.err.partition("\n")[2]  # its first line is about the pretended moment
            printed = click.unstyle(shown.out + said).splitlines()
            assert [line for line in printed if cell_len(line) > width] == []


def test_a_wide_terminal_shows_the_numbers_too(stocked: Desk) -> None:
    assert KETTLE in stocked("list", columns=140).out
    assert KETTLE not in stocked("list", columns=80).out


def test_a_parcel_that_arrived_is_silent_no_more_and_asks_for_its_end(bare: Desk) -> None:
    bare("add", KETTLE, "--shop", "none")
    bare.at(4)
    bare("event", KETTLE, "Left at the door", "--stage", "delivered")
    bare.at(40)
    heading, line = bare("list").out.splitlines()[:2]
    assert line[heading.index("SILENT") :].strip() == "if you have it: parcels done …"
    assert f"if you have it: parcels done {KETTLE}" in bare("show", KETTLE).out
    assert "silent" not in bare("list", columns=40).out
    bare("done", KETTLE)
    assert "if you have it" not in bare("list", "--all").out


def test_an_empty_list_says_what_to_type(desk: Desk) -> None:
    assert "parcels add NUMBER --label WHAT --shipped DATE" in desk("list").err
    desk("add", KETTLE, "--label", "Kettle")
    assert "parcels poll" in desk("list").err
    assert desk("list", "--stuck").err.endswith("No parcel is stuck. It is here: parcels list\n")
    desk("done", KETTLE)
    assert "parcels list --all" in desk("list").err
    assert "done (received)" in desk("list", "--all").out
