"""What the sandbox of Cainiao says about parcels, field by field and day by day."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from monitor.reading import read
from monitor.sandbox.cainiao import STRANGER, CainiaoSandbox
from monitor.sandbox.cainiao_events import manner_of
from monitor.sandbox.histories import LastMile, ParcelHistory, ScriptedEvent, load_histories

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.sandbox.clock import SteppedClock

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "cainiao"
HISTORIES = load_histories()
SHIPPED = date(2026, 8, 3)  # the clock's first day
CHINA = timezone(timedelta(hours=8))
# Numbers by the manner in which the sandbox speaks of them.
PLAIN, LOWER, SPARSE, PADDED = (
    "LP00700000000004",
    "LP00700000000007",
    "LP00700000000006",
    "LP00700000000014",
)


@pytest.fixture
def cainiao(clock: SteppedClock) -> Iterator[CainiaoSandbox]:
    with CainiaoSandbox(clock) as cainiao:
        yield cainiao


def ask(cainiao: CainiaoSandbox, *numbers: str, lang: str = "en-US") -> list[dict[str, Any]]:
    """The entries about these numbers, over HTTP."""
    listed = ",".join(quote(number) for number in numbers)
    address = f"{cainiao.base_url}/global/detail.json?mailNos={listed}&lang={lang}&language={lang}"
    with urllib.request.urlopen(address, timeout=20) as answer:
        told = json.load(answer)
    assert told["success"] is True
    module = told["module"]
    assert isinstance(module, list)
    return module


def parcel(*events: ScriptedEvent, number: str = PLAIN, **more: Any) -> ParcelHistory:
    given = {"origin": "CN", "destination": "DE"} | more
    return ParcelHistory(number, 190271, events, **given)


def at(day: int, code: str, text: str = "Something happened", **more: Any) -> ScriptedEvent:
    return ScriptedEvent(day, "10:00", code, text, **more)


def events_of(cainiao: CainiaoSandbox, *events: ScriptedEvent, **more: Any) -> list[dict[str, Any]]:
    """What is said after three months of a parcel with these events."""
    history = parcel(*events, **more)
    cainiao.script(replace(history, shipped=SHIPPED - timedelta(days=90)))
    (entry,) = ask(cainiao, history.number)
    listed = entry["detailList"]
    assert isinstance(listed, list)
    return listed


def test_the_four_numbers_are_spoken_of_in_four_manners() -> None:
    told = {number: manner_of(number) for number in (PLAIN, LOWER, SPARSE, PADDED)}
    assert [(m.sparse, m.padded, m.lower) for m in told.values()] == [
        (False, False, False),
        (False, False, True),
        (True, False, False),
        (False, True, False),
    ]


def test_a_number_never_met_has_the_shape_of_the_real_answer(cainiao: CainiaoSandbox) -> None:
    assert ask(cainiao, "LP00000000000") == [
        {"mailNo": "LP00000000000", "mailNoSource": "EXTERNAL", "detailList": []}
    ]


def test_a_parcel_is_unknown_until_its_first_event_has_happened(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    cainiao.script(parcel(at(1, "InTransit_PickedUp"), at(3, "InTransit_Departure")))
    seen = []
    for _ in range(4):
        (entry,) = ask(cainiao, PLAIN)
        seen.append((entry["mailNoSource"], [e["actionCode"] for e in entry["detailList"]]))
        clock.advance(timedelta(days=1))
    assert seen == [
        ("EXTERNAL", []),
        ("AE", ["PU_PICKUP_SUCCESS"]),
        ("AE", ["PU_PICKUP_SUCCESS"]),
        ("AE", ["LH_DEPART", "PU_PICKUP_SUCCESS"]),
    ]


def test_an_event_that_reaches_the_service_late_is_shown_late_and_in_its_place(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    late = at(1, "InTransit_PickedUp", uploaded_after=72)
    cainiao.script(parcel(late, at(2, "InTransit_Departure")))
    clock.advance(timedelta(days=3))
    before = [event["actionCode"] for event in ask(cainiao, PLAIN)[0]["detailList"]]
    clock.advance(timedelta(days=1))
    after = [event["actionCode"] for event in ask(cainiao, PLAIN)[0]["detailList"]]
    assert (before, after) == (["LH_DEPART"], ["LH_DEPART", "PU_PICKUP_SUCCESS"])


def test_an_edited_event_keeps_its_code_and_a_withdrawn_one_goes(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    edited = at(0, "Exception_Other", "Clearance exception", edited_on=2, edited_to="All is well")
    cainiao.script(parcel(edited, at(1, "InTransit_PickedUp", gone_on=2)))
    clock.advance(timedelta(days=1, hours=3))
    before = [(e["actionCode"], e["desc"]) for e in ask(cainiao, PLAIN)[0]["detailList"]]
    clock.advance(timedelta(days=1))
    after = [(e["actionCode"], e["desc"]) for e in ask(cainiao, PLAIN)[0]["detailList"]]
    assert before[1:] == [("CC_IM_FAILURE", "Clearance exception")]
    assert after == [("CC_IM_FAILURE", "All is well")]


def test_a_history_put_in_place_of_another_keeps_the_day_it_was_shipped(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    cainiao.script(parcel(at(0, "InTransit_PickedUp")))
    clock.advance(timedelta(days=5))
    cainiao.script(parcel(at(0, "InTransit_PickedUp"), at(4, "InTransit_Departure")))
    (entry,) = ask(cainiao, PLAIN)
    assert [event["timeStr"][:10] for event in entry["detailList"]] == ["2026-08-07", "2026-08-03"]


@pytest.mark.parametrize(
    ("offset", "number", "zone", "wrong_by"),
    [
        pytest.param("+08:00", PLAIN, "GMT+8", 0, id="in China the epoch is right"),
        pytest.param("+02:00", PLAIN, "GMT+2", 6, id="east of Greenwich it is six hours early"),
        pytest.param("-03:00", PLAIN, "GMT-3", 11, id="in Brazil it is eleven hours early"),
        pytest.param("+02:00", PADDED, "GMT+02:00", 6, id="a zone may be written at length"),
        pytest.param("+05:30", PLAIN, "GMT+05:30", 2.5, id="half hours are written at length"),
        pytest.param("Z", PLAIN, "GMT+0", 8, id="Greenwich itself is an offset of nought"),
    ],
)
def test_the_epoch_is_the_wall_clock_read_in_china(
    cainiao: CainiaoSandbox, offset: str, number: str, zone: str, wrong_by: float
) -> None:
    scripted = at(3, "InTransit_Arrival", offset=offset)
    (event,) = events_of(cainiao, scripted, number=number)
    wall = datetime.fromisoformat(event["timeStr"])
    assert event["timeZone"] == zone
    assert event["time"] == wall.replace(tzinfo=CHINA).timestamp() * 1000
    really = scripted.local(SHIPPED - timedelta(days=90))
    shown = datetime.fromtimestamp(event["time"] / 1000, UTC)
    assert really - shown == timedelta(hours=wrong_by)


@pytest.mark.parametrize(
    ("times", "fields"),
    [
        pytest.param("full", {"time", "timeStr", "timeZone"}, id="all three"),
        pytest.param("inferred", {"time", "timeStr"}, id="no zone from the carrier"),
        pytest.param("date_only", {"time", "timeStr"}, id="no time of day: midnight"),
        pytest.param("raw_only", {"timeStr"}, id="a wall clock alone"),
        pytest.param("none", set(), id="an undated row"),
    ],
)
def test_the_fields_of_time_can_be_missing(
    cainiao: CainiaoSandbox, times: str, fields: set[str]
) -> None:
    (event,) = events_of(cainiao, at(3, "InTransit_Arrival", times=times))
    assert {name for name in event if name.startswith("time")} == fields
    if times == "date_only":
        assert event["timeStr"].endswith(" 00:00:00")


HOME = {"country": "CN"}
ABROAD = {"country": "DE", "offset": "+02:00"}
AIRPORT = {"country": "AE"}


@pytest.mark.parametrize(
    ("code", "text", "where", "action"),
    [
        pytest.param("InfoReceived", "Announced", HOME, "CONSIGN", id="announced"),
        pytest.param("InTransit_PickedUp", "Fetched", HOME, "PU_PICKUP_SUCCESS", id="collected"),
        pytest.param("InTransit_Other", "Left", HOME, "SC_OUTBOUND_SUCCESS", id="left a centre"),
        pytest.param("InTransit_Other", "Sorted", {}, "SC_INBOUND_SUCCESS", id="in a centre"),
        pytest.param("InTransit_Other", "Handed over", ABROAD, "GTMS_ACCEPT", id="handed over"),
        pytest.param("InTransit_Other", "Sorted", ABROAD, "GTMS_SC_ARRIVE", id="sorted abroad"),
        pytest.param(
            "InTransit_CustomsProcessing", "In customs", HOME, "CC_EX_START", id="export at home"
        ),
        pytest.param(
            "InTransit_CustomsReleased", "Released", HOME, "CC_EX_SUCCESS", id="released at home"
        ),
        pytest.param(
            "InTransit_CustomsReleased",
            "Released",
            AIRPORT,
            "CC_TRANS_SUCCESS",
            id="a third country is transit",
        ),
        pytest.param(
            "InTransit_CustomsProcessing",
            "In customs",
            {},
            "CC_IM_START",
            id="import where no country is given",
        ),
        pytest.param(
            "InTransit_CustomsProcessing",
            "Import clearance",
            HOME,
            "CC_IM_START",
            id="the text comes before the country",
        ),
        pytest.param(
            "InTransit_CustomsProcessing",
            "Clearance continues",
            ABROAD,
            "CC_IM_PROCESS",
            id="import customs go on",
        ),
        pytest.param(
            "InTransit_CustomsReleased", "Released", ABROAD, "CC_IM_SUCCESS", id="import released"
        ),
        pytest.param(
            "InTransit_CustomsRequiringInformation",
            "Papers, please",
            ABROAD,
            "CUS_FAILURE",
            id="documents are missing",
        ),
        pytest.param(
            "Exception_Security",
            "Import clearance exception",
            ABROAD,
            "CC_IM_FAILURE",
            id="import exception",
        ),
        pytest.param("Exception_Security", "Held", HOME, "CC_EX_FAILURE", id="export exception"),
        pytest.param(
            "Exception_Delayed",
            "Delayed: pay import duty for clearance",
            ABROAD,
            "CUS_TAX",
            id="duty is due",
        ),
        pytest.param(
            "Exception_Delayed", "Bad weather", HOME, "SC_OUTBOUND_FAILURE", id="a delay at home"
        ),
        pytest.param("Exception_Delayed", "Bad weather", ABROAD, "GTMS_FAILURE", id="and abroad"),
        pytest.param(
            "Exception_Returning", "Returned by customs", ABROAD, "RT_HO_OUT", id="on its way back"
        ),
        pytest.param(
            "AvailableForPickup_Other", "Waits", ABROAD, "GTMS_WAIT_SELF_PICK", id="to be collected"
        ),
        pytest.param("OutForDelivery_Other", "Out", ABROAD, "GTMS_DO_DEPART", id="with a courier"),
        pytest.param("DeliveryFailure_Other", "No", ABROAD, "GTMS_DEL_FAILURE", id="not delivered"),
        pytest.param("Delivered_Other", "Done", ABROAD, "GTMS_SIGNED", id="delivered"),
        pytest.param("Delivered_Neighbour", "Done", {}, "GTMS_SIGNED", id="a new kind of delivery"),
        pytest.param("Novel_Other", "What?", {}, "COMMON_INTRANSIT", id="a sub-status not known"),
        pytest.param("CC_HO_OUT_SUCCESS", "Left", {}, "CC_HO_OUT_SUCCESS", id="its own code stays"),
        pytest.param(
            "CC_IM\uff3fFAILURE ", "Odd", {}, "CC_IM\uff3fFAILURE ", id="even an odd spelling"
        ),
    ],
)
def test_a_sub_status_becomes_an_action_code(
    cainiao: CainiaoSandbox, code: str, text: str, where: Mapping[str, Any], action: str
) -> None:
    (event,) = events_of(cainiao, at(3, code, text, **where))
    assert event["actionCode"] == action
    assert event["desc"] == text


def test_an_event_without_a_code_has_no_action_code(cainiao: CainiaoSandbox) -> None:
    (event,) = events_of(cainiao, at(3, "", "A carrier's remark"))
    assert "actionCode" not in event
    assert (event["desc"], event["standerdDesc"]) == ("A carrier's remark", "Carrier update")


def test_a_town_stands_in_brackets_before_the_label_only(cainiao: CainiaoSandbox) -> None:
    near, far = events_of(
        cainiao,
        at(1, "InTransit_PickedUp", "Fetched", location="Yiwu"),
        at(2, "InTransit_Arrival", "Arrived"),
    )[::-1]
    assert (near["standerdDesc"], near["desc"]) == (
        "[Yiwu] Received by logistics company",
        "Fetched",
    )
    assert far["standerdDesc"] == "Arrived at linehaul office"


def test_a_sparse_parcel_has_no_groups_and_words_about_trouble_only(
    cainiao: CainiaoSandbox,
) -> None:
    told = events_of(
        cainiao,
        at(1, "InTransit_CustomsProcessing", "Import clearance began"),
        at(2, "Exception_Security", "Import clearance exception"),
        number=SPARSE,
    )
    assert [event["desc"] for event in told] == ["Import clearance exception", ""]
    assert not any("group" in event for event in told)
    (entry,) = ask(cainiao, SPARSE)
    assert "latestTrace" not in entry


def test_a_parcel_told_in_full_has_groups_but_not_for_every_event(cainiao: CainiaoSandbox) -> None:
    told = events_of(cainiao, at(1, "InTransit_PickedUp"), at(2, "CC_IM_FAILURE"))
    assert told[0]["group"] == {
        "nodeCode": "AE_GROUP_IM_CLEARING_CUSTOMS",
        "nodeDesc": "At customs",
    }
    assert "group" not in told[1]
    (entry,) = ask(cainiao, PLAIN)
    assert entry["latestTrace"] == told[0]


def test_the_status_may_be_in_small_letters(cainiao: CainiaoSandbox) -> None:
    for number in (PLAIN, LOWER):
        events_of(cainiao, at(1, "InTransit_Departure"), number=number)
    assert [entry["status"] for entry in ask(cainiao, PLAIN, LOWER)] == ["TRANSPORT", "transport"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        pytest.param("InfoReceived", "SELLER_SEND_GOODS", id="announced"),
        pytest.param("InTransit_PickedUp", "PICKUP", id="collected"),
        pytest.param("CC_IM_START", "CLEAR_CUSTOMS", id="in customs"),
        pytest.param("CC_IM_SUCCESS", "CLEAR_CUSTOMS", id="still in customs after the release"),
        pytest.param("CC_HO_OUT_SUCCESS", "CLEAR_CUSTOMS", id="still in customs after leaving"),
        pytest.param("CC_EX_SUCCESS", "TRANSPORT", id="export customs are no customs"),
        pytest.param("OutForDelivery_Other", "DELIVERING", id="with the courier"),
        pytest.param("DeliveryFailure_Other", "FAILED", id="not delivered"),
        pytest.param("Exception_Returning", "RETURNED", id="on its way back"),
        pytest.param("Delivered_Other", "DELIVERED", id="delivered"),
    ],
)
def test_the_status_follows_the_newest_event(
    cainiao: CainiaoSandbox, code: str, status: str
) -> None:
    events_of(cainiao, at(1, "GTMS_OE_DEPART"), at(2, code))
    (entry,) = ask(cainiao, PLAIN)
    assert entry["status"] == status
    if status == "CLEAR_CUSTOMS":
        assert entry["statusDesc"] == "In customs "


def test_countries_are_names_where_the_service_has_one(cainiao: CainiaoSandbox) -> None:
    events_of(cainiao, at(1, "InTransit_PickedUp"), destination="XK")
    (entry,) = ask(cainiao, PLAIN)
    assert (entry["originCountry"], entry["destCountry"]) == ("Mainland China", "XK")


def test_days_on_the_way_are_counted_until_delivery(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    cainiao.script(parcel(at(0, "InTransit_PickedUp"), at(6, "Delivered_Other")))
    counted = []
    for days in (2, 3, 7):
        clock.advance(timedelta(days=days))
        (entry,) = ask(cainiao, PLAIN)
        counted.append((entry["daysNumber"], "globalEtaInfo" in entry, "processInfo" in entry))
    assert counted == [
        ("2\tday(s)", True, False),
        ("5\tday(s)", True, False),
        ("6\tday(s)", False, True),
    ]


MILE = LastMile(
    7041,
    "00340434518729064178",
    (
        at(4, "InTransit_Other", "Im Zentrum", translation="In the centre", **ABROAD),
        at(6, "Delivered_Other", "Zugestellt", translation="Handed out", **ABROAD),
    ),
)
FIRST_LEG = (
    at(1, "InTransit_PickedUp", "Fetched", **HOME),
    at(3, "InTransit_Other", "Handed over", **ABROAD),
    at(6, "Delivered_Other", "Delivered", **ABROAD),
)


def test_the_last_mile_stands_in_the_same_list_and_nothing_in_it_twice(
    cainiao: CainiaoSandbox,
) -> None:
    told = events_of(cainiao, *FIRST_LEG, last_mile=MILE)
    assert [(event["actionCode"], event["desc"]) for event in told] == [
        ("GTMS_SIGNED", "Delivered"),
        ("GTMS_SC_ARRIVE", "In the centre"),
        ("GTMS_ACCEPT", "Handed over"),
        ("PU_PICKUP_SUCCESS", "Fetched"),
    ]


def test_the_number_of_the_last_mile_comes_after_a_tab_once_it_has_spoken(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    for number in (PLAIN, SPARSE):
        cainiao.script(parcel(*FIRST_LEG, last_mile=MILE, number=number))
    clock.advance(timedelta(days=2))
    assert not any("realMailNo" in entry for entry in ask(cainiao, PLAIN, SPARSE))
    clock.advance(timedelta(days=3))
    full, sparse = ask(cainiao, PLAIN, SPARSE)
    assert full["realMailNo"] == sparse["realMailNo"] == f"Latest Tracking Number:\t{MILE.number}"
    assert full["copyRealMailNo"] == MILE.number
    assert "copyRealMailNo" not in sparse


def test_an_economy_parcel_falls_silent_when_the_local_carrier_has_it(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    cainiao.script(parcel(*FIRST_LEG, last_mile=MILE), economy=True)
    seen = []
    for days in (2, 6):
        clock.advance(timedelta(days=days))
        (entry,) = ask(cainiao, PLAIN)
        seen.append((entry["status"], [event["actionCode"] for event in entry["detailList"]]))
    assert seen == [("PICKUP", ["PU_PICKUP_SUCCESS"]), ("DELIVERING", ["PU_PICKUP_SUCCESS"])]
    assert entry["mailType"] == "Economy"
    assert "realMailNo" not in entry


def test_an_order_not_shipped_yet_is_known_but_empty_until_it_is_scripted_anew(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    history = parcel(at(0, "InTransit_PickedUp"))
    cainiao.script(history, seller_not_shipped=True)
    clock.advance(timedelta(days=3))
    (waiting,) = ask(cainiao, PLAIN)
    cainiao.script(history)
    (sent,) = ask(cainiao, PLAIN)
    assert waiting["mailNoSource"] == "INTERNAL"
    assert waiting["status"] == "WAIT_SELLER_SEND_GOODS"
    assert waiting["detailList"] == []
    assert len(sent["detailList"]) == 1


def test_a_number_can_stand_for_another_without_any_event(cainiao: CainiaoSandbox) -> None:
    cainiao.link("AP00839881455575", real="CNG00839881455575", virtual="CNG00839881455575")
    assert ask(cainiao, "AP00839881455575") == [
        {
            "mailNo": "AP00839881455575",
            "realMailNo": "Latest Tracking Number:\tCNG00839881455575",
            "copyRealMailNo": "CNG00839881455575",
            "virtualMailNo": "package tracking number:\tCNG00839881455575",
            "copyVirtualMailNo": "CNG00839881455575",
            "detailList": [],
        }
    ]


def test_a_link_made_by_hand_comes_before_the_number_of_the_last_mile(
    cainiao: CainiaoSandbox,
) -> None:
    cainiao.link(PLAIN, real="RR123456785CN")
    events_of(cainiao, *FIRST_LEG, last_mile=MILE)
    (entry,) = ask(cainiao, PLAIN)
    assert entry["copyRealMailNo"] == "RR123456785CN"
    assert "virtualMailNo" not in entry


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        pytest.param("en-US", "In the centre", id="English"),
        pytest.param("de-DE", "Im Zentrum", id="not English: as the carrier wrote it"),
    ],
)
def test_the_language_asked_for_changes_the_texts(
    cainiao: CainiaoSandbox, lang: str, text: str
) -> None:
    events_of(cainiao, *MILE.events)
    (entry,) = ask(cainiao, PLAIN, lang=lang)
    assert entry["detailList"][1]["desc"] == text


def test_entries_come_in_the_order_asked_for(cainiao: CainiaoSandbox) -> None:
    asked = [SPARSE, "LP00000000000", PLAIN, SPARSE]
    assert [entry["mailNo"] for entry in ask(cainiao, *asked)] == asked


def test_a_shuffled_answer_is_in_reverse_order_and_holds_a_stranger(clock: SteppedClock) -> None:
    with CainiaoSandbox(clock, shuffled=True) as cainiao:
        entries = ask(cainiao, PLAIN, SPARSE)
    assert [entry["mailNo"] for entry in entries] == [SPARSE, PLAIN, STRANGER]
    assert entries[2]["status"].upper() == "DELIVERED"


def test_an_eleventh_number_is_passed_over_in_silence(cainiao: CainiaoSandbox) -> None:
    asked = [f"LP{index:014}" for index in range(11)]
    assert [entry["mailNo"] for entry in ask(cainiao, *asked)] == asked[:10]
    assert cainiao.calls[0].numbers == tuple(asked)


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        pytest.param("1-normal", "delivered", id="an ordinary delivery"),
        pytest.param("2-exception-resolves", "delivered", id="an exception that passes"),
        pytest.param("3-exception-stays", "clearance_exception", id="an exception that stays"),
        pytest.param("4-refused-prohibited", "clearance_failure", id="a refusal"),
        pytest.param("5-never-scanned", "info_received", id="an announcement"),
        pytest.param("6-delivered-late", "delivered", id="a late delivery"),
        pytest.param("7-payment-due", "delivered", id="a demand that is met"),
    ],
)
def test_a_shipped_story_ends_at_cainiao_as_it_does_at_17track(
    cainiao: CainiaoSandbox, name: str, stage: str
) -> None:
    history = HISTORIES[name]
    cainiao.script(replace(history, shipped=SHIPPED - timedelta(days=75)))
    (entry,) = ask(cainiao, history.number)
    newest = entry["detailList"][0]
    text = newest["desc"] or newest["standerdDesc"]
    assert str(read(text, code=newest["actionCode"], source="cainiao").stage) == stage


def test_the_demand_for_duty_is_one_at_cainiao_too(cainiao: CainiaoSandbox) -> None:
    history = HISTORIES["7-payment-due"]
    cainiao.script(replace(history, shipped=SHIPPED - timedelta(days=12)))
    (entry,) = ask(cainiao, history.number)
    newest = entry["detailList"][0]
    assert newest["actionCode"] == "CUS_TAX"
    assert "pay import duty" in newest["desc"]


def fields(answer: Mapping[str, Any], into: dict[str, set[str]]) -> dict[str, set[str]]:
    """The names of the fields, by the object they stand in; copies of an event are events."""
    into["answer"].update(answer)
    for entry in answer["module"]:
        into["entry"].update(entry)
        copies = [entry[name] for name in COPIES if name in entry]
        for event in (*entry["detailList"], *copies):
            into["event"].update(event)
            into["group"].update(event.get("group", {}))
        for name in ("globalEtaInfo", "processInfo"):
            into[name].update(entry.get(name, {}))
        for point in entry.get("processInfo", {}).get("progressPointList", ()):
            into["point"].update(point)
    return into


COPIES = ("latestTrace", "globalCombinedLogisticsTraceDTO")
PLACES = ("answer", "entry", "event", "group", "globalEtaInfo", "processInfo", "point")


def sampled() -> dict[str, set[str]]:
    known: dict[str, set[str]] = {place: set() for place in PLACES}
    for path in SAMPLES.glob("*.json"):
        sample = json.loads(path.read_text("utf-8"))
        if "module" in sample:
            fields(sample, known)
    return known


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the sample answers are not there: {SAMPLES}")
def test_every_field_it_serves_is_one_of_the_samples(
    cainiao: CainiaoSandbox, clock: SteppedClock
) -> None:
    for index, history in enumerate(HISTORIES.values()):
        cainiao.script(history, economy=index == 2)
    cainiao.script(parcel(), seller_not_shipped=True)
    cainiao.link("AP00839881455575", real="CNG00839881455575", virtual="CNG00839881455575")
    numbers = [history.number for history in HISTORIES.values()]
    served: dict[str, set[str]] = {place: set() for place in PLACES}
    for _ in range(12):
        module = ask(cainiao, *numbers, PLAIN, "AP00839881455575", "LP00000000000")
        fields({"module": module, "success": True}, served)
        clock.advance(timedelta(days=6))
    known = sampled()
    beyond = {place: served[place] - known[place] for place in PLACES}
    missing = {place: known[place] - served[place] for place in PLACES if place != "answer"}
    assert not any(beyond.values()), beyond
    assert not any(missing.values()), missing
