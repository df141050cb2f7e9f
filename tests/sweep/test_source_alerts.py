"""A source that is blind is told about once, and once more when it sees again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from monitor.circuit import Health, SourceRecord, after_failure
from monitor.errors import FailureKind
from monitor.history import History
from monitor.schedule import Severity
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.ears import Ear
from monitor.sweep.watching import judge_sources
from tests.cli.desk import DAY, HOUR, KETTLE, LAMP, START, held
from tests.sweep.eyes_beside import MINUTE, blind_alerts, cainiao_beside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from monitor.sandbox.cainiao import CainiaoSandbox
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk

YUN = "YT2412345678901234"
PAGE = "https://global.cainiao.com/newDetail.htm?mailNoList="


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        yield cainiao


def test_who_asks_cainiao_again_within_two_hours_is_told_that_it_rests(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE)
    desk("poll")
    desk.at(2 / 24 - MINUTE)
    again = desk("poll")
    assert again.code == 0
    assert "cainiao: 1 asked about lately; it blocks who asks more often" in again.out
    assert len(cainiao.calls) == 1
    desk.at(2 / 24)
    assert desk("poll").code == 0
    assert len(cainiao.calls) == 2


def test_the_pause_after_a_challenge_holds_for_a_person_and_the_next_request_follows_it(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE)
    cainiao.challenge()
    assert desk("poll").code == 1
    for day in (1 / 24 - MINUTE, 0.5 / 24):
        desk.at(day)
        resting = desk("poll")
        assert resting.code == 1
        assert "cainiao is left alone until Tue 1 Sep 2026, 07:0" in resting.err
    assert len(cainiao.calls) == 1
    cainiao.challenge(on=False)
    desk.at(1.1 / 24)  # an hour, and the most that chance adds to it
    assert desk("poll").code == 0
    assert len(cainiao.calls) == 2


def test_a_challenge_lengthens_its_pauses_to_a_day(desk: Desk, cainiao: CainiaoSandbox) -> None:
    desk("add", KETTLE)
    cainiao.challenge()
    for hour in (0, 0.9, 1.1, 7, 7.8, 31.7, 34.3, 58.2, 60.8):
        desk.at(hour / 24)
        desk("poll")
    hours = [round((call.clock_at - START) / HOUR, 1) for call in cainiao.calls]
    assert hours == [0, 1.1, 7.8, 34.3, 60.8]


def test_a_challenge_is_one_alert_with_the_page_for_people_and_one_notice_of_its_end(
    desk: Desk, cainiao: CainiaoSandbox, phone: Receiver
) -> None:
    for step in ("INFO", "WARNING", "CRITICAL"):  # that the parcels stay unknown is not the point
        desk.environ[f"PARCELS_RULES__NEVER_SHIPPED__UNKNOWN_{step}"] = "90"
    desk.channel("phone", phone.url)
    desk("add", KETTLE, LAMP, "--shop", "none")
    desk("poll")
    cainiao.challenge()
    for day in (0.3, 0.4, 0.8, 1.5, 2, 4, 8, 12):
        desk.at(day)
        desk("poll")
    (alert,) = desk.alerts()
    assert (alert["subject"], alert["number"]) == ("cainiao", None)
    assert (alert["kind"], alert["severity"]) == ("opened", "warning")
    assert alert["title"] == "Cainiao: wants to see a human; we do not look"
    assert alert["created_at"] == "2026-09-01T13:12:00Z"  # at once
    assert f"{PAGE}{KETTLE},{LAMP}" in alert["body"]
    assert "punish" not in alert["body"]
    cainiao.challenge(on=False)
    for day in (14, 14.2, 15):
        desk.at(day)
        assert desk("poll").code == 0
    assert blind_alerts(desk) == [("cainiao", "opened"), ("cainiao", "resolved")]
    over = desk.alerts()[-1]
    assert over["title"] == "Cainiao: answers again"
    assert "It had failed since Tue 1 Sep 2026, 13:12." in over["body"]
    assert len(phone.messages) == 2


def test_a_challenge_of_cainiao_is_no_failure_of_a_pass_it_has_no_part_in(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE)
    desk("add", YUN, "--carrier", "190008")
    cainiao.challenge()
    assert desk("poll").code == 1
    ran = desk("poll", YUN)
    assert (ran.code, "cainiao" in ran.err) == (0, False)


def test_a_challenge_is_told_to_a_machine_that_had_been_off_for_weeks(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    cainiao.challenge()
    desk.at(21)
    desk("poll")
    assert blind_alerts(desk) == [("cainiao", "opened")]


def test_a_refused_key_is_told_at_once_and_its_end_once(desk: Desk) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.sandbox.faults.inject("unauthorized_401")
    desk.at(0.2)
    desk("poll")
    (alert,) = desk.alerts()
    assert alert["title"] == "17TRACK: refuses the key"
    desk.sandbox.faults.clear()
    for day in (0.3, 0.4):
        desk.at(day)
        assert desk("poll").code == 0
    assert blind_alerts(desk) == [("seventeentrack", "opened"), ("seventeentrack", "resolved")]


def test_an_outage_is_told_after_three_intervals_and_not_before(desk: Desk) -> None:
    """17TRACK is asked every three hours, so that nine without an answer are too many."""
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.sandbox.faults.inject("error_503")
    for day in (3 / 24, 6 / 24, 9 / 24 - MINUTE):
        desk.at(day)
        desk("poll")
    assert blind_alerts(desk) == []
    desk.at(9 / 24)
    desk("poll")
    assert blind_alerts(desk) == [("seventeentrack", "opened")]


def test_a_machine_that_slept_is_not_told_of_the_night(desk: Desk) -> None:
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 0.9, 4):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.alerts() == []


def test_another_reason_is_not_a_second_alert(desk: Desk) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    for hour, fault in enumerate(("error_503", "unauthorized_401", "truncated", "error_503"), 10):
        desk.sandbox.faults.clear()
        desk.sandbox.faults.inject(fault)
        desk.at(hour / 24)
        desk("poll")
    assert blind_alerts(desk) == [("seventeentrack", "opened")]


def test_blindness_that_lasts_is_told_again_at_the_usual_pauses(desk: Desk) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.sandbox.faults.inject("unauthorized_401")
    for day in (1, 1.5, 2.1, 3, 5.2):
        desk.at(day)
        desk("poll")
    assert [kind for _, kind in blind_alerts(desk)] == ["opened", "reminded", "reminded"]
    assert desk.alerts()[-1]["title"] == "17TRACK: reminder: refuses the key"


def test_of_a_source_that_is_switched_off_meanwhile_nothing_more_is_said(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    cainiao.challenge()
    desk("poll")
    desk.at(1)
    desk("poll", PARCELS_ADAPTERS__CAINIAO__ENABLED="false")
    cainiao.challenge(on=False)
    desk.at(2)
    desk("poll")
    assert blind_alerts(desk) == [("cainiao", "opened")]


def test_silence_nobody_can_bear_out_stays_quiet_while_deadlines_speak(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    cainiao.script(held())
    del desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY"]
    desk("add", KETTLE, "--protected-until", "2026-09-24")
    for day in (0, 3.2, 3.5):
        desk.at(day)
        desk("poll")
    cainiao.challenge()
    for day in range(4, 16):
        desk.at(day)
        desk("poll")
    told = [(a["rule"], a["kind"], a["severity"]) for a in desk.alerts()]
    assert told == [
        ("clearance", "opened", "notice"),
        ("blind", "opened", "warning"),
        ("protection", "opened", "notice"),
    ]


# judged alone


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=START) as opened:
        yield opened


def judged(history: History, now: datetime, *records: SourceRecord, **court: Any) -> int:
    ears = (Ear("phone", Severity.WARNING), Ear("pager", Severity.CRITICAL))
    made = replace(court_from(Settings()), ears=ears, **court)
    return judge_sources(history, made, records, now)


def record(now: datetime, **facts: Any) -> SourceRecord:
    health = after_failure(Health(last_ok=START), FailureKind.TRANSIENT, "down", now)
    return replace(SourceRecord("shelf", HOUR, health), **facts)


def test_judging_twice_at_the_same_moment_tells_nothing_twice(history: History) -> None:
    now = START + DAY
    assert judged(history, now, record(now)) == 1
    assert judged(history, now, record(now)) == 0
    assert [row.channel for row in history.outbox.rows()] == ["phone"]  # which hears warnings


def test_each_source_has_an_alert_of_its_own(history: History) -> None:
    now = START + DAY
    two = (record(now), record(now, name="other"))
    assert judged(history, now, *two) == 2
    assert {row.subject for row in history.outbox.rows()} == {"shelf", "other"}


def test_a_longer_interval_in_the_settings_is_no_word_from_the_source(history: History) -> None:
    now = START + DAY
    assert judged(history, now, record(now)) == 1
    assert judged(history, now + HOUR, record(now + HOUR, every=2 * DAY)) == 0
    assert [row.kind for row in history.outbox.rows()] == ["opened"]


def test_a_source_that_was_never_told_about_ends_without_a_word(history: History) -> None:
    soon = START + HOUR
    assert judged(history, soon, record(soon)) == 0
    well = SourceRecord("shelf", HOUR, Health(last_ok=soon + HOUR))
    assert judged(history, soon + HOUR, well) == 0
    assert history.outbox.rows() == []
