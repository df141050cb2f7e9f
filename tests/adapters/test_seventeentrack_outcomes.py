"""What 17TRACK shows of a number becomes events, looks, aliases and evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.adapters.contract import Ask, Failure, FailureKind, NotYet, Snapshot
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.adapters.testing import KEY, NOW, replied
from monitor.parcel import Alias, Event, TimeQuality
from tests.adapters import seventeentrack_answers as made

NUMBER = "LP00000000000001"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "seventeentrack"
EXACT, ASSUMED = TimeQuality.EXACT, TimeQuality.OFFSET_ASSUMED
DATE_ONLY, NONE = TimeQuality.DATE_ONLY, TimeQuality.NONE


def parsed(*accepted: Any, rejected: Any = None, ask: Ask | None = None) -> Any:
    document = made.answer(*accepted, rejected=rejected)
    (found,) = SeventeenTrack(KEY).parse(replied(document), [ask or Ask(NUMBER)], NOW)
    return found


def shown(item: Any, ask: Ask | None = None) -> Snapshot:
    found = parsed(item, ask=ask)
    assert isinstance(found, Snapshot)
    return found


def one_event(**fields: Any) -> Event:
    event = made.event("Said", "InTransit_Other", **fields)
    (found,) = shown(made.item(NUMBER, providers=[made.provider(3011, "CN", [event])])).events
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def raw(date: Any = None, time: Any = None, timezone: Any = None) -> dict[str, Any]:
    return {"date": date, "time": time, "timezone": timezone}


ISO, Z = "2026-09-13T03:15:00+08:00", "2026-09-12T19:15:00Z"
GIVEN = raw("2026-09-13", "03:15:00", "+08:00")


@pytest.mark.parametrize(
    ("times", "known"),
    [
        pytest.param((ISO, Z, GIVEN), (utc(2026, 9, 12, 19, 15), EXACT, "2026-09-13 03:15:00 +08:00"), id="a zone the carrier gave makes it exact"),
        pytest.param((ISO, Z, raw("2026-09-13", "03:15:00")), (utc(2026, 9, 12, 19, 15), ASSUMED, "2026-09-13 03:15:00"), id="a zone 17TRACK inferred is assumed"),
        pytest.param(("2026-07-14T14:40:00+05:30", "2026-07-14T09:40:00Z", raw("2026-07-14", "14:40:00")), (utc(2026, 7, 14, 9, 10), ASSUMED, "2026-07-14 14:40:00"), id="wall clock and offset win over a wrongly computed UTC"),
        pytest.param(("2026-07-13T00:00:00+08:00", "2026-07-12T16:00:00Z", raw("2026-07-13")), (utc(2026, 7, 12, 16), DATE_ONLY, "2026-07-13"), id="a filled-in midnight is a date only"),
        pytest.param((None, None, raw("2026-07-12", "14:23:00")), (utc(2026, 7, 12, 14, 23), ASSUMED, "2026-07-12 14:23:00"), id="raw time alone is read as UTC"),
        pytest.param((None, None, GIVEN), (utc(2026, 9, 12, 19, 15), EXACT, "2026-09-13 03:15:00 +08:00"), id="raw time with its own zone is exact"),
        pytest.param((None, None, raw("2026-07-12", "14:23:00", "CST")), (utc(2026, 7, 12, 14, 23), ASSUMED, "2026-07-12 14:23:00 CST"), id="a zone that is no offset is not guessed"),
        pytest.param((None, None, raw("2026-07-12")), (utc(2026, 7, 12), DATE_ONLY, "2026-07-12"), id="a raw date alone is a date"),
        pytest.param((None, Z, raw("2026-09-13", "03:15:00")), (utc(2026, 9, 12, 19, 15), ASSUMED, "2026-09-13 03:15:00"), id="UTC stands in for a missing local time"),
        pytest.param((None, None, raw()), (None, NONE, ""), id="nothing at all is undated"),
        pytest.param((None, None, None), (None, NONE, ""), id="no raw time either is undated"),
        pytest.param((ISO, Z, None), (utc(2026, 9, 12, 19, 15), EXACT, ISO), id="an offset is exact in v2.0"),
        pytest.param((None, Z, None), (utc(2026, 9, 12, 19, 15), ASSUMED, Z), id="computed UTC alone is assumed"),
        pytest.param(("2026-09-13T03:15:00", None, None), (utc(2026, 9, 13, 3, 15), ASSUMED, "2026-09-13T03:15:00"), id="a local time without offset is read as UTC"),
        pytest.param(("2026-09-13", None, None), (utc(2026, 9, 13), DATE_ONLY, "2026-09-13"), id="an ISO date is a date"),
        pytest.param((ISO, Z, raw()), (utc(2026, 9, 12, 19, 15), ASSUMED, ISO), id="a carrier that gave no time leaves the offset assumed"),
        pytest.param(("yesterday", "soon", raw("13.09.2026", "noon")), (None, NONE, "13.09.2026 noon"), id="unreadable times are kept as text"),
        pytest.param(("0001-01-01T00:00:00+08:00", "0001-01-01T00:00:00Z", None), (None, NONE, "0001-01-01T00:00:00+08:00"), id="the year one is no time"),
        pytest.param(("9999-12-31T23:59:59-23:00", None, None), (None, NONE, "9999-12-31T23:59:59-23:00"), id="the end of all years is no time"),
    ],
)  # fmt: skip
def test_the_time_of_an_event(times: tuple[Any, Any, Any], known: tuple[Any, Any, str]) -> None:
    iso, computed, given = times
    event = one_event(time_iso=iso, time_utc=computed, time_raw=given)
    assert (event.at, event.time_quality, event.raw_time) == known


def test_an_event_is_taken_over_field_by_field() -> None:
    event = one_event(
        description="  Objeto\tentregue \x1b[31m",
        description_translation={"lang": "en", "description": "Object\x00 delivered"},
        location="",
        address=made.address("br", city="RECIFE", street="Rua 1"),
        stage="Delivered",
    )
    assert event.text == "Objeto entregue [31m"
    assert event.original == "  Objeto\tentregue \x1b[31m"
    assert event.translation == "Object delivered"
    assert (event.place, event.country) == ("RECIFE", "BR")
    assert (event.code, event.provider, event.source) == (
        "InTransit_Other",
        "3011",
        "seventeentrack",
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"sub_status": "Delivered_Other", "stage": "Delivered"}, "Delivered_Other", id="the sub-status is the code"),
        pytest.param({"sub_status": None, "stage": "Delivered"}, "Delivered", id="in v2.0 the stage is"),
        pytest.param({"sub_status": "", "stage": None}, "", id="neither is no code"),
        pytest.param({"sub_status": "InTransit_QuantumTunnelling"}, "InTransit_QuantumTunnelling", id="an unknown sub-status is kept"),
    ],
)  # fmt: skip
def test_the_code_of_an_event(fields: dict[str, Any], code: str) -> None:
    assert one_event(**fields).code == code


@pytest.mark.parametrize("code", ["", None, "Spain", "E", "12", "ES ", "es"])
def test_a_country_is_two_letters_or_nothing(code: str | None) -> None:
    found = one_event(address=made.address(code)).country
    assert found == ("ES" if (code or "").strip().upper() == "ES" else "")


# looks


@pytest.mark.parametrize(
    ("status", "at", "looked"),
    [
        pytest.param("Success", "2026-09-20T06:00:00Z", utc(2026, 9, 20, 6), id="a success is a look"),
        pytest.param(None, "2026-09-20T06:00:00Z", utc(2026, 9, 20, 6), id="no status counts as success"),
        pytest.param("Failure", "2026-09-20T06:00:00Z", None, id="a failure is none"),
        pytest.param("Success", None, None, id="no time is none"),
        pytest.param("Success", "soon", None, id="an unreadable time is none"),
        pytest.param("Success", "2027-01-01T00:00:00Z", NOW, id="a look from the future was now"),
    ],
)  # fmt: skip
def test_the_look_is_17tracks_last_success(
    status: str | None, at: str | None, looked: datetime | None
) -> None:
    provider = made.provider(3011, "CN", latest_sync_status=status, latest_sync_time=at)
    found = shown(made.item(NUMBER, providers=[provider]))
    assert found.looked_at == looked
    assert found.looks == ({"3011": looked} if looked else {})


def test_the_newest_look_over_all_carriers_counts_and_each_has_its_own() -> None:
    early = made.provider(3011, "CN", latest_sync_time="2026-09-19T06:00:00Z")
    late = made.provider(19181, "ES", latest_sync_time="2026-09-20T06:00:00Z")
    broken = made.provider(1, "ES", latest_sync_status="Failure")
    found = shown(made.item(NUMBER, providers=[early, late, broken]))
    assert found.looks == {"3011": utc(2026, 9, 19, 6), "19181": utc(2026, 9, 20, 6)}
    assert found.looked_at == utc(2026, 9, 20, 6)


# nothing yet


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(made.not_found(NUMBER), id="NotFound without events"),
        pytest.param(made.item(NUMBER) | {"track_info": None}, id="track_info null"),
        pytest.param({"number": NUMBER, "carrier": 3011}, id="no track_info"),
        pytest.param({"number": NUMBER, "track_info": ""}, id="track_info empty text"),
        pytest.param({"number": NUMBER, "track_info": {}}, id="track_info empty"),
        pytest.param(made.not_found(NUMBER, latest_event={}), id="an empty latest event"),
    ],
)
def test_an_item_without_anything_is_not_yet(item: Any) -> None:
    assert isinstance(parsed(item), NotYet)


def test_not_yet_is_as_old_as_17tracks_own_look() -> None:
    item = made.not_found(NUMBER)
    item["track_info"]["tracking"]["providers"] = [made.provider(3011, "CN", [])]
    assert parsed(item).looked_at == utc(2026, 9, 20, 6)


def test_not_yet_hands_on_the_carriers_notice() -> None:
    item = made.not_found(NUMBER)
    tips = made.provider(3011, "CN", [], provider_tips="Postcode\x1b needed")
    item["track_info"]["tracking"]["providers"] = [tips]
    assert parsed(item).note == "Postcode needed"
    assert parsed(made.not_found(NUMBER)).note == "NotFound_Other"


def test_not_found_with_events_shows_the_events() -> None:
    found = shown(made.item(NUMBER, status="NotFound_Other"))
    assert len(found.events) == 4


def test_data_received_without_events_is_a_snapshot() -> None:
    found = shown(made.item(NUMBER, providers=[], status="InfoReceived"))
    assert (found.events, found.status) == ((), "InfoReceived")


# which item, which carrier


def test_of_two_items_the_one_with_events_is_read() -> None:
    for pair in (
        [made.not_found(NUMBER), made.item(NUMBER)],
        [made.item(NUMBER), made.not_found(NUMBER)],
    ):
        assert isinstance(parsed(*pair), Snapshot)


def test_of_two_items_with_events_the_carrier_asked_for_is_read() -> None:
    pair = [made.item(NUMBER, 3011), made.item(NUMBER, 190271)]
    assert parsed(*pair, ask=Ask(NUMBER, carrier="190271")).carrier == "190271"
    assert parsed(*pair, ask=Ask(NUMBER, carrier="3011")).carrier == "3011"


def test_of_two_items_the_readable_one_is_read() -> None:
    spoilt = made.item(NUMBER) | {"track_info": "spoilt"}
    assert isinstance(parsed(spoilt, made.not_found(NUMBER)), NotYet)


def test_an_accepted_item_wins_over_a_refusal_of_the_same_number() -> None:
    found = parsed(made.item(NUMBER), rejected=[made.rejected(NUMBER, -18019902)])
    assert isinstance(found, Snapshot)


def test_the_case_of_a_number_does_not_matter() -> None:
    found = parsed(made.item(NUMBER), ask=Ask(NUMBER.lower()))
    assert isinstance(found, Snapshot)
    assert found.number == NUMBER.lower()


def test_another_carrier_than_asked_for_is_taken_over() -> None:
    assert shown(made.item(NUMBER, 190271), Ask(NUMBER, carrier="3011")).carrier == "190271"


@pytest.mark.parametrize("carrier", [0, None, "", "none", -1, 2**40, {}, True])
def test_a_senseless_carrier_is_none(carrier: Any) -> None:
    assert shown(made.item(NUMBER) | {"carrier": carrier}).carrier == ""


def test_a_carrier_written_as_text_is_read() -> None:
    assert shown(made.item(NUMBER) | {"carrier": "190271"}).carrier == "190271"


# several carriers


def two(
    registered: int = 3011, *, local: int = 0, countries: tuple[Any, Any] = ("CN", "ES")
) -> dict[str, bool]:
    """Which of 3011 and 19181 is said to deliver at the destination."""
    providers = [made.provider(3011, countries[0]), made.provider(19181, countries[1])]
    item = made.item(NUMBER, registered, providers)
    item["track_info"]["misc_info"]["local_key"] = local
    return {event.provider: event.last_mile for event in shown(item).events}


@pytest.mark.parametrize(
    ("case", "last_mile"),
    [
        pytest.param({}, {"19181"}, id="the carrier of the destination country"),
        pytest.param({"local": 19181, "countries": ("CN", "")}, {"19181"}, id="the local carrier by its key"),
        pytest.param({"registered": 19181}, {"19181"}, id="also when the parcel is registered with it"),
        pytest.param({"countries": ("CN", None)}, set(), id="nobody when no country is known"),
        pytest.param({"countries": ("CN", "FR")}, set(), id="nobody from a third country"),
        pytest.param({"local": 3011}, {"19181"}, id="never the registered carrier by key alone"),
    ],
)  # fmt: skip
def test_who_delivers_at_the_destination(case: dict[str, Any], last_mile: set[str]) -> None:
    assert {provider for provider, last in two(**case).items() if last} == last_mile


def test_one_carrier_alone_has_handed_nothing_over() -> None:
    assert not any(event.last_mile for event in shown(made.item(NUMBER)).events)


def test_where_the_answer_names_no_destination_the_owners_counts() -> None:
    item = made.item(NUMBER, providers=[made.provider(3011, "CN"), made.provider(19181, "ES")])
    item["track_info"]["shipping_info"] = None
    by = {e.provider: e.last_mile for e in shown(item, Ask(NUMBER, destination="ES")).events}
    assert by == {"3011": False, "19181": True}


def test_the_order_of_carriers_changes_nothing() -> None:
    there = [made.provider(3011, "CN"), made.provider(19181, "ES")]
    first, second = (
        shown(made.item(NUMBER, providers=there)),
        shown(made.item(NUMBER, providers=there[::-1])),
    )
    assert set(first.events) == set(second.events)
    assert first.fingerprint == second.fingerprint


def test_the_latest_event_counts_where_no_carrier_lists_any() -> None:
    item = made.item(NUMBER, providers=[])
    item["track_info"]["latest_event"] = made.event("Left", "InTransit_Departure")
    (event,) = shown(item).events
    assert (event.text, event.provider) == ("Left", "3011")


def test_the_latest_event_is_not_counted_beside_listed_ones() -> None:
    item = made.item(NUMBER)
    item["track_info"]["latest_event"] = made.event("Other words", "Exception_Other")
    assert len(shown(item).events) == 4


def test_at_most_a_thousand_events_and_twenty_carriers_are_read() -> None:
    many = [made.event(f"Scan {n}", "InTransit_Other") for n in range(700)]
    providers = [made.provider(1000 + n, "CN", many if n < 2 else None) for n in range(40)]
    found = shown(made.item(NUMBER, providers=providers))
    assert len(found.events) == 1000
    assert len(found.looks) == 20


# aliases and countries


@pytest.mark.parametrize(
    ("local", "aliases"),
    [
        pytest.param("PQ123 456 789ES", (Alias("PQ123456789ES", "Correos", "seventeentrack"),), id="another number"),
        pytest.param(NUMBER, (), id="the same number"),
        pytest.param("", (), id="none"),
        pytest.param(None, (), id="null"),
        pytest.param("see website!", (), id="no number at all"),
    ],
)  # fmt: skip
def test_the_number_of_the_last_mile_is_an_alias(local: Any, aliases: tuple[Alias, ...]) -> None:
    item = made.item(NUMBER)
    item["track_info"]["misc_info"] = {"local_number": local, "local_provider": "Correos"}
    assert shown(item).aliases == aliases


def test_countries_come_from_the_addresses_else_from_the_registration() -> None:
    item = made.item(NUMBER, origin_country="FR", destination_country="IT")
    assert (shown(item).origin, shown(item).destination) == ("CN", "ES")
    item["track_info"]["shipping_info"] = {"shipper_address": None}
    assert (shown(item).origin, shown(item).destination) == ("FR", "IT")


def test_the_status_is_the_finer_one() -> None:
    assert shown(made.item(NUMBER)).status == "InTransit_Arrival"


# evidence


PERSONAL = {
    "consignee": "Ana S3ntinel", "shipper": "Li S3ntinel", "param": "s3ntinel-28001",
    "tag": "s3ntinel-tag", "remark": "s3ntinel-remark", "email": "s3ntinel@example.org",
    "order_no": "s3ntinel-order", "cpf_or_cnpj": "s3ntinel-cpf", "phone_number": "s3ntinel-phone",
    "phone_number_last_4": "s3ntinel-1234", "Phone_Home": "s3ntinel-home",
    "destination_postal_code": "s3ntinel-postcode", "destination_city": "s3ntinel-city",
    "special_tracking_info": {"parameter": "s3ntinel-parameter"},
}  # fmt: skip


def test_the_evidence_holds_no_personal_fields() -> None:
    item = made.item(NUMBER, **PERSONAL)
    info = item["track_info"]
    info["shipping_info"]["recipient_address"] |= {
        "city": "s3ntinel-town",
        "state": "s3ntinel-land",
    }
    info["misc_info"] |= {"customer_number": "s3ntinel-9", "reference_number": "s3ntinel-8"}
    where = {"street": "s3ntinel 1", "postal_code": "s3ntinel-p", "coordinates": ["s3ntinel"]}
    info["tracking"]["providers"][0]["events"][0]["address"] |= where
    kept = shown(item).evidence.decode()
    assert "s3ntinel" not in kept.casefold()
    assert json.loads(kept)["track_info"]["shipping_info"]["recipient_address"] == {"country": "ES"}


def test_the_evidence_keeps_what_proves_the_journey() -> None:
    kept = json.loads(shown(made.item(NUMBER)).evidence)
    provider = kept["track_info"]["tracking"]["providers"][0]
    assert kept["number"] == NUMBER
    assert provider["latest_sync_time"] == "2026-09-20T06:00:00Z"
    assert provider["events"][0]["description"].startswith("Arrived")


def test_the_fingerprint_ignores_clocks_and_hashes() -> None:
    item, later = made.item(NUMBER), made.item(NUMBER)
    info = later["track_info"]
    info["time_metrics"] = {"days_after_order": 6}
    info["lastGatherTime"] = "2026-09-20T07:00:00Z"
    info["tracking"]["providers_hash"] = -5
    info["tracking"]["providers"][0] |= {
        "latest_sync_time": "2026-09-20T11:00:00Z",
        "events_hash": 9,
    }
    assert shown(item).fingerprint == shown(later).fingerprint
    assert shown(item).evidence != shown(later).evidence


def test_the_fingerprint_sees_another_text() -> None:
    item, edited = made.item(NUMBER), made.item(NUMBER)
    edited["track_info"]["tracking"]["providers"][0]["events"][0]["description"] += "!"
    assert shown(item).fingerprint != shown(edited).fingerprint


# recordings


def recorded(name: str) -> dict[str, Any]:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the samples are not beside this checkout: {name}")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document if "code" in document else made.answer(document["data"])


SAMPLE_ROWS = [
    pytest.param("synthetic/gettrackinfo_v24_in_transit.json", "InTransit_Arrival", "190271", 5, id="v2.4 in transit"),
    pytest.param("synthetic/gettrackinfo_v24_delivered_two_providers.json", "Delivered_Other", "190271", None, id="v2.4 delivered by a second carrier"),
    pytest.param("synthetic/gettrackinfo_v24_edge_cases.json", "InTransit_Other", "3011", 5, id="v2.4 odd times"),
    pytest.param("synthetic/webhook_tracking_updated_v24.json", "InTransit_Arrival", "190271", 5, id="v2.4 as pushed"),
    pytest.param("aio17track/gettrackinfo_correios_2151.json", "Delivered_Other", "2151", 3, id="v2.4 with translations"),
    pytest.param("aio17track/gettrackinfo_yanwen_190012.json", "InTransit_Arrival", "190012", 3, id="v2.4 with an unknown sub-status"),
    pytest.param("aio17track/gettrackinfo_exception_returning.json", "Exception_Returning", "2151", 1, id="v2.4 returning"),
    pytest.param("shields/gettrackinfo_v22_trimmed.json", "Delivered_Other", "3011", 4, id="v2.2 trimmed"),
    pytest.param("public-payloads/webhook_tracking_updated_ups_v2.0.json", "Delivered_Other", "3011", 5, id="v2.0 UPS"),
    pytest.param("public-payloads/webhook_tracking_updated_dhlpaket_v2.0.json", "Exception_Other", "7041", 1, id="v2.0 DHL Paket"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "status", "carrier", "events"), SAMPLE_ROWS)
def test_a_recorded_answer_is_understood(
    name: str, status: str, carrier: str, events: int | None
) -> None:
    document = recorded(name)
    number = document["data"]["accepted"][0]["number"]
    (found,) = SeventeenTrack(KEY).parse(replied(document), [Ask(number)], utc(2026, 10, 1))
    assert isinstance(found, Snapshot)
    assert (found.status, found.carrier) == (status, carrier)
    assert events is None or len(found.events) == events
    assert all(event.text for event in found.events)


def test_a_recorded_mixed_answer_gives_each_number_its_own_outcome() -> None:
    document = recorded("synthetic/gettrackinfo_v24_mixed_reject.json")
    numbers = [row["number"] for kind in ("accepted", "rejected") for row in document["data"][kind]]
    adapter = SeventeenTrack(KEY)
    found = adapter.parse(replied(document), [Ask(n) for n in numbers], utc(2026, 10, 1))
    assert [type(outcome) for outcome in found] == [Snapshot, NotYet, Failure]
    assert [getattr(outcome, "gone", False) for outcome in found] == [False, False, True]


def test_a_recorded_handover_marks_the_last_mile() -> None:
    document = recorded("synthetic/gettrackinfo_v24_delivered_two_providers.json")
    number = document["data"]["accepted"][0]["number"]
    (found,) = SeventeenTrack(KEY).parse(replied(document), [Ask(number)], utc(2026, 10, 1))
    assert isinstance(found, Snapshot)
    assert {e.provider for e in found.events if e.last_mile} == {"19181"}
    assert {e.provider for e in found.events if not e.last_mile} == {"190271"}
    assert found.destination == "ES"


def test_a_recorded_v2_0_answer_has_exact_times_and_stages_as_codes() -> None:
    document = recorded("public-payloads/webhook_tracking_updated_ups_v2.0.json")
    number = document["data"]["accepted"][0]["number"]
    (found,) = SeventeenTrack(KEY).parse(replied(document), [Ask(number)], utc(2026, 10, 1))
    assert isinstance(found, Snapshot)
    assert {event.time_quality for event in found.events} == {EXACT}
    assert {event.code for event in found.events} == {
        "Delivered",
        "OutForDelivery",
        "InfoReceived",
        "",
    }
    assert found.looked_at == utc(2022, 4, 29, 8, 6, 6)


def test_an_item_without_a_place_for_events_is_misshapen_and_not_unknown() -> None:
    item = made.item(NUMBER)
    item["track_info"]["tracks"] = item["track_info"].pop("tracking")
    found = parsed(item)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.DRIFT


def test_a_misshapen_item_says_where_without_repeating_the_value() -> None:
    item = made.item(NUMBER)
    item["track_info"]["tracking"]["providers"][0]["events"] = [{"description": {"x": KEY}}]
    found = parsed(item)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.DRIFT
    assert "track_info.tracking.providers.0.events.0.description" in found.detail
    assert KEY not in found.detail


def test_a_future_event_does_not_move_the_look() -> None:
    event = made.event("Delivered", "Delivered_Other", NOW + timedelta(days=3))
    found = shown(made.item(NUMBER, providers=[made.provider(3011, "CN", [event])]))
    assert found.looked_at == utc(2026, 9, 20, 6)
