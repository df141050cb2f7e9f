"""17TRACK's numbers end: told once before, once when it has happened, and nothing is lost or paid twice."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from monitor.alerts.memory import Memory
from monitor.rules.quota import FORECAST
from monitor.schedule import Episode
from monitor.sweep.watching import steady
from tests.cli.desk import DAY, HOUR, START, held, killed

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk


def numbers(count: int, begin: int = 0) -> list[str]:
    return [f"LP0012345678{n:04}" for n in range(begin, begin + count)]


def states(desk: Desk) -> Counter[str]:
    """How many numbers stand how at the source."""
    with contextlib.closing(sqlite3.connect(desk.database)) as rows:
        return Counter(state for (state,) in rows.execute("SELECT enrolment FROM source"))


def about_quota(desk: Desk) -> list[dict[str, Any]]:
    return [alert for alert in desk.alerts() if alert["rule"] == "quota"]


def told(desk: Desk) -> list[str]:
    return [f"{a['kind']}:{a['severity']}" for a in about_quota(desk)]


def left(desk: Desk, many: int) -> None:
    """So many numbers are left in the account, whatever was registered."""
    account = desk.sandbox._account
    desk.sandbox.top_up(account.quota_used + many - account.allowance.total)


def test_the_quota_ends_in_the_middle_of_a_batch_and_nothing_is_lost_or_paid_twice(
    desk: Desk, phone: Receiver
) -> None:
    """Fifty numbers, forty-five left: the first request is whole, the second one is cut through."""
    desk.channel("phone", phone.url)
    every = numbers(50)
    for number in every:
        desk.sandbox.script(held(number))
    left(desk, 45)
    desk("add", *every, "--shop", "none")

    said = desk("poll")
    assert "quota of new numbers is used up" in said.err
    assert states(desk) == {"registered": 45, "new": 5}
    assert sum(desk.sandbox.charges.values()) == 45
    assert told(desk) == ["opened:warning"]
    (alert,) = about_quota(desk)
    assert alert["title"] == "17TRACK: no new numbers left"
    assert "0 numbers of 45 left to register" in alert["body"]

    desk.at(4)  # those registered are watched all the same, and the others wait
    desk("poll")
    assert Counter(p["stage"] for p in desk.listed()) == {"clearance_exception": 45, "unknown": 5}
    assert sum(desk.sandbox.charges.values()) == 45
    assert told(desk) == ["opened:warning"]

    desk.sandbox.top_up(100)
    desk.sandbox.faults.inject("slow", endpoint="register", times=1, seconds=30)
    process = desk.begin("poll")  # and now the power fails while they are registered
    try:
        while sum(desk.sandbox.charges.values()) < 50:
            assert process.poll() is None, "the pass ended before it was killed"
            time.sleep(0.01)
    finally:
        killed(process)
    assert states(desk) == {"registered": 45, "registering": 5}

    desk.sandbox.faults.clear()
    desk.at(4.1)
    assert desk("poll").code == 0
    assert desk.sandbox.charges == dict.fromkeys(every, 1)
    assert states(desk) == {"registered": 50}
    assert told(desk) == ["opened:warning", "resolved:warning"]
    assert "95 numbers of 145 left to register" in about_quota(desk)[-1]["body"]
    assert Counter(p["stage"] for p in desk.listed()) == {"clearance_exception": 50}


def test_few_numbers_are_a_notice_once_and_its_end_is_told_once(desk: Desk) -> None:
    desk("add", *numbers(2), "--shop", "none")
    left(desk, 11)
    for day in (0, 1, 2, 3):
        desk.at(day)
        desk("poll")
    assert told(desk) == ["opened:notice"]
    (alert,) = about_quota(desk)
    assert (alert["subject"], alert["number"]) == ("seventeentrack", None)
    assert alert["title"] == "17TRACK: soon no new numbers"
    assert "9 numbers of 11 left to register; how fast" in alert["body"]
    desk.sandbox.top_up(100)
    for day in (4, 5):
        desk.at(day)
        desk("poll")
    assert told(desk) == ["opened:notice", "resolved:notice"]


def test_a_forecast_is_told_with_its_day_and_again_when_it_comes_nearer(desk: Desk) -> None:
    """Two numbers a day at first, ten a day in the end."""
    left(desk, 70)
    begin = 0
    for day in range(18):
        desk.at(day)
        many = 2 if day < 13 else 6
        desk("add", *numbers(many, begin), "--shop", "none")
        begin += many
        desk("poll")
    bodies = [a["body"].split("\n\n")[1] for a in about_quota(desk)]
    assert told(desk)[:1] == ["opened:notice"]
    assert "At this pace (14 in 7 days) used up on" in bodies[0]
    assert "54 numbers of 70 left" in bodies[0]
    assert set(told(desk)[1:]) == {"news:notice"}
    days = [body.rpartition("used up on ")[2] for body in bodies]
    assert len(set(days)) == len(days)


DAYS = [
    pytest.param(0, False, id="the same"),
    pytest.param(-2, False, id="two days nearer"),
    pytest.param(-2.01, True, id="more than two days nearer"),
    pytest.param(2.01, False, id="farther, as it is every day on which nothing is registered"),
    pytest.param(300, False, id="much farther"),
]


def forecast(at: datetime) -> Episode:
    return Episode("quota", "shelf", "quota", START, (), deadlines=((FORECAST, at),))


@pytest.mark.parametrize(("days", "moved"), DAYS)
def test_a_forecast_that_was_told_stands_until_it_comes_much_nearer(
    days: float, *, moved: bool
) -> None:
    told_at: datetime = START + 20 * DAY
    memory = Memory("quota", START, step="low", deadlines=((FORECAST, told_at),))
    shift: timedelta = days * DAY
    kept = steady(forecast(told_at + shift), memory)
    assert kept is not None
    assert kept.deadlines == ((FORECAST, told_at + shift if moved else told_at),)


def test_a_forecast_nobody_was_told_of_stands_as_it_is() -> None:
    for memory in (None, Memory("quota", START)):
        assert steady(forecast(START + HOUR), memory) == forecast(START + HOUR)
    assert steady(None, Memory("quota", START)) is None


def test_a_source_that_is_switched_off_ends_it_without_a_word(desk: Desk) -> None:
    desk("add", *numbers(2), "--shop", "none")
    left(desk, 2)
    desk("poll")
    assert told(desk) == ["opened:warning"]
    desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__ENABLED"] = "false"
    desk("poll")
    desk.at(30)
    desk("poll")
    assert told(desk) == ["opened:warning"]
