"""What Ship24's answers are taken to say, those of its documentation and a recorded one among them."""

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
from monitor.adapters.ship24 import Ship24
from monitor.adapters.testing import NOW, replied
from monitor.parcel import Alias, Event, Stage, TimeQuality
from monitor.reading import read
from monitor.transport import Answer
from tests.adapters import ship24_answers as made

NUMBER = "LP00700000000001"
DAY = timedelta(days=1)
SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "ship24"
with_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample answers are not beside this checkout"
)


def outcome(document: Any, ask: Ask | None = None, status: int = 200) -> Outcome:
    (found,) = Ship24().parse(replied(document, status), [ask or Ask(NUMBER)], NOW)
    return found


def shown(*trackings: Any) -> Snapshot:
    found = outcome(made.answer(*trackings))
    assert isinstance(found, Snapshot)
    return found


def event(**fields: Any) -> Event:
    row = made.event("On its way") | fields
    (found,) = shown(made.tracking(NUMBER, [row])).events
    return found


def stage(found: Event) -> Stage:
    return read(found.text, code=found.code, source=found.source).stage


# refusals


@pytest.mark.parametrize("status", [401, 402, 403, 409, 500])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("quota_limit_reached", FailureKind.QUOTA),
        ("no_active_subscription", FailureKind.AUTH),
        ("processing_error", FailureKind.TRANSIENT),
        ("request_conflict", FailureKind.TRANSIENT),
    ],
)
def test_the_code_says_what_is_wrong_and_not_the_status(
    code: str, kind: FailureKind, status: int
) -> None:
    with pytest.raises(SourceTrouble) as caught:
        outcome(made.refusal(code), status=status)
    assert caught.value.kind is kind


@pytest.mark.parametrize("code", ["tracker_not_found", "parcel_not_found"])
def test_a_number_without_a_tracker_is_asked_about_again(code: str) -> None:
    """It is not gone: a tracker that was just made may not be found yet, and another would cost."""
    found = outcome(made.refusal(code), status=404)
    assert isinstance(found, Failure)
    assert (found.kind, found.gone) == (FailureKind.TRANSIENT, False)


# which tracking is meant


def test_a_tracking_is_ours_by_any_number_of_the_shipment() -> None:
    row = made.tracking("RR123456785CN", trackingNumbers=[{"tn": NUMBER.lower()}])
    assert shown(row).aliases == (Alias("RR123456785CN", "", "ship24"),)


def test_of_several_trackers_the_one_with_the_newest_event_tells() -> None:
    old = made.tracking(NUMBER, [made.event("Old", made.FIRST)])
    new = made.tracking(NUMBER, [made.event("New", made.FIRST + DAY)])
    assert shown(old, new).events[0].text == "New"
    assert shown(new, old).events[0].text == "New"


def test_a_tracking_that_cannot_be_read_does_not_hide_another() -> None:
    assert shown(made.tracking(NUMBER, "none"), made.tracking(NUMBER)).events


def test_a_number_without_events_is_not_known_yet() -> None:
    assert outcome(made.answer(made.tracking(NUMBER, []))) == NotYet(NUMBER, NOW)


def test_other_numbers_are_followed_even_before_there_are_events() -> None:
    numbers = [{"tn": NUMBER}, {"tn": "RR 1234 5678 5CN"}, {"tn": "№"}, {"tn": None}, "x", {}]
    found = shown(made.tracking(NUMBER, [], trackingNumbers=numbers))
    assert (found.events, found.looked_at) == ((), None)
    assert found.aliases == (Alias("RR123456785CN", "", "ship24"),)


# what an event says


def test_without_codes_the_words_tell_what_customs_does() -> None:
    stages = [stage(e) for e in shown(made.tracking(NUMBER)).events]
    assert stages == [Stage.CLEARANCE_EXCEPTION, Stage.CLEARANCE_START, Stage.IN_TRANSIT]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"statusCode": "customs_exception"}, Stage.CLEARANCE_EXCEPTION, id="a code"),
        pytest.param({"statusMilestone": "delivered"}, Stage.DELIVERED, id="a milestone"),
        pytest.param({"statusMilestone": "pending"}, Stage.UNKNOWN, id="a milestone without news"),
        pytest.param({"statusMilestone": None}, Stage.UNKNOWN, id="neither"),
    ],
)
def test_words_nobody_understands_are_read_by_their_code(fields: Any, expected: Stage) -> None:
    assert stage(event(status="Qwzx", **fields)) is expected


@pytest.mark.parametrize(
    ("fields", "hour", "quality"),
    [
        pytest.param(
            {"occurrenceDatetime": "2026-07-01T12:00:00"},
            12,
            TimeQuality.OFFSET_ASSUMED,
            id="naive",
        ),
        pytest.param({"occurrenceDatetime": "2026-07-01T12:00:00Z"}, 12, TimeQuality.EXACT, id="Z"),
        pytest.param(
            {"occurrenceDatetime": "2026-07-01T12:00:00+02:00"}, 10, TimeQuality.EXACT, id="offset"
        ),
        pytest.param({"occurrenceDatetime": "2026-07-01"}, 0, TimeQuality.DATE_ONLY, id="a day"),
        pytest.param(
            {"occurrenceDatetime": "2026-07-01T12:00:00", "utcOffset": "+08:00"},
            4,
            TimeQuality.EXACT,
            id="naive, its offset beside it",
        ),
        pytest.param(
            {"occurrenceDatetime": "2026-07-01T12:00:00", "utcOffset": "east"},
            12,
            TimeQuality.OFFSET_ASSUMED,
            id="naive, nonsense beside it",
        ),
        pytest.param(
            {"occurrenceDatetime": "2026-07-01T00:00:00", "hasNoTime": True},
            0,
            TimeQuality.DATE_ONLY,
            id="a day written as midnight",
        ),
        pytest.param(
            {"occurrenceDatetime": None, "datetime": "2026-07-01T12:00:00Z"},
            None,
            TimeQuality.NONE,
            id="only the time that is made up",
        ),
    ],
)
def test_a_time_is_as_exact_as_the_carrier_gave_it(
    fields: Any, hour: int | None, quality: TimeQuality
) -> None:
    found = event(**fields)
    assert found.at == (None if hour is None else datetime(2026, 7, 1, hour, tzinfo=UTC))
    assert found.time_quality is quality


@pytest.mark.parametrize(
    ("courier", "at_the_door"),
    [("fr-post", True), ("cn-post", False), ("yun-express", False), (None, False)],
)
def test_the_post_of_the_destination_is_the_carrier_at_the_door(
    courier: str | None, at_the_door: bool
) -> None:
    assert event(courierCode=courier).last_mile is at_the_door


# who looked when


def tracked(**tracker: Any) -> datetime | None:
    row = made.tracking(NUMBER)
    row["tracker"] |= tracker
    return shown(row).looked_at


def test_the_last_look_may_be_a_day_ago() -> None:
    assert tracked() == NOW - DAY


def test_a_new_tracker_was_looked_after_since_it_was_made() -> None:
    assert tracked(createdAt="2026-09-20T06:00:00.000Z") == NOW - timedelta(hours=6)
    assert tracked(createdAt="2027-01-01T00:00:00.000Z") == NOW
    assert tracked(createdAt=None) == NOW - DAY


@pytest.mark.parametrize("field", ["isTracked", "isSubscribed"])
def test_nobody_looks_where_tracking_has_ended(field: str) -> None:
    assert tracked(**{field: False}) is None


def test_nothing_of_a_person_is_kept() -> None:
    found = shown(made.tracking(NUMBER, recipient={"name": "Nobody To Keep"}))
    assert "Nobody To Keep" not in repr(found)


# samples


def sample(name: str, status: int = 200, number: str = NUMBER) -> Outcome:
    answer = Answer(status, {}, (SAMPLES / f"{name}.json").read_bytes())
    (found,) = Ship24().parse(answer, [Ask(number)], NOW)
    return found


@with_samples
def test_the_recorded_parcel_of_the_free_plan_has_its_one_event() -> None:
    name = "results_info_received_yunexpress_REAL_redacted_free_plan_nulls"
    found = sample(name, number="3SSHIP24EXAMPLE")
    assert isinstance(found, Snapshot)
    assert (found.origin, found.destination, found.status) == ("", "NL", "info_received")
    (only,) = found.events
    assert (only.provider, only.time_quality) == ("yun-express", TimeQuality.OFFSET_ASSUMED)
    assert stage(only) is Stage.INFO_RECEIVED


@with_samples
@pytest.mark.parametrize(
    "name", ["component_response-result-tracker", "post_tracking-search_201_success"]
)
def test_the_documented_parcel_is_delivered_and_goes_by_two_numbers(name: str) -> None:
    found = sample(name, number="9400115901047177598206")
    assert isinstance(found, Snapshot)
    assert [a.number for a in found.aliases] == ["9400111202544843610364"]
    assert len(found.events) == 9
    assert stage(found.events[0]) is Stage.DELIVERED
    assert found.status == "delivery_delivered"


@with_samples
@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("error_quota_SYNTHETIC", 402, FailureKind.QUOTA),
        ("error_quota_SYNTHETIC", 403, FailureKind.QUOTA),
        ("response-bulk-create-trackers_forbidden", 403, FailureKind.QUOTA),
    ],
)
def test_the_samples_of_refusals_have_their_kind(name: str, status: int, kind: FailureKind) -> None:
    with pytest.raises(SourceTrouble) as caught:
        sample(name, status)
    assert caught.value.kind is kind


@with_samples
def test_the_sample_without_a_tracker_is_asked_again() -> None:
    found = sample("get_trackers-trackerid-results_404_tracker_not_found", 404)
    assert isinstance(found, Failure)
