"""What Cainiao says of a number becomes a snapshot, "not yet", or a failure of that number alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import Ask, Failure, FailureKind, NotYet, Outcome, Snapshot
from monitor.adapters.testing import NOW, replied
from monitor.parcel import Alias, Event
from tests.adapters import cainiao_answers as made

NUMBER, OTHER = "LP00700000000001", "AP00839881455575"
LINKED = "CNG00839881455575"
POSTAL = "UG251350054MV"


def parsed(document: Any, *numbers: str) -> tuple[Outcome, ...]:
    return Cainiao().parse(replied(document), [Ask(n) for n in numbers or (NUMBER,)], NOW)


def shown(entry: Any, number: str = NUMBER) -> Snapshot:
    (found,) = parsed(made.answer(entry), number)
    assert isinstance(found, Snapshot)
    return found


def event_of(**fields: Any) -> Event:
    (found,) = shown(made.entry(NUMBER, [made.event("SC_X") | fields])).events
    return found


# which entry is whose


def test_entries_in_another_order_find_their_numbers() -> None:
    document = made.answer(made.entry(OTHER, status="B"), made.entry(NUMBER, status="A"))
    found = parsed(document, NUMBER, OTHER)
    assert [(o.number, o.status) for o in found if isinstance(o, Snapshot)] == [
        (NUMBER, "A"),
        (OTHER, "B"),
    ]


def test_an_entry_nobody_asked_for_is_ignored() -> None:
    document = made.answer(made.entry("LP00999999999999"), made.unknown(NUMBER))
    assert parsed(document) == (NotYet(NUMBER, NOW),)


@pytest.mark.parametrize("spelling", [NUMBER.lower(), f" {NUMBER} ", "LP 0070000000 0001"])
def test_a_number_is_found_however_it_is_written(spelling: str) -> None:
    assert isinstance(parsed(made.answer(made.entry(spelling)))[0], Snapshot)
    (found,) = parsed(made.answer(made.entry(NUMBER)), spelling)
    assert isinstance(found, Snapshot)
    assert (found.number, found.aliases) == (spelling, ())


def test_a_number_of_digits_alone_is_found_where_it_comes_as_a_number() -> None:
    document = made.answer(made.entry("") | {"mailNo": 3000000000000001})
    assert isinstance(parsed(document, "3000000000000001")[0], Snapshot)


def test_of_two_entries_about_a_number_the_one_that_shows_more_counts() -> None:
    spoilt = made.entry(NUMBER) | {"detailList": "none"}
    entries = [made.unknown(NUMBER), made.entry(NUMBER), spoilt]
    for order in (entries, entries[::-1]):
        assert isinstance(parsed(made.answer(*order))[0], Snapshot)


@pytest.mark.parametrize("junk", [None, "LP", 7, [], True])
def test_what_is_no_entry_is_passed_over(junk: object) -> None:
    assert isinstance(parsed(made.answer(junk, made.entry(NUMBER), {}))[0], Snapshot)


def test_an_empty_list_mentions_no_number() -> None:
    (found,) = parsed(made.answer())
    assert isinstance(found, Failure)
    assert not found.gone


# known or not


def test_a_number_cainiao_does_not_know_is_not_known_yet() -> None:
    assert parsed(made.answer(made.unknown(NUMBER))) == (NotYet(NUMBER, NOW),)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"mailNoSource": None}, id="no source"),
        pytest.param({"mailNoSource": "ELSEWHERE"}, id="another source"),
        pytest.param({"detailList": None}, id="null for the list"),
        pytest.param({"status": " "}, id="a blank status"),
    ],
)
def test_a_number_of_which_nothing_is_said_is_not_known_yet(fields: Any) -> None:
    assert parsed(made.answer(made.unknown(NUMBER) | fields)) == (NotYet(NUMBER, NOW),)


def test_the_least_an_entry_can_be_is_not_known_yet() -> None:
    assert parsed(made.answer({"mailNo": NUMBER, "detailList": []})) == (NotYet(NUMBER, NOW),)


@pytest.mark.parametrize("source", ["AE", "INTERNAL", "ae"])
def test_an_order_the_seller_has_not_shipped_is_known_and_shows_nothing(source: str) -> None:
    status = "wait_seller_send_goods"
    found = shown(made.unknown(NUMBER) | {"mailNoSource": source, "status": status})
    assert (found.events, found.status) == ((), "WAIT_SELLER_SEND_GOODS")
    assert found.looked_at == NOW


def test_an_order_without_a_status_is_known() -> None:
    assert shown(made.unknown(NUMBER) | {"mailNoSource": "AE"}).status == ""


# the parcel


def test_the_look_is_ours_as_cainiao_is_asked_directly() -> None:
    assert shown(made.entry(NUMBER)).looked_at == NOW


@pytest.mark.parametrize("status", ["transport", " TRANSPORT ", "Transport"])
def test_a_status_is_kept_in_capitals(status: str) -> None:
    assert shown(made.entry(NUMBER, status=status)).status == "TRANSPORT"


@pytest.mark.parametrize(
    ("fields", "economy"),
    [
        pytest.param({"mailType": "Economy"}, True, id="by its type"),
        pytest.param({"mailType": "ECONOMY "}, True, id="in capitals"),
        pytest.param({"mailTypeDesc": "economy"}, True, id="by its description"),
        pytest.param({"mailType": "Standard"}, False, id="another type"),
        pytest.param({"mailTypeDesc": "Not economy at all"}, False, id="a sentence that names it"),
        pytest.param({"mailType": ["Economy"]}, False, id="a list"),
        pytest.param({}, False, id="nothing said"),
    ],
)
def test_an_economy_service_is_told(fields: Any, economy: bool) -> None:
    assert shown(made.entry(NUMBER, **fields)).economy is economy


def test_countries_are_told_as_codes() -> None:
    found = shown(made.entry(NUMBER, originCountry="Mainland China", destCountry="France,Lyon"))
    assert (found.origin, found.destination) == ("CN", "FR")


@pytest.mark.parametrize("country", [None, "", "Atlantis", 7, {"name": "France"}])
def test_a_country_nobody_knows_is_left_open(country: object) -> None:
    found = shown(made.entry(NUMBER, destCountry=country))
    assert found.destination == ""


# events


def test_the_carriers_words_come_first_and_the_towns_name_is_their_place() -> None:
    found = event_of(desc="Outbound", standerdDesc="[Shatian Town] Departed from sorting center")
    assert found.text == found.original == "Outbound"
    assert found.translation == "Departed from sorting center"
    assert found.place == "Shatian Town"


def test_without_the_carriers_words_the_standard_ones_are_the_text() -> None:
    found = event_of(desc="", standerdDesc="[Shatian Town] Processing at sorting center")
    assert (found.text, found.translation) == ("Processing at sorting center", "")
    assert found.place == "Shatian Town"
    assert found.original == "[Shatian Town] Processing at sorting center"


def test_the_same_words_twice_are_told_once() -> None:
    assert event_of(desc="Leaving customs ", standerdDesc="Leaving customs").translation == ""


@pytest.mark.parametrize(
    ("text", "told", "place"),
    [
        pytest.param("[A] B", "B", "A", id="a town"),
        pytest.param("[A]", "[A]", "", id="nothing but a town"),
        pytest.param("B [A]", "B [A]", "", id="brackets behind"),
        pytest.param("[A B", "[A B", "", id="a bracket that stays open"),
    ],
)
def test_only_a_town_before_the_words_is_a_place(text: str, told: str, place: str) -> None:
    found = event_of(desc=text, standerdDesc="")
    assert (found.text, found.place) == (told, place)


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ("CC_IM_START", "CC_IM_START"),
        (" cc im start ", "CC_IM_START"),
        ("CC＿IM＿START", "CC_IM_START"),  # noqa: RUF001 - as Cainiao sends it
        (None, ""),
    ],
)
def test_an_action_code_is_written_as_the_tables_write_it(code: str | None, read: str) -> None:
    assert event_of(actionCode=code, desc="Something").code == read


@pytest.mark.parametrize(
    ("code", "at_the_door"),
    [
        ("GTMS_SIGNED", True),
        ("gtms_accept", True),
        ("GTMS_DO_DEPART", True),
        ("GTMS_OE_DEPART", False),
        ("GTMS_OTHER", False),
        ("GTMS_ASN", False),
        ("LH_ARRIVE", False),
        ("CC_IM_SUCCESS", False),
        ("", False),
    ],
)
def test_the_scans_of_the_carrier_at_the_door_are_known_by_their_codes(
    code: str, at_the_door: bool
) -> None:
    assert event_of(actionCode=code, desc="Something").last_mile is at_the_door


def test_no_event_claims_a_country() -> None:
    assert {e.country for e in shown(made.entry(NUMBER)).events} == {""}


def test_every_event_is_cainiaos() -> None:
    providers = {(e.source, e.provider) for e in shown(made.entry(NUMBER)).events}
    assert providers == {("cainiao", "Cainiao")}


@pytest.mark.parametrize("field", ["time", "timeStr", "timeZone", "desc", "standerdDesc", "group"])
def test_an_event_that_lacks_a_field_is_shown(field: str) -> None:
    events = made.journey()
    for event in events:
        del event[field]
    assert len(shown(made.entry(NUMBER, events)).events) == 4


def test_a_row_that_says_nothing_is_left_out() -> None:
    empty = made.event("", "")
    assert shown(made.entry(NUMBER, [empty])).events == ()


def test_a_code_alone_is_an_event() -> None:
    assert event_of(actionCode="CC_IM_FAILURE").code == "CC_IM_FAILURE"


def test_a_history_without_end_is_cut() -> None:
    days = (made.FIRST - timedelta(hours=n) for n in range(600))
    long = [made.event("SC_INBOUND_SUCCESS", "Scan", at) for at in days]
    assert len(shown(made.entry(NUMBER, long)).events) == 500


def test_an_entry_without_the_list_is_of_another_shape_and_not_unknown() -> None:
    spoilt = made.entry(NUMBER)
    spoilt["scanList"] = spoilt.pop("detailList")
    (found,) = parsed(made.answer(spoilt))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.DRIFT
    assert found.detail.endswith("at detailList.")


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        pytest.param({"detailList": "none"}, "detailList", id="a text for the list"),
        pytest.param({"detailList": {}}, "detailList", id="an object for the list"),
        pytest.param({"detailList": [None]}, "detailList", id="null for an event"),
        pytest.param(
            {"detailList": [made.event("A"), "B"]}, "detailList", id="a text among events"
        ),
        pytest.param(
            {"detailList": [made.event("A") | {"desc": []}]}, "desc", id="a list of words"
        ),
        pytest.param(
            {"detailList": [made.event("A") | {"timeStr": {}}]},
            "timeStr",
            id="an object for a time",
        ),
        pytest.param({"status": []}, "status", id="a list for the status"),
    ],
)
def test_an_entry_of_another_shape_fails_alone_and_says_where(spoil: Any, where: str) -> None:
    document = made.answer(made.entry(NUMBER) | spoil, made.entry(OTHER))
    spoilt, sound = parsed(document, NUMBER, OTHER)
    assert isinstance(spoilt, Failure)
    assert spoilt.kind is FailureKind.DRIFT
    assert spoilt.detail.endswith(f"at {where}.")
    assert isinstance(sound, Snapshot)


# other numbers


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        pytest.param({"copyRealMailNo": LINKED}, [LINKED], id="a clean number"),
        pytest.param({"copyVirtualMailNo": LINKED}, [LINKED], id="a clean number of the package"),
        pytest.param(
            {"realMailNo": f"Latest Tracking Number:\t{LINKED}"}, [LINKED], id="after the tab"
        ),
        pytest.param(
            {"virtualMailNo": f"package tracking number:\t{LINKED} "}, [LINKED], id="with a blank"
        ),
        pytest.param({"realMailNo": "PostNL 3SDFC0123456789"}, ["3SDFC0123456789"], id="no tab"),
        pytest.param(
            {"realMailNo": f"Number:\t{POSTAL}", "copyVirtualMailNo": LINKED},
            [POSTAL, LINKED],
            id="two numbers",
        ),
        pytest.param({"copyRealMailNo": NUMBER}, [], id="the number itself"),
        pytest.param({"copyRealMailNo": NUMBER.lower()}, [], id="the number itself, in small"),
        pytest.param({"copyRealMailNo": ""}, [], id="nothing"),
        pytest.param({"realMailNo": "Latest Tracking Number:\t"}, [], id="nothing after the tab"),
        pytest.param({"realMailNo": "Latest Tracking Number"}, [], id="words alone"),
        pytest.param({"copyRealMailNo": "<script>1"}, [], id="what no number is"),
        pytest.param({"copyRealMailNo": ["CNG1"]}, [], id="a list"),
    ],
)
def test_linked_numbers_are_aliases(fields: Any, numbers: list[str]) -> None:
    assert [a.number for a in shown(made.entry(NUMBER, **fields)).aliases] == numbers


def test_the_real_numbers_carrier_is_told_and_no_others() -> None:
    courier = {"cpName": " Post\x1b NL ", "phone": "1", "url": "https://x.example"}
    entry = made.entry(
        NUMBER, copyRealMailNo="3SDFC0123456789", copyVirtualMailNo=LINKED, destCpInfo=courier
    )
    assert shown(entry).aliases == (
        Alias("3SDFC0123456789", "Post NL", "cainiao"),
        Alias(LINKED, "", "cainiao"),
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param(f"Handed over with tracking {POSTAL}", [POSTAL], id="in a sentence"),
        pytest.param(f"({POSTAL})", [POSTAL], id="in brackets"),
        pytest.param("Handed over with tracking UG251350055MV", [], id="a wrong check digit"),
        pytest.param(f"X{POSTAL}", [], id="part of something longer"),
        pytest.param("RC000000005EE, again RC000000005EE", ["RC000000005EE"], id="said twice"),
    ],
)
def test_a_postal_number_in_the_carriers_words_is_an_alias(text: str, numbers: list[str]) -> None:
    entry = made.entry(NUMBER, [made.event("GTMS_ACCEPT", text)])
    assert [a.number for a in shown(entry).aliases] == numbers


def test_at_most_five_other_numbers_are_believed() -> None:
    words = [made.event(f"C{n}", f"RC{n:08}{d}EE") for n in range(50) for d in range(10)]
    assert len(shown(made.entry(NUMBER, words)).aliases) == 5


def test_a_linked_number_is_known_from_its_link_and_never_invented() -> None:
    bare = {"mailNo": OTHER, "detailList": []}
    linked = shown(bare | {"copyRealMailNo": LINKED}, OTHER)
    assert [a.number for a in linked.aliases] == [LINKED]
    assert parsed(made.answer(bare), OTHER) == (NotYet(OTHER, NOW),)
    assert shown(made.entry(OTHER), OTHER).aliases == ()


# evidence

KEPT = "Handed over to local carrier"
LONELY = {
    "globalCurrentCardInfo": {
        "title": "At the pickup point",
        "pickUpGuideDTO": {"url": "https://x.example/?tradeId=123456", "code": "9-9-9"},
        "globalCpInfo": {"cpName": "Colis", "phone": "+33 1 23", "email": "a@b.example"},
    },
    "destCpInfo": {"cpName": "Colis", "phone": "+33 1 23", "url": "https://x.example?utm=1"},
    "receiverAddress": "Rue de Rivoli",
    "estimatedDeliveryTime": 1787828878899,
}


def test_evidence_keeps_what_is_said_and_nothing_of_people_orders_and_pictures() -> None:
    entry = made.entry(NUMBER, [made.event("GTMS_ACCEPT", KEPT, image="//i/2.png")], **LONELY)
    evidence = shown(entry).evidence.decode()
    kept = json.loads(evidence)
    assert kept["detailList"][0]["desc"] == KEPT
    assert kept["destCpInfo"] == {"cpName": "Colis"}
    for gone in ("123456", "9-9-9", "+33", "@", "Rivoli", "://", "png", "day(s)"):
        assert gone not in evidence


def moved(**fields: Any) -> str:
    return shown(made.entry(NUMBER, **fields)).fingerprint


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"daysNumber": "13\tday(s)"}, id="the days since"),
        pytest.param({"globalEtaInfo": {"deliveryMaxTime": 5}}, id="the estimate"),
        pytest.param({"estimatedDeliveryTime": 5}, id="the other estimate"),
        pytest.param({"latestTrace": made.event("X", "y")}, id="a copy of an event"),
        pytest.param({"events": made.journey()[::-1]}, id="another order"),
        pytest.param({"events": [e | {"time": 5} for e in made.journey()]}, id="the epoch"),
        pytest.param({"destCpInfo": {"phone": "1"}, "events": None}, id="nothing but a telephone"),
    ],
)
def test_a_clock_does_not_change_the_fingerprint(fields: Any) -> None:
    base = moved(destCpInfo={}) if "destCpInfo" in fields else moved()
    assert moved(**fields) == base


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"status": "DELIVERED"}, id="the status"),
        pytest.param({"events": made.journey()[1:]}, id="the events"),
        pytest.param({"logisticsAlert": {"title": "Delayed"}}, id="an alert"),
    ],
)
def test_what_happens_to_the_parcel_changes_the_fingerprint(fields: Any) -> None:
    assert moved(**fields) != moved()


def test_the_rate_of_progress_is_no_news_and_the_progress_is() -> None:
    def at(rate: float, lit: bool) -> str:
        points = [{"pointName": "France", "light": lit}]
        return moved(processInfo={"progressRate": rate, "progressPointList": points})

    assert at(0.4, lit=False) == at(0.5, lit=False) != at(0.5, lit=True)
