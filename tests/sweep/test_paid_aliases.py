"""The other numbers of a parcel at a source that charges: told only at the owner's word, paid for once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.history import History
from monitor.sandbox.ship24 import Ship24Sandbox
from tests.cli.desk import KETTLE, Desk, held, killed
from tests.sweep.eyes_beside import cainiao_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.sandbox.cainiao import CainiaoSandbox

POSTAL = "RR123456785CN"
BOTH = ("--adapter", "cainiao", "--adapter", "seventeentrack")
COSTS = f"17TRACK is told of its other number {POSTAL} as well, which costs once."


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    """Cainiao shows the parcel and names its postal number, of which 17TRACK shows more."""
    with cainiao_beside(desk) as cainiao:
        cainiao.script(held(KETTLE))
        cainiao.link(KETTLE, real=POSTAL)
        desk.sandbox.script(held(KETTLE))
        desk.sandbox.script(held(POSTAL, until=5))
        desk("add", KETTLE, "--shop", "none", "--to", "DE", "--adapter", "cainiao")
        desk.at(4)
        assert desk("poll").code == 0
        yield cainiao


def registered(desk: Desk) -> list[str]:
    """Every number a registration was asked for, in order."""
    calls = [call for call in desk.sandbox.calls if call.endpoint == "register"]
    return [number for call in calls for number in call.numbers]


def deleted_there(desk: Desk, number: str) -> None:
    """Somebody deletes the registration at 17TRACK, where nobody here knows of it."""
    account = desk.sandbox._account
    account.remove(account.find(number, 0)[0])


def test_naming_the_source_tells_it_of_both_numbers_and_says_what_that_costs(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    said = desk("edit", KETTLE, *BOTH)
    assert said.out.splitlines()[1:] == [f"  {COSTS}"]
    for day in (4.3, 5.6, 7):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1, POSTAL: 1}
    assert registered(desk) == [KETTLE, POSTAL]
    shown = desk.shown()
    providers = {e["provider"] for e in shown["events"] if "provider" in e}
    assert shown["stage"] == "clearance_success", providers
    assert f"{POSTAL}  named by Cainiao; registered at 17TRACK" in desk("show", KETTLE).out
    assert "2 numbers registered from here" in desk("adapters").out


def test_saying_it_again_costs_nothing_more_and_says_so(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    desk("poll")
    said = desk("edit", KETTLE, *BOTH)
    assert "nothing changed" in said.out
    assert COSTS not in said.out
    desk("poll")
    assert desk.sandbox.charges == {KETTLE: 1, POSTAL: 1}


def test_where_the_parcels_own_number_is_known_already_the_other_one_alone_is_new(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    cainiao.link(KETTLE)  # no other number is known
    desk("remove", KETTLE, "--yes")
    desk("add", KETTLE, "--shop", "none", *BOTH)
    desk("poll")
    cainiao.link(KETTLE, real=POSTAL)
    desk.at(5)
    desk("poll")
    assert registered(desk) == [KETTLE]  # what comes to be known costs nothing by itself
    assert desk("edit", KETTLE, *BOTH).out == f"{KETTLE}: {COSTS}\n"
    desk("poll")
    assert registered(desk) == [KETTLE, POSTAL]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("add", KETTLE, "--label", "Kettle", *BOTH), id="adding it once more"),
        pytest.param(("edit", KETTLE, "--label", "Kettle"), id="an edit that names no source"),
        pytest.param(("edit", KETTLE, "--adapter", "cainiao"), id="one that names a free one"),
    ],
)
def test_nothing_else_tells_a_source_of_it(
    desk: Desk, cainiao: CainiaoSandbox, words: tuple[str, ...]
) -> None:
    assert cainiao.calls
    desk(*words)
    for day in (4.5, 6, 12):
        desk.at(day)
        desk("poll")
    assert POSTAL not in registered(desk)


def test_it_can_be_taken_back_before_the_source_was_told(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    desk("edit", KETTLE, "--adapter", "cainiao")
    desk("poll")
    desk("add", KETTLE, *BOTH)
    desk("poll")
    assert registered(desk) == [KETTLE]


# never twice


def test_a_process_killed_while_it_registers_the_other_number_pays_once(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    desk.sandbox.faults.inject("slow", endpoint="register", times=2, seconds=2)
    process = desk.begin("poll")
    try:
        while POSTAL not in desk.sandbox.charges:
            assert process.poll() is None, "the pass ended before it was killed"
            time.sleep(0.01)
    finally:
        killed(process)
    with History.open(desk.database, now=desk.now) as history:
        (alias,) = history.paid_aliases.of([1], "seventeentrack")
    assert alias.enrolment == "registering"
    desk.sandbox.faults.clear()
    desk.at(4.3)
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1, POSTAL: 1}
    assert registered(desk) == [KETTLE, POSTAL]
    desk.at(6)
    desk("poll")
    assert desk.shown()["stage"] == "clearance_success"


@pytest.mark.parametrize("fault", ["lost_answer", "truncated", "error_503"])
def test_an_answer_that_is_lost_is_no_reason_to_pay_again(
    desk: Desk, cainiao: CainiaoSandbox, fault: str
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, "--adapter", "seventeentrack")
    with History.open(desk.database, now=desk.now) as history:
        history.paid_aliases.withdraw(1, ())
    desk("poll")
    desk("edit", KETTLE, "--adapter", "seventeentrack")
    desk.sandbox.faults.inject(fault, endpoint="register", times=1)
    assert desk("poll").code == 1
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1, POSTAL: 1}


# what may be spent


def test_when_the_quota_ends_before_it_the_other_number_waits_and_follows_once(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    account = desk.sandbox._account
    desk.sandbox.top_up(account.quota_used + 1 - account.allowance.total)
    desk("edit", KETTLE, *BOTH)
    said = desk("poll")
    assert said.code == 1
    assert POSTAL in said.err
    assert desk.sandbox.charges == {KETTLE: 1}
    desk.sandbox.top_up(10)
    desk.at(5)
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1, POSTAL: 1}


def test_the_limit_of_a_month_counts_the_other_number_too(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    with Ship24Sandbox(desk.clock) as ship24:
        table = "PARCELS_ADAPTERS__SHIP24__"
        desk.environ |= {
            f"{table}API_KEY": ship24.key,
            f"{table}BASE_URL": ship24.base_url,
            f"{table}MONTHLY_LIMIT": "1",
        }
        ship24.script(held(KETTLE))
        desk("edit", KETTLE, "--adapter", "ship24")
        said = desk("poll")
        assert f"{POSTAL}: This month's 1 new numbers at Ship24 are used up" in said.err
        assert ship24.charges == {KETTLE: 1}
        desk.environ[f"{table}MONTHLY_LIMIT"] = "2"
        desk.at(4.5)
        assert desk("poll").code == 0
        assert ship24.charges == {KETTLE: 1, POSTAL: 1}
        (row,) = [r for r in desk("adapters", "--json").json if r["name"] == "ship24"]
        assert (row["registered"], row["this_month"]) == (2, 2)


# what the source says of it


def test_the_other_number_is_asked_about_under_its_own_carrier(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    desk.sandbox.script(replace(held(POSTAL), carrier=7041))
    desk("edit", KETTLE, "--carrier", "190271", *BOTH)
    for day in (4.3, 5.6):
        desk.at(day)
        assert desk("poll").code == 0
    assert set(desk.sandbox.registrations) == {(KETTLE, 190271), (POSTAL, 7041)}
    last = [call.numbers for call in desk.sandbox.calls if call.endpoint == "gettrackinfo"][-1]
    assert last == (KETTLE, POSTAL)
    with History.open(desk.database, now=desk.now) as history:
        assert history.sources.of([1])[1]["seventeentrack"].carrier == "190271"


@pytest.mark.parametrize("heard", ["both", "its own alone"])
def test_one_that_was_not_heard_for_once_takes_nothing_back(
    desk: Desk, cainiao: CainiaoSandbox, heard: str
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    for day in (4.3, 5.6):
        desk.at(day)
        assert desk("poll").code == 0
    before = desk.shown()["events"]
    if heard != "both":
        desk.sandbox.faults.inject("omits", endpoint="gettrackinfo", times=1)  # the last one asked
    desk.at(5.9)
    desk("poll")
    assert desk.shown()["events"] == before


def test_one_that_is_refused_is_said_without_a_command_that_would_change_the_parcel(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    strange = "XX-0000-0000-7"
    cainiao.link(KETTLE, real=strange)
    desk.at(4.3)
    desk("poll")
    desk("edit", KETTLE, *BOTH)
    said = desk("poll").err
    assert f"{strange}: " in said
    assert f"parcels edit {strange}" not in said
    assert "The parcel is watched by its own number." in said
    asked = registered(desk).count(strange)
    desk.at(5)
    desk("poll")
    assert registered(desk).count(strange) == asked  # a refusal is final until the owner says more


def test_one_that_was_deleted_there_is_told_again_only_at_the_owners_word(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    desk("poll")
    deleted_there(desk, POSTAL)
    command = f"parcels edit {KETTLE} --adapter seventeentrack"
    desk.at(5)
    assert f"17TRACK has deleted its other number {POSTAL}" in (said := desk("poll").err)
    assert command in said
    desk.at(6)
    assert desk("poll").code == 0
    assert registered(desk) == [KETTLE, POSTAL]
    assert COSTS in desk("edit", KETTLE, *BOTH).out
    desk("poll")
    assert registered(desk) == [KETTLE, POSTAL, POSTAL]


def test_what_one_showed_that_was_deleted_there_stands(desk: Desk, cainiao: CainiaoSandbox) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    for day in (4.3, 5.6):
        desk.at(day)
        desk("poll")
    before = standing(desk)
    assert any(POSTAL in provider for provider, _ in before)
    deleted_there(desk, POSTAL)
    for day in (5.8, 6, 6.3):
        desk.at(day)
        desk("poll")
    assert before <= standing(desk)


def standing(desk: Desk) -> set[tuple[str, str]]:
    with History.open(desk.database, now=desk.now) as history:
        return {(e.provider, e.text) for e in history.timeline.standing([1])[1]}


def test_forgetting_the_parcel_there_forgets_both(desk: Desk, cainiao: CainiaoSandbox) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    desk("poll")
    assert desk("remove", KETTLE, "--forget", "--yes").code == 0
    assert not desk.sandbox.registrations


def test_forgetting_the_parcel_forgets_the_other_number_where_its_own_is_gone(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    desk("poll")
    deleted_there(desk, KETTLE)
    desk.at(5)
    assert "It is not in the source's list" in desk("poll").err
    asked = desk("remove", KETTLE, "--forget", typed="n\n")
    assert "here and at 17TRACK?" in asked.err
    assert desk("remove", KETTLE, "--forget", "--yes").code == 0
    assert not desk.sandbox.registrations


def test_forgetting_it_there_leaves_the_number_of_another_parcel(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    assert cainiao.calls
    desk("edit", KETTLE, *BOTH)
    desk("add", POSTAL, "--shop", "none", *BOTH)
    desk("poll")
    assert desk("remove", KETTLE, "--forget", "--yes").code == 0
    assert {number for number, _ in desk.sandbox.registrations} == {POSTAL}
    assert desk.sandbox.charges == {KETTLE: 1, POSTAL: 1}
