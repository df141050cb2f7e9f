"""`parcels reread`: says what would change, asks, and changes what was read and nothing else."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.history import History
from monitor.history.readings import Change
from monitor.parcel import Event, Parcel, Stage, TimeQuality
from monitor.parcel.outcomes import Snapshot
from monitor.sweep import rereading
from monitor.sweep.understanding import understood_event
from tests.cli.desk import KETTLE, LAMP, START

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.cli.desk import Desk

WORDS = """
language = "de"

[stage]
clearance_exception = '''
zzyzx
'''
"""
SEEN = START + timedelta(days=2)
PUZZLING = [f"Zzyzx plomf {letter}" for letter in "abcdefg"]
CHANGING = ("stage", "side", "cause", "language", "matched")


def event(text: str, hour: int, *, code: str = "", source: str = "seventeentrack") -> Event:
    at = START + timedelta(hours=hour)
    return understood_event(
        Event(
            source=source,
            provider="DHL",
            raw_time=at.isoformat(),
            at=at,
            time_quality=TimeQuality.EXACT,
            code=code,
            text=text,
            place="Köln",
        ),
        {},
    )


def recorded(
    desk: Desk, number: str, events: Sequence[Event], source: str = "seventeentrack"
) -> int:
    """A parcel of which a source showed this; its id."""
    with History.open(desk.database, now=SEEN) as history:
        known = history.parcels.by_number(number)
        parcel = known or history.parcels.add(Parcel(0, number, START, label=f"The {number[-4:]}"))
        shown = Snapshot(number, SEEN, tuple(events))
        history.timeline.record_all([(parcel.id, shown)], source, SEEN)
        return parcel.id


@pytest.fixture
def puzzled(bare: Desk) -> Desk:
    """Seven events nobody understood and one that everybody does; since then words were added."""
    bare.at(3)
    bare("add", KETTLE, "--label", "Blue kettle")
    everything = [event(text, hour) for hour, text in enumerate(PUZZLING)]
    recorded(bare, KETTLE, [*everything, event("Held by customs", 20)])
    bare("poll")  # judges what was recorded
    config = bare.configure('[reading]\nextra = "words.toml"\n')
    config.with_name("words.toml").write_text(WORDS, encoding="utf-8")
    return bare


def rows(desk: Desk) -> list[dict[str, Any]]:
    with sqlite3.connect(desk.database) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM event ORDER BY id")]


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def test_what_would_change_is_said_with_counts_examples_and_open_alerts(puzzled: Desk) -> None:
    before = rows(puzzled)
    ran = puzzled("reread", "--dry-run")
    assert (ran.code, rows(puzzled)) == (0, before)
    assert ran.out.startswith("Read 8 stored events; 7 would mean something else.\n")
    assert "not understood → stopped at import customs: 7 events\n" in ran.out
    assert ran.out.count("“Zzyzx plomf") == 5
    assert "(Blue kettle; Tue 1 Sep 2026, 06:00)" in ran.out
    assert "  and 2 more\n" in ran.out
    assert "Judged anew: Blue kettle, with an open alert (clearance)" in ran.out


def test_without_a_terminal_it_shows_and_stores_only_when_told_to(puzzled: Desk) -> None:
    before = rows(puzzled)
    ran = puzzled("reread")
    assert (ran.code, rows(puzzled)) == (1, before)
    assert "7 would mean something else" in ran.out
    assert "parcels reread --yes" in ran.err


def test_it_changes_what_was_read_and_nothing_else(puzzled: Desk) -> None:
    before = rows(puzzled)
    ran = puzzled("reread", "--yes")
    assert ran.code == 0
    assert ran.out.endswith("Stored for 7 events.\n")
    after = rows(puzzled)
    assert [without(row, *CHANGING) for row in after] == [without(r, *CHANGING) for r in before]
    assert {row["stage"] for row in after} == {"clearance_exception"}
    assert (after[0]["language"], after[0]["matched"]) == ("de", '["zzyzx"]')


def test_a_second_time_there_is_nothing_to_do(puzzled: Desk) -> None:
    puzzled("reread", "--yes")
    ran = puzzled("reread")
    assert (ran.code, ran.out) == (0, "Read 8 stored events; all mean what they meant.\n")


def test_changed_parcels_are_judged_in_the_next_pass_and_no_others(puzzled: Desk) -> None:
    other = recorded(puzzled, LAMP, [event("Delivered", 5)])
    puzzled("poll")
    puzzled("reread", "--yes")
    with sqlite3.connect(puzzled.database) as connection:
        touched = connection.execute(
            "SELECT id FROM parcel WHERE touched_at IS NOT NULL"
        ).fetchall()
    assert len(touched) == 1
    assert (other,) not in touched


def test_json_says_the_same(puzzled: Desk) -> None:
    found = puzzled("reread", "--dry-run", "--json").json
    assert (found["read"], found["changed"], found["by_other_words"], found["stored"]) == (
        8,
        7,
        0,
        0,
    )
    (change,) = found["changes"]
    assert (change["from"], change["to"], change["count"]) == ("unknown", "clearance_exception", 7)
    assert change["examples"] == PUZZLING[:5]
    assert found["open_alerts"] == [
        {"number": KETTLE, "label": "Blue kettle", "rules": ["clearance"]}
    ]
    assert puzzled("reread", "--yes", "--json").json["stored"] == 7


def test_a_finished_parcel_is_read_anew_but_has_no_open_alert(puzzled: Desk) -> None:
    puzzled("done", KETTLE)
    found = puzzled("reread", "--yes", "--json").json
    assert (found["stored"], found["open_alerts"]) == (7, [])


def test_what_the_owner_wrote_is_left_alone(puzzled: Desk) -> None:
    puzzled("event", KETTLE, "Delivered, says the neighbour", "--at", "1d")
    puzzled("event", KETTLE, "Zzyzx", "--stage", "delivered", "--at", "1d")
    puzzled("reread", "--yes")
    by_hand = [row["stage"] for row in rows(puzzled) if row["source"] == "hand"]
    assert by_hand == ["other", "delivered"]


def test_the_same_meaning_by_other_words_is_counted_apart(puzzled: Desk) -> None:
    with sqlite3.connect(puzzled.database) as connection:
        connection.execute("UPDATE event SET matched = '[]' WHERE text = 'Held by customs'")
    ran = puzzled("reread", "--dry-run")
    assert "1 event would mean the same, by other words.\n" in ran.out


def test_a_change_of_side_alone_is_said_as_such(puzzled: Desk) -> None:
    with sqlite3.connect(puzzled.database) as connection:
        connection.execute("UPDATE event SET side = 'import' WHERE text = 'Held by customs'")
    line = "stopped at import customs (import, no cause) → stopped at import customs (side unknown"
    assert line in puzzled("reread", "--dry-run").out


def test_codes_of_a_source_of_ones_own_count_in_what_is_stored(bare: Desk) -> None:
    bare.at(3)
    bare("add", KETTLE)
    recorded(bare, KETTLE, [event("Zzyzx", 1, code="Q7", source="mine")], "mine")
    bare.configure(
        '[adapters.mine]\nkind = "http_json"\nbase_url = "https://api.example.org"\n'
        'path = "/track/{number}"\nevents = "events"\ntext = "text"\ntime = "time"\n'
        '[adapters.mine.codes]\nQ7 = "returning"\n'
    )
    ran = bare("reread", "--yes")
    assert ran.code == 0
    assert rows(bare)[0]["stage"] == "returning"


def asked(desk: Desk, answer: bytes) -> tuple[int, bytes]:
    """The command at a terminal where somebody types the answer; its code and standard output."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "reread"],
        env=desk._seen(),
        stdin=end,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(end)
    os.write(terminal, answer)
    out, _ = process.communicate(timeout=60)
    os.close(terminal)
    return process.returncode, out


def test_at_a_terminal_it_asks_and_takes_a_no(puzzled: Desk) -> None:
    before = rows(puzzled)
    code, out = asked(puzzled, b"n\n")
    assert (code, rows(puzzled)) == (0, before)
    assert b"7 would mean something else" in out
    assert b"Stored" not in out


def test_at_a_terminal_it_asks_and_takes_a_yes(puzzled: Desk) -> None:
    code, out = asked(puzzled, b"y\n")
    assert code == 0
    assert out.endswith(b"Stored for 7 events.\n")


def test_it_is_stored_in_short_transactions(puzzled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "CHUNK", 3)
    sizes = []
    with History.open(puzzled.database, now=SEEN) as history:
        known = [Change(kept, kept.event) for kept in history.readings.after(0, 100)]
        found = rereading.Rereading(len(known), known)
        rereading.store(history, found, SEEN, sizes.append)
    assert sizes == [3, 6, 8]


def test_an_event_removed_meanwhile_is_left_out_even_when_its_id_is_used_again(
    puzzled: Desk, tmp_path: Path
) -> None:
    with History.open(puzzled.database, now=SEEN) as history:
        (first, *_) = history.readings.after(0, 1)
        stale = Change(first, understood_event(event("Delivered", 0), {}))
        history.parcels.remove(first.parcel_id)
        recorded(puzzled, LAMP, [event("Something else", 1)])
        assert history.readings.change([stale], SEEN) == 0
        (kept,) = history.readings.after(0, 100)
    assert kept.event.stage is Stage.UNKNOWN
