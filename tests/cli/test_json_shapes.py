"""The JSON of `list`, `show`, `plan`, `alerts`: exactly the keys of the contract, null never left out."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from tests import leaks
from tests.cli.desk import KETTLE, LAMP, START, Desk, held, keyed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIST_KEYS = {
    "id", "number", "label", "shop", "adapters", "stage", "stage_since", "last_change",
    "last_checked", "days_silent", "protected_until", "days_left", "stuck", "severity",
    "next_step", "done",
}  # fmt: skip
SHOW_KEYS = LIST_KEYS | {
    "events", "episodes", "deadlines", "protection", "aliases", "sources", "economy",
}  # fmt: skip
EVENT_KEYS = {
    "at", "raw_time", "time_quality", "stage", "text", "place", "code", "source", "first_seen",
    "superseded",
}  # fmt: skip
EPISODE_KEYS = {
    "rule", "since", "severity", "step", "acknowledged", "snoozed_until", "resolved_at", "steps",
}  # fmt: skip
STEP_KEYS = {"key", "at", "severity", "action", "witness"}
DEADLINE_KEYS = {
    "policy", "title", "opens", "closes", "act_by", "source", "assumed", "confidence",
    "prerequisites", "excludes", "usable",
}  # fmt: skip
SOURCE_KEYS = {
    "adapter", "state", "last_ok", "last_error", "carrier", "stopped_at", "retrack", "retracked_at",
    "owed",
}  # fmt: skip
PLAN_KEYS = {"number", "at", "rule", "severity", "action", "witness"}
ALERT_KEYS = {
    "id", "number", "rule", "kind", "severity", "channel", "title", "body", "created_at", "state",
    "attempts", "sent_at", "last_error",
}  # fmt: skip
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MOMENTS = {
    "at", "stage_since", "last_change", "last_checked", "protected_until", "first_seen", "since",
    "resolved_at", "snoozed_until", "superseded", "opens", "closes", "last_ok", "created_at",
    "sent_at",
}  # fmt: skip


def moments(value: Any, key: str = "") -> list[Any]:
    """Every value that the contract calls a time, wherever it stands."""
    if isinstance(value, dict):
        return [m for k, v in value.items() for m in moments(v, k)]
    if isinstance(value, list):
        return [m for v in value for m in moments(v, key)]
    return [value] if key in MOMENTS and value is not None else []


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One parcel stuck in customs since day 3, one of which nothing is known; day 9."""
    clock = SteppedClock(START)
    with SeventeenTrackSandbox(clock, key=leaks.KEY, rate_limit=0) as sandbox, Receiver() as phone:
        desk = keyed(Desk(tmp_path_factory.mktemp("lived"), clock, sandbox))
        sandbox.script(held())
        desk.channel("phone", phone.url)
        desk("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01")
        desk("add", LAMP, "--shop", "none")
        for day in (0, 3.5, 9):
            desk.at(day)
            assert desk("poll").code == 0
        yield desk


@pytest.fixture
def stuck(lived: Desk, tmp_path: Path) -> Desk:
    """A copy of that machine, to do with as a test likes."""
    lived.at(9)
    shutil.copytree(lived.folder, tmp_path, dirs_exist_ok=True)
    return Desk(tmp_path, lived.clock, lived.sandbox, dict(lived.environ))


def test_list_has_exactly_the_keys_of_the_contract(stuck: Desk) -> None:
    kettle, lamp = stuck("list", "--json").json
    assert set(kettle) == set(lamp) == LIST_KEYS
    assert kettle["next_step"].keys() == {"at", "action"}
    assert kettle | {"next_step": None} == {
        "id": 1,
        "number": KETTLE,
        "label": "Kettle",
        "shop": "aliexpress",
        "adapters": ["seventeentrack"],
        "stage": "clearance_exception",
        "stage_since": "2026-09-04T07:00:00Z",
        "last_change": kettle["last_change"],
        "last_checked": "2026-09-10T06:00:00Z",
        "days_silent": 5,
        "protected_until": "2026-10-31T07:00:00Z",
        "days_left": 51,
        "stuck": True,
        "severity": "warning",
        "next_step": None,
        "done": False,
    }


def test_what_is_not_known_is_null_and_not_left_out(stuck: Desk) -> None:
    lamp = stuck("list", "--json").json[1]
    unknown = {k for k, v in lamp.items() if v is None}
    assert unknown == {
        "label", "stage_since", "last_change", "protected_until", "days_left",
    }  # fmt: skip
    assert (lamp["stage"], lamp["stuck"], lamp["shop"]) == ("unknown", False, "none")


def test_days_silent_count_from_adding_while_there_is_no_event(stuck: Desk) -> None:
    assert stuck("list", "--json").json[1]["days_silent"] == 9


def test_show_has_the_keys_of_list_and_its_own(stuck: Desk) -> None:
    shown = stuck.shown()
    assert set(shown) == SHOW_KEYS
    assert [set(e) for e in shown["events"]] == [EVENT_KEYS] * 3
    assert {"clearance", "protection", "silence"} <= {e["rule"] for e in shown["episodes"]}
    assert all(set(e) == EPISODE_KEYS for e in shown["episodes"])
    assert all(set(s) == STEP_KEYS for e in shown["episodes"] for s in e["steps"])
    assert [set(d) for d in shown["deadlines"]] == [DEADLINE_KEYS] * 2
    assert [d["policy"] for d in shown["deadlines"]] == ["aliexpress", "aliexpress_dispute"]
    assert [set(s) for s in shown["sources"]] == [SOURCE_KEYS]
    same = stuck("list", "--json").json[0]
    assert {k: shown[k] for k in LIST_KEYS} == same


def test_an_open_episode_has_no_end_and_no_severity_before_its_first_step(stuck: Desk) -> None:
    episodes = {e["rule"]: e for e in stuck.shown()["episodes"]}
    clearance, protection = episodes["clearance"], episodes["protection"]
    assert (clearance["step"], clearance["severity"]) == ("warning", "warning")
    assert (protection["step"], protection["severity"]) == (None, None)
    assert {e["resolved_at"] for e in episodes.values()} == {None}
    assert {e["acknowledged"] for e in episodes.values()} == {False}
    assert {s["witness"] for s in clearance["steps"]} == {"clock", "check"}


def test_a_finished_episode_says_when_it_ended(desk: Desk) -> None:
    desk.sandbox.script(held(until=6))
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 3.5, 6.9):
        desk.at(day)
        desk("poll")
    (clearance,) = [e for e in desk.shown()["episodes"] if e["rule"] == "clearance"]
    assert clearance["resolved_at"] == "2026-09-08T03:36:00Z"
    assert (clearance["severity"], clearance["step"]) == (None, None)


def test_plan_has_exactly_the_keys_of_the_contract_in_order_of_time(stuck: Desk) -> None:
    rows = stuck("plan", "--json").json
    assert [set(row) for row in rows] == [PLAN_KEYS] * len(rows)
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert {row["rule"] for row in rows} == {"clearance", "protection", "never_shipped"}
    assert all(row["at"] > "2026-09-10T06:00:00Z" for row in rows)


def test_plan_until_a_day_leaves_out_what_comes_after_it(stuck: Desk) -> None:
    rows = stuck("plan", KETTLE, "--until", "2026-10-17", "--json").json
    assert rows
    assert all(row["at"] < "2026-10-18" for row in rows)
    assert len(rows) < len(stuck("plan", KETTLE, "--json").json)


def test_alerts_have_the_keys_of_the_contract_and_the_subject(stuck: Desk) -> None:
    rows = stuck("alerts", "--json").json
    assert [set(row) - {"subject"} for row in rows] == [ALERT_KEYS] * len(rows)
    assert [(r["kind"], r["severity"], r["state"]) for r in rows] == [
        ("opened", "warning", "sent"),
        ("escalated", "warning", "sent"),
        ("opened", "notice", "sent"),
    ]
    assert [r["number"] for r in rows if r["rule"] == "clearance"] == [KETTLE] * 2
    assert [r["number"] for r in rows if r["rule"] == "never_shipped"] == [LAMP]
    assert {r["last_error"] for r in rows} == {None}


@pytest.mark.parametrize("command", [("list",), ("show", KETTLE), ("plan",), ("alerts",)])
def test_every_time_is_utc_to_the_second_with_a_z(stuck: Desk, command: tuple[str, ...]) -> None:
    found = moments(stuck(*command, "--json", PARCELS_TIMEZONE="Asia/Tokyo").json)
    assert found
    assert [m for m in found if not TIME.fullmatch(m)] == []


EVERYTHING = [
    ("list", "--all"), ("show", KETTLE), ("plan",), ("alerts",), ("alerts", "--failed"),
    ("config",), ("poll",), ("poll", "--dry-run"), ("poll", "2"), ("add", KETTLE),
    ("add", KETTLE, "--label", "New"), ("edit", KETTLE, "--seller", "Shop 1"), ("edit", KETTLE),
    ("event", KETTLE, "A remark"), ("done", KETTLE), ("undo", KETTLE), ("undo", LAMP),
]  # fmt: skip


@pytest.mark.parametrize("command", EVERYTHING, ids=" ".join)
def test_json_is_all_there_is_on_standard_output(stuck: Desk, command: tuple[str, ...]) -> None:
    stuck.at(13)  # something is due, so that a pass has something to say
    shown = stuck(*command, "--json")
    assert shown.code == 0
    json.loads(shown.out)


@pytest.mark.parametrize("command", [("poll",), ("poll", "--dry-run")], ids=" ".join)
def test_a_pass_without_channels_keeps_its_json_apart_from_the_alerts(
    desk: Desk, command: tuple[str, ...]
) -> None:
    desk("add", KETTLE, "--protected-until", "2026-09-03")
    shown = desk(*command, "--json")
    report = shown.json
    assert report["told"] == 1
    if report["dry_run"]:
        (message,) = report["would_tell"]
        assert "protection ends in" in message["title"]
    else:
        assert "protection ends in" in shown.err


def test_an_empty_answer_is_an_empty_array(bare: Desk) -> None:
    for command in (("list",), ("plan",), ("alerts",)):
        assert bare(*command, "--json").json == []


def test_stuck_and_sort_choose_among_the_parcels(stuck: Desk) -> None:
    assert [p["number"] for p in stuck("list", "--stuck", "--json").json] == [KETTLE]
    by_label = stuck("list", "--sort", "label", "--json").json
    assert [p["label"] for p in by_label] == ["Kettle", None]
    stuck("edit", LAMP, "--label", "A lamp")
    assert stuck("list", "--sort", "label", "--json").json[0]["label"] == "A lamp"
    assert stuck("list", "--json").json[0]["label"] == "Kettle"  # the most urgent first


def test_what_a_process_writes_is_utf_8_whatever_the_locale(desk: Desk) -> None:
    desk.environ["LC_ALL"] = "C"
    desk("add", KETTLE, "--label", "Wasserkessel für Übermorgen 茶")
    shown = desk.process("show", KETTLE, "--json")
    assert shown.json["label"] == "Wasserkessel für Übermorgen 茶"
