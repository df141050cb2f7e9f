"""What DHL's answers are taken to say, those that were recorded among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.adapters.contract import (
    Ask,
    Failure,
    FailureKind,
    NotYet,
    Outcome,
    Snapshot,
    SourceTrouble,
)
from monitor.adapters.dhl import Dhl
from monitor.adapters.testing import NOW, replied, reply
from monitor.parcel import Event, Stage, TimeQuality
from monitor.reading import read
from monitor.transport import Answer
from tests.adapters import dhl_answers as made

NUMBER = "LX123456785CN"
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "dhl-unified"
with_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample answers are not beside this checkout"
)


def outcome(document: Any, ask: Ask | None = None, status: int = 200) -> Outcome:
    (found,) = Dhl().parse(replied(document, status), [ask or Ask(NUMBER)], NOW)
    return found


def shown(*shipments: Any, ask: Ask | None = None) -> Snapshot:
    found = outcome(made.answer(*shipments), ask)
    assert isinstance(found, Snapshot)
    return found


def event(**fields: Any) -> Event:
    row = made.event("transit", "On its way") | fields
    (found,) = shown(made.shipment(NUMBER, [row])).events
    return found


def stage(found: Event) -> Stage:
    return read(found.text, code=found.code, source=found.source).stage


# not known yet, and not to be known


def test_a_number_dhl_does_not_find_is_not_known_yet() -> None:
    assert outcome(made.UNKNOWN, status=404) == NotYet(NUMBER, NOW)


def test_an_empty_list_of_shipments_is_not_known_yet() -> None:
    assert outcome(made.answer()) == NotYet(NUMBER, NOW)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>404 Not Found</html>", id="a page"),
        pytest.param(b'{"message":"no route matched"}', id="a gateway"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_404_that_is_not_dhls_own_is_a_wrong_address(body: bytes) -> None:
    with pytest.raises(SourceTrouble) as caught:
        Dhl().parse(reply(404, body), [Ask(NUMBER)], NOW)
    assert caught.value.kind is FailureKind.DRIFT
    assert "adapters.dhl.base_url" in caught.value.detail


def test_a_number_dhl_does_not_take_fails_alone() -> None:
    found = outcome({"title": "Bad request", "status": 400}, status=400)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.BAD_REQUEST


def test_a_shipment_without_anything_said_is_not_known_yet() -> None:
    assert outcome(made.answer(made.shipment(NUMBER, [], status=None))) == NotYet(NUMBER, NOW)


# which shipment is meant


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"id": NUMBER.lower()}, id="its id in small letters"),
        pytest.param({"id": 1, "details": {"pieceIds": [NUMBER]}}, id="one of its pieces"),
        pytest.param(
            {"id": 1, "details": {"references": {"number": NUMBER}}}, id="its only reference"
        ),
        pytest.param(
            {"id": 1, "details": {"references": [{}, {"number": NUMBER}]}},
            id="one of its references",
        ),
    ],
)
def test_a_shipment_is_ours_by_any_of_its_numbers(fields: Any) -> None:
    assert shown(made.shipment(NUMBER, **fields)).number == NUMBER


def test_an_id_of_digits_may_come_as_a_number() -> None:
    ask = Ask("470800204932")
    assert shown(made.shipment("", id=470800204932), ask=ask).number == ask.number


def test_a_shipment_of_another_number_is_not_believed() -> None:
    found = outcome(made.answer(made.shipment("RR000000005CN")))
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.TRANSIENT


def test_of_several_divisions_the_one_that_brings_it_to_the_destination_is_meant() -> None:
    freight = made.shipment(
        NUMBER,
        [made.event("delivered", "Freight delivered", made.FIRST + timedelta(days=9))],
        destination={"address": {"countryCode": "US"}},
    )
    found = shown(freight, made.shipment(NUMBER), ask=Ask(NUMBER, destination="DE"))
    assert found.destination == "DE"


def test_a_division_that_cannot_be_read_does_not_hide_another() -> None:
    found = outcome(made.answer(made.shipment(NUMBER, "none"), made.shipment(NUMBER)))
    assert isinstance(found, Snapshot)


def test_without_events_the_status_is_the_one_event() -> None:
    status = made.event("transit", "Arrived at the depot")
    (only,) = shown(made.shipment(NUMBER, [], status=status)).events
    assert only.text == "Arrived at the depot"


# what an event says


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        pytest.param({"description": "JESSICA"}, "On its way", id="not the name of who signed"),
        pytest.param(
            {"status": "TRANSIT", "description": "Left the depot"},
            "Left the depot",
            id="the description where the status repeats the code",
        ),
        pytest.param({"status": "Delivered", "description": "JESSICA"}, "Delivered", id="a name"),
        pytest.param({"status": None, "description": None}, "", id="nothing but a code"),
        pytest.param(
            {"remark": "Held by customs."},
            "On its way. Held by customs.",
            id="the remark behind it",
        ),
        pytest.param({"remark": "On its way"}, "On its way", id="the remark once"),
    ],
)
def test_an_event_says(fields: Any, text: str) -> None:
    assert event(**fields).text == text


def test_customs_is_heard_in_the_words() -> None:
    newest = shown(made.shipment(NUMBER)).events[0]
    assert newest.code == "transit"
    assert stage(newest) in (Stage.CLEARANCE_START, Stage.CLEARANCE_EXCEPTION)


def test_no_street_stands_in_the_place() -> None:
    address = {"countryCode": "NL", "addressLocality": "Oderweg 2, AMSTERDAM"}
    found = event(location={"address": address})
    assert (found.place, found.country) == ("AMSTERDAM", "NL")


@pytest.mark.parametrize(
    ("service", "text", "at", "quality"),
    [
        pytest.param(
            "parcel-de", "2026-07-01T12:00:00", 10, TimeQuality.OFFSET_ASSUMED, id="Paket"
        ),
        pytest.param("express", "2026-07-01T12:00:00", 12, TimeQuality.OFFSET_ASSUMED, id="naive"),
        pytest.param("express", "2026-07-01T12:00:00Z", 12, TimeQuality.OFFSET_ASSUMED, id="a Z"),
        pytest.param("express", "2026-07-01T12:00:00+02:00", 10, TimeQuality.EXACT, id="offset"),
        pytest.param("express", "2026-07-01", 0, TimeQuality.DATE_ONLY, id="a day"),
        pytest.param("express", "soon", None, TimeQuality.NONE, id="nonsense"),
    ],
)
def test_a_naive_clock_is_that_of_the_division_at_best(
    service: str, text: str, at: int | None, quality: TimeQuality
) -> None:
    row = made.event("transit", "On its way", timestamp=text)
    (found,) = shown(made.shipment(NUMBER, [row], service=service)).events
    assert found.at == (None if at is None else datetime(2026, 7, 1, at, tzinfo=UTC))
    assert found.time_quality is quality


def test_a_z_that_comes_and_goes_makes_no_second_event() -> None:
    plain, zulu = (event(timestamp=f"2026-07-01T12:00:00{end}") for end in ("", "Z"))
    assert plain == zulu


@pytest.mark.parametrize(
    ("service", "code", "at_the_door"),
    [
        pytest.param("parcel-de", "transit", True, id="a scan of Paket in its own country"),
        pytest.param("parcel-de", "pre-transit", False, id="the announcement"),
        pytest.param("express", "transit", False, id="a division of all countries"),
        pytest.param("parcel-nl", "transit", False, id="a division of another country"),
    ],
)
def test_the_carrier_at_the_door_is_a_division_of_the_destination(
    service: str, code: str, at_the_door: bool
) -> None:
    rows = [made.event(code, "Something")]
    (found,) = shown(made.shipment(NUMBER, rows, service=service)).events
    assert found.last_mile is at_the_door


def test_nothing_of_a_person_is_kept() -> None:
    found = shown(made.shipment(NUMBER))
    assert b"Nobody To Keep" not in found.evidence
    assert "Nobody To Keep" not in repr(found)


# recordings


def sample(name: str, number: str, status: int = 200) -> Outcome:
    answer = Answer(status, {}, (SAMPLES / f"{name}.json").read_bytes())
    (found,) = Dhl().parse(answer, [Ask(number)], NOW)
    return found


@with_samples
def test_the_recorded_parcel_is_delivered() -> None:
    found = sample("parcel_de_delivered_REAL", "470800204932")
    assert isinstance(found, Snapshot)
    assert (found.origin, found.destination, found.status) == ("DE", "DE", "delivered")
    assert len(found.events) == 10
    assert found.events[0].at == datetime(2023, 3, 13, 8, 50, tzinfo=UTC)
    assert stage(found.events[0]) is Stage.DELIVERED
    assert stage(found.events[1]) is Stage.OUT_FOR_DELIVERY
    assert not [e for e in found.events if stage(e) is Stage.UNKNOWN]


@with_samples
def test_the_official_example_is_read_without_its_people() -> None:
    found = sample("official_example_express", "7777777770")
    assert isinstance(found, Snapshot)
    assert "JESSICA" not in repr(found)
    assert b"Doe" not in found.evidence
    assert found.events[0].place == "AMSTERDAM"


@with_samples
def test_the_sample_at_customs_reads_as_a_stay_there() -> None:
    found = sample("customs_hold_SYNTHETIC", NUMBER)
    assert isinstance(found, Snapshot)
    assert stage(found.events[0]) in (Stage.CLEARANCE_START, Stage.CLEARANCE_EXCEPTION)
    assert stage(found.events[2]) is Stage.INFO_RECEIVED


@with_samples
def test_the_sample_of_an_unknown_number_is_not_known_yet() -> None:
    assert isinstance(sample("error_404", NUMBER, 404), NotYet)


@with_samples
@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("error_401_SYNTHETIC", 401, FailureKind.AUTH),
        ("error_429_SYNTHETIC", 429, FailureKind.RATE_LIMITED),
    ],
)
def test_the_samples_of_refusals_are_trouble(name: str, status: int, kind: FailureKind) -> None:
    with pytest.raises(SourceTrouble) as caught:
        sample(name, NUMBER, status)
    assert caught.value.kind is kind
