"""When events come to be seen, and when the service stops looking."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from monitor.sandbox.histories import LastMile, ParcelHistory, ScriptedEvent, Times
from monitor.sandbox.timeline import (
    LONGEST_PAUSE,
    SHORTEST_PAUSE,
    Span,
    check_after,
    check_before,
    rhythm_of,
)

if TYPE_CHECKING:
    from monitor.sandbox.clock import SteppedClock

HOUR = timedelta(hours=1)
START = datetime(2026, 8, 3, 8, tzinfo=UTC)
SPAN = Span(START, START + timedelta(seconds=90))
numbers = st.from_regex(r"LP\d{14}", fullmatch=True)
moments = st.integers(1, 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=2 + minutes))


@settings(max_examples=60)
@given(number=numbers, moment=moments)
def test_looks_are_six_to_twelve_hours_apart(number: str, moment: datetime) -> None:
    rhythm = rhythm_of(number)
    before = check_before(SPAN, rhythm, moment)
    after = check_after(SPAN, rhythm, moment)
    assert before is not None
    assert before <= moment <= after
    assert after - before <= LONGEST_PAUSE
    assert SHORTEST_PAUSE <= rhythm.period <= LONGEST_PAUSE
    assert check_before(SPAN, rhythm, after) == after
    assert check_after(SPAN, rhythm, before) == before


@settings(max_examples=30)
@given(number=numbers)
def test_nothing_is_looked_at_before_the_first_result(number: str) -> None:
    rhythm = rhythm_of(number)
    assert check_before(SPAN, rhythm, SPAN.first_check - timedelta(seconds=1)) is None
    assert check_after(SPAN, rhythm, START) == SPAN.first_check


def track_info(caller: Any, number: str) -> dict[str, Any]:
    (item,), _ = caller.each("gettrackinfo", number)
    info: dict[str, Any] = item["track_info"]
    return info


def sync_time(caller: Any, number: str) -> datetime:
    provider = track_info(caller, number)["tracking"]["providers"][0]
    return datetime.fromisoformat(provider["latest_sync_time"])


def row(caller: Any, number: str) -> dict[str, Any]:
    (found,) = caller.ask("gettracklist", {"number": number})["data"]["accepted"]
    return dict(found)


def test_an_event_is_shown_by_the_first_look_after_it(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    caller.sandbox.script(parcel)
    caller.each("register", parcel.number)
    happened = datetime(2026, 8, 4, 2, tzinfo=UTC)
    shown_at = None
    while shown_at is None:
        clock.advance(HOUR / 4)
        if clock.now > START + HOUR and caller.shown(parcel.number):
            shown_at = clock.now
        else:
            assert clock.now < happened + LONGEST_PAUSE
    looked = sync_time(caller, parcel.number)
    assert happened <= looked <= shown_at
    assert shown_at - looked < HOUR / 2


def test_an_event_uploaded_late_is_shown_late(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    late = replace(parcel.events[0], uploaded_after=72)
    caller.sandbox.script(replace(parcel, events=(late,)))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=3))
    assert caller.shown(parcel.number) == []
    clock.advance(timedelta(days=2))
    assert caller.shown(parcel.number) == ["Fetched"]


def test_news_of_a_replaced_history_waits_for_the_next_look(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    caller.sandbox.script(replace(parcel, events=parcel.events[:1]))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=5))
    before = sync_time(caller, parcel.number)
    caller.sandbox.script(parcel)
    assert caller.shown(parcel.number) == ["Fetched"]
    clock.advance(LONGEST_PAUSE)
    assert caller.shown(parcel.number) == ["Left", "Fetched"]
    assert sync_time(caller, parcel.number) > before


def test_a_text_edited_later_stays_in_its_place(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    edited = replace(parcel.events[0], edited_on=4, edited_to="Fetched by hand")
    caller.sandbox.script(replace(parcel, events=(edited, parcel.events[1])))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=3, hours=14))
    assert caller.shown(parcel.number) == ["Left", "Fetched"]
    hashes = track_info(caller, parcel.number)["tracking"]["providers_hash"]
    clock.advance(timedelta(days=1))
    assert caller.shown(parcel.number) == ["Left", "Fetched by hand"]
    assert track_info(caller, parcel.number)["tracking"]["providers_hash"] != hashes


def test_an_event_can_vanish(caller: Any, clock: SteppedClock, parcel: ParcelHistory) -> None:
    gone = replace(parcel.events[1], gone_on=5)
    caller.sandbox.script(replace(parcel, events=(parcel.events[0], gone)))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=4))
    assert caller.shown(parcel.number) == ["Left", "Fetched"]
    clock.advance(timedelta(days=2))
    assert caller.shown(parcel.number) == ["Fetched"]


def test_expired_is_an_age_that_a_later_event_ends(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    caller.sandbox.script(replace(parcel, expired_on=5))
    caller.each("register", parcel.number)
    states = []
    for _ in range(3):
        clock.advance(timedelta(days=2, hours=18))
        states.append(track_info(caller, parcel.number)["latest_status"]["status"])
    assert states == ["InTransit", "Expired", "Delivered"]


def test_hashes_are_stable_signed_32_bit_numbers(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    caller.sandbox.script(parcel)
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=2))
    first = track_info(caller, parcel.number)["tracking"]
    clock.advance(timedelta(hours=12))
    second = track_info(caller, parcel.number)["tracking"]
    hashes = [first["providers_hash"], first["providers"][0]["events_hash"]]
    assert [second["providers_hash"], second["providers"][0]["events_hash"]] == hashes
    assert all(-(2**31) <= value < 2**31 for value in hashes)


@pytest.mark.parametrize(
    ("times", "iso", "utc", "raw"),
    [
        pytest.param(
            Times.FULL,
            "2026-08-04T10:00:00+08:00",
            "2026-08-04T02:00:00Z",
            ("2026-08-04", "10:00:00", "+08:00"),
            id="all three times are given",
        ),
        pytest.param(
            Times.INFERRED,
            "2026-08-04T10:00:00+08:00",
            "2026-08-04T02:00:00Z",
            ("2026-08-04", "10:00:00", None),
            id="the carrier named no zone",
        ),
        pytest.param(
            Times.DATE_ONLY,
            "2026-08-04T00:00:00+08:00",
            "2026-08-03T16:00:00Z",
            ("2026-08-04", None, None),
            id="midnight stands for an unknown time of day",
        ),
        pytest.param(
            Times.RAW_ONLY,
            None,
            None,
            ("2026-08-04", "10:00:00", None),
            id="only the carrier's own time is known",
        ),
        pytest.param(Times.NONE, None, None, (None, None, None), id="the event is undated"),
    ],
)
def test_an_event_shows_its_times_as_scripted(
    caller: Any,
    clock: SteppedClock,
    parcel: ParcelHistory,
    *,
    times: Times,
    iso: str | None,
    utc: str | None,
    raw: tuple[str | None, ...],
) -> None:
    event = replace(parcel.events[0], times=times)
    caller.sandbox.script(replace(parcel, events=(event,)))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=2))
    shown = track_info(caller, parcel.number)["latest_event"]
    assert (shown["time_iso"], shown["time_utc"]) == (iso, utc)
    assert tuple(shown["time_raw"].values()) == raw


def test_the_two_zoned_times_can_disagree(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    event = replace(parcel.events[0], utc_skew=-30)
    caller.sandbox.script(replace(parcel, events=(event,)))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=2))
    shown = track_info(caller, parcel.number)["latest_event"]
    assert (shown["time_iso"], shown["time_utc"]) == (
        "2026-08-04T10:00:00+08:00",
        "2026-08-04T01:30:00Z",
    )


def test_the_last_mile_appears_with_its_number_once_it_has_spoken(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    local = ScriptedEvent(4, "09:00", "InTransit_Other", "Angekommen", offset="+02:00")
    mile = LastMile(7041, "00340434518729064178", (local,), "de")
    caller.sandbox.script(replace(parcel, last_mile=mile))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=3))
    info = track_info(caller, parcel.number)
    assert len(info["tracking"]["providers"]) == 1
    assert info["misc_info"]["local_number"] == ""
    clock.advance(timedelta(days=2))
    info = track_info(caller, parcel.number)
    assert [each["provider"]["key"] for each in info["tracking"]["providers"]] == [7041, 190271]
    assert info["misc_info"]["local_number"] == mile.number
    assert info["latest_event"]["description"] == "Angekommen"
    caller.sandbox.newest_first = False
    info = track_info(caller, parcel.number)
    assert [each["provider"]["key"] for each in info["tracking"]["providers"]] == [190271, 7041]
    caller.each("register", mile.number)
    clock.advance(HOUR)
    assert caller.shown(mile.number) == ["Angekommen"]


def test_thirty_silent_days_end_the_tracking_and_its_looks(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    caller.sandbox.script(replace(parcel, events=parcel.events[:1]))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=30))  # the event was seen on day 1
    assert row(caller, parcel.number)["tracking_status"] == "Tracking"
    clock.advance(timedelta(days=2))
    stopped = row(caller, parcel.number)
    assert (stopped["tracking_status"], stopped["stop_track_reason"]) == ("Stopped", "Expired")
    last = sync_time(caller, parcel.number)
    assert last <= datetime.fromisoformat(stopped["stop_track_time"])
    clock.advance(timedelta(days=40))
    assert sync_time(caller, parcel.number) == last


def test_fifteen_quiet_days_after_delivery_end_the_tracking(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    caller.sandbox.script(parcel)
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=20))
    assert row(caller, parcel.number)["tracking_status"] == "Tracking"
    clock.advance(timedelta(days=2))
    assert row(caller, parcel.number)["tracking_status"] == "Stopped"


def test_an_event_after_the_stop_is_seen_only_after_retracking(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    late = replace(parcel.events[1], day=40)
    caller.sandbox.script(replace(parcel, events=(parcel.events[0], late)))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=45))
    assert caller.shown(parcel.number) == ["Fetched"]
    caller.each("retrack", parcel.number)
    assert caller.shown(parcel.number) == ["Fetched"]
    clock.advance(timedelta(minutes=10))
    assert caller.shown(parcel.number) == ["Left", "Fetched"]
    assert row(caller, parcel.number)["is_retracked"] is True


def test_a_stopped_number_is_purged_after_ninety_days_and_can_be_bought_again(
    caller: Any, clock: SteppedClock
) -> None:
    number = "LP00700000000005"
    caller.each("register", number)
    caller.each("stoptrack", number)
    clock.advance(timedelta(days=90) - HOUR)
    assert row(caller, number)["stop_track_reason"] == "ByRequest"
    clock.advance(HOUR)
    assert caller.refusals("gettrackinfo", number) == [-18019902]
    assert caller.ask("gettracklist", {})["data"]["accepted"] == []
    assert caller.refusals("register", number) == []
    assert caller.sandbox.charges == {number: 2}


def test_a_number_nobody_scripted_stays_unknown(caller: Any, clock: SteppedClock) -> None:
    number = "LP00700000000006"
    caller.each("register", number)
    clock.advance(timedelta(days=10))
    info = track_info(caller, number)
    assert info["latest_status"]["sub_status"] == "NotFound_Other"
    assert info["latest_event"] is None
    clock.advance(timedelta(days=21))
    assert row(caller, number)["tracking_status"] == "Stopped"


def test_day_zero_is_the_shipping_date_where_one_is_given(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    caller.sandbox.script(replace(parcel, shipped=date(2026, 7, 30)))
    caller.each("register", parcel.number)
    clock.advance(HOUR)
    assert caller.shown(parcel.number) == ["Left", "Fetched"]


def test_milestones_name_all_nine_stages_with_the_first_event_of_each(
    caller: Any, clock: SteppedClock, parcel: ParcelHistory
) -> None:
    again = replace(parcel.events[0], day=2)
    caller.sandbox.script(replace(parcel, events=(parcel.events[0], again)))
    caller.each("register", parcel.number)
    clock.advance(timedelta(days=4))
    stones = track_info(caller, parcel.number)["milestone"]
    reached = {stone["key_stage"]: stone["time_utc"] for stone in stones if stone["time_utc"]}
    assert len(stones) == 9
    assert reached == {"PickedUp": "2026-08-04T02:00:00Z"}
