"""What registrations cost, and how they are changed, stopped, taken up again and deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from monitor.sandbox.clock import SteppedClock
    from monitor.sandbox.histories import ParcelHistory

ONE = "LP00700000000001"
TWO = "LP00700000000002"
POSTAL = "RR123456785CN"


def test_a_registration_costs_one_and_a_second_of_the_same_nothing(caller: Any) -> None:
    caller.each("register", ONE)
    assert caller.refusals("register", ONE, TWO) == [-18019901]
    assert caller.sandbox.charges == {ONE: 1, TWO: 1}
    assert caller.sandbox.quota_used == 2


def test_a_number_twice_in_one_request_is_charged_once(caller: Any) -> None:
    assert caller.refusals("register", ONE, ONE) == [-18019901]
    assert caller.sandbox.charges == {ONE: 1}


def test_a_number_with_two_carriers_costs_two_and_answers_twice(caller: Any) -> None:
    caller.each("register", ONE, carrier=190271)
    caller.each("register", ONE, carrier=3011)
    caller.sandbox.clock.advance(timedelta(hours=1))
    accepted, _ = caller.each("gettrackinfo", ONE)
    assert [item["carrier"] for item in accepted] == [190271, 3011]
    assert caller.sandbox.charges == {ONE: 2}
    assert caller.refusals("stoptrack", ONE) == [-18019810]
    assert caller.refusals("changecarrier", ONE, carrier_new=7041) == [-18019801]


def test_deleting_and_registering_again_is_charged_again(caller: Any) -> None:
    for _ in range(2):
        caller.each("register", ONE)
        caller.each("deletetrack", ONE)
    assert caller.sandbox.charges == {ONE: 2}
    assert caller.refusals("gettrackinfo", ONE) == [-18019902]


def test_a_quota_that_ends_in_a_batch_rejects_only_the_rest(caller: Any) -> None:
    numbers = [f"LP{n:014}" for n in range(3)]
    caller.sandbox._account.allowance = replace(caller.sandbox._account.allowance, total=2)
    accepted, rejected = caller.each("register", *numbers)
    assert [item["number"] for item in accepted] == numbers[:2]
    assert [item["error"]["code"] for item in rejected] == [-18019908]
    quota = caller.ask("getquota", [])["data"]
    assert (quota["quota_used"], quota["quota_remain"], quota["today_used"]) == (2, 0, 2)


def test_a_daily_limit_ends_with_the_day(caller: Any, clock: SteppedClock) -> None:
    caller.sandbox._account.allowance = replace(caller.sandbox._account.allowance, per_day=1)
    assert caller.refusals("register", ONE, TWO) == [-18019907]
    clock.advance(timedelta(days=1))
    assert caller.refusals("register", TWO) == []


@pytest.mark.parametrize(
    ("item", "code"),
    [
        pytest.param({"number": "1234"}, -18010012, id="four characters are too few"),
        pytest.param({"number": "LP 123456"}, -18010012, id="a blank is no part of a number"),
        pytest.param({"number": "A" * 51}, -18010012, id="fifty-one characters are too many"),
        pytest.param({"number": 123456789}, -18010013, id="a number is text"),
        pytest.param({"carrier": 3011}, -18010010, id="the number is missing"),
        pytest.param({"number": ONE, "carrier": "3011"}, -18010013, id="a carrier is an integer"),
        pytest.param({"number": ONE, "carrier": 190107}, -18019910, id="no carrier has that key"),
        pytest.param({"number": "ABCDE12345"}, -18019903, id="no carrier is detected"),
        pytest.param({"number": ONE, "final_carrier": 7041}, -18010016, id="no postal item"),
        pytest.param({"number": ONE, "tag": "x" * 101}, -18010011, id="the tag is too long"),
        pytest.param({"number": ONE, "tag": 7}, -18010013, id="a tag is text"),
    ],
)
def test_an_item_that_cannot_be_registered_costs_nothing(
    caller: Any, item: dict[str, Any], code: int
) -> None:
    (rejected,) = caller.ask("register", [item])["data"]["rejected"]
    assert rejected["error"]["code"] == code
    assert caller.sandbox.quota_used == 0


def test_a_carrier_is_detected_given_or_put_right(caller: Any, parcel: ParcelHistory) -> None:
    caller.sandbox.script(replace(parcel, number=TWO, corrects_carrier=True))
    ((detected, *_), _) = caller.each("register", ONE)
    ((given, *_), _) = caller.each("register", POSTAL, carrier=3011, final_carrier=7041)
    ((corrected, *_), _) = caller.each("register", TWO, carrier=7041)
    found = [(item["carrier"], item["origin"]) for item in (detected, given, corrected)]
    assert found == [(190271, 1), (3011, 2), (190271, 1)]


def test_translation_by_a_third_party_costs_one_more(caller: Any) -> None:
    caller.each("register", ONE, lang="de")
    caller.each("register", TWO, lang="de", translation_mode="UseThirdPartyServices")
    assert caller.sandbox.charges == {ONE: 1, TWO: 2}


def test_a_wrong_carrier_sees_nothing_until_it_is_changed(
    caller: Any, parcel: ParcelHistory, clock: SteppedClock
) -> None:
    caller.sandbox.script(replace(parcel, detected_as=3011))
    caller.each("register", parcel.number)
    assert caller.refusals("changecarrier", parcel.number, carrier_new=190271) == [-18019808]
    clock.advance(timedelta(days=2))
    assert caller.shown(parcel.number) == []
    (changed,), _ = caller.each("changecarrier", parcel.number, carrier_new=190271)
    assert (changed["carrier_old"], changed["carrier_new"]) == (3011, 190271)
    clock.advance(timedelta(minutes=5))
    assert caller.shown(parcel.number) == ["Fetched"]
    assert caller.sandbox.charges == {parcel.number: 1}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({}, -18019804, id="nothing new was given"),
        pytest.param({"carrier_new": 190271}, -18019803, id="the new carrier is the present one"),
        pytest.param({"carrier_new": 190107}, -18019802, id="no carrier has that key"),
        pytest.param({"final_carrier_new": 7041}, -18010016, id="no postal item"),
    ],
)
def test_a_carrier_is_not_changed(
    caller: Any, clock: SteppedClock, change: dict[str, int], code: int
) -> None:
    caller.each("register", ONE)
    clock.advance(timedelta(days=1))
    assert caller.refusals("changecarrier", ONE, **change) == [code]


def test_a_carrier_is_changed_five_times_at_most(caller: Any, clock: SteppedClock) -> None:
    caller.each("register", ONE)
    for carrier in (3011, 190271, 3011, 190271, 3011):
        clock.advance(timedelta(days=1))
        assert caller.refusals("changecarrier", ONE, carrier_new=carrier) == []
    clock.advance(timedelta(days=1))
    assert caller.refusals("changecarrier", ONE, carrier_new=190271) == [-18019807]


def test_a_carrier_is_not_changed_to_another_registration(caller: Any, clock: SteppedClock) -> None:
    caller.each("register", ONE, carrier=3011)
    caller.each("register", ONE, carrier=190271)
    clock.advance(timedelta(days=1))
    change = {"carrier_old": 3011, "carrier_new": 190271}
    assert caller.refusals("changecarrier", ONE, **change) == [-18019809]


def test_information_is_changed_inside_items_only(caller: Any) -> None:
    caller.each("register", ONE, tag="old")
    assert caller.refusals("changeinfo", ONE, tag="flat") == [-18019811]
    caller.each("changeinfo", ONE, items={"tag": "new"})
    caller.sandbox.clock.advance(timedelta(hours=1))
    (item,), _ = caller.each("gettrackinfo", ONE)
    assert item["tag"] == "new"


def test_stopping_is_for_tracked_and_retracking_once_for_stopped_numbers(caller: Any) -> None:
    caller.each("register", ONE)
    assert caller.refusals("retrack", ONE) == [-18019904]
    assert caller.refusals("stoptrack", ONE) == []
    assert caller.refusals("stoptrack", ONE) == [-18019906]
    caller.sandbox.clock.advance(timedelta(days=1))
    assert caller.refusals("changecarrier", ONE, carrier_new=3011) == [-18019806]
    assert caller.refusals("retrack", ONE) == []
    assert caller.refusals("stoptrack", ONE) == []
    assert caller.refusals("retrack", ONE) == [-18019905]
    assert caller.sandbox.charges == {ONE: 1}


def test_a_number_that_was_never_registered_is_refused_everywhere(caller: Any) -> None:
    for endpoint in ("gettrackinfo", "stoptrack", "retrack", "deletetrack", "changeinfo"):
        assert caller.refusals(endpoint, ONE) == [-18019902], endpoint
    assert caller.refusals("changecarrier", ONE, carrier_new=3011) == [-18019902]
    assert caller.ask("gettracklist", {"number": ONE})["data"]["accepted"] == []


def test_asking_with_more_than_number_and_carrier_is_refused(caller: Any) -> None:
    caller.each("register", ONE)
    assert caller.refusals("gettrackinfo", ONE, tag="x") == [-18010013]


def test_the_list_comes_in_pages_of_forty(caller: Any, clock: SteppedClock) -> None:
    numbers = [f"LP{n:014}" for n in range(45)]
    caller.each("register", *numbers[:40])
    caller.each("register", *numbers[40:])
    pages = [caller.ask("gettracklist", {"page_no": number}) for number in (1, 2, 3)]
    listed = [[row["number"] for row in each["data"]["accepted"]] for each in pages]
    assert listed == [numbers[:40], numbers[40:], []]
    assert pages[1]["page"] == {"data_total": 45, "page_total": 2, "page_no": 2, "page_size": 40}
    assert all("rejected" not in each["data"] for each in pages)


def test_the_list_is_filtered_and_ordered(caller: Any, clock: SteppedClock) -> None:
    caller.each("register", ONE)
    clock.advance(timedelta(days=2))
    caller.each("register", TWO, POSTAL)
    caller.each("stoptrack", TWO)

    def listed(**wanted: Any) -> list[str]:
        rows = caller.ask("gettracklist", wanted)["data"]["accepted"]
        return [row["number"] for row in rows]

    assert listed(tracking_status="Stopped") == [TWO]
    assert listed(number=f"{TWO},{ONE},LP00700000000099") == [TWO, ONE]
    assert listed(carrier=3011) == [POSTAL]
    assert listed(register_time_from="2026-08-05") == [TWO, POSTAL]
    assert listed(register_time_to="2026-08-04") == [ONE]
    assert listed(order_by="RegisterTimeDesc")[-1] == ONE
    assert listed(sync_status=True) == [ONE]
    assert listed(package_status="InTransit") == []
    assert listed(push_status="Success") == []


def test_the_list_keeps_the_odd_keys_of_the_documentation(caller: Any) -> None:
    caller.each("register", ONE)
    (row,) = caller.ask("gettracklist", {})["data"]["accepted"]
    assert {"days_after_order ", "days_of_transit_done ", "delievery_time"} <= row.keys()
