"""The calendar is valid, an entry that moves stays the same entry, and what is over vanishes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from icalendar import Calendar, Event

from monitor.message.texts import LABEL_LIMIT, Style
from monitor.pages.calendar import Due, Entry, calendar_text, entries_of, is_ours
from monitor.parcel import Side, Stage, clean_text
from monitor.protection import shipped_policies, stack
from monitor.rules.clearance_due import ClearanceDue
from monitor.rules.pickup import Pickup
from tests.dossiers import dossier, moment, scan

NOW = moment("2026-09-10 08:00")
STYLE = Style(ZoneInfo("Europe/Berlin"))
FACTS: dict[str, Any] = {"label": "Kettle", "shop": "aliexpress", "shipped": date(2026, 9, 1)}


def due(*events: Any, **facts: Any) -> Due:
    """What one parcel has to say; the episodes are those of the two rules with a date of a carrier."""
    found = dossier(*events, looked="2026-09-09 12:00", **(FACTS | facts))
    rules = {"clearance_due": ClearanceDue()(found), "pickup": Pickup()(found)}
    ends = stack(found, shipped_policies()).dated
    return Due(found.parcel, ends, {name: e for name, e in rules.items() if e is not None})


def entries(*found: Due, now: datetime = NOW, style: Style = STYLE) -> dict[str, Entry]:
    return {entry.key: entry for entry in entries_of(found, now, style)}


def text(*found: Due, now: datetime = NOW, before: str = "") -> str:
    return calendar_text(entries_of(found, now, STYLE), now, before)


def events(written: str) -> dict[str, Event]:
    calendar = Calendar.from_ical(written)
    assert calendar.errors == []
    assert all(component.errors == [] for component in calendar.walk())
    return {str(e["SUMMARY"]): e for e in calendar.walk("VEVENT") if isinstance(e, Event)}


ASKED = scan(
    Stage.CLEARANCE_PAYMENT_DUE, "2026-09-05 10:00", "Pay duty", country="DE", side=Side.IMPORT
)
WAITS = scan(Stage.PICKUP, "2026-09-08 10:00", "Ready for collection", country="DE")


def test_each_deadline_has_a_last_day_to_act_and_its_end() -> None:
    found = entries(due())
    assert {key: entry.at for key, entry in found.items()} == {
        "aliexpress-act": date(2026, 10, 29),
        "aliexpress-ends": datetime(2026, 10, 31, 7, tzinfo=UTC),
        "aliexpress_dispute-act": date(2026, 11, 13),
        "aliexpress_dispute-ends": datetime(2026, 11, 15, 8, tzinfo=UTC),
    }
    assert found["aliexpress-act"].title == "Kettle: AliExpress protection, last day to act"
    assert "60 days after shipping on 2026-09-01" in found["aliexpress-act"].text


@pytest.mark.parametrize(
    ("event", "key", "day", "task"),
    [
        pytest.param(ASKED, "clearance_due-pay_by", date(2026, 9, 12), "pay what", id="duty"),
        pytest.param(WAITS, "pickup-hold", date(2026, 9, 15), "collect it", id="to be collected"),
    ],
)
def test_a_date_of_a_carrier_is_a_whole_day(event: Any, key: str, day: date, task: str) -> None:
    entry = entries(due(event))[key]
    assert entry.at == day
    assert task in entry.title


@pytest.mark.parametrize(
    ("now", "left"),
    [
        pytest.param("2026-10-31 06:59", 4, id="the last minute of the protection"),
        pytest.param("2026-10-31 07:00", 2, id="only the dispute window"),
        pytest.param("2026-11-15 08:00", 0, id="all over"),
    ],
)
def test_what_is_over_vanishes(now: str, left: int) -> None:
    assert len(entries(due(), now=moment(now))) == left


def test_an_assumed_start_is_said_in_the_title() -> None:
    guessed = entries(due(ASKED, shipped=None, ordered=date(2026, 8, 28)))
    assert guessed["aliexpress-ends"].title.endswith("(assumed)")
    assert guessed["aliexpress-ends"].assumed


def test_a_redacted_calendar_holds_no_whole_number() -> None:
    hidden = entries_of([due(label="")], NOW, Style(STYLE.zone, redact=True))
    assert "LB123456789CN" not in calendar_text(hidden, NOW)


# -- as iCalendar


def test_a_day_is_a_day_and_a_moment_a_moment_each_with_alarms() -> None:
    found = events(text(due()))
    act = found["Kettle: AliExpress protection, last day to act"]
    ends = found["Kettle: AliExpress protection ends"]
    assert (act.decoded("DTSTART"), act.decoded("DTEND")) == (
        date(2026, 10, 29),
        date(2026, 10, 30),
    )
    assert ends.decoded("DTSTART") == datetime(2026, 10, 31, 7, tzinfo=UTC)
    hours = [a.decoded("TRIGGER") / timedelta(hours=1) for a in act.walk("VALARM")]
    assert hours == [-63, -15, 9]  # at nine: three days before, the day before, that day
    assert [a.decoded("TRIGGER") for a in ends.walk("VALARM")] == [timedelta(days=-1)]


def test_a_calendar_without_any_date_is_valid_all_the_same() -> None:
    Calendar.from_ical(text()).validate()  # type: ignore[no-untyped-call]
    assert events(text()) == {}


def test_nothing_changed_is_the_same_text_whenever_it_is_written() -> None:
    first = text(due(ASKED))
    later = NOW + timedelta(hours=5)
    assert text(due(ASKED), now=later, before=first) == first


def test_a_date_that_moved_is_the_same_entry_with_a_higher_sequence() -> None:
    first = text(due())
    moved = text(due(protected_until=date(2026, 11, 20)), now=NOW + timedelta(days=1), before=first)
    name = "Kettle: AliExpress protection ends"
    before, after = events(first)[name], events(moved)[name]
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after.decoded("LAST-MODIFIED") == NOW + timedelta(days=1)
    assert after.decoded("DTSTART") != before.decoded("DTSTART")


def test_two_changes_in_one_minute_are_two_versions() -> None:
    first = text(due())
    second = text(due(protected_until=date(2026, 11, 20)), before=first)
    third = text(due(protected_until=date(2026, 11, 21)), before=second)
    name = "Kettle: AliExpress protection ends"
    numbers = [int(events(each)[name]["SEQUENCE"]) for each in (first, second, third)]
    assert numbers == sorted(set(numbers))


def test_a_lost_file_makes_no_entry_look_older() -> None:
    name = "Kettle: AliExpress protection ends"
    first = text(due())
    anew = text(due(), now=NOW + timedelta(minutes=1))
    assert int(events(anew)[name]["SEQUENCE"]) > int(events(first)[name]["SEQUENCE"])


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("BEGIN:VCALENDAR", id="cut off"),
        pytest.param("PRODID:-//stuck-package-monitor//parcels//EN\x00\xff", id="damaged"),
        pytest.param("<html>", id="another file"),
    ],
)
def test_of_a_file_nobody_can_read_nothing_is_kept(before: str) -> None:
    assert len(events(text(due(), before=before))) == 4


def test_a_cut_off_file_of_ours_is_written_anew() -> None:
    whole = text(due())
    for length in range(0, len(whole), 97):
        assert events(text(due(), before=whole[:length])).keys() == events(whole).keys()


def test_ids_differ_between_parcels_and_between_dates() -> None:
    written = text(due(ASKED), due(ASKED, id=8, number="LB999999999CN"))
    found = [str(e["UID"]) for e in Calendar.from_ical(written).walk("VEVENT")]
    assert len(found) == len(set(found)) == 10


def test_the_same_number_added_anew_is_the_same_entry() -> None:
    uids = [{e.uid for e in entries(due(id=number)).values()} for number in (7, 8)]
    assert uids[0] == uids[1]


@settings(max_examples=60)
@given(label=st.text(max_size=300), source=st.text(max_size=300))
def test_no_label_breaks_a_line_or_adds_an_entry(label: str, source: str) -> None:
    hostile = due(label=label, covers=((source or "x", date(2026, 12, 31)),))
    written = text(hostile)
    assert is_ours(written)
    assert len(Calendar.from_ical(written).walk("VEVENT")) == 6
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    assert text(hostile, now=NOW + timedelta(days=1), before=written) == written


@pytest.mark.parametrize(
    "label",
    [
        pytest.param(r"Disk for D:\NAS", id="a backslash before a capital N"),
        pytest.param(r"C:\new, old; both", id="a backslash, a comma and a semicolon"),
        pytest.param("Äpfel 苹果 🍎" * 12, id="letters of several octets where a line is folded"),
    ],
)
def test_a_label_is_read_back_as_it_is(label: str) -> None:
    """By RFC 5545, 3.1 and 3.3.11, and not by the package that writes."""
    written = text(due(label=label)).replace("\r\n ", "")
    summaries = re.findall(r"^SUMMARY:(.*)\r$", written, re.MULTILINE)
    assert summaries
    for summary in summaries:
        plain = re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), summary)
        assert plain.startswith(clean_text(label, LABEL_LIMIT))


def test_it_is_the_text_that_the_icalendar_package_makes_of_it() -> None:
    written = text(due(ASKED), due(WAITS, id=8, number="LB999999999CN", label="Größe, 9; 苹果"))
    read = Calendar.from_ical(written)
    read.validate()  # type: ignore[no-untyped-call]
    assert read.to_ical(sorted=False).decode("utf-8") == written
    for event in read.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= event.keys()
