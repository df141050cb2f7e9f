"""docs/json.md describes exactly the keys that the commands print."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters import ADAPTERS
from tests.docs.blocks import REPOSITORY
from tests.docs.session import KEY, Session
from tests.docs.tables import cells, plain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = (REPOSITORY / "docs" / "json.md").read_text("utf-8")
NUMBER = "LP00645520718349"
CONFIGURATION = f"""
[adapters.seventeentrack]
api_key = "{KEY}"

[[channels]]
name = "phone"
url = "json://127.0.0.1/"
"""
STUCK = datetime(2026, 9, 17, 6, tzinfo=UTC)


def described(name: str) -> list[str]:
    """The keys of the table below `<!-- keys: NAME -->`, in order."""
    table = PAGE.partition(f"<!-- keys: {name} -->\n")[2].partition("\n\n")[0]
    return [plain(cells(line)[0]) for line in table.splitlines()[2:]]


def inner(name: str, key: str) -> list[str]:
    """The keys that the row of a key names in braces."""
    table = PAGE.partition(f"<!-- keys: {name} -->\n")[2].partition("\n\n")[0]
    (row,) = [line for line in table.splitlines() if line.startswith(f"| `{key}` |")]
    found = re.search(r"`\{(.+)\}`", row)
    return re.findall(r"\w+", re.sub(r"\[\{.*?\}\]", "", found[1])) if found else []


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A parcel that was registered on the first day and is stuck in customs now."""
    folder: Path = tmp_path_factory.mktemp("reader")
    with Session(folder) as session:
        session.configure("config.toml", CONFIGURATION)
        session.run(f"parcels add {NUMBER} --shipped 2026-09-01")
        session.run("parcels poll")
        session.clock.set(STUCK)
        yield session


def printed(session: Session, command: str) -> Any:
    return json.loads(session.run(f"parcels {command} --json"))


def test_the_keys_of_poll(session: Session) -> None:
    rehearsed = printed(session, "poll --dry-run")
    assert list(rehearsed) == described("poll")
    assert list(rehearsed["sources"][0]) == inner("poll", "sources")
    assert list(rehearsed["would_tell"][0]) == inner("poll", "would_tell")
    done = printed(session, "poll")
    assert list(done) == described("poll")
    assert list(done["messages"][0]) == inner("poll", "messages")


def test_the_keys_of_list(session: Session) -> None:
    (parcel,) = printed(session, "list")
    assert list(parcel) == described("list")
    assert list(parcel["next_step"]) == inner("list", "next_step")


@pytest.mark.parametrize("command", [f"edit {NUMBER} --seller X", f"event {NUMBER} remark"])
def test_commands_that_change_a_parcel_print_the_same_keys(session: Session, command: str) -> None:
    out = session.run(f"parcels {command} --json")
    assert list(json.loads(out[out.index("{") :])) == described("list")


def test_the_keys_of_show(session: Session) -> None:
    parcel = printed(session, f"show {NUMBER}")
    assert list(parcel) == described("list") + described("show")
    for name in ("events", "episodes", "deadlines", "sources"):
        assert parcel[name], name
        assert list(parcel[name][0]) == described(name)
    assert list(parcel["episodes"][0]["steps"][0]) == described("steps")
    assert inner("show", "aliases") == ["number", "carrier", "source"]


def test_the_keys_of_plan(session: Session) -> None:
    assert list(printed(session, "plan")[0]) == described("plan")


def test_the_keys_of_why(session: Session) -> None:
    found = {reason["rule"]: reason for reason in printed(session, f"why {NUMBER}")}
    clearance = found["clearance"]
    assert list(clearance) == described("why")
    for name in ("event", "witnessed", "next_step"):
        assert list(clearance[name]) == inner("why", name)
    assert list(clearance["told"][0]) == inner("why", "told")


def test_the_keys_of_calendar(session: Session) -> None:
    assert list(printed(session, "calendar")[0]) == described("calendar")


def test_the_keys_of_stats(session: Session) -> None:
    found = printed(session, "stats")
    assert list(found) == described("stats")
    assert list(found["legs"][0]) == inner("stats", "legs")
    assert inner("stats", "endings") == ["by", "name", "count", "wrong"]


def test_the_keys_of_letter(session: Session) -> None:
    written = json.loads(session.run(f"parcels letter {NUMBER} seller --json"))
    assert list(written) == described("letter")


def test_the_keys_of_alerts(session: Session) -> None:
    assert list(printed(session, "alerts")[0]) == described("alerts")


def test_an_alert_about_a_source_names_the_source_and_no_number(tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        session.cainiao.challenge()
        session.run(f"parcels add {NUMBER} --shipped 2026-09-01")
        session.run("parcels poll")
        (alert,) = printed(session, "alerts")
    assert list(alert) == described("alerts")
    assert (alert["number"], alert["subject"], alert["rule"]) == (None, "cainiao", "blind")
    assert "`null` for an alert about the service itself" in PAGE
    assert "or the name of a source (`cainiao`)" in PAGE


def test_the_keys_of_adapters(session: Session) -> None:
    found = {source["name"]: source for source in printed(session, "adapters")}
    assert list(found["seventeentrack"]) == described("adapters")
    assert inner("adapters", "plugin") == ["distribution", "version"]


def test_the_keys_of_notify_test(session: Session) -> None:
    assert list(printed(session, "notify-test")[0]) == described("notify-test")


def test_the_keys_of_config(session: Session) -> None:
    assert list(printed(session, "config")[0]) == described("config")


def test_the_keys_of_explain(session: Session) -> None:
    assert list(printed(session, "explain Import clearance exception")) == described("explain")


def test_the_keys_of_what_nobody_understood() -> None:
    assert described("unknown") == [
        "text", "translation", "code", "source", "stage", "language", "count", "newest",
    ]  # fmt: skip


def test_the_keys_of_reread(session: Session) -> None:
    assert list(printed(session, "reread")) == described("reread")
    assert inner("reread", "changes") == ["from", "to", "side", "cause", "count", "examples"]
    assert inner("reread", "open_alerts") == ["number", "label", "rules"]


def test_the_keys_of_doctor(session: Session) -> None:
    findings = printed(session, "doctor")
    assert list(findings[0]) == described("doctor")
    table = PAGE.partition("<!-- keys: doctor -->\n")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([^`]+)`", table)) | {*ADAPTERS, "channel phone"}
    assert {finding["check"] for finding in findings} <= named
    assert {finding["state"] for finding in findings} <= named


def test_everything_that_doctor_can_find_is_named() -> None:
    row = PAGE.partition("<!-- keys: doctor -->\n")[2].partition("| `state` |")[0]
    calls = [
        node
        for module in (REPOSITORY / "monitor" / "cli").glob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
    ]
    named = {n.args[0].value for n in calls if n.args and isinstance(n.args[0], ast.Constant)}
    assert named
    assert {check for check in named if f"`{check}`" not in row} == set()
