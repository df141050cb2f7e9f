"""What an alert says of the sources that do not speak for it: agreement is shown, and so is doubt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.alerts.memory import Kind
from monitor.message.texts import Style
from monitor.parcel import SourceLook, Stage
from tests.dossiers import dossier, moment, scan
from tests.message.test_render_alerts import HELD, NOW, PLAIN, written

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.parcel import Dossier

BEFORE = moment("2026-09-09 18:00")  # the warning is due on the tenth, 10:00
OWN = SourceLook("seventeentrack", NOW, shows_change=True, heard_at=NOW, awaited=True)
LEFT = scan(Stage.IN_TRANSIT, "2026-09-02 10:00", "Left", source="cainiao", place="Yiwu")


def look(
    heard_at: datetime | None, *, shows: bool = False, not_yet: bool = False, awaited: bool = True
) -> SourceLook:
    return SourceLook("cainiao", heard_at, shows, not_yet, heard_at, awaited)


def known(*others: SourceLook) -> Dossier:
    return replace(dossier(LEFT, HELD, looked=NOW), looks=(OWN, *others))


@pytest.mark.parametrize(
    ("other", "line"),
    [
        pytest.param(look(NOW, shows=True), "Nothing newer either at: Cainiao.", id="it agrees"),
        pytest.param(
            look(NOW),
            'Cainiao shows something else: on Wed 2 Sep 2026, 10:00: "Left" (Yiwu).',
            id="it shows less",
        ),
        pytest.param(
            look(NOW, not_yet=True), "Does not know the number: Cainiao.", id="it knows nothing"
        ),
        pytest.param(
            look(BEFORE, shows=True),
            "Could not be asked in time (in brackets: heard last): Cainiao (Wed 9 Sep 2026, 18:00).",
            id="it was heard before the step was due",
        ),
        pytest.param(
            look(None),
            "Could not be asked in time (in brackets: heard last): Cainiao.",
            id="it was never heard",
        ),
        pytest.param(look(NOW, shows=True, awaited=False), "", id="it is switched off"),
    ],
)
def test_a_claim_of_silence_says_what_every_other_source_says(other: SourceLook, line: str) -> None:
    late = moment("2026-09-10 16:00")  # for no other source longer than six hours
    happened = written(known(other), now=late).body.split("\n\n")[1].splitlines()
    assert happened[2:] == ([line] if line else [])


def test_where_no_other_source_looks_nothing_is_said_of_any() -> None:
    happened = written(known()).body.split("\n\n")[1].splitlines()
    assert len(happened) == 2


def test_a_notice_that_rests_on_no_look_names_nobody() -> None:
    happened = written(known(look(NOW, shows=True)), now=moment("2026-09-07 11:00")).body
    assert "either" not in happened


ON = scan(Stage.IN_TRANSIT, "2026-09-09 10:00", "Sorted", source="post", country="DE")


def moved(*looks: SourceLook) -> str:
    there = replace(dossier(HELD, ON, looked=NOW), looks=looks)
    return written(there, kind=Kind.RESOLVED, style=Style(PLAIN.zone)).body.split("\n\n")[1]


POST = SourceLook("post", NOW, shows_change=True, heard_at=NOW, awaited=True)


def test_the_end_of_a_trouble_names_who_has_the_parcel_where_others_have_not_noticed() -> None:
    behind = replace(OWN, shows_change=False)
    line = "It has moved on with post; not shown by: 17TRACK."
    assert moved(behind, POST).splitlines()[1:] == [line]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param((OWN,), id="the other shows it, too"),
        pytest.param((replace(OWN, shows_change=False, awaited=False),), id="the other is off"),
        pytest.param((), id="there is no other"),
    ],
)
def test_an_end_that_everybody_shows_names_nobody(others: tuple[SourceLook, ...]) -> None:
    assert len(moved(POST, *others).splitlines()) == 1
