"""The instant of an event is Cainiao's clock on the wall in the zone beside it, never the epoch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.cainiao.times import offset_of, stamp
from monitor.adapters.contract import Ask, Snapshot
from monitor.adapters.testing import NOW, replied
from monitor.parcel import Event, TimeQuality
from tests.adapters import cainiao_answers as made

EXACT, ASSUMED = TimeQuality.EXACT, TimeQuality.OFFSET_ASSUMED
WALL = "2026-08-23 14:18:40"
EPOCH = 1787465920000  # the same clock, read as China's


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        pytest.param("GMT+8", 8, id="hours"),
        pytest.param("GMT+08:00", 8, id="hours and minutes"),
        pytest.param("GMT-3", -3, id="west"),
        pytest.param("GMT+5:30", 5.5, id="half an hour"),
        pytest.param("GMT+0545", 5.75, id="without a colon"),
        pytest.param("UTC+2", 2, id="UTC"),
        pytest.param("gmt + 2", 2, id="small letters and blanks"),
        pytest.param("GMT\u22123", -3, id="a real minus sign"),
        pytest.param("GMT", 0, id="no offset"),
        pytest.param("GMT+0", 0, id="an offset of none"),
        pytest.param("GMT+14", 14, id="the easternmost clock"),
    ],
)
def test_an_offset_is_read(zone: str, hours: float) -> None:
    assert offset_of(zone) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "zone", ["", "GMT+15", "GMT-13", "GMT+8:75", "GMT8", "CST", "Asia/Shanghai", "+", "GMT+٣"]
)
def test_what_is_no_offset_is_not_guessed(zone: str) -> None:
    assert offset_of(zone) is None


STAMPS = [
    pytest.param(
        WALL, "GMT+2", EPOCH, "2026-08-23 12:18:40", EXACT, id="wall and zone; the epoch is wrong"
    ),
    pytest.param(WALL, "GMT-3", 1, "2026-08-23 17:18:40", EXACT, id="whatever the epoch is"),
    pytest.param(WALL, "GMT+8", None, "2026-08-23 06:18:40", EXACT, id="without an epoch"),
    pytest.param(WALL, "", EPOCH, "2026-08-23 06:18:40", ASSUMED, id="no zone: the epoch"),
    pytest.param(WALL, "CST", EPOCH, "2026-08-23 06:18:40", ASSUMED, id="a zone nobody knows"),
    pytest.param(WALL, "", None, "2026-08-23 06:18:40", ASSUMED, id="no zone, no epoch: China"),
    pytest.param("", "GMT+2", EPOCH, "2026-08-23 12:18:40", ASSUMED, id="no wall: from the epoch"),
    pytest.param("", "", EPOCH, "2026-08-23 06:18:40", ASSUMED, id="the epoch alone"),
    pytest.param("", "", str(EPOCH), "2026-08-23 06:18:40", ASSUMED, id="the epoch as a text"),
    pytest.param("today", "GMT+2", EPOCH, "2026-08-23 12:18:40", ASSUMED, id="words for a time"),
    pytest.param(
        "2026-08-23", "GMT+2", EPOCH, "2026-08-22 22:00:00", TimeQuality.DATE_ONLY, id="a day"
    ),
    pytest.param("2026-08-23T14:18", "GMT+2", 0, "2026-08-23 12:18:00", EXACT, id="no seconds"),
]


@pytest.mark.parametrize(("time", "zone", "epoch", "at", "quality"), STAMPS)
def test_an_event_is_dated(
    time: str, zone: str, epoch: object, at: str, quality: TimeQuality
) -> None:
    found = stamp(time, zone, epoch)
    assert (found.at, found.quality) == (utc(at), quality)


@pytest.mark.parametrize(
    ("time", "epoch"),
    [
        pytest.param("", None, id="nothing given"),
        pytest.param("2026-02-30 10:00:00", None, id="a day that never was"),
        pytest.param("1970-01-01 08:00:00", 0, id="the beginning of all clocks"),
        pytest.param("9999-12-31 23:59:59", 10**15, id="the end of all clocks"),
        pytest.param("", 10**300, id="an epoch beyond all clocks"),
        pytest.param("", float("nan"), id="an epoch that is no number"),
        pytest.param("", True, id="a truth value"),
        pytest.param("", [], id="a list"),
    ],
)
def test_a_time_that_cannot_be_is_none(time: str, epoch: object) -> None:
    for zone in ("", "GMT-12", "GMT+14"):
        found = stamp(time, zone, epoch)
        assert (found.at, found.quality) == (None, TimeQuality.NONE)


def test_the_identity_of_an_event_holds_no_epoch() -> None:
    assert stamp(WALL, "GMT+2", 5).raw == stamp(WALL, "GMT+2", EPOCH).raw == f"{WALL} GMT+2"


@pytest.mark.parametrize(
    ("spelling", "raw"),
    [("GMT+08:00", "GMT+8"), ("GMT+8", "GMT+8"), ("GMT-03:30", "GMT-3:30"), ("CST", "CST")],
)
def test_the_identity_of_an_event_does_not_depend_on_the_spelling_of_its_zone(
    spelling: str, raw: str
) -> None:
    assert stamp(WALL, spelling, EPOCH).raw == f"{WALL} {raw}"


def test_an_epoch_is_the_identity_only_where_there_is_no_other_time() -> None:
    assert stamp("", "GMT+2", EPOCH).raw == str(EPOCH)
    assert stamp("", "GMT+2", None).raw == ""


@settings(max_examples=60, deadline=None)
@given(st.integers(980_000_000, 4_070_000_000), st.integers(-12, 14))
def test_every_moment_in_every_zone_comes_out_as_it_went_in(seconds: int, offset: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    times = made.timed(moment, offset)
    found = stamp(times["timeStr"], times["timeZone"], times["time"])
    assert (found.at, found.quality) == (moment, EXACT)
    assert stamp("", times["timeZone"], times["time"]).at == moment


def one_event(destination: str, code: str, **times: Any) -> Event:
    row = made.event(code, "Something happened", **times)
    entry = made.entry("LP00700000000001", [row], destCountry=destination)
    (found,) = Cainiao().parse(replied(made.answer(entry)), [Ask("LP00700000000001")], NOW)
    assert isinstance(found, Snapshot)
    return found.events[0]


@pytest.mark.parametrize(
    ("destination", "code", "quality"),
    [
        pytest.param("Belgium", "GTMS_SIGNED", ASSUMED, id="delivered abroad"),
        pytest.param("Belgium", "CC_IM_SUCCESS", ASSUMED, id="import customs abroad"),
        pytest.param("Belgium", "GTMS_OE_DEPART", EXACT, id="a code given before export, too"),
        pytest.param("Belgium", "SC_OUTBOUND_SUCCESS", EXACT, id="a scan in China"),
        pytest.param("Malaysia", "GTMS_SIGNED", EXACT, id="a country with the same clock"),
    ],
)
def test_chinas_clock_on_a_scan_of_another_country_is_an_assumption(
    destination: str, code: str, quality: TimeQuality
) -> None:
    assert one_event(destination, code).time_quality is quality


def test_another_clock_is_believed() -> None:
    row = made.timed(made.FIRST, 2)
    entry = made.entry("LP00700000000001", [made.event("GTMS_SIGNED", "Delivered") | row])
    (found,) = Cainiao().parse(replied(made.answer(entry)), [Ask("LP00700000000001")], NOW)
    assert isinstance(found, Snapshot)
    assert (found.events[0].at, found.events[0].time_quality) == (made.FIRST, EXACT)


def test_a_scan_in_the_future_keeps_its_time_and_is_an_assumption() -> None:
    later = NOW + timedelta(hours=6)
    found = one_event("France", "SC_OUTBOUND_SUCCESS", at=later)
    assert (found.at, found.time_quality) == (later, ASSUMED)
