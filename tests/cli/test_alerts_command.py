"""What is told over channels: once, to whom it matters, in full, and again when it was given up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.sandbox.receiver import Receiver
from tests.cli.desk import KETTLE, LAMP, held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.desk import Desk

HOUR = timedelta(hours=1)


@pytest.fixture
def mail() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def live(desk: Desk, *days: float) -> None:
    for day in days:
        desk.at(day)
        desk("poll")


def test_a_matter_is_told_at_each_step_once_and_its_end_too(desk: Desk, phone: Receiver) -> None:
    desk.sandbox.script(held(until=18))
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    live(desk, 0, 3.5, 3.5, 4, 9, 9, 16, 16, 18.5, 18.5, 19)
    assert desk.told() == [
        "opened:notice",
        "escalated:warning",
        "escalated:critical",
        "resolved:critical",
    ]
    assert [m.title for m in phone.messages] == [
        "Kettle: stopped at import customs",
        "Kettle: no word from import customs",
        "Kettle: stuck at import customs",
        "Kettle: through customs or moving again",
    ]
    assert not any("may be a repeat" in m.body for m in phone.messages)


def test_of_two_channels_the_good_one_gets_one_message_and_the_bad_one_gets_it_later(
    desk: Desk, phone: Receiver, mail: Receiver
) -> None:
    desk.channel("phone", phone.url)
    desk.channel("mail", mail.url)
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    mail.refuse(3)
    assert [desk("poll").code for _ in range(5)] == [1, 1, 1, 0, 0]
    assert (len(phone.messages), phone.attempts) == (1, 1)
    assert (len(mail.messages), mail.attempts) == (1, 4)
    assert phone.messages[0].body == mail.messages[0].body
    assert {a["channel"]: (a["state"], a["attempts"]) for a in desk.alerts()} == {
        "phone": ("sent", 1),
        "mail": ("sent", 4),
    }


def test_a_channel_hears_only_what_is_grave_enough_and_no_end_of_what_it_never_heard(
    desk: Desk, phone: Receiver, mail: Receiver
) -> None:
    desk.sandbox.script(held(until=6))
    desk.sandbox.script(held(LAMP, until=18))
    desk.channel("phone", phone.url, "warning")
    desk.channel("mail", mail.url, "notice")
    desk("add", KETTLE, LAMP, "--shop", "none")
    live(desk, 0, 3.5, 6.9)
    desk("done", KETTLE)  # that nobody shows to have it after its release is another matter
    live(desk, 9, 18.5)
    assert desk.told("mail").count("opened:notice") == 2
    assert desk.told("mail").count("resolved:notice") == 1
    assert desk.told("phone") == ["escalated:warning", "resolved:warning"]
    assert {a["number"] for a in desk.alerts() if a["channel"] == "phone"} == {LAMP}


def test_an_end_whose_beginning_was_never_sent_is_not_sent_either(
    desk: Desk, phone: Receiver
) -> None:
    desk.sandbox.script(held(until=6))
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--shop", "none")
    live(desk, 0)
    phone.refuse(100)
    live(desk, 3.5, 4)
    phone.refuse(0)
    live(desk, 6.9, 7)
    assert phone.messages == []
    assert {a["state"] for a in desk.alerts()} == {"dropped"}


@pytest.mark.parametrize("command", [("done", KETTLE), ("remove", KETTLE, "--yes")])
def test_what_waits_is_not_sent_once_the_parcel_is_done_or_removed(
    desk: Desk, phone: Receiver, command: tuple[str, ...]
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    phone.refuse(1)
    assert desk("poll").code == 1
    attempts = phone.attempts
    desk(*command)
    assert desk("poll").code == 0
    assert phone.attempts == attempts
    assert desk("alerts", "--pending", "--json").json == []


def test_done_says_nothing_although_the_opening_was_told(desk: Desk, phone: Receiver) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    desk("poll")
    desk("done", KETTLE)
    live(desk, 1, 2)
    assert desk.told() == ["opened:notice"]


def test_an_alert_that_was_given_up_is_shown_and_leaves_again_on_request(
    desk: Desk, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--protected-until", "2026-09-10")
    phone.refuse(100)
    desk("poll")
    for _ in range(9):
        desk.clock.advance(3 * HOUR)
        desk("poll")
    assert phone.attempts == 9
    (given_up,) = desk("alerts", "--failed", "--json").json
    assert (given_up["state"], given_up["attempts"]) == ("dead", 9)
    assert "500" in given_up["last_error"]
    assert given_up["last_error"] in desk("alerts", "--failed").out
    phone.refuse(0)
    assert desk("poll").code == 0
    assert phone.messages == []  # given up is given up, until somebody asks
    assert desk("alerts", "retry", str(given_up["id"])).code == 0
    assert [a["id"] for a in desk("alerts", "--pending", "--json").json] == [given_up["id"]]
    assert desk("poll").code == 0
    assert len(phone.messages) == 1
    assert desk("alerts", "--failed", "--json").json == []


@pytest.mark.parametrize(
    ("which", "said"),
    [
        pytest.param("99", "There is no alert 99", id="no such alert"),
        pytest.param("1", "was sent; there is nothing to retry", id="sent already"),
        pytest.param("0", "ID", id="no id"),
        pytest.param("first", "ID", id="no number"),
    ],
)
def test_only_what_was_not_sent_can_be_tried_again(
    desk: Desk, phone: Receiver, which: str, said: str
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    desk("poll")
    refused = desk("alerts", "retry", which)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert desk("poll").code == 0
    assert len(phone.messages) == 1


def test_alerts_of_one_pass_come_as_one_message_the_most_urgent_first(
    desk: Desk, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--protected-until", "2026-09-12")
    desk("add", LAMP, "--label", "Lamp", "--protected-until", "2026-09-01")
    desk("poll")
    (message,) = phone.messages
    assert message.title.startswith("Lamp: ")
    assert message.title.endswith("(+1 more)")
    assert message.body.index("CRITICAL: Lamp") < message.body.index("Notice: Kettle")


def test_what_does_not_fit_into_one_message_goes_into_the_next_and_nothing_is_lost(
    desk: Desk, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    names = [f"Parcel {n:02}" for n in range(60)]
    for n, name in enumerate(names):
        until = "2026-09-02" if n == 7 else "2026-09-12"
        desk("add", f"LP0012345678{n:04}", "--label", name, "--protected-until", until)
    assert desk("poll").code == 0
    assert len(phone.messages) > 1
    assert all(len(m.body) <= 3500 for m in phone.messages)
    bodies = "\n".join(m.body for m in phone.messages)
    assert [bodies.count(f": {name}: ") for name in names] == [1] * 60
    assert phone.messages[0].title.startswith("Parcel 07: ")
    assert desk("poll").out.endswith("Nothing to tell.\n")


def test_redacted_messages_hold_no_whole_number(desk: Desk, phone: Receiver) -> None:
    desk.environ["PARCELS_ALERTS__REDACT"] = "true"
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    desk("add", LAMP, "--label", "Lamp", "--protected-until", "2026-09-11")
    desk("poll")
    said = "".join(m.title + m.body for m in phone.messages)
    assert KETTLE not in said
    assert LAMP not in said
    assert "…9012" in said
    assert "Lamp" in said


def test_an_alert_of_a_second_pass_in_the_same_minute_repeats_nothing(
    desk: Desk, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    for _ in range(3):
        assert desk("poll").code == 0
    desk("edit", KETTLE, "--seller", "Shop 1")
    assert desk("poll").code == 0
    assert len(phone.messages) == 1


def test_a_deadline_the_owner_moves_by_days_is_told_once(desk: Desk, phone: Receiver) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--protected-until", "2026-09-10")
    desk("poll")
    desk("edit", KETTLE, "--protected-until", "2026-11-10")
    desk("poll")
    desk("poll")
    assert desk.told() == ["opened:notice", "news:notice"]
    assert "10 Nov 2026" in phone.messages[-1].body


def test_without_a_channel_alerts_are_printed_and_kept(desk: Desk) -> None:
    desk("add", KETTLE, "--label", "Kettle", "--protected-until", "2026-09-10")
    done = desk("poll")
    assert "Kettle: protection ends in" in done.out
    assert "Do now:" in done.out
    (kept,) = desk.alerts()
    assert (kept["channel"], kept["state"]) == ("stdout", "sent")
    assert desk("poll").out.endswith("Nothing to tell.\n")


def test_an_alert_of_a_number_that_no_database_holds_is_refused(bare: Desk) -> None:
    assert bare("alerts", "retry", "9" * 25).code == 2
    assert bare("alerts", "retry", str(2**63 - 1)).code != 0
