"""What costs, or is scarce, is spent once, never by accident, and no further than the owner allows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, strategies as st

from monitor.adapters.contract import Ask
from monitor.history import History
from monitor.sandbox.account import Allowance
from monitor.sandbox.dhl import DhlSandbox
from monitor.sandbox.parcelsapp import ParcelsAppSandbox
from monitor.sandbox.ship24 import Ship24Sandbox
from monitor.sweep.sent import as_sent, written
from tests.cli.desk import DAY, KETTLE, LAMP, START, held
from tests.sweep.eyes_beside import cainiao_beside, registered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.sandbox.keyed import KeyedSandbox
    from tests.cli.desk import Desk

DUMMY = "A-AAA-AAAA"  # no tracking number to Ship24
NO_17TRACK = {"PARCELS_ADAPTERS__SEVENTEENTRACK__ENABLED": "false"}


def beside(desk: Desk, name: str, server: KeyedSandbox) -> None:
    """The server as the desk's source of that name."""
    table = f"PARCELS_ADAPTERS__{name.upper()}__"
    desk.environ |= {f"{table}API_KEY": server.key, f"{table}BASE_URL": server.base_url}


@pytest.fixture
def ship24(desk: Desk) -> Iterator[Ship24Sandbox]:
    """Ship24 as the only source there is."""
    desk.environ |= NO_17TRACK
    with Ship24Sandbox(desk.clock) as server:
        beside(desk, "ship24", server)
        yield server


@pytest.fixture
def dhl(desk: Desk) -> Iterator[DhlSandbox]:
    desk.environ |= NO_17TRACK
    with DhlSandbox(desk.clock) as server:
        beside(desk, "dhl", server)
        yield server


@pytest.fixture
def parcelsapp(desk: Desk) -> Iterator[ParcelsAppSandbox]:
    desk.environ |= NO_17TRACK
    with ParcelsAppSandbox(desk.clock) as server:
        beside(desk, "parcelsapp", server)
        yield server


def numbers(count: int) -> list[str]:
    return [f"LP0012345678{n:04}" for n in range(count)]


def states(desk: Desk) -> dict[str, str]:
    """How each parcel stands at its one source, by number."""
    return {p["number"]: desk.shown(p["number"])["sources"][0]["state"] for p in desk.listed()}


# a tracker for each set of particulars


def test_a_number_is_made_known_once_and_read_from_then_on(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    ship24.script(held())
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 3.5, 4):
        desk.at(day)
        assert desk("poll").code == 0
    assert ship24.charges == {KETTLE: 1}
    assert desk.shown()["stage"] == "clearance_exception"


def test_after_a_lost_answer_the_first_words_are_said_again(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    """What the owner changed meanwhile would make another tracker of the same number."""
    ship24.appears_after = timedelta(hours=1)
    ship24.faults.inject("lost_answer", endpoint="create", times=1)
    desk("add", KETTLE, "--shop", "none")
    assert desk("poll").code == 1
    desk("edit", KETTLE, "--to", "FR", "--from", "CN", "--extra", "postcode=75001")
    desk("poll")
    assert [call.endpoint for call in ship24.calls].count("create") == 2
    assert ship24.trackers == [{"trackingNumber": KETTLE, "destinationCountryCode": "DE"}]
    assert states(desk) == {KETTLE: "registered"}


def test_what_ship24_did_not_take_is_sent_as_the_owner_has_put_it_right(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    desk("add", DUMMY, "--shop", "none")
    said = desk("poll")
    assert f"Ship24 does not take {DUMMY}" in said.err
    assert states(desk) == {DUMMY: "refused"}
    calls = len(ship24.calls)
    desk("poll")
    assert len(ship24.calls) == calls
    desk("edit", DUMMY, "--from", "CN")
    desk("poll")
    assert len(ship24.calls) > calls


def test_a_request_that_was_surely_not_heard_is_sent_with_the_present_facts(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    ship24.faults.inject("unauthorized_401", endpoint="create", times=1)
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk("edit", KETTLE, "--to", "FR")
    desk("poll")
    assert [tracker["destinationCountryCode"] for tracker in ship24.trackers] == ["FR"]


def test_a_tracker_deleted_there_is_not_made_anew(desk: Desk, ship24: Ship24Sandbox) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    ship24.delete(KETTLE)
    for day in (1, 2):
        desk.at(day)
        desk("poll")
    assert ship24.trackers == []


def test_a_rehearsal_makes_nothing_known(desk: Desk, ship24: Ship24Sandbox) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll", "--dry-run")
    assert ship24.calls == []


# so many a month


def test_no_more_numbers_than_allowed_are_made_known_in_a_month(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    ship24.quota = 100
    desk("add", *numbers(12), "--shop", "none")
    said = desk("poll")
    assert said.code == 1
    assert "This month's 10 new numbers at Ship24 are used up" in said.err
    assert len(ship24.trackers) == 10
    desk.at(20)
    desk("poll")
    assert len(ship24.trackers) == 10
    desk.at(31)  # in October
    assert desk("poll").code == 0
    assert len(ship24.trackers) == 12


def test_the_owner_sets_how_many(desk: Desk, ship24: Ship24Sandbox) -> None:
    desk.environ["PARCELS_ADAPTERS__SHIP24__MONTHLY_LIMIT"] = "0"
    desk("add", *numbers(3), "--shop", "none")
    desk("poll")
    assert ship24.trackers == []
    desk.environ["PARCELS_ADAPTERS__SHIP24__MONTHLY_LIMIT"] = "2"
    desk("poll")
    assert len(ship24.trackers) == 2


def test_a_parcel_that_was_removed_has_been_paid_for_all_the_same(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    desk.environ["PARCELS_ADAPTERS__SHIP24__MONTHLY_LIMIT"] = "1"
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk("remove", KETTLE, "--yes")
    desk("add", LAMP, "--shop", "none")
    assert "used up" in desk("poll").err
    assert ship24.charges == {KETTLE: 1}


def test_a_parcel_that_is_added_again_is_found_there_and_counts_once(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    desk.environ["PARCELS_ADAPTERS__SHIP24__MONTHLY_LIMIT"] = "2"
    desk("add", KETTLE, "--shop", "none", "--to", "FR")
    desk("poll")
    desk("remove", KETTLE, "--yes")
    desk("add", KETTLE, LAMP, "--shop", "none")
    assert desk("poll").code == 0
    assert ship24.charges == {KETTLE: 1, LAMP: 1}


def test_with_nothing_left_to_spend_what_is_known_there_is_watched_all_the_same(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk("remove", KETTLE, "--yes")
    desk.environ["PARCELS_ADAPTERS__SHIP24__MONTHLY_LIMIT"] = "0"
    desk("add", KETTLE, "--shop", "none")
    assert desk("poll").code == 0
    assert states(desk) == {KETTLE: "registered"}


def test_what_was_refused_does_not_count(desk: Desk, ship24: Ship24Sandbox) -> None:
    desk.environ["PARCELS_ADAPTERS__SHIP24__MONTHLY_LIMIT"] = "1"
    desk("add", DUMMY, "--shop", "none")
    desk("poll")
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    assert ship24.charges == {KETTLE: 1}


def test_the_end_that_ship24_itself_sets_is_told_and_blinds_nobody(
    desk: Desk, ship24: Ship24Sandbox
) -> None:
    ship24.quota = 1
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk("add", LAMP, "--shop", "none")
    said = desk("poll")
    assert "new numbers at Ship24 are used up" in said.err
    assert states(desk) == {KETTLE: "registered", LAMP: "new"}
    assert [row["state"] for row in desk("adapters", "--json").json if row["name"] == "ship24"] == [
        "ok"
    ]


def test_how_many_were_made_known_is_shown(desk: Desk, ship24: Ship24Sandbox) -> None:
    ship24.script(held())
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    (block,) = [b for b in desk("adapters").out.split("\n\n") if b.startswith("Ship24:")]
    assert "1 of this month's 10" in block
    (row,) = [each for each in desk("adapters", "--json").json if each["name"] == "ship24"]
    assert (row["monthly"], row["this_month"], row["daily"], row["today"]) == (10, 1, None, 0)


# several sources that cost


@pytest.fixture
def both(desk: Desk) -> Iterator[Ship24Sandbox]:
    """17TRACK and Ship24, both with a key."""
    with Ship24Sandbox(desk.clock) as server:
        beside(desk, "ship24", server)
        yield server


def test_only_one_of_two_sources_that_cost_is_told_of_a_number(
    desk: Desk, both: Ship24Sandbox
) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 1.5, 3.5, 5):
        desk.at(day)
        desk("poll")
    assert registered(desk) == {KETTLE: 1}
    assert both.trackers == []


def test_the_second_is_told_when_the_first_does_not_know_the_number_a_day_after_it_was_told(
    desk: Desk, both: Ship24Sandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 0.9):
        desk.at(day)
        desk("poll")
    assert both.trackers == []
    for day in (1.6, 1.7):  # 17TRACK looks twice a day
        desk.at(day)
        desk("poll")
    assert (registered(desk), both.charges) == ({KETTLE: 1}, {KETTLE: 1})


def test_the_second_is_told_when_the_first_has_no_quota_left(
    desk: Desk, both: Ship24Sandbox
) -> None:
    desk.sandbox._account.allowance = Allowance(total=0)
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk("poll")
    assert both.charges == {KETTLE: 1}


def test_a_source_without_a_price_keeps_all_others_from_being_told(
    desk: Desk, both: Ship24Sandbox
) -> None:
    with cainiao_beside(desk) as cainiao:
        cainiao.script(held())
        desk("add", KETTLE, "--shop", "none")
        for day in (0, 0.3, 1.1):
            desk.at(day)
            desk("poll")
    assert (registered(desk), both.trackers) == ({}, [])


def test_no_other_number_of_a_parcel_is_ever_told_to_who_charges_for_it(
    desk: Desk, both: Ship24Sandbox, parcelsapp: ParcelsAppSandbox
) -> None:
    with cainiao_beside(desk) as cainiao:
        cainiao.link(KETTLE, real="RR123456785CN")
        desk("add", KETTLE, "--shop", "none", "--adapter", "cainiao", "--adapter", "ship24",
             "--adapter", "parcelsapp")  # fmt: skip
        for day in (0, 1, 2):
            desk.at(day)
            desk("poll")
    assert [a["number"] for a in desk.shown()["aliases"]] == ["RR123456785CN"]
    assert both.charges == {KETTLE: 1}
    assert parcelsapp.counted == {KETTLE}


# Parcels app


def test_parcels_app_is_told_of_a_number_once_its_country_is_known(
    desk: Desk, parcelsapp: ParcelsAppSandbox
) -> None:
    del desk.environ["PARCELS_COUNTRY"]
    parcelsapp.script(held())
    desk("add", KETTLE, "--shop", "none")
    said = desk("poll")
    assert f"parcels edit {KETTLE} --to CC" in said.err
    assert parcelsapp.calls == []
    desk.at(3.5)
    desk("edit", KETTLE, "--to", "DE")
    assert desk("poll").code == 0
    assert parcelsapp.counted == {KETTLE}
    assert desk.shown()["stage"] == "clearance_exception"


@pytest.mark.parametrize("source", ["ship24", "parcelsapp", "dhl"])
def test_no_key_is_shown_by_any_command(
    desk: Desk, request: pytest.FixtureRequest, source: str
) -> None:
    server: Any = request.getfixturevalue(source)
    server.key = "sentinel-of-a-key-9f8e7d"
    beside(desk, source, server)
    server.faults.inject("html_200", times=1)
    desk("add", KETTLE, "--shop", "none", "--adapter", source)
    ran = [
        desk(*words)
        for words in (("poll",), ("poll",), ("config",), ("adapters",), ("show", KETTLE))
    ]
    assert server.calls
    assert not [r for r in ran if server.key in r.out + r.err]
    with History.open(desk.database, now=desk.now) as history:
        dump = "\n".join(history._store._connection.iterdump())
    assert server.key not in dump


# so many calls a day


def test_no_more_calls_than_a_day_has_are_made(desk: Desk, dhl: DhlSandbox) -> None:
    with mock.patch("monitor.adapters.dhl.DAILY", 3):
        desk("add", *[f"RR{n:08}0DE" for n in range(5)], "--shop", "none")
        said = desk("poll")
        assert "Today's 3 calls at DHL are made" in said.err
        assert len(dhl.calls) == 3
        desk("poll")
        desk.at(0.7)
        desk("poll")
        assert len(dhl.calls) == 3
        desk.at(0.76)  # after midnight
        desk("poll")
        assert len(dhl.calls) == 6


def test_calls_are_counted_for_each_day_and_source(tmp_path: Path) -> None:
    with History.open(tmp_path / "parcels.db", now=START) as history:
        spending = history.spending
        assert [spending.call("a", 2, START) for _ in range(3)] == [True, True, False]
        assert spending.call("b", 1, START)
        assert not spending.call("c", 0, START)
        assert spending.today("a", START) == 2
        assert spending.call("a", 2, START + DAY)
        assert (spending.today("a", START), spending.today("a", START + DAY)) == (0, 1)


# what was said


TEXTS = st.text(max_size=8)
ASKS = st.builds(
    Ask,
    number=TEXTS,
    carrier=TEXTS,
    wanted_carrier=TEXTS,
    origin=TEXTS,
    destination=TEXTS,
    extra=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
)


@given(ASKS)
def test_what_was_said_can_be_said_again(ask: Ask) -> None:
    assert as_sent(written(ask), Ask(ask.number, carrier=ask.carrier)) == ask


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "{}", "7", "[1]", '["A","","","",[["x"]]]', '["A","","","",7]',
        '["other","","","",[]]',
    ],
)  # fmt: skip
def test_what_cannot_be_read_leaves_the_present_facts(text: str) -> None:
    ask = Ask("A", destination="DE")
    assert as_sent(text, ask) == ask
