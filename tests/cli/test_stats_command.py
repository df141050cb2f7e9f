"""`parcels stats` says how long it usually takes, and `why` uses it; of a few nothing is said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.history import History
from monitor.parcel import Parcel, Side, Stage
from monitor.parcel.outcomes import Snapshot
from tests.cli.desk import KETTLE, START, Desk, held
from tests.dossiers import SOURCE, scan

if TYPE_CHECKING:
    from monitor.parcel import Event


def journey(number: int, held_for: int, *, came: bool = True) -> list[Event]:
    """Held by customs on the third day for so long, then delivered the day after, if at all."""
    start = START - timedelta(days=60)

    def at(day: float, stage: Stage, country: str, side: Side = Side.UNKNOWN) -> Event:
        when = start + timedelta(days=day)
        return scan(stage, when, f"{stage} {number}", country=country, side=side, provider="3011")

    said = [
        at(0, Stage.IN_TRANSIT, "CN"),
        at(2, Stage.IN_TRANSIT, "DE"),
        at(3, Stage.CLEARANCE_EXCEPTION, "DE", Side.IMPORT),
    ]
    if came:
        said += [
            at(3 + held_for, Stage.CLEARANCE_SUCCESS, "DE", Side.IMPORT),
            at(4 + held_for, Stage.DELIVERED, "DE"),
        ]
    return said


def known(desk: Desk, *stays: int, done_as: str = "received") -> Desk:
    """A database in which so many parcels were held by customs for so many days each."""
    desk("list")  # makes it
    with History.open(desk.database, now=START) as history, history.write_tx():
        for number, days in enumerate(stays):
            facts = {"seller": "House", "done_at": START, "done_as": done_as}
            added = history.parcels.add(Parcel(0, f"LX{number:09}CN", START, **facts))
            shown = Snapshot(
                added.number, START, tuple(journey(number, days)), origin="CN", destination="DE"
            )
            history.timeline.record_all([(added.id, shown)], SOURCE, START)
    return desk


def test_each_leg_has_its_median_and_its_ninth_of_ten(bare: Desk) -> None:
    said = known(bare, 1, 2, 3, 4, 8)("stats").out
    assert "CN to DE, 5 parcels\n" in said
    assert "  import clearance       median   3.0 days, 9 of 10 within   8.0 (5)\n" in said
    assert "China Post, 5 parcels\n" in said
    assert "House: 0 of 5 went wrong" in said


def test_of_four_parcels_nothing_is_claimed(bare: Desk) -> None:
    said = known(bare, 1, 2, 3, 4, done_as="lost")("stats").out
    assert "import clearance       too few to say (4)" in said
    assert "went wrong" not in said
    assert "1 with fewer than 5 parcels that ended: too few to say" in said


def test_parcels_nobody_has_scanned_yet_are_said_to_have_been_nowhere(bare: Desk) -> None:
    assert bare("add", "LX471930521CN", "--shop", "none").code == 0
    shown = bare("stats")
    assert (shown.code, shown.out) == (0, "")
    assert "No parcel has been anywhere yet, as far as a source has shown" in shown.err


def test_no_parcel_at_all_is_said(bare: Desk) -> None:
    shown = bare("stats")
    assert (shown.code, shown.out) == (0, "")
    assert "No parcel has been anywhere yet" in shown.err


def test_only_what_was_begun_since_a_day_counts(bare: Desk) -> None:
    desk = known(bare, 1, 2, 3, 4, 8)
    assert desk("stats", "--since", "2026-08-01", "--json").json["parcels"] == 0
    assert desk("stats", "--since", "2026-07-01", "--json").json["parcels"] == 5
    assert desk("stats", "--since", "last year").code == 2


def test_its_json_holds_the_numbers_and_null_where_nothing_is_claimed(bare: Desk) -> None:
    found = known(bare, 1, 2, 3, 4, 8)("stats", "--json").json
    legs = {(row["by"], row["leg"]): row for row in found["legs"]}
    clearance = legs["route", "clearance"]
    assert (clearance["median"], clearance["p90"], clearance["count"]) == (3.0, 8.0, 5)
    (seller,) = (row for row in found["endings"] if row["by"] == "seller")
    assert (seller["name"], seller["count"], seller["wrong"]) == ("House", 5, 0)


@pytest.mark.parametrize(
    ("stays", "line"),
    [
        pytest.param(
            (1, 2, 3, 4, 8), "5.6 days so far, longer than 4 of 5 of your parcels from CN to DE",
            id="five have ended",
        ),
        pytest.param((1, 2, 3, 4), "", id="four are too few"),
    ],
)  # fmt: skip
def test_why_compares_it_to_ones_other_parcels(
    desk: Desk, stays: tuple[int, ...], line: str
) -> None:
    known(desk, *stays)
    desk.sandbox.script(held())
    desk("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01")
    for day in (0, 3.9, 8.9):
        desk.at(day)
        desk("poll")
    said = desk("why", "kettle").out
    (clearance, *_) = (r for r in desk("why", "kettle", "--json").json if r["rule"] == "clearance")
    if line:
        assert f"compared   import clearance: {line}" in said
        assert (clearance["compared"]["longer_than"], clearance["compared"]["of"]) == (4, 5)
    else:
        assert "compared" not in said
        assert clearance["compared"] is None
