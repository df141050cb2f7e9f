"""The parcel histories shipped with the project, and what is refused in a history file."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.carriers import CARRIERS
from monitor.sandbox.histories import ParcelHistory, ScriptedEvent, load_histories

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.sandbox.clock import SteppedClock

HISTORIES = load_histories()
NAMES = (
    "1-normal",
    "2-exception-resolves",
    "3-exception-stays",
    "4-refused-prohibited",
    "5-never-scanned",
    "6-delivered-late",
    "7-payment-due",
)
# The sub-statuses that 17TRACK documents, as far as the shipped histories need them.
CODES = {
    "InfoReceived",
    "InTransit_PickedUp",
    "InTransit_Other",
    "InTransit_Departure",
    "InTransit_Arrival",
    "InTransit_CustomsProcessing",
    "InTransit_CustomsReleased",
    "OutForDelivery_Other",
    "Delivered_Other",
    "Exception_Delayed",
    "Exception_Security",
}


def everything(history: ParcelHistory) -> list[ScriptedEvent]:
    mile = history.last_mile
    return [*history.events, *(mile.events if mile else ())]


def check_digit(serial: str) -> int:
    """The check digit of UPU standard S10."""
    total = sum(int(d) * w for d, w in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def test_seven_stories_are_shipped() -> None:
    assert tuple(HISTORIES) == NAMES
    assert len({history.number for history in HISTORIES.values()}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_numbers_are_plausible(name: str) -> None:
    history = HISTORIES[name]
    mile = history.last_mile
    for number in (history.number, *((mile.number,) if mile else ())):
        postal = re.fullmatch(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}", number)
        if postal is not None:
            assert check_digit(postal[1]) == int(postal[2])
        else:
            assert re.fullmatch(r"LP00\d{12}|00340\d{15}", number)


@pytest.mark.parametrize("name", NAMES)
def test_carriers_codes_and_order_are_in_order(name: str) -> None:
    history = HISTORIES[name]
    assert history.carrier in CARRIERS
    assert history.last_mile is None or history.last_mile.carrier in CARRIERS
    assert {event.code for event in everything(history)} <= CODES
    for leg in (history.events, history.last_mile.events if history.last_mile else ()):
        moments = [(event.day, event.time) for event in leg]
        assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        pytest.param("1-normal", 14, "Delivered_Other", id="two weeks to delivery"),
        pytest.param("2-exception-resolves", 13, "Delivered_Other", id="the exception resolves"),
        pytest.param("3-exception-stays", 12, "Exception_Security", id="silence after day 12"),
        pytest.param("4-refused-prohibited", 10, "Exception_Security", id="refused, then silence"),
        pytest.param("5-never-scanned", 0, "InfoReceived", id="never scanned"),
        pytest.param("6-delivered-late", 52, "Delivered_Other", id="seven and a half weeks"),
        pytest.param("7-payment-due", 19, "Delivered_Other", id="paid and delivered"),
    ],
)
def test_each_story_ends_as_its_name_says(name: str, day: int, code: str) -> None:
    last = max(everything(HISTORIES[name]), key=lambda event: (event.day, event.time))
    assert (last.day, last.code) == (day, code)


def test_the_demand_for_duty_is_in_chinese_with_a_translation() -> None:
    (demand,) = [e for e in HISTORIES["7-payment-due"].events if e.code == "Exception_Security"]
    assert demand.description.startswith("进口清关延迟")
    assert "duty" in demand.translation


@pytest.mark.parametrize(
    ("name", "weekly", "stopped"),
    [
        pytest.param(
            "1-normal",
            "InfoReceived InTransit Delivered Delivered Delivered",
            True,
            id="ordinary delivery, watched for two weeks more",
        ),
        pytest.param(
            "3-exception-stays",
            "InfoReceived InTransit Exception Exception Exception Exception Exception",
            True,
            id="an exception that stays until nobody looks any more",
        ),
        pytest.param(
            "5-never-scanned",
            "InfoReceived InfoReceived InfoReceived InfoReceived InfoReceived",
            True,
            id="nothing but an announcement",
        ),
        pytest.param(
            "6-delivered-late",
            "InfoReceived InTransit InTransit InTransit InTransit InTransit InTransit InTransit Delivered",
            False,
            id="late, but never silent for thirty days",
        ),
    ],
)
def test_a_story_unfolds_week_by_week(
    caller: Any, clock: SteppedClock, *, name: str, weekly: str, stopped: bool
) -> None:
    history = HISTORIES[name]
    caller.sandbox.script(history)
    caller.each("register", history.number)
    clock.advance(timedelta(hours=16))
    statuses = []
    for _ in weekly.split():
        (item,), _rejected = caller.each("gettrackinfo", history.number)
        statuses.append(item["track_info"]["latest_status"]["status"])
        clock.advance(timedelta(days=7))
    (row,) = caller.ask("gettracklist", {})["data"]["accepted"]
    assert " ".join(statuses) == weekly
    assert (row["tracking_status"] == "Stopped") is stopped


EVENT = '[[events]]\nday = 1\ntime = "10:00"\ncode = "InfoReceived"\ndescription = "x"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("carrier = 1\n", "number", id="the number is missing"),
        pytest.param('number = "A"\ncarrier = 1\ncolour = 1\n', "colour", id="a field is unknown"),
        pytest.param(
            'number = "A"\ncarrier = 1\n' + EVENT + 'place = "x"\n',
            "place",
            id="a field of an event is unknown",
        ),
        pytest.param(
            'number = "A"\ncarrier = 1\n' + EVENT.replace("10:00", "25:00"),
            "hour",
            id="a time does not exist",
        ),
        pytest.param(
            'number = "A"\ncarrier = 1\n' + EVENT + 'offset = ""\n',
            "offset",
            id="an offset is empty",
        ),
        pytest.param(
            'number = "A"\ncarrier = 1\n' + EVENT + 'times = "some"\n', "some", id="no such times"
        ),
        pytest.param("number = ", "Invalid", id="it is no TOML"),
    ],
)
def test_a_file_that_cannot_be_read_as_meant_is_named(
    tmp_path: Path, text: str, complaint: str
) -> None:
    (tmp_path / "broken.toml").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=rf"broken\.toml.*{complaint}"):
        load_histories(tmp_path)
