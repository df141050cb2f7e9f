"""A number is registered once and paid for once, whatever breaks in between."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox import refusals
from monitor.sandbox.account import Allowance
from monitor.sandbox.endpoints import Endpoints
from monitor.sandbox.refusals import RefusedError
from tests.cli.desk import KETTLE, LAMP, held, killed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.desk import Desk


def numbers(count: int) -> list[str]:
    return [f"LP0012345678{n:04}" for n in range(count)]


def states(desk: Desk) -> dict[str, str]:
    """What each parcel's source says, by number."""
    return {p["number"]: desk.shown(p["number"])["sources"][0]["state"] for p in desk.listed()}


def test_a_lost_answer_is_looked_up_and_never_paid_for_twice(desk: Desk) -> None:
    desk("add", KETTLE)
    desk.sandbox.faults.inject("lost_answer", endpoint="register", times=1)
    first = desk("poll")
    assert first.code == 1
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1}
    assert desk.endpoints().count("register") == 1
    assert "gettracklist" in desk.endpoints()
    assert states(desk) == {KETTLE: "registered"}


def test_when_the_look_up_fails_too_the_next_pass_asks_before_it_registers(desk: Desk) -> None:
    desk("add", KETTLE)
    desk.sandbox.faults.inject("lost_answer", endpoint="register", times=1)
    desk.sandbox.faults.inject("error_503", endpoint="gettracklist", times=5)
    assert desk("poll").code == 1
    assert states(desk) == {KETTLE: "registering"}
    calls = len(desk.sandbox.calls)
    assert desk("poll").code == 0
    assert desk.endpoints()[calls:] == ["gettracklist", "getquota", "gettrackinfo"]
    assert desk.sandbox.charges == {KETTLE: 1}


def test_a_request_that_never_arrived_is_sent_in_the_next_pass(desk: Desk) -> None:
    desk("add", KETTLE)
    desk.sandbox.faults.inject("error_503", endpoint="register", times=1)
    assert desk("poll").code == 1
    assert desk.sandbox.charges == {}
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1}


@pytest.mark.parametrize("fault", ["truncated", "html_200", "empty_200", "data_null", "huge"])
def test_an_answer_that_cannot_be_read_is_no_reason_to_pay_again(desk: Desk, fault: str) -> None:
    desk("add", KETTLE, LAMP)
    desk.sandbox.faults.inject(fault, endpoint="register", times=1)
    assert desk("poll").code == 1
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1, LAMP: 1}
    assert set(states(desk).values()) == {"registered"}


def test_a_number_the_answer_leaves_out_is_looked_up_and_not_paid_for_twice(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    desk.sandbox.faults.inject("omits", endpoint="register", times=1)
    said = desk("poll")
    assert LAMP in said.err
    assert states(desk) == {KETTLE: "registered", LAMP: "registering"}
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1, LAMP: 1}
    assert states(desk) == {KETTLE: "registered", LAMP: "registered"}


def test_a_process_killed_while_it_registers_pays_once(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    desk.sandbox.faults.inject("slow", endpoint="register", times=1, seconds=30)
    process = desk.begin("poll")
    try:
        while not desk.sandbox.charges:
            assert process.poll() is None, "the pass ended before it was killed"
            time.sleep(0.01)
    finally:
        killed(process)
    assert states(desk) == {KETTLE: "registering", LAMP: "registering"}
    desk.sandbox.faults.clear()
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1, LAMP: 1}
    assert states(desk) == {KETTLE: "registered", LAMP: "registered"}


def test_a_number_registered_elsewhere_before_is_taken_as_registered(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    desk("remove", KETTLE, "--yes")
    desk("add", KETTLE)
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1}
    assert states(desk) == {KETTLE: "registered"}


def test_when_the_quota_ends_in_the_middle_the_others_go_on(desk: Desk) -> None:
    every = numbers(50)
    desk.sandbox._account.allowance = Allowance(total=45)
    for number in every:
        desk.sandbox.script(held(number))
    desk("add", *every, "--shop", "none")
    said = desk("poll")
    assert "quota of new numbers is used up" in said.err
    assert sum(desk.sandbox.charges.values()) == 45
    assert Counter(states(desk).values()) == {"registered": 45, "new": 5}
    desk.at(4)
    desk("poll")
    assert Counter(p["stage"] for p in desk.listed()) == {"clearance_exception": 45, "unknown": 5}
    desk.sandbox._account.allowance = Allowance(total=100)
    assert desk("poll").code == 0
    assert desk.sandbox.charges == dict.fromkeys(every, 1)


def test_a_number_with_an_unknown_carrier_stops_nobody_else(desk: Desk) -> None:
    desk("add", "ZZTOP-12345", KETTLE)
    said = desk("poll")
    assert "parcels edit ZZTOP-12345 --carrier KEY" in said.err
    assert states(desk) == {"ZZTOP-12345": "refused", KETTLE: "registered"}
    calls = len(desk.sandbox.calls)
    desk("poll")
    assert "register" not in desk.endpoints()[calls:]  # not again as it stands
    assert "--carrier KEY" in desk("show", "ZZTOP-12345").out
    desk("edit", "ZZTOP-12345", "--carrier", "100003")
    assert desk("poll").code == 0
    assert states(desk) == {"ZZTOP-12345": "registered", KETTLE: "registered"}
    assert desk.sandbox.charges == {KETTLE: 1, "ZZTOP-12345": 1}


def test_a_carrier_nobody_knows_is_said_before_anything_is_sent(desk: Desk) -> None:
    desk("add", KETTLE, "--carrier", "Pigeon Post")
    said = desk("poll")
    assert "Pigeon Post" in said.err
    assert desk.endpoints() == []
    desk("edit", KETTLE, "--carrier", "")
    assert desk("poll").code == 0
    assert states(desk) == {KETTLE: "registered"}


POSTCODE_NEEDED = -18010019  # source: 17TRACK's help article on error codes


@pytest.fixture
def wants_postcodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A carrier that takes no number without the recipient's postcode."""
    monkeypatch.setitem(refusals._MESSAGES, POSTCODE_NEEDED, "The postcode is missing.")
    register = Endpoints._register

    def strict(self: Endpoints, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if item["number"] == KETTLE and not item.get("destination_postal_code"):
            raise RefusedError(POSTCODE_NEEDED)
        return register(self, item)

    monkeypatch.setattr(Endpoints, "_register", strict)


@pytest.mark.usefixtures("wants_postcodes")
def test_a_missing_postcode_is_said_with_the_command_that_helps(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    said = desk("poll")
    command = f"parcels edit {KETTLE} --extra destination_postal_code=12345"
    assert command in said.err
    assert states(desk) == {KETTLE: "refused", LAMP: "registered"}
    assert desk(*command.split()[1:]).code == 0
    assert desk("poll").code == 0
    assert states(desk) == {KETTLE: "registered", LAMP: "registered"}
    assert desk.sandbox.charges == {KETTLE: 1, LAMP: 1}


def test_a_number_the_source_has_deleted_is_not_paid_for_again_unasked(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    desk("poll")
    account = desk.sandbox._account
    account.remove(account.find(KETTLE, 0)[0])
    said = desk("poll")
    assert KETTLE in said.err
    assert states(desk) == {KETTLE: "gone", LAMP: "registered"}
    for _ in range(2):
        desk("poll")
    desk("edit", KETTLE, "--label", "Kettle")
    desk("poll")
    assert desk.sandbox.charges == {KETTLE: 1, LAMP: 1}


def test_a_deleted_number_is_registered_again_by_the_command_the_message_names(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    account = desk.sandbox._account
    account.remove(account.find(KETTLE, 0)[0])
    command = f"parcels edit {KETTLE} --adapter seventeentrack"

    assert command in desk("poll").err
    assert desk(*command.split()[1:]).code == 0
    desk("poll")

    assert states(desk) == {KETTLE: "registered"}
    assert desk.sandbox.charges[KETTLE] == 2


def test_many_batches_are_registered_and_asked_about_each_number_once(desk: Desk) -> None:
    every = numbers(170)
    desk("add", *every)
    done = desk("poll")
    assert done.code == 0
    assert "asked about 170, 170 answered" in done.out
    assert desk.endpoints().count("register") == 5
    assert desk.sandbox.charges == dict.fromkeys(every, 1)
    asked = [n for c in desk.sandbox.calls if c.endpoint == "gettrackinfo" for n in c.numbers]
    assert sorted(asked) == every
