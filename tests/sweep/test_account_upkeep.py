"""The account at 17TRACK: listed once a day, counted, and what is owed to it is done exactly once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.registration import Registration
from monitor.sandbox.timeline import Span
from tests.cli.desk import HOUR, KETTLE, LAMP, held, killed

if TYPE_CHECKING:
    from tests.cli.desk import Desk

CAINIAO, CHINA_POST = 190271, 3011
FOREIGN = "LP00999999999999"


def source(desk: Desk, number: str = KETTLE) -> dict[str, Any]:
    found: dict[str, Any] = desk.shown(number)["sources"][0]
    return found


def elsewhere(desk: Desk, number: str, carrier: int = CAINIAO) -> None:
    """Somebody registers a number with the same key, by another program."""
    now = desk.now
    span = Span(now, now + HOUR)
    record = Registration(number, carrier, 1, now, [span])
    desk.sandbox._account._enter(record)


def since(desk: Desk, calls: int) -> list[str]:
    return desk.endpoints()[calls:]


# the quota


def test_after_a_registration_what_is_left_is_read_and_shown(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    desk("poll")
    assert desk.endpoints() == ["register", "getquota", "gettrackinfo"]
    quota = desk("adapters", "--json").json[1]["quota"]
    assert (quota["total"], quota["used"], quota["left"]) == (1000, 2, 998)
    assert quota["read_at"] == "2026-09-01T06:00:00Z"
    assert quota["used_up_at"] is None
    assert "998 numbers of 1000 left to register" in desk("adapters").out


def test_a_pass_that_registers_nothing_asks_for_no_quota(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    calls = len(desk.sandbox.calls)
    desk.at(0.9)
    desk("poll")
    assert since(desk, calls) == ["gettrackinfo"]


# the list


def test_once_a_day_the_list_and_the_quota_are_read(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    calls = len(desk.sandbox.calls)
    for hours in (24, 25, 36):
        desk.at(hours / 24)
        desk("poll")
    assert since(desk, calls) == [
        "gettracklist", "getquota", "gettrackinfo", "gettrackinfo", "gettrackinfo",
    ]  # fmt: skip


def test_a_rehearsal_reads_no_list(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    desk.at(2)
    calls = len(desk.sandbox.calls)
    desk("poll", "--dry-run")
    assert since(desk, calls) == ["gettrackinfo"]


def test_a_number_registered_elsewhere_meanwhile_costs_nothing_here(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    desk.at(1)
    elsewhere(desk, LAMP)
    elsewhere(desk, FOREIGN)
    desk("add", LAMP)
    said = desk("poll")
    assert f"{LAMP}: It is registered at 17TRACK already, which costs nothing." in said.out
    assert source(desk, LAMP)["state"] == "registered"
    assert desk.endpoints().count("register") == 1
    assert desk.sandbox.charges == {KETTLE: 1}
    assert FOREIGN not in str(desk.listed())


def test_foreign_numbers_of_the_account_on_many_pages_are_left_alone(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    for n in range(90):
        elsewhere(desk, f"LP0077777777{n:04}")
    before = set(desk.sandbox.registrations)
    desk.at(1)
    calls = len(desk.sandbox.calls)
    assert desk("poll").code == 0
    assert since(desk, calls).count("gettracklist") == 3
    assert set(desk.sandbox.registrations) == before
    assert len(desk.listed()) == 1


def test_the_pages_keep_the_pace_of_the_key(desk: Desk) -> None:
    """As processes, which share the pace; the server refuses a fourth request in a second."""
    desk("add", KETTLE)
    desk("poll")
    for n in range(120):
        elsewhere(desk, f"LP0077777777{n:04}")
    desk.sandbox.rate_limit = 3
    desk.at(1)
    calls = len(desk.sandbox.calls)
    assert desk.process("poll").code == 0
    assert desk.process("edit", KETTLE, "--carrier", "3011").code == 0
    assert since(desk, calls).count("gettracklist") == 4
    assert since(desk, calls)[-1] == "changecarrier"
    assert {call.status for call in desk.sandbox.calls[calls:]} == {200}


def test_a_number_gone_there_is_known_within_a_day_and_not_paid_for_again(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    desk("poll")
    account = desk.sandbox._account
    account.remove(account.find(KETTLE, 0)[0])
    desk.at(1)
    calls = len(desk.sandbox.calls)
    said = desk("poll")
    assert f"parcels edit {KETTLE} --adapter seventeentrack" in said.err
    assert since(desk, calls).count("gettracklist") == 2  # the second one asks for the number alone
    assert (source(desk)["state"], source(desk, LAMP)["state"]) == ("gone", "registered")
    desk.at(3)
    desk("poll")
    assert desk.sandbox.charges == {KETTLE: 1, LAMP: 1}


def test_a_number_the_list_leaves_out_by_mistake_is_not_given_up(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    desk("poll")
    desk.at(1)
    desk.sandbox.faults.inject("omits", endpoint="gettracklist", times=1)
    assert desk("poll").code == 0
    assert {source(desk, n)["state"] for n in (KETTLE, LAMP)} == {"registered"}


def test_a_carrier_changed_in_the_dashboard_is_followed(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    account = desk.sandbox._account
    record = account.find(KETTLE, 0)[0]
    account.move(record, CHINA_POST)
    record.restart(desk.now, desk.now + HOUR)
    desk.at(1)
    assert desk("poll").code == 0
    assert source(desk)["carrier"] == str(CHINA_POST)
    assert source(desk)["state"] == "registered"


@pytest.mark.parametrize("fault", ["error_503", "truncated", "html_200", "data_null", "huge"])
def test_a_list_that_cannot_be_read_takes_nothing_away(desk: Desk, fault: str) -> None:
    desk("add", KETTLE)
    desk("poll")
    desk.at(1)
    desk.sandbox.faults.inject(fault, endpoint="gettracklist", times=5)
    said = desk("poll")
    assert said.code == 1
    assert "seventeentrack: asked about 1, 1 answered" in said.out
    assert source(desk)["state"] == "registered"
    desk.sandbox.faults.clear()
    calls = len(desk.sandbox.calls)
    desk("poll")  # as soon as it can be
    assert since(desk, calls)[0] == "gettracklist"


# a number that is tracked no more


def stopped(desk: Desk) -> None:
    """The kettle was held on day 3, and on day 34 17TRACK has stopped asking about it."""
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 4, 34):
        desk.at(day)
        desk("poll")


def test_a_number_17track_gave_up_is_tracked_again_once_and_shown_so(desk: Desk) -> None:
    stopped(desk)
    assert desk.endpoints().count("retrack") == 1
    assert source(desk)["retrack"] == "done"
    assert source(desk)["stopped_at"] is None
    assert "tracked again Mon 5 Oct 2026, 06:00 (once, free)" in desk("show", KETTLE).out
    desk.at(35)
    desk("poll")
    assert source(desk)["last_error"] is None
    desk.at(70)  # it has stopped once more
    desk("poll")
    assert source(desk)["stopped_at"] is not None
    desk.at(80)
    desk("poll")
    assert desk.endpoints().count("retrack") == 1
    assert desk.sandbox.charges == {KETTLE: 1}


def test_what_is_heard_after_it_was_tracked_again_is_told(desk: Desk) -> None:
    stopped(desk)
    desk.sandbox.script(held(until=36))
    desk.at(38)
    desk("poll")
    assert desk.listed()[0]["stage"] == "clearance_success"


def test_a_number_the_owner_stopped_there_stays_stopped(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    account = desk.sandbox._account
    account.find(KETTLE, 0)[0].spans[-1].end = desk.now + HOUR
    for day in (1, 2, 3):
        desk.at(day)
        desk("poll")
    assert source(desk)["stopped_at"] is not None
    assert "retrack" not in desk.endpoints()


def test_a_delivered_parcel_is_not_tracked_again(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.at(4)
    desk("poll")
    desk("event", KETTLE, "It is here", "--stage", "delivered")
    for day in (34, 36):
        desk.at(day)
        desk("poll")
    assert source(desk)["stopped_at"] is not None
    assert "retrack" not in desk.endpoints()


def test_a_number_tracked_again_by_somebody_else_is_not_asked_for(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.sandbox._account.find(KETTLE, 0)[0].is_retracked = True
    desk.at(34)
    desk("poll")
    assert source(desk)["retrack"] == "done"
    assert "retrack" not in desk.endpoints()


def test_a_refusal_to_track_it_again_is_said_shown_and_final(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.sandbox._account.find(KETTLE, 0)[0].is_retracked = True
    desk.at(34)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.adapters.seventeentrack.account.Registered", never_retracked)
        said = desk("poll")
    assert "only once" in said.err
    assert "not tracked again" in desk("show", KETTLE).out
    desk.at(36)
    desk("poll")
    assert desk.endpoints().count("retrack") == 1


def never_retracked(**facts: Any) -> Any:
    """A list that does not tell that a number was tracked again before."""
    from monitor.adapters.accounts import Registered

    return Registered(**{**facts, "retracked": False})


@pytest.mark.parametrize("fault", ["lost_answer", "truncated"])
def test_a_lost_answer_is_looked_up_and_the_one_time_is_not_spent_twice(
    desk: Desk, fault: str
) -> None:
    desk.sandbox.faults.inject(fault, endpoint="retrack", times=1)
    stopped(desk)
    assert source(desk)["retrack"] == "done"
    desk.at(36)
    desk("poll")
    assert desk.endpoints().count("retrack") == 1


def test_a_number_the_answer_leaves_out_is_looked_up_before_it_is_asked_for_again(
    desk: Desk,
) -> None:
    desk.sandbox.faults.inject("omits", endpoint="retrack", times=1)
    stopped(desk)
    assert source(desk)["retrack"] == "sending"
    assert "asked to go on" in desk("show", KETTLE).out
    desk("poll")
    assert source(desk)["retrack"] == "done"
    assert desk.endpoints().count("retrack") == 1


@pytest.mark.parametrize("fault", ["error_503", "html_200"])
def test_a_request_to_go_on_that_never_arrived_is_sent_in_the_next_pass(
    desk: Desk, fault: str
) -> None:
    desk.sandbox.faults.inject(fault, endpoint="retrack", times=1)
    stopped(desk)
    assert source(desk)["retrack"] is None
    desk("poll")
    assert source(desk)["retrack"] == "done"


def test_a_process_killed_while_it_asks_to_go_on_asks_once(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 4):
        desk.at(day)
        desk("poll")
    desk.at(34)
    desk.sandbox.faults.inject("slow", endpoint="retrack", times=1, seconds=30)
    process = desk.begin("poll")
    try:
        while "retrack" not in desk.endpoints():
            assert process.poll() is None, "the pass ended before it was killed"
            time.sleep(0.01)
    finally:
        killed(process)
    assert source(desk)["retrack"] == "sending"
    desk.sandbox.faults.clear()
    assert desk("poll").code == 0
    assert source(desk)["retrack"] == "done"
    assert desk.endpoints().count("retrack") == 1


def test_a_number_registered_anew_may_be_tracked_again_anew(desk: Desk) -> None:
    stopped(desk)
    account = desk.sandbox._account
    account.remove(account.find(KETTLE, 0)[0])
    desk.at(36)
    desk("poll")
    desk("edit", KETTLE, "--adapter", "seventeentrack")
    for day in (37, 70):
        desk.at(day)
        desk("poll")
    assert desk.sandbox.charges == {KETTLE: 2}
    assert desk.endpoints().count("retrack") == 2
