"""Words of one's own: read by every pass and by the service, and by `reread` in what is stored; and
translations, which come after the words of the carrier.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.parcel import Event, Side, Stage, TimeQuality
from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from monitor.settings import Settings
from monitor.settings.model import Reading as ReadingTable
from monitor.sweep.understanding import reading_of, understood_event
from tests.cli.desk import KETTLE, SHIPPED, START, Desk

if TYPE_CHECKING:
    from pathlib import Path

RIDDLE = "Zzyzx plomf"
WORDS = """
language = "de"

[stage]
clearance_exception = '''
zzyzx
'''
"""


def own_words(desk: Desk, text: str = WORDS) -> Path:
    """Name a file of own words in the configuration, by a path relative to it."""
    config = desk.configure('[reading]\nextra = "words.toml"\n')
    words = config.with_name("words.toml")
    words.write_text(text, encoding="utf-8")
    return words


def puzzling() -> ParcelHistory:
    events = (
        ScriptedEvent(0, "09:00", "InTransit_PickedUp", "Parcel collected", location="Yiwu", country="CN"),
        ScriptedEvent(1, "09:00", "Odd_Code", RIDDLE, offset="+02:00", location="Köln", country="DE"),
    )  # fmt: skip
    return ParcelHistory(KETTLE, 190271, events, origin="CN", destination="DE", shipped=SHIPPED)


def polled(desk: Desk) -> Desk:
    desk.sandbox.script(puzzling())
    desk.at(3)
    desk("add", KETTLE, "--label", "Kettle", "--carrier", "190271")
    desk("poll")
    desk.at(3.1)
    desk("poll")
    return desk


def stage_of_the_riddle(desk: Desk) -> str:
    (event,) = [e for e in desk.shown()["events"] if e["text"] == RIDDLE]
    return str(event["stage"])


# -- every way in


def test_a_pass_reads_new_events_with_own_words(desk: Desk) -> None:
    own_words(desk)
    polled(desk)
    assert stage_of_the_riddle(desk) == "clearance_exception"
    assert desk.shown()["stage"] == "clearance_exception"


def test_without_them_nobody_understands_it(desk: Desk) -> None:
    assert stage_of_the_riddle(polled(desk)) == "unknown"


def test_a_rehearsed_pass_reads_with_own_words_too(desk: Desk) -> None:
    polled(desk)
    own_words(desk)
    desk.sandbox.script(replace(puzzling(), events=(*puzzling().events, _later())))
    desk.at(3.2)
    would = desk("poll", "--dry-run", "--json").json["would_tell"]
    assert any("customs" in row["title"] for row in would)


def _later() -> ScriptedEvent:
    return ScriptedEvent(3, "01:00", "Odd_Code", f"{RIDDLE} again", location="Köln", country="DE")


def test_explain_reads_with_own_words(desk: Desk) -> None:
    own_words(desk)
    found = desk("explain", RIDDLE, "--json").json
    assert (found["stage"], found["language"], found["matched"]) == (
        "clearance_exception", "de", ["zzyzx"],
    )  # fmt: skip


def test_reread_makes_an_exception_of_a_stored_riddle_and_the_next_pass_tells_it(
    desk: Desk,
) -> None:
    polled(desk)
    own_words(desk)
    ran = desk("reread", "--yes")
    assert ran.code == 0
    assert stage_of_the_riddle(desk) == "clearance_exception"
    desk.at(3.3)
    desk("poll")
    assert any("customs" in alert["title"] for alert in desk.alerts())


def test_words_of_an_own_language_need_no_name(desk: Desk) -> None:
    own_words(desk, WORDS.replace('language = "de"', ""))
    found = desk("explain", RIDDLE, "--json").json
    assert (found["stage"], found["language"]) == ("clearance_exception", None)


# -- a file that cannot be used


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[stage", id="no TOML"),
        pytest.param("[stages]\nreturned = 'x'\n", id="an unknown table"),
        pytest.param("[stage]\nreturnd = 'x'\n", id="an unknown stage"),
        pytest.param("[stage]\nreturned = 'a (b'\n", id="a bracket left open"),
        pytest.param("[stage]\nreturned = 5\n", id="a number for phrases"),
        pytest.param(f"a = {'[' * 50_000}", id="lists within lists"),
        pytest.param("#" * 600_000, id="half a megabyte"),
    ],
)
@pytest.mark.parametrize("command", [("poll",), ("explain", "x"), ("reread",), ("run",)])
def test_a_file_that_is_no_vocabulary_is_refused_by_name(
    desk: Desk, command: tuple[str, ...], text: str
) -> None:
    words = own_words(desk, text)
    ran = desk(*command)
    assert (ran.code, ran.out) == (78, "")
    assert str(words) in ran.err
    assert "Traceback" not in ran.err
    assert desk.endpoints() == []


def test_a_file_that_is_not_there_is_refused_by_option_and_name(desk: Desk) -> None:
    words = own_words(desk)
    words.unlink()
    for command in (("poll",), ("explain", "x"), ("reread",), ("run",)):
        ran = desk(*command)
        assert ran.code == 78
        assert f"[reading] extra: {words} does not exist." in ran.err


def test_what_has_nothing_to_read_does_not_mind(desk: Desk) -> None:
    own_words(desk).unlink()
    assert desk("list").code == 0


def test_doctor_says_whether_the_file_can_be_used(desk: Desk) -> None:
    words = own_words(desk)
    found = {f["check"]: f for f in desk("doctor", "--json").json}
    assert found["own words"]["state"] == "ok"
    words.write_text("[stage", encoding="utf-8")
    found = {f["check"]: f for f in desk("doctor", "--json").json}
    assert found["own words"]["state"] == "problem"
    assert str(words) in found["own words"]["detail"]


# -- translations


def event(text: str, translation: str = "", code: str = "") -> Event:
    return Event(
        source="seventeentrack",
        provider="DHL",
        raw_time="2026-09-01 09:00",
        at=START,
        time_quality=TimeQuality.EXACT,
        code=code,
        text=text,
        translation=translation,
    )


@pytest.mark.parametrize(
    ("read", "stage", "language"),
    [
        pytest.param(event("Zoll: freigegeben", "Held by customs"), "clearance_success", "de",
                     id="the original decides where it says something"),
        pytest.param(event("Zzyzx", "Held by customs"), "clearance_exception", "en",
                     id="the translation where nobody understands the original"),
        pytest.param(event("Shipment on hold", "Held by customs"), "clearance_exception", "en",
                     id="the translation where the original is a remark"),
        pytest.param(event("In transit", "Shipment on hold"), "in_transit", "en",
                     id="no remark of a translation hides a movement"),
        pytest.param(event("Shipment on hold", "In transit"), "other", "en",
                     id="no movement of a translation is made of a remark"),
        pytest.param(event("Zzyzx", "Plomf"), "unknown", "", id="nothing is guessed"),
        pytest.param(event("Zzyzx", "Released by customs", "InTransit_CustomsProcessing"),
                     "clearance_success", "en", id="a translated text goes before a code"),
        pytest.param(event("Zzyzx", "Plomf", "InTransit_CustomsProcessing"), "clearance_start", "",
                     id="the code where neither says anything"),
    ],
)  # fmt: skip
def test_the_original_is_read_first_and_then_the_translation(
    read: Event, stage: str, language: str
) -> None:
    found = understood_event(read, {})
    assert (found.stage.value, found.language) == (stage, language)
    assert (found.text, found.translation) == (read.text, read.translation)


def test_both_are_kept_and_read_anew(desk: Desk) -> None:
    scripted = ScriptedEvent(
        1, "09:00", "Odd_Code", "Zzyzx plomf", translation="Held by customs", location="Köln",
        country="DE",
    )  # fmt: skip
    desk.sandbox.script(replace(puzzling(), events=(scripted,)))
    desk.at(3)
    desk("add", KETTLE, "--carrier", "190271")
    desk("poll")
    desk.at(3.1)
    desk("poll")
    (shown,) = desk.shown()["events"]
    assert (shown["text"], shown["stage"]) == (RIDDLE, "clearance_exception")
    assert "[Held by customs]" in desk("show", KETTLE).out
    assert desk("reread", "--json").json["changed"] == 0


def test_own_words_are_read_in_the_original_before_any_translation(tmp_path: Path) -> None:
    words = tmp_path / "words.toml"
    words.write_text(WORDS, encoding="utf-8")
    reads = reading_of(Settings(reading=ReadingTable(extra=words)))
    found = understood_event(event(RIDDLE, "Delivered"), {}, reads)
    assert (found.stage, found.side) == (Stage.CLEARANCE_EXCEPTION, Side.UNKNOWN)
