"""`parcels calendar` prints the dates or updates a file; a pass does so by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from tests.cli.desk import KETTLE, LAMP, Desk, held

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def watched(desk: Desk) -> Desk:
    desk.sandbox.script(held())
    desk("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01")
    return desk


def titles(path: Path) -> list[str]:
    return [str(e["SUMMARY"]) for e in Calendar.from_ical(path.read_bytes()).walk("VEVENT")]


def test_it_prints_the_calendar(watched: Desk) -> None:
    shown = watched("calendar")
    assert shown.code == 0
    assert shown.out.startswith("BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:Kettle: AliExpress protection ends\r\n" in shown.out


def test_a_file_is_left_alone_until_something_changes(watched: Desk) -> None:
    path = watched.folder / "parcels.ics"
    assert f"4 dates written to {path}" in watched("calendar", "-o", str(path)).err
    before = path.stat().st_mtime_ns, path.read_bytes()
    watched.at(1)
    watched("calendar", "-o", str(path))
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    watched("edit", KETTLE, "--label", "Tea kettle")
    watched("calendar", "-o", str(path))
    assert titles(path)[0].startswith("Tea kettle: ")


@pytest.mark.parametrize("how", [("done",), ("remove", "--yes")])
def test_a_finished_parcel_leaves_the_calendar(watched: Desk, how: tuple[str, ...]) -> None:
    path = watched.folder / "parcels.ics"
    watched("add", LAMP, "--label", "Lamp", "--shipped", "2026-09-01")
    watched("calendar", "-o", str(path))
    assert len(titles(path)) == 8
    watched(how[0], KETTLE, *how[1:])
    watched("calendar", "-o", str(path))
    assert all(title.startswith("Lamp: ") for title in titles(path))


def test_a_delivered_parcel_has_no_deadline_any_more(watched: Desk) -> None:
    watched("event", KETTLE, "It came", "--stage", "delivered")
    assert watched("calendar", "--json").json == []


def test_its_json_names_each_date(watched: Desk) -> None:
    first = watched("calendar", "--json").json[0]
    assert (first["number"], first["key"], first["at"]) == (KETTLE, "aliexpress-act", "2026-10-29")
    assert first["assumed"] is False


def test_a_calendar_of_somebody_else_is_not_touched(watched: Desk) -> None:
    path = watched.folder / "mine.ics"
    path.write_text("BEGIN:VCALENDAR\nPRODID:other\nEND:VCALENDAR\n")
    refused = watched("calendar", "-o", str(path))
    assert refused.code == 1
    assert "was not written by this program. It was not touched" in refused.err
    assert "PRODID:other" in path.read_text()


def test_a_pass_writes_it_where_a_path_is_set(watched: Desk) -> None:
    path = watched.folder / "parcels.ics"
    watched.environ["PARCELS_CALENDAR__PATH"] = str(path)
    passed = watched("poll")
    assert (passed.code, passed.err.count("calendar")) == (0, 0)
    assert len(titles(path)) == 4


def test_a_rehearsed_pass_writes_nothing(watched: Desk) -> None:
    path = watched.folder / "parcels.ics"
    watched("poll", "--dry-run", PARCELS_CALENDAR__PATH=str(path))
    assert not path.exists()


def test_a_calendar_that_cannot_be_written_fails_no_pass_and_doctor_says_so(
    watched: Desk,
) -> None:
    watched.environ["PARCELS_CALENDAR__PATH"] = str(watched.folder / "missing" / "parcels.ics")
    passed = watched("poll")
    assert passed.code == 0
    assert "[calendar] path: " in passed.err
    rows = {row["check"]: row for row in watched("doctor", "--json").json}
    assert rows["calendar"]["state"] == "problem"
    assert "there is no folder" in rows["calendar"]["detail"]


def test_doctor_says_when_it_changed_and_nothing_where_none_is_wanted(watched: Desk) -> None:
    assert "calendar" not in {row["check"] for row in watched("doctor", "--json").json}
    watched.environ["PARCELS_CALENDAR__PATH"] = str(watched.folder / "parcels.ics")
    states = []
    for command in ("list", "poll"):
        watched(command)
        rows = {row["check"]: row for row in watched("doctor", "--json").json}
        states.append(rows["calendar"]["state"])
    assert states == ["note", "ok"]
