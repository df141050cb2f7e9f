"""The `source_gives_up` rule: five days before 17TRACK stops asking, and for its parcels only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.parcel import Dossier, Event, SourceLook, Stage
from monitor.rules.source_gives_up import STOPS_AFTER, SourceGivesUp
from monitor.schedule import Episode, Severity, Step, Witness
from tests.dossiers import SECOND, dossier, due_key, moment, parcel, scan, schedule

MONDAY = "2026-08-03 10:00"
MOVING = scan(Stage.IN_TRANSIT, MONDAY, country="CN")
NOW = moment("2026-08-10 10:00")


def test_it_is_one_warning_after_25_days() -> None:
    at = moment("2026-08-28 10:00")

    assert SourceGivesUp()(dossier(MOVING, looked=NOW)) == Episode(
        "source_gives_up",
        "parcel:7",
        "source",
        since=moment(MONDAY),
        steps=(Step("warning", at, Severity.WARNING, "source_gives_up", Witness.CHECK),),
        verified=NOW,
        facts={"stops_on": "2026-09-02"},
    )
    assert timedelta(days=STOPS_AFTER) == moment("2026-09-02 10:00") - moment(MONDAY)


@pytest.mark.parametrize(
    ("seconds", "looked", "step"),
    [
        pytest.param(-1, -1, "", id="just before"),
        pytest.param(0, 0, "warning", id="at 25 days"),
        pytest.param(1, 1, "warning", id="just after"),
        pytest.param(86400, -1, "", id="the last look was before"),
    ],
)
def test_it_comes_with_a_look_after_its_date(seconds: int, looked: int, step: str) -> None:
    at = moment("2026-08-28 10:00")
    known = dossier(MOVING, looked=at + looked * SECOND)

    assert due_key(SourceGivesUp()(known), at + seconds * SECOND) == step


@pytest.mark.parametrize(
    ("events", "open_"),
    [
        pytest.param([], False, id="nothing known: nothing it could stop showing"),
        pytest.param([scan(Stage.INFO_RECEIVED, MONDAY)], True, id="a label"),
        pytest.param([MOVING], True, id="under way"),
        pytest.param([MOVING, scan(Stage.PICKUP, "2026-08-05 10:00")], True, id="waiting to be collected"),
        pytest.param([MOVING, scan(Stage.DELIVERED, "2026-08-05 10:00")], False, id="delivered"),
        pytest.param([MOVING, scan(Stage.RETURNED, "2026-08-05 10:00")], False, id="back at the sender"),
        pytest.param([MOVING, scan(Stage.LOST_OR_DAMAGED, "2026-08-05 10:00")], False, id="lost"),
    ],
)  # fmt: skip
def test_which_parcels_are_meant(events: list[Event], open_: bool) -> None:
    assert (SourceGivesUp()(dossier(*events, looked=NOW)) is not None) is open_


@pytest.mark.parametrize(
    ("look", "open_"),
    [
        pytest.param(SourceLook("cainiao", NOW, shows_change=True), False, id="another source looks"),
        pytest.param(SourceLook("seventeentrack", None, shows_change=True), False, id="17TRACK has not looked yet"),
        pytest.param(SourceLook("seventeentrack", NOW, shows_change=True), True, id="17TRACK looks"),
    ],
)  # fmt: skip
def test_only_17track_gives_up(look: SourceLook, open_: bool) -> None:
    known = Dossier(parcel(), (MOVING,), (look,), "CN", "DE")

    assert (SourceGivesUp()(known) is not None) is open_


def test_no_season_stretches_it() -> None:
    """17TRACK counts its days in December as in any other month."""
    december = dossier(scan(Stage.IN_TRANSIT, "2026-12-01 10:00"), looked=NOW)

    assert schedule(SourceGivesUp()(december)) == [("warning", "2026-12-26 10:00")]
