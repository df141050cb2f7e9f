"""What `parcels show` and `parcels plan` draw: the way so far, the gaps, today, and what lies ahead."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.history import History
from monitor.parcel import HAND, Event, Stage, TimeQuality
from tests.cli.desk import KETTLE, LAMP, held

if TYPE_CHECKING:
    from tests.cli.desk import Desk


@pytest.fixture
def stuck(desk: Desk) -> Desk:
    """Stopped by customs on day 3, looked at on day 13."""
    desk.sandbox.script(held(KETTLE))
    desk("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01", "--carrier", "190271")
    for day in (1, 13):
        desk.at(day)
        desk("poll")
    return desk


def timeline(out: str) -> list[str]:
    """The lines below the heading of the timeline."""
    return out.partition("Timeline")[2].partition("\n\n")[0].splitlines()[1:]


@pytest.mark.parametrize("columns", [pytest.param(0, id="on a pipe"), 80, 140])
def test_the_timeline_goes_from_the_first_event_over_today_to_the_last_deadline(
    stuck: Desk, columns: int
) -> None:
    out = stuck("show", KETTLE, columns=columns, NO_COLOR="1").out
    lines = timeline(out)
    today = next(n for n, line in enumerate(lines) if "── today, Mon 14 Sep 2026" in line)
    signs = "".join(line[2] for line in lines if line[2:3].strip() and line[2] in "●◆⋮○▲")
    assert signs.startswith("●●◆⋮")
    assert re.fullmatch("[○▲]+▲", signs[4:])
    assert lines[today - 1].split() == ["⋮", "9", "days", "of", "silence"]
    assert "stopped at customs" in " ".join(lines[:today])
    assert "AliExpress protection ends (30 Oct in its own zone); act by 29 Oct" in " ".join(
        " ".join(lines[today:]).split()
    )


def test_times_are_those_of_the_owners_clock_and_the_heading_says_whose(stuck: Desk) -> None:
    for zone, time in (("Europe/Berlin", "09:00"), ("Asia/Tokyo", "16:00")):
        out = stuck("show", KETTLE, columns=80, PARCELS_TIMEZONE=zone).out
        assert f"Timeline by 17TRACK; times of {zone}" in out
        assert time in next(line for line in timeline(out) if "Import clearance" in line)


def test_where_several_have_spoken_each_event_says_who(stuck: Desk) -> None:
    assert "· 17TRACK" not in stuck("show", KETTLE).out
    stuck("event", KETTLE, "Customs office called", "--at", "2026-09-05T10:00")
    shown = timeline(stuck("show", KETTLE).out)
    assert "remark                   Customs office called · you" in " ".join(shown)
    assert "Import clearance exception (Leipzig) · 17TRACK" in " ".join(shown)


def test_what_a_source_took_back_is_counted_and_shown_when_asked_for(stuck: Desk) -> None:
    stuck.sandbox.script(held("LP00123456789043"))
    before = stuck.shown()["events"]
    reworded = held(KETTLE, until=4)
    stuck.sandbox.script(reworded.__class__(**{**_fields(reworded), "events": reworded.events[:2]}))
    stuck.at(14)
    stuck("poll")
    assert len(stuck.shown()["events"]) == len(before)
    out = stuck("show", KETTLE, columns=100, NO_COLOR="1").out
    assert f"1 event that a source took back or reworded left out: parcels show {KETTLE} --all" in out  # fmt: skip
    assert "taken back" not in out
    whole = stuck("show", KETTLE, "--all").out
    assert "Import clearance exception (Leipzig) (taken back)" in whole
    assert "left out" not in whole


def _fields(history: object) -> dict[str, object]:
    return {name: getattr(history, name) for name in history.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.fixture
def endless(bare: Desk) -> Desk:
    """A parcel of which a hundred things were said, and one of them by customs, long ago."""
    bare("add", KETTLE, "--label", "Kettle")
    said = [("Held by customs", Stage.CLEARANCE_EXCEPTION)]
    said += [(f"Scan {n}", Stage.IN_TRANSIT) for n in range(1, 101)]
    with History.open(bare.database, now=bare.now) as history:
        parcel = history.parcels.find(KETTLE)
        for n, (text, stage) in enumerate(said):
            at = bare.now - timedelta(hours=200 - n)
            event = Event(HAND, "", at.isoformat(), at, TimeQuality.EXACT, "", text, stage=stage)
            history.timeline.add_hand(parcel.id, event, bare.now)
    return bare


def test_of_very_many_events_a_screen_gets_those_that_matter_and_the_way_to_the_rest(
    endless: Desk,
) -> None:
    drawn = timeline(endless("show", KETTLE, columns=100, NO_COLOR="1").out)
    assert len(drawn) < 50
    assert "Held by customs" in " ".join(drawn)
    assert "Scan 100" in " ".join(drawn)
    assert f"⋮ 70 events: parcels show {KETTLE} --all" in " ".join(drawn)
    for whole in (endless("show", KETTLE), endless("show", KETTLE, "--all", columns=100)):
        assert all(f"Scan {n}" in whole.out for n in range(1, 101))


def test_what_is_to_be_done_now_stands_last(stuck: Desk) -> None:
    last = stuck("show", KETTLE, columns=80, NO_COLOR="1").out.rstrip().rpartition("\n\n")[2]
    heading, now, *_ = last.splitlines()
    assert heading == "Now and next"
    assert now.startswith(("  !! now (critical, ", "  !  now (warning, "))


# -- plan


def test_a_plan_is_a_calendar_of_days_with_what_only_a_look_can_bring(stuck: Desk) -> None:
    out = stuck("plan", columns=80, NO_COLOR="1").out
    days = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert all(re.fullmatch(r"\w{3} \d+ \w{3} 20\d\d  · (today|tomorrow|in \d+ days)", d) for d in days)  # fmt: skip
    moments = [row["at"] for row in stuck("plan", "--json").json]
    entries = [line for line in out.splitlines() if re.match(r"  \d\d:\d\d", line)]
    assert len(entries) == len(moments)
    looks = sum(row["witness"] == "check" for row in stuck("plan", "--json").json)
    assert " ".join(out.split()).count("if still silent") == looks > 0


def test_the_steps_of_several_parcels_come_in_one_calendar(stuck: Desk) -> None:
    stuck("add", LAMP, "--label", "台灯", "--shipped", "2026-09-01")
    stuck("poll")
    out = stuck("plan", columns=80, NO_COLOR="1").out
    assert out.count("Sat 24 Oct 2026") == 1
    at = out.partition("Sat 24 Oct 2026")[2].partition("\n\n")[0]
    assert "Kettle" in at
    assert "台灯" in at


def test_an_empty_plan_says_what_to_type(bare: Desk) -> None:
    assert "parcels add NUMBER" in bare("plan").err
    bare("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01")
    bare("done", KETTLE)
    assert "parcels undo" in bare("plan", KETTLE).err
    bare("undo", KETTLE)
    assert f"parcels plan {KETTLE}" in bare("plan", KETTLE, "--until", "2026-09-02").err
