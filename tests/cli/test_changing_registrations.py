"""What `edit` and `remove --forget` change at 17TRACK: said, done once, and finished after a crash."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox import refusals
from monitor.sandbox.endpoints import CARRIER_CHANGES, Endpoints
from monitor.sandbox.refusals import RefusedError
from monitor.sweep.instance import pass_lock
from tests.cli.desk import HOUR, KETTLE, LAMP, held, killed

if TYPE_CHECKING:
    from tests.cli.desk import Desk

CAINIAO, CHINA_POST = 190271, 3011
POSTAL = "RR123456785CN"


def source(desk: Desk, number: str = KETTLE) -> dict[str, Any]:
    found: dict[str, Any] = desk.shown(number)["sources"][0]
    return found


def carriers(desk: Desk) -> dict[str, int]:
    return dict(desk.sandbox.registrations.keys())


@pytest.fixture
def registered(desk: Desk) -> Desk:
    """The kettle is registered under Cainiao, which was asked about it already."""
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.at(1 / 24)
    return desk


# another carrier


@pytest.mark.parametrize("wanted", ["China Post", "3011", "china post"])
def test_edit_moves_a_registration_to_another_carrier_by_name_or_key(
    registered: Desk, wanted: str
) -> None:
    said = registered("edit", KETTLE, "--carrier", wanted)
    assert said.code == 0
    assert "17TRACK asks carrier 3011 about it from now on." in said.out
    assert carriers(registered) == {KETTLE: CHINA_POST}
    assert source(registered)["carrier"] == str(CHINA_POST)
    assert not source(registered)["owed"]
    assert registered("poll").code == 0
    assert registered.sandbox.charges == {KETTLE: 1}


def test_json_goes_to_standard_output_alone(registered: Desk) -> None:
    said = registered("edit", KETTLE, "--carrier", "3011", "--json")
    assert said.json["number"] == KETTLE
    assert "asks carrier 3011" in said.err


def test_an_unknown_name_is_refused_before_anything_changes(registered: Desk) -> None:
    calls = len(registered.sandbox.calls)
    said = registered("edit", KETTLE, "--carrier", "Pigeon Post", "--label", "Kettle")
    assert said.code == 2
    assert "Pigeon Post" in said.err
    assert len(registered.sandbox.calls) == calls
    assert registered.listed()[0]["label"] is None


def test_the_carrier_that_is_asked_already_is_said_so_and_not_sent(registered: Desk) -> None:
    calls = len(registered.sandbox.calls)
    said = registered("edit", KETTLE, "--carrier", "Cainiao")
    assert (said.code, "asks this carrier already" in said.out) == (0, True)
    assert len(registered.sandbox.calls) == calls


def test_an_edit_of_anything_else_asks_nobody(registered: Desk) -> None:
    calls = len(registered.sandbox.calls)
    assert registered("edit", KETTLE, "--label", "Kettle").code == 0
    assert len(registered.sandbox.calls) == calls


def test_a_number_not_registered_yet_is_registered_with_the_carrier_given(desk: Desk) -> None:
    desk("add", KETTLE)
    assert desk("edit", KETTLE, "--carrier", "3011").code == 0
    assert desk.endpoints() == []
    desk("poll")
    assert carriers(desk) == {KETTLE: CHINA_POST}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(
            {"carrier_change_count": CARRIER_CHANGES}, "a sixth time", id="changed five times"
        ),
    ],
)
def test_a_refusal_is_said_shown_and_not_tried_again(
    registered: Desk, spoil: dict[str, Any], sentence: str
) -> None:
    record = registered.sandbox.registrations[KETTLE, CAINIAO]
    for name, value in spoil.items():
        setattr(record, name, value)
    said = registered("edit", KETTLE, "--carrier", "3011")
    assert said.code == 1
    assert sentence in said.err
    assert sentence in registered("show", KETTLE).out
    assert not source(registered)["owed"]
    registered("poll")
    assert registered.endpoints().count("changecarrier") == 1


def test_an_unknown_key_is_refused_by_17track_with_what_to_do(registered: Desk) -> None:
    said = registered("edit", KETTLE, "--carrier", "999999")
    assert said.code == 1
    assert f"parcels edit {KETTLE} --carrier KEY" in said.err
    assert carriers(registered) == {KETTLE: CAINIAO}
    assert registered("poll").code == 0


def test_before_the_first_result_the_change_waits_for_a_pass(desk: Desk) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    said = desk("edit", KETTLE, "--carrier", "3011")
    assert said.code == 1
    assert "tried again with the next pass" in said.err
    assert source(desk)["owed"]
    assert "a change is still to be made there" in desk("show", KETTLE).out
    desk.at(1)
    assert f"{KETTLE}: 17TRACK asks carrier 3011" in desk("poll").out
    assert carriers(desk) == {KETTLE: CHINA_POST}


@pytest.mark.parametrize("fault", ["lost_answer", "truncated"])
def test_a_change_whose_answer_is_lost_is_looked_up(registered: Desk, fault: str) -> None:
    registered.sandbox.faults.inject(fault, endpoint="changecarrier", times=1)
    said = registered("edit", KETTLE, "--carrier", "3011")
    assert "17TRACK asks carrier 3011" in said.out
    assert source(registered)["carrier"] == str(CHINA_POST)
    assert registered("poll").code == 0
    assert registered.endpoints().count("changecarrier") == 1


def test_a_process_killed_while_it_changes_the_carrier_leaves_a_number_that_is_watched(
    registered: Desk,
) -> None:
    registered.sandbox.faults.inject("slow", endpoint="changecarrier", times=1, seconds=30)
    process = registered.begin("edit", KETTLE, "--carrier", "3011")
    try:
        while "changecarrier" not in registered.endpoints():
            assert process.poll() is None, "the command ended before it was killed"
            time.sleep(0.01)
    finally:
        killed(process)
    assert source(registered)["owed"]
    registered.sandbox.faults.clear()
    assert registered("poll").code == 0
    found = source(registered)
    assert (found["state"], found["carrier"], found["owed"]) == ("registered", "3011", False)
    assert registered.sandbox.registrations[KETTLE, CHINA_POST].carrier_change_count == 1
    assert registered.sandbox.charges == {KETTLE: 1}


def test_while_a_pass_is_under_way_the_change_is_left_to_the_next_one(
    registered: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.cli.registrations.PATIENCE", 0)
    with pass_lock(registered.database, patience=0, wait=time.sleep):
        said = registered("edit", KETTLE, "--carrier", "3011")
    assert (said.code, "A pass is under way" in said.err) == (1, True)
    registered("poll")
    assert carriers(registered) == {KETTLE: CHINA_POST}


def test_a_stopped_number_is_tracked_again_first_and_then_moved(registered: Desk) -> None:
    registered.at(1)
    registered("poll")
    record = registered.sandbox.registrations[KETTLE, CAINIAO]
    record.spans[-1].end = registered.now + HOUR
    registered.at(1.2)
    said = registered("edit", KETTLE, "--carrier", "3011")
    assert "it is tracked again first" in said.err
    registered("poll")  # tracked again
    registered.at(1.5)
    registered("poll")  # and moved, now that there is a result
    assert carriers(registered) == {KETTLE: CHINA_POST}


def test_a_carrier_another_registration_has_already_is_asked_from_now_on(
    registered: Desk,
) -> None:
    account = registered.sandbox._account
    account.add(KETTLE, CHINA_POST, 2, {})
    registered.at(1)
    assert registered("edit", KETTLE, "--carrier", "3011").code == 0
    assert source(registered)["carrier"] == str(CHINA_POST)


# what a carrier needs besides


def test_extras_given_later_are_told_and_labels_are_not(registered: Desk) -> None:
    said = registered(
        "edit", KETTLE, "--extra", "postcode=10115", "--label", "Kettle", "--seller", "Shop"
    )
    assert said.code == 0
    assert "17TRACK was told what the carrier needs." in said.out
    record = registered.sandbox.registrations[KETTLE, CAINIAO]
    assert record.said["destination_postal_code"] == "10115"
    assert "Kettle" not in str(record.said)
    assert not {"tag", "remark"} & record.said.keys()


def test_a_last_mile_carrier_is_changed_as_a_carrier(desk: Desk) -> None:
    desk("add", POSTAL, "--shop", "none")
    desk("poll")
    desk.at(1)
    assert desk("edit", POSTAL, "--extra", "final_carrier=7041").code == 0
    assert desk.sandbox.registrations[POSTAL, CHINA_POST].final_carrier == 7041


def test_a_last_mile_carrier_of_a_parcel_that_is_no_post_is_refused(registered: Desk) -> None:
    said = registered("edit", KETTLE, "--extra", "final_carrier=7041")
    assert said.code == 1
    assert "postal parcels only" in said.err


def test_extras_no_field_of_17track_fits_are_not_sent(registered: Desk) -> None:
    calls = len(registered.sandbox.calls)
    said = registered("edit", KETTLE, "--extra", "colour=red")
    assert "17TRACK takes no extra value named 'colour'" in said.out
    assert len(registered.sandbox.calls) == calls


def test_an_extra_that_cannot_be_sent_as_it_is_given_is_said_so(registered: Desk) -> None:
    said = registered("edit", KETTLE, "--extra", "ship_date=yesterday")
    assert said.code == 2
    assert "ship_date as a day like 2026-09-01" in said.err


def test_extras_that_do_not_arrive_are_told_in_the_next_pass(registered: Desk) -> None:
    registered.sandbox.faults.inject("lost_answer", endpoint="changeinfo", times=1)
    assert registered("edit", KETTLE, "--extra", "postcode=10115").code == 1
    assert source(registered)["owed"]
    assert registered("poll").code == 0
    assert not source(registered)["owed"]


# forgetting


def test_forget_says_that_it_costs_again_asks_and_deletes_at_both_ends(registered: Desk) -> None:
    said = registered("remove", KETTLE, "--forget", typed="n\n")
    assert "here and at 17TRACK? Registering it there again would cost again." in said.err
    assert (len(registered.listed()), len(carriers(registered))) == (1, 1)
    said = registered("remove", KETTLE, "--forget", "--yes")
    assert said.code == 0
    assert "a new registration costs again" in said.err
    assert (registered.listed(), carriers(registered)) == ([], {})


def test_without_forget_the_registration_stays_and_nobody_is_asked(registered: Desk) -> None:
    calls = len(registered.sandbox.calls)
    assert registered("remove", KETTLE, "--yes").code == 0
    assert (len(carriers(registered)), len(registered.sandbox.calls)) == (1, calls)


def test_a_parcel_registered_nowhere_is_removed_without_asking_anybody(desk: Desk) -> None:
    desk("add", KETTLE)
    said = desk("remove", KETTLE, "--forget", typed="y\n")
    assert (said.code, "17TRACK" in said.err) == (0, False)
    assert desk.endpoints() == []


def test_a_number_gone_there_already_is_forgotten_all_the_same(registered: Desk) -> None:
    account = registered.sandbox._account
    account.remove(account.find(KETTLE, 0)[0])
    assert registered("remove", KETTLE, "--forget", "--yes").code == 0
    assert registered.listed() == []


@pytest.mark.parametrize("fault", ["error_503", "unauthorized_401", "html_200"])
def test_what_could_not_be_deleted_there_stays_here_too(registered: Desk, fault: str) -> None:
    registered.sandbox.faults.inject(fault, endpoint="deletetrack")
    said = registered("remove", KETTLE, "--forget", "--yes")
    assert said.code == 1
    assert "nothing was removed here" in said.err
    assert len(registered.listed()) == 1


def test_a_deletion_whose_answer_is_lost_is_looked_up(registered: Desk) -> None:
    registered.sandbox.faults.inject("lost_answer", endpoint="deletetrack", times=1)
    assert registered("remove", KETTLE, "--forget", "--yes").code == 0
    assert (registered.listed(), carriers(registered)) == ([], {})


def test_a_process_killed_while_it_deletes_leaves_a_parcel_that_is_not_paid_for_again(
    registered: Desk,
) -> None:
    registered.sandbox.faults.inject("slow", endpoint="deletetrack", times=1, seconds=30)
    process = registered.begin("remove", KETTLE, "--forget", "--yes")
    try:
        while "deletetrack" not in registered.endpoints():
            assert process.poll() is None, "the command ended before it was killed"
            time.sleep(0.01)
    finally:
        killed(process)
    registered.sandbox.faults.clear()
    for _ in range(2):
        registered("poll")
    assert source(registered)["state"] == "gone"
    assert registered.sandbox.charges == {KETTLE: 1}
    assert registered("remove", KETTLE, "--forget", "--yes").code == 0


def test_with_17track_switched_off_forget_is_refused(registered: Desk) -> None:
    registered.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__ENABLED"] = "false"
    said = registered("remove", KETTLE, "--forget", "--yes")
    assert (said.code, "switched off" in said.err) == (2, True)
    assert len(registered.listed()) == 1


def test_while_a_pass_is_under_way_forget_is_busy(
    registered: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.cli.registrations.PATIENCE_TO_FORGET", 0)
    with pass_lock(registered.database, patience=0, wait=time.sleep):
        assert registered("remove", KETTLE, "--forget", "--yes").code == 75
    assert len(registered.listed()) == 1


def test_while_a_pass_is_under_way_a_parcel_can_be_removed_here(
    registered: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.cli.registrations.PATIENCE_TO_FORGET", 0)
    with pass_lock(registered.database, patience=0, wait=time.sleep):
        assert registered("remove", KETTLE, "--yes").code == 0
    assert registered.listed() == []


def test_what_a_pass_has_registered_since_the_question_is_deleted_there_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk("add", KETTLE, "--shop", "none")

    def yes_after_a_pass(*_: object, **__: object) -> bool:
        desk.process("poll")
        return carriers(desk) != {}

    monkeypatch.setattr("click.confirm", yes_after_a_pass)
    said = desk("remove", KETTLE, "--forget")
    assert "17TRACK has deleted" in said.err
    assert (desk.listed(), carriers(desk)) == ([], {})


# the sandbox


def test_the_sandbox_tells_a_wrong_old_carrier_from_an_unknown_number(registered: Desk) -> None:
    account = registered.sandbox._account
    work = Endpoints(account, extras=True, nothing_yet="natural").by_name["changecarrier"]
    for number, code in ((KETTLE, refusals.WRONG_OLD_CARRIER), (LAMP, refusals.NOT_REGISTERED)):
        with pytest.raises(RefusedError) as refused:
            list(work({"number": number, "carrier_old": 7041, "carrier_new": 3011}))
        assert refused.value.code == code
