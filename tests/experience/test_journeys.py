"""A leg begins and ends with what was seen; what is not known is not guessed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from monitor.experience import Journey, Leg, Outcome, journey_of
from monitor.parcel import HAND, Side, Stage
from tests.dossiers import dossier, moment, scan

LABEL = scan(Stage.INFO_RECEIVED, "2026-09-02 00:00", "Label")
TAKEN = scan(Stage.IN_TRANSIT, "2026-09-03 00:00", "Collected", country="CN", place="Yiwu")
LEFT = scan(
    Stage.IN_TRANSIT, "2026-09-06 00:00", "Departed", country="CN", code="LH_DEPART", place="PVG"
)
THERE = scan(Stage.IN_TRANSIT, "2026-09-10 00:00", "Arrived", country="DE", place="Leipzig")
DECLARED = scan(
    Stage.CLEARANCE_START, "2026-09-05 00:00", "Declared", country="DE", side=Side.IMPORT
)
HELD = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-11 00:00", "Held", country="DE", side=Side.IMPORT)
FREED = scan(
    Stage.CLEARANCE_SUCCESS, "2026-09-14 00:00", "Released", country="DE", side=Side.IMPORT
)
CAME = scan(Stage.DELIVERED, "2026-09-16 00:00", "Delivered", country="DE", provider="DHL")
WHOLE = (LABEL, TAKEN, LEFT, THERE, HELD, FREED, CAME)
ORDERED: dict[str, Any] = {"ordered": date(2026, 9, 1)}


def days(journey: Journey) -> dict[str, float]:
    return {stay.leg.value: stay.days for stay in journey.stays}


def test_a_whole_way_has_every_leg() -> None:
    found = journey_of(dossier(*WHOLE, looked="2026-09-17 00:00", **ORDERED))
    assert days(found) == {
        "handling": 2,
        "origin": 3,
        "line_haul": 4,
        "clearance": 3,
        "last_mile": 2,
        "total": 15,
    }
    assert all(stay.ended is not None for stay in found.stays)
    assert (found.outcome, found.carrier, found.route) == (Outcome.RECEIVED, "DHL", ("CN", "DE"))


@pytest.mark.parametrize(
    ("seen", "leg", "so_far"),
    [
        pytest.param((), Leg.HANDLING, 8, id="nothing but the order"),
        pytest.param((LABEL,), Leg.HANDLING, 8, id="a label is no scan"),
        pytest.param((TAKEN,), Leg.ORIGIN, 6, id="the first scan"),
        pytest.param((TAKEN, LEFT), Leg.LINE_HAUL, 3, id="it has left"),
        pytest.param((TAKEN, LEFT, DECLARED), Leg.LINE_HAUL, 3, id="declared is not arrived"),
        pytest.param((TAKEN, LEFT, HELD), Leg.CLEARANCE, 0, id="held is arrived"),
    ],
)
def test_under_way_it_is_on_the_leg_after_the_last_that_is_known(
    seen: tuple[Any, ...], leg: Leg, so_far: float
) -> None:
    found = journey_of(
        dossier(
            *seen, looked=max("2026-09-09 00:00", *(str(e.at)[:16] for e in seen), ""), **ORDERED
        )
    )
    on = found.under_way
    assert on is not None
    assert (on.leg, on.days, on.ended) == (leg, so_far, None)
    assert found.outcome is Outcome.RUNNING


def test_in_customs_the_way_to_the_door_has_not_begun() -> None:
    found = journey_of(dossier(*WHOLE[:5], looked="2026-09-13 00:00", **ORDERED))
    assert found.stay(Leg.LAST_MILE) is None
    assert days(found)["clearance"] == 2


def test_a_stay_counts_to_the_last_look_and_not_to_the_present() -> None:
    found = journey_of(dossier(TAKEN, **ORDERED))
    assert found.under_way is not None
    assert found.under_way.seen == TAKEN.at


def test_a_declaration_before_the_arrival_is_no_stay_in_customs() -> None:
    found = journey_of(
        dossier(TAKEN, DECLARED, LEFT, THERE, FREED, CAME, looked="2026-09-17 00:00")
    )
    stay = found.stay(Leg.CLEARANCE)
    assert stay is not None
    assert (stay.begun, stay.ended) == (THERE.at, FREED.at)


def test_a_leg_whose_beginning_nobody_saw_is_left_out() -> None:
    found = journey_of(dossier(TAKEN, THERE, CAME, looked="2026-09-17 00:00"))
    assert set(days(found)) == {"last_mile", "total"}


def test_without_an_order_date_the_whole_way_begins_with_the_first_scan() -> None:
    assert days(journey_of(dossier(*WHOLE)))["total"] == 13


def test_a_finished_parcel_that_never_came_has_legs_that_never_ended() -> None:
    lost = dossier(TAKEN, LEFT, looked="2026-09-20 00:00", done_as="refunded", **ORDERED)
    found = journey_of(lost)
    assert found.outcome is Outcome.WRONG
    assert found.under_way is None
    open_legs = {stay.leg for stay in found.stays if stay.ended is None}
    assert open_legs == {Leg.LINE_HAUL, Leg.TOTAL}


@pytest.mark.parametrize(
    ("events", "done_as", "outcome"),
    [
        pytest.param(WHOLE, "", Outcome.RECEIVED, id="delivered"),
        pytest.param(WHOLE, "refunded", Outcome.WRONG, id="the owner says otherwise"),
        pytest.param((TAKEN,), "received", Outcome.RECEIVED, id="received without a scan"),
        pytest.param((TAKEN,), "cancelled", Outcome.OTHERWISE, id="cancelled is nobody's fault"),
        pytest.param(
            (TAKEN, scan(Stage.LOST_OR_DAMAGED, "2026-09-09 00:00")), "", Outcome.WRONG, id="lost"
        ),
        pytest.param(
            (TAKEN, scan(Stage.RETURNING, "2026-09-09 00:00")), "", Outcome.WRONG, id="going back"
        ),
        pytest.param((TAKEN,), "", Outcome.RUNNING, id="under way"),
    ],
)
def test_how_it_ended(events: tuple[Any, ...], done_as: str, outcome: Outcome) -> None:
    done_at = moment("2026-09-20 12:00") if done_as else None
    found = dossier(*events, looked="2026-09-18 00:00", done_as=done_as, done_at=done_at)
    assert journey_of(found).outcome is outcome


def test_what_the_owner_said_of_the_day_it_came_ends_the_way() -> None:
    came = dossier(TAKEN, done_as="received", done_at=moment("2026-09-13 00:00"), **ORDERED)
    assert days(journey_of(came))["total"] == 12


def test_the_owner_is_no_carrier() -> None:
    note = scan(Stage.DELIVERED, "2026-09-16 00:00", "It came", source=HAND, provider="")
    assert journey_of(dossier(TAKEN, note)).carrier == "post"


def test_a_route_with_an_unknown_end_is_none() -> None:
    assert journey_of(dossier(TAKEN, origin="")).route is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Stage)),
            st.integers(0, 60),
            st.sampled_from(["", "CN", "DE", "NL"]),
        ),
        max_size=12,
    )
)
def test_no_leg_is_shorter_than_nothing_and_one_at_most_is_open(
    rows: list[tuple[Stage, int, str]],
) -> None:
    start = moment("2026-09-01 00:00")
    events = [scan(stage, start + timedelta(days=day), country=land) for stage, day, land in rows]
    found = journey_of(dossier(*events, looked=start + timedelta(days=61)))
    assert all(stay.days >= 0 for stay in found.stays)
    assert len({stay.leg for stay in found.stays}) == len(found.stays)
    assert sum(s.ended is None and s.leg is not Leg.TOTAL for s in found.stays) <= 1
