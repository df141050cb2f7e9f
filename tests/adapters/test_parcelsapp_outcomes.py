"""What Parcels app's answers are taken to say, those of its documentation among them."""

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
from monitor.adapters.parcelsapp import ParcelsApp
from monitor.adapters.testing import NOW, replied, told
from monitor.parcel import Event, Stage, TimeQuality
from monitor.reading import read
from monitor.transport import Answer
from tests.adapters import parcelsapp_answers as made

NUMBER = "LP00700000000001"
USPS = "9400111206213785678901"
DAY = timedelta(days=1)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "parcelsapp"
with_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample answers are not beside this checkout"
)


def outcome(document: Any, number: str = NUMBER) -> Outcome:
    (found,) = ParcelsApp().parse(replied(document), [Ask(number)], NOW)
    return found


def shown(*shipments: Any, **other: Any) -> Snapshot:
    found = outcome(made.answer(*shipments, **other))
    assert isinstance(found, Snapshot)
    return found


def event(**fields: Any) -> Event:
    row = made.state("Held by customs") | fields
    (found,) = shown(made.shipment(NUMBER, [row])).events
    return found


def stage(found: Event) -> Stage:
    return read(found.text, code=found.code, source=found.source).stage


# errors under 200


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MISSING_API_KEY", FailureKind.AUTH),
        ("INVALID_API_KEY", FailureKind.AUTH),
        ("FORBIDDEN", FailureKind.AUTH),
        ("UNCONFIRMED_ACCOUNT", FailureKind.AUTH),
        ("SUBSCRIPTION_NOT_FOUND", FailureKind.AUTH),
        ("SUBSCRIPTION_INACTIVE", FailureKind.AUTH),
        ("INVALID_SUBSCRIPTION_STATE", FailureKind.AUTH),
        ("SUBSCRIPTION_LIMIT_REACHED", FailureKind.QUOTA),
        ("INVALID_PARAMS", FailureKind.DRIFT),
        ("NO_SHIPMENTS", FailureKind.DRIFT),
        ("BUSY", FailureKind.TRANSIENT),
        ("TIMEDOUT", FailureKind.TRANSIENT),
        ("SERVER_ERROR", FailureKind.TRANSIENT),
        ("NO_REQUEST_FOUND", FailureKind.TRANSIENT),
        ("SOMETHING_NEW", FailureKind.DRIFT),
        ("\x1b]52;c;aGk=\x07", FailureKind.DRIFT),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_an_error_has_its_kind_whatever_the_status(
    code: str, kind: FailureKind, status: int
) -> None:
    with pytest.raises(SourceTrouble) as caught:
        ParcelsApp().parse(replied({"error": code}, status), [Ask(NUMBER)], NOW)
    assert caught.value.kind is kind
    assert caught.value.detail.isprintable()


def test_the_address_that_confirms_an_account_is_not_handed_on() -> None:
    secret = "https://parcelsapp.com/confirm/somebody"
    document = {"error": "UNCONFIRMED_ACCOUNT", "confirmationUrl": secret, "description": secret}
    with pytest.raises(SourceTrouble) as caught:
        outcome(document)
    assert "somebody" not in told(caught.value)


def test_the_first_answer_of_a_request_is_none_about_its_numbers() -> None:
    found = outcome(made.CREATED)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.TRANSIENT
    assert "still asking the carriers" in found.detail


# one shipment


@pytest.mark.parametrize("name", ["status", "state"])
def test_the_text_of_an_event_has_either_name(name: str) -> None:
    row = {"date": "2026-09-14T16:00:00Z", "carrier": 0, name: "Clearance exception"}
    (found,) = shown(made.shipment(NUMBER, [row])).events
    assert found.text == "Clearance exception"


@pytest.mark.parametrize(
    ("fields", "provider"),
    [
        pytest.param({}, "Cainiao", id="services"),
        pytest.param({"services": None, "carriers": ["China Post"]}, "China Post", id="names"),
        pytest.param({"services": []}, "", id="neither"),
        pytest.param({"services": [{"slug": "x"}]}, "", id="a service without a name"),
        pytest.param({"services": "x"}, "", id="something else"),
    ],
)
def test_the_carrier_of_an_event_is_found_by_its_place(fields: Any, provider: str) -> None:
    (found,) = shown(made.shipment(NUMBER, [made.state("Held")], **fields)).events
    assert found.provider == provider


@pytest.mark.parametrize("place", [7, -1, None, "0", 1e300])
def test_a_place_where_no_carrier_stands_names_none(place: Any) -> None:
    assert event(carrier=place).provider == ""


@pytest.mark.parametrize(
    ("text", "at", "quality"),
    [
        ("2026-09-14T16:00:00Z", datetime(2026, 9, 14, 16, tzinfo=UTC), TimeQuality.OFFSET_ASSUMED),
        ("2026-09-14", datetime(2026, 9, 14, tzinfo=UTC), TimeQuality.DATE_ONLY),
        ("soon", None, TimeQuality.NONE),
        (None, None, TimeQuality.NONE),
    ],
)
def test_a_clock_in_greenwich_is_an_assumption(
    text: Any, at: datetime | None, quality: TimeQuality
) -> None:
    found = event(date=text)
    assert (found.at, found.time_quality) == (at, quality)


@pytest.mark.parametrize(
    ("location", "country"),
    [("France", "FR"), ("Austin, TX, United States", "US"), ("Somewhere", ""), (None, "")],
)
def test_the_country_is_the_end_of_the_place(location: Any, country: str) -> None:
    assert event(location=location).country == country


def test_the_countries_may_come_by_name_alone() -> None:
    names = {"originCode": None, "destinationCode": "", "origin": "China", "destination": "France"}
    found = shown(made.shipment(NUMBER, **names))
    assert (found.origin, found.destination) == ("CN", "FR")


def test_a_number_without_events_is_not_known_yet() -> None:
    assert outcome(made.answer(made.shipment(NUMBER, [], status="archive"))) == NotYet(NUMBER, NOW)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("delivered", Stage.DELIVERED),
        ("pickup", Stage.PICKUP),
        ("returned", Stage.RETURNING),
        ("transit", Stage.UNKNOWN),
        ("archive", Stage.UNKNOWN),
    ],
)
def test_a_state_that_ends_a_matter_is_said_of_the_newest_event(
    status: str, expected: Stage
) -> None:
    old = made.state("Qwzx", made.FIRST)
    new = made.state("Xzwq", made.FIRST + DAY)
    older, newer = shown(made.shipment(NUMBER, [old, new], status=status)).events
    assert (stage(older), stage(newer)) == (Stage.UNKNOWN, expected)


def test_words_that_are_understood_say_more_than_the_state() -> None:
    row = made.state("Parcel was returned to the sender")
    (found,) = shown(made.shipment(NUMBER, [row], status="delivered")).events
    assert stage(found) is not Stage.DELIVERED


# who looked when


def test_what_was_looked_up_is_of_now() -> None:
    assert shown(made.shipment(NUMBER)).looked_at == NOW


def test_what_comes_from_the_cache_may_be_a_day_old() -> None:
    assert shown(made.shipment(NUMBER), fromCache=True).looked_at == NOW - DAY


def test_of_a_mixed_answer_only_the_cached_part_may_be_old() -> None:
    other = "RR123456785CN"
    document = made.answer(made.shipment(NUMBER), made.shipment(other), cached=[NUMBER])
    found = ParcelsApp().parse(replied(document), [Ask(NUMBER), Ask(other)], NOW)
    assert [o.looked_at for o in found if isinstance(o, Snapshot)] == [NOW - DAY, NOW]


def test_nobody_looks_any_more_where_tracking_was_given_up() -> None:
    assert shown(made.shipment(NUMBER, status="archive")).looked_at is None


# samples


def sample(name: str) -> Answer:
    return Answer(200, {}, (SAMPLES / f"{name}.json").read_bytes())


@with_samples
@pytest.mark.parametrize(
    "name", ["get_response_complete", "post_response_cached", "post_response_partialCached"]
)
def test_the_documented_parcel_is_delivered(name: str) -> None:
    (found,) = ParcelsApp().parse(sample(name), [Ask(USPS)], NOW)
    assert isinstance(found, Snapshot)
    assert (found.origin, found.destination, found.status) == ("US", "US", "delivered")
    newest = found.events[0]
    assert (newest.provider, newest.country, newest.code) == ("USPS", "US", "delivered")
    assert stage(newest) is Stage.DELIVERED
    assert found.looked_at == (NOW if name.startswith("get") else NOW - DAY)


@with_samples
def test_the_sample_at_customs_reads_as_a_stay_there() -> None:
    name = "get_response_SYNTHETIC_client_shape_customs"
    (found,) = ParcelsApp().parse(sample(name), [Ask(NUMBER)], NOW)
    assert isinstance(found, Snapshot)
    stages = [Stage.CLEARANCE_EXCEPTION, Stage.CLEARANCE_START, Stage.IN_TRANSIT]
    assert [stage(e) for e in found.events] == stages


@with_samples
@pytest.mark.parametrize("name", ["get_response_pending", "post_response_created"])
def test_the_samples_of_a_request_under_way_are_asked_again(name: str) -> None:
    (found,) = ParcelsApp().parse(sample(name), [Ask(USPS)], NOW)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.TRANSIENT


@with_samples
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("account_invalidApiKey", FailureKind.AUTH),
        ("account_missingApiKey", FailureKind.AUTH),
        ("post_response_unconfirmedAccount", FailureKind.AUTH),
        ("get_response_notFound", FailureKind.TRANSIENT),
        ("get_response_missingUuid", FailureKind.DRIFT),
        ("post_response_invalidWebhookUrl", FailureKind.DRIFT),
    ],
)
def test_the_samples_of_errors_have_their_kind(name: str, kind: FailureKind) -> None:
    with pytest.raises(SourceTrouble) as caught:
        ParcelsApp().parse(sample(name), [Ask(USPS)], NOW)
    assert caught.value.kind is kind
    assert "example.com" not in told(caught.value)


@with_samples
def test_a_recorded_archive_of_the_website_has_one_event_and_no_look() -> None:
    import json

    row = json.loads(sample("website_v2_REAL_archive_china_post").body)
    found = shown(row | {"trackingId": NUMBER})
    assert [e.provider for e in found.events] == ["China Post"]
    assert found.looked_at is None
