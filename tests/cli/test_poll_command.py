"""`poll`: what it asks, what it says, how it ends, and what a rehearsal leaves alone."""

from __future__ import annotations

import socket
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, LAMP, held

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Receiver
    from tests.cli.desk import Desk


def test_a_number_registered_in_a_pass_is_asked_about_in_the_same_pass(desk: Desk) -> None:
    desk("add", KETTLE)
    done = desk("poll")
    assert (done.code, desk.endpoints()) == (0, ["register", "getquota", "gettrackinfo"])
    assert "asked about 1, 1 answered" in done.out
    assert desk("poll").code == 0
    assert desk.endpoints() == ["register", "getquota", "gettrackinfo", "gettrackinfo"]


def test_a_pass_with_nothing_to_watch_asks_nobody_and_is_fine(desk: Desk) -> None:
    done = desk("poll")
    assert (done.code, done.out) == (0, "Nothing to tell.\n")
    assert desk.endpoints() == []


def test_a_pass_over_named_parcels_asks_about_these_alone(desk: Desk) -> None:
    desk("add", KETTLE, "--label", "Kettle")
    desk("add", LAMP, "--label", "Lamp")
    assert desk("poll", "lamp", "Lamp").code == 0
    assert [call.numbers for call in desk.sandbox.calls if call.numbers] == [(LAMP,), (LAMP,)]


def test_a_finished_parcel_is_not_asked_about(desk: Desk) -> None:
    desk("add", KETTLE, LAMP)
    desk("done", KETTLE)
    assert desk("poll").code == 0
    assert {n for call in desk.sandbox.calls for n in call.numbers} == {LAMP}
    calls = len(desk.sandbox.calls)
    assert desk("poll", KETTLE).code == 0
    assert len(desk.sandbox.calls) == calls


def test_without_a_key_it_says_which_option_to_set_and_deadlines_speak_all_the_same(
    bare: Desk,
) -> None:
    bare("add", KETTLE, "--label", "Kettle", "--protected-until", "2026-09-10")
    done = bare("poll")
    assert done.code == 1
    assert "adapters.seventeentrack.api_key" in done.err
    assert "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY" in done.err
    assert "Kettle: protection ends in" in done.out
    assert bare.told() == ["opened:notice"]


def test_a_wrong_key_is_said_once_and_no_parcel_is_given_up(desk: Desk) -> None:
    numbers = [f"LP0012345678{n:04}" for n in range(45)]  # more than one request takes
    desk("add", *numbers)
    refused = desk("poll", PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY="wrong-key-s3ntinel")
    assert refused.code == 1
    assert refused.err.count("adapters.seventeentrack.api_key") == 1
    assert "wrong-key-s3ntinel" not in refused.err + refused.out
    assert desk.endpoints() == ["register"]
    desk.sandbox.clock.set(desk.now)
    assert desk("poll").code == 0
    assert desk.sandbox.charges == dict.fromkeys(numbers, 1)


def test_a_key_that_was_revoked_keeps_every_registration(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    desk.sandbox.faults.inject("unauthorized_401", times=1)
    refused = desk("poll")
    assert refused.code == 1
    assert "seventeentrack failed" in refused.err
    assert desk.shown()["sources"][0]["state"] == "registered"
    assert desk("poll").code == 0
    assert desk.endpoints().count("register") == 1


def test_a_source_that_refuses_connections_is_a_failure_soon_said(desk: Desk) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/track/v2.4"
        desk("add", KETTLE, "--protected-until", "2026-09-10")
        failed = desk("poll", PARCELS_ADAPTERS__SEVENTEENTRACK__BASE_URL=url)
    assert failed.code == 1
    assert "cannot be connected to: it refuses connections" in failed.err
    assert desk.told() == ["opened:notice"]  # the deadline speaks all the same
    assert desk("poll").code == 0
    assert desk.sandbox.charges == {KETTLE: 1}


def test_a_channel_that_fails_is_exit_code_1_and_the_alert_waits(
    desk: Desk, phone: Receiver
) -> None:
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    desk.channel("phone", phone.url)
    phone.refuse(1)
    failed = desk("poll")
    assert failed.code == 1
    assert "phone" in failed.err
    assert [a["state"] for a in desk.alerts()] == ["pending"]
    assert desk("poll").code == 0  # whatever its back-off
    assert len(phone.messages) == 1


def everything_stored(desk: Desk) -> list[str]:
    with sqlite3.connect(desk.database) as database:
        return list(database.iterdump())


def test_a_rehearsal_registers_stores_and_sends_nothing_and_shows_what_would_be_told(
    desk: Desk, phone: Receiver
) -> None:
    desk.sandbox.script(held())
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    desk("poll")
    desk("add", LAMP, "--label", "Lamp", "--protected-until", "2026-09-10")
    desk.at(3.5)
    before, calls = everything_stored(desk), len(desk.sandbox.calls)
    rehearsed = desk("poll", "--dry-run")
    assert rehearsed.code == 0
    assert "would tell phone: Kettle: stopped at import customs" in rehearsed.out
    assert "Import clearance exception" in rehearsed.out
    assert "would tell phone: Lamp: protection ends in" in rehearsed.out
    assert everything_stored(desk) == before
    assert [(c.endpoint, c.numbers) for c in desk.sandbox.calls[calls:]] == [
        ("gettrackinfo", (KETTLE,))
    ]
    assert phone.attempts == 0
    assert desk("poll").code == 0  # and then it happens
    assert len(phone.messages) == 1
    assert sorted(desk.told()) == ["opened:notice", "opened:warning"]


def test_a_rehearsal_shows_what_an_earlier_pass_could_not_send(desk: Desk, phone: Receiver) -> None:
    desk("add", KETTLE, "--label", "Kettle", "--protected-until", "2026-09-10")
    desk.channel("phone", phone.url)
    phone.refuse(1)
    desk("poll")
    assert "would tell phone: Kettle: protection ends in" in desk("poll", "--dry-run").out


def test_a_rehearsal_with_nothing_to_say_says_so(desk: Desk) -> None:
    desk("add", KETTLE)
    rehearsed = desk("poll", "--dry-run")
    assert rehearsed.code == 0
    assert "Nothing would be told." in rehearsed.out
    assert desk.sandbox.registrations == {}


@pytest.mark.parametrize("days", [5.5, 9, 20])
def test_an_outage_raises_no_alert_of_silence_while_deadlines_speak(
    desk: Desk, phone: Receiver, days: float
) -> None:
    desk.sandbox.script(held())
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--protected-until", "2026-09-06")
    desk.at(3.2)
    desk("poll")
    desk.at(3.5)
    desk("poll")
    assert desk.told() == ["opened:critical", "opened:notice"]
    desk.sandbox.faults.inject("error_503")
    desk.at(days)
    failed = desk("poll")
    assert failed.code == 1
    assert "seventeentrack failed" in failed.err
    told = desk.alerts()[2:]
    assert {a["rule"] for a in told} == {"protection", "blind"}
    (blind,) = [a for a in told if a["rule"] == "blind"]
    assert (blind["subject"], blind["number"]) == ("seventeentrack", None)
    assert (blind["kind"], blind["severity"]) == ("opened", "warning")
    desk.sandbox.faults.clear()
    assert desk("poll").code == 0
    ended = [(a["kind"], a["title"]) for a in desk.alerts() if a["rule"] == "blind"][1:]
    assert ended == [("resolved", "17TRACK: answers again")]


def test_what_an_outage_hid_is_told_after_it_once(desk: Desk, phone: Receiver) -> None:
    desk.sandbox.script(held())
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 3.5):
        desk.at(day)
        desk("poll")
    desk.sandbox.faults.inject("error_503")
    for day in (9, 10, 11):
        desk.at(day)
        assert desk("poll").code == 1
    assert told_by(desk, "clearance") == ["opened:notice"]
    assert told_by(desk, "blind") == ["opened:warning", "reminded:warning"]  # a day after
    desk.sandbox.faults.clear()
    assert desk("poll").code == 0
    assert desk("poll").code == 0
    assert told_by(desk, "clearance") == ["opened:notice", "escalated:warning"]
    assert told_by(desk, "blind") == ["opened:warning", "reminded:warning", "resolved:warning"]


def told_by(desk: Desk, rule: str) -> list[str]:
    """What was told of one rule, as `kind:severity`, oldest first."""
    return [f"{a['kind']}:{a['severity']}" for a in desk.alerts() if a["rule"] == rule]


@pytest.mark.parametrize(
    "fault",
    ["error_500", "html_200", "empty_200", "data_null", "errors_200", "internal_200", "truncated",
     "rate_429", "ip_not_allowed_200", "lost_answer"],
)  # fmt: skip
def test_whatever_a_source_answers_a_pass_ends_in_a_sentence_and_loses_no_parcel(
    desk: Desk, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--shop", "none")
    desk.at(3.2)
    desk("poll")
    desk.at(3.5)
    desk("poll")
    before = desk.shown()["events"]
    desk.sandbox.faults.inject(fault, endpoint="gettrackinfo", times=3)
    failed = desk("poll")
    assert "Traceback" not in failed.err
    assert desk.shown()["events"] == before
    if failed.code:
        assert "seventeentrack failed: " in failed.err
    desk.sandbox.faults.clear()
    assert desk("poll").code == 0
    assert desk.shown()["sources"][0]["last_error"] is None


def test_commands_believe_the_pretended_moment(desk: Desk) -> None:
    desk("add", KETTLE)
    desk("poll")
    assert desk.shown()["sources"][0]["last_ok"] == "2026-09-01T06:00:00Z"
