"""The words about an allowance: what is left, until when, and that there is enough again."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.memory import Kind
from monitor.alerts.values import Telling
from monitor.circuit import Health, SourceRecord
from monitor.message.allowances import render_quota, what_is_left
from monitor.message.layout import TITLE_LIMIT, Words
from monitor.message.texts import Style
from monitor.quota import QuotaReading
from monitor.rules.quota import Quota
from monitor.schedule import Severity
from tests.dossiers import HOUR, moment

START = moment("2027-02-01 06:00")
DAY = timedelta(days=1)
BERLIN = Style(ZoneInfo("Europe/Berlin"))


def record(*used: int, total: int = 200, name: str = "seventeentrack") -> SourceRecord:
    """So many used, on one day after the other."""
    quota = (QuotaReading(START + n * DAY, total, u, total - u) for n, u in enumerate(used))
    return SourceRecord(name, 3 * HOUR, Health(), quota=tuple(quota))


def words(source: SourceRecord, kind: Kind = Kind.OPENED) -> Words:
    episode = Quota()(source)
    if episode is None:
        telling = Telling(Kind.RESOLVED, Severity.NOTICE, "", ended="quota")
    else:
        step = episode.steps[-1]
        telling = Telling(kind, step.severity, "", episode, step)
    return render_quota(telling, source, BERLIN)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        pytest.param(
            record(*range(100, 161, 2)),
            "40 numbers of 200 left to register. At this pace (60 in 30 days) used up on "
            "23 Mar 2027.",
            id="with a pace there is a day",
        ),
        pytest.param(
            record(191),
            "9 numbers of 200 left to register; how fast they go is known after seven days.",
            id="without a week of record there is none",
        ),
        pytest.param(
            record(*[199] * 11),
            "1 number of 200 left to register; none was used in the last 10 days.",
            id="where none is used there is none",
        ),
        pytest.param(record(200), "0 numbers of 200 left to register.", id="none is left"),
        pytest.param(
            record(207), "0 numbers of 200 left to register.", id="less than none is none"
        ),
        pytest.param(record(), "nothing is known of its allowance.", id="nothing was read"),
    ],
)
def test_what_is_left_is_said_in_numbers_and_with_its_day(
    source: SourceRecord, sentence: str
) -> None:
    assert what_is_left(source, BERLIN) == sentence


def test_it_says_what_is_left_what_it_means_and_what_to_do() -> None:
    said = words(record(*range(100, 161, 2)))
    assert said.title == "17TRACK: soon no new numbers"
    who, happened, means, todo = said.body.split("\n\n")
    assert who == "17TRACK (a source of tracking, not a parcel)"
    assert happened.endswith("used up on 23 Mar 2027.")
    assert "Those registered already are watched all the same" in means
    assert todo.startswith("Do now:\n1. Buy numbers in your account at 17TRACK")


def test_the_end_of_all_numbers_says_that_nothing_is_lost() -> None:
    said = words(record(200))
    assert said.title == "17TRACK: no new numbers left"
    assert "Nothing is lost" in said.body
    assert words(record(200), Kind.REMINDED).title == "17TRACK: reminder: no new numbers left"


def test_enough_again_says_so_and_asks_for_nothing() -> None:
    said = words(record(10))
    assert said.title == "17TRACK: numbers enough again"
    assert "190 numbers of 200 left" in said.body
    assert "Do now" not in said.body


def test_the_day_is_that_of_the_owner() -> None:
    late = [
        QuotaReading(moment("2027-02-01 23:30") + n * DAY, 200, 100 + 5 * n, 100 - 5 * n)
        for n in range(11)
    ]
    source = SourceRecord("seventeentrack", 3 * HOUR, Health(), quota=tuple(late))
    assert "used up on 22 Feb 2027" in what_is_left(source, BERLIN)  # 23:30 UTC on the 21st


def test_a_long_name_leaves_room_for_the_fact() -> None:
    said = words(record(200, name="my_parcel_carrier_with_a_very_long_name"))
    assert len(said.title) <= TITLE_LIMIT
    assert said.title.endswith(": no new numbers left")
    assert "…" not in said.body
    assert "{" not in said.body
