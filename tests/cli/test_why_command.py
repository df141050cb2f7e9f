"""`parcels why` names rule, event, threshold, witness, what was told, and what comes next."""

from __future__ import annotations

from tests.cli.desk import KETTLE, Desk, held


def stuck(desk: Desk) -> Desk:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--label", "Kettle", "--protected-until", "2026-12-01")
    for day in (0, 3.9, 8.9):
        desk.at(day)
        desk("poll")
    return desk


def test_it_says_why_a_step_was_told_and_when_the_next_reminder_comes(desk: Desk) -> None:
    lines = [line.split() for line in stuck(desk)("why", "kettle").out.splitlines()]
    said = {line[0]: " ".join(line[1:]) for line in lines if line}
    clearance = " ".join(" ".join(line) for line in lines)
    assert said["clearance:"].startswith("warning, since ")
    assert '"Import clearance exception" (17TRACK)' in said["event"]
    assert "warning: " in clearance
    assert " after Fri 4 Sep 2026" in clearance
    assert "17TRACK looked on" in clearance
    assert "escalated, warning (stdout): Kettle: no word from import customs" in clearance
    assert "and a look after it, if nothing changes" in clearance


def test_its_json_holds_the_same(desk: Desk) -> None:
    found = {reason["rule"]: reason for reason in stuck(desk)("why", KETTLE, "--json").json}
    clearance = found["clearance"]
    assert (clearance["severity"], clearance["step"]) == ("warning", "warning")
    assert clearance["event"]["text"] == "Import clearance exception"
    assert clearance["witness"] == "check"
    assert clearance["witnessed"]["source"] == "seventeentrack"
    assert [told["kind"] for told in clearance["told"]] == ["opened", "escalated"]
    assert clearance["next_reminder"] == "2026-09-11T03:36:00Z"
    assert clearance["silenced_by"] == []
    assert found["protection"]["step"] is None
    assert found["protection"]["told"] == []
    assert found["protection"]["next_step"]["severity"] == "notice"


def test_an_ack_is_the_reason_for_silence(desk: Desk) -> None:
    stuck(desk)("ack", "kettle")
    assert "none: acknowledged on" in desk("why", "kettle").out


def test_a_snooze_is_the_reason_for_silence(desk: Desk) -> None:
    stuck(desk)("snooze", "kettle", "5d")
    assert "reminder   snoozed until Tue 15 Sep 2026, 03:36" in desk("why", "kettle").out


def test_what_is_silent_because_another_rule_speaks_says_so(desk: Desk) -> None:
    stuck(desk)
    desk("event", "kettle", "Refused by customs", "--stage", "clearance_failure")
    desk("poll")
    found = {reason["rule"]: reason for reason in desk("why", KETTLE, "--json").json}
    silent = {
        name: reason["silenced_by"] for name, reason in found.items() if reason["silenced_by"]
    }
    assert all("clearance_failed" in others for others in silent.values())
    assert found["clearance_failed"]["silenced_by"] == []
    for line in desk("why", KETTLE).out.splitlines():
        if "silent, because" in line:
            assert line.endswith(" speak" if " and " in line else " speaks")


def test_of_a_deadline_it_says_how_long_before(desk: Desk) -> None:
    desk("add", KETTLE, "--protected-until", "2026-09-12")
    desk("poll")
    assert "days before aliexpress ends on" in desk("why", KETTLE).out
