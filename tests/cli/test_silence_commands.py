"""`ack`, `snooze`, quiet hours and the foot of `list`, as the owner meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import HOUR, KETTLE, Desk, held

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Receiver


@pytest.fixture
def stuck(desk: Desk, phone: Receiver) -> Desk:
    """A kettle in customs, of whose notice and warning the owner was told on days 3 and 8."""
    desk.sandbox.script(held())
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    for day in (0, 3.9, 8.9):
        desk.at(day)
        desk("poll")
    assert desk.told() == ["opened:notice", "escalated:warning"]
    return desk


def polls(desk: Desk, *days: float) -> list[str]:
    """What is sent in passes on these days."""
    before = len(desk.told())
    for day in days:
        desk.at(day)
        desk("poll")
    return desk.told()[before:]


def test_without_an_ack_there_are_reminders(stuck: Desk) -> None:
    assert polls(stuck, 10.5) == ["reminded:warning"]


def test_an_ack_is_silence_until_a_later_step(stuck: Desk) -> None:
    ran = stuck("ack", "kettle")
    assert (ran.code, ran.out) == (
        0,
        "Kettle: clearance acknowledged; silent until something changes.\n",
    )
    (episode,) = [e for e in stuck.shown()["episodes"] if e["rule"] == "clearance"]
    assert episode["acknowledged"] is True
    assert polls(stuck, 10.5, 12) == []
    assert polls(stuck, 14.9) == ["escalated:critical"]
    (episode,) = [e for e in stuck.shown()["episodes"] if e["rule"] == "clearance"]
    assert episode["acknowledged"] is False


def test_an_ack_of_what_was_held_back_ends_with_the_later_step_too(
    desk: Desk, phone: Receiver
) -> None:
    desk.sandbox.script(held())
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    desk.environ["PARCELS_ALERTS__QUIET_HOURS"] = "01:00-23:00"
    polls(desk, 0, 3.9)
    desk("ack", "kettle")
    desk.environ["PARCELS_ALERTS__QUIET_HOURS"] = ""
    assert polls(desk, 8.9) == ["opened:warning"]
    assert polls(desk, 10.5) == ["reminded:warning"]


def test_a_parcel_that_went_back_and_reached_its_owner_after_all_is_no_alarm(
    desk: Desk, phone: Receiver
) -> None:
    desk.channel("phone", phone.url)
    desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    desk.at(4)
    desk("event", "kettle", "The shop says it goes back", "--stage", "returning")
    assert polls(desk, 4.1) == ["opened:critical"]
    desk.at(5)
    desk("event", "kettle", "It is here", "--stage", "delivered")
    assert polls(desk, 5.1, 9, 13) == ["resolved:critical"]


def test_a_snooze_ends_with_a_word_while_the_trouble_is_there(stuck: Desk) -> None:
    ran = stuck("snooze", "kettle", "3d", "--rule", "clearance")
    assert "clearance snoozed until Sun 13 Sep 2026, 03:36." in ran.out
    assert polls(stuck, 10.5, 11.5) == []
    assert polls(stuck, 12.9) == ["reminded:warning"]


def test_a_snooze_may_be_ended(stuck: Desk) -> None:
    stuck("snooze", "kettle", "30d")
    assert stuck("snooze", "kettle", "0").out.endswith("the snooze of clearance is over.\n")
    assert polls(stuck, 10.5) == ["reminded:warning"]


def test_a_snooze_until_a_day_ends_as_it_begins_for_the_owner(stuck: Desk) -> None:
    stuck.environ["PARCELS_TIMEZONE"] = "Europe/Berlin"
    stuck("snooze", "kettle", "2026-09-12")
    (episode,) = [e for e in stuck.shown()["episodes"] if e["rule"] == "clearance"]
    assert episode["snoozed_until"] == "2026-09-11T22:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["snooze", "kettle", "soon"], "FOR:", id="a length nobody understands"),
        pytest.param(["snooze", "kettle", "5"], "has no unit", id="a length without a unit"),
        pytest.param(["snooze", "kettle", "2026-09-01"], "must lie ahead", id="a day that is over"),
        pytest.param(["ack", "kettle", "--rule", "clearence"], "Known: ", id="a rule there is not"),
    ],
)
def test_what_cannot_be_meant_is_refused(stuck: Desk, arguments: list[str], said: str) -> None:
    ran = stuck(*arguments)
    assert ran.code == 2
    assert said in ran.err


def test_what_is_silent_anyway_is_said(desk: Desk) -> None:
    desk("add", KETTLE, "--shop", "none")
    assert "there is nothing to acknowledge" in desk("ack", KETTLE).out


@pytest.mark.parametrize(
    ("command", "heard"),
    [
        pytest.param(["ack", KETTLE], True, id="an ack hides no last warning"),
        pytest.param(["snooze", KETTLE, "30d"], True, id="nor does a snooze"),
        pytest.param(["ack", KETTLE, "--deadlines"], False, id="an ack of the deadlines does"),
        pytest.param(["snooze", KETTLE, "30d", "--deadlines"], False, id="and such a snooze"),
    ],
)
def test_the_last_warnings_break_through(desk: Desk, command: list[str], heard: bool) -> None:
    desk("add", KETTLE, "--protected-until", "2026-09-20")
    polls(desk, 6, 13.2)
    assert desk(*command).code == 0
    polls(desk, 17, 19.5)
    assert bool(last_warnings(desk)) is heard


def last_warnings(desk: Desk) -> list[str]:
    rows = [a for a in desk.alerts() if a["rule"] == "protection" and a["state"] == "sent"]
    return [a["kind"] for a in rows if a["severity"] == "critical"]


def test_they_break_through_quiet_hours_too(desk: Desk) -> None:
    desk.environ["PARCELS_ALERTS__QUIET_HOURS"] = "22:00-07:00"
    desk("add", KETTLE, "--protected-until", "2026-09-20")
    desk.at(18)
    desk.clock.advance(17 * HOUR)
    assert desk("poll").code == 0
    assert last_warnings(desk) == ["opened"]


def test_a_pass_at_night_says_what_waits_and_until_when(desk: Desk) -> None:
    desk.environ["PARCELS_ALERTS__QUIET_HOURS"] = "22:00-07:00"
    desk("add", KETTLE, "--protected-until", "2026-09-12")
    desk.clock.advance(17 * HOUR)
    ran = desk("poll")
    assert (ran.code, desk.told()) == (0, [])
    assert ran.out.endswith("1 message waits until 07:00\n")
    assert "(waits until 07:00)" in desk("alerts").out
    assert desk("poll", "--json").json["waiting"] == [
        {"until": "2026-09-02T07:00:00Z", "messages": 1}
    ]
    desk.clock.advance(8 * HOUR)
    desk("poll")
    assert desk.told() == ["opened:notice"]


def test_the_only_channel_that_takes_nothing_is_said_at_the_foot_of_list(
    stuck: Desk, phone: Receiver
) -> None:
    phone.refuse(100)
    stuck.at(14.9)
    assert stuck("poll").code == 1
    stuck.at(15.1)
    ran = stuck("poll")
    assert "parcels: phone: does not take messages\n" in ran.err
    foot = stuck("list").out.splitlines()[-1]
    assert foot.startswith("The channel phone has not taken its messages since ")
    assert "does not take messages" not in stuck("poll").err  # once
