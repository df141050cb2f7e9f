"""What never changes the meaning of a message, and what no text can do to the reading."""

from __future__ import annotations

import tomllib
import unicodedata
from typing import Literal

import pytest
from hypothesis import given, settings, strategies as st

from monitor.parcel import Stage
from monitor.reading import Reading, read
from monitor.reading.index import WORDS

SAID = [
    line.partition("|")[2].strip()
    for file in sorted(WORDS.glob("*.toml"))
    for line in tomllib.loads(file.read_text("utf-8"))["examples"].strip().splitlines()
]
messages = st.sampled_from(SAID)
MARKS = ".,;:!?-*\"'() \t\n\u2013\u2014\u2026\u3002\uff0c\uff01\u00b7"
quick = settings(max_examples=150, deadline=None)
places = st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), max_size=20)


@quick
@given(messages, st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_case_does_not_change_the_stage(text: str, change: object) -> None:
    assert callable(change)
    assert read(change(text)).stage is read(text).stage


@quick
@given(messages, st.text(MARKS, max_size=6), st.text(".,!…。 ", max_size=6))
def test_punctuation_around_a_message_does_not_change_the_stage(
    text: str, before: str, after: str
) -> None:
    assert read(before + text + after).stage is read(text).stage


@quick
@given(messages, st.sampled_from(["[{}] ", "【{}】", "[{}]"]), places)
def test_a_place_in_brackets_before_it_does_not_change_the_stage(
    text: str, form: str, place: str
) -> None:
    assert read(form.format(place) + text).stage is read(text).stage


@quick
@given(messages, st.dates(), st.sampled_from([" %Y-%m-%d", ", %d.%m.%Y %H:%M", " (%d/%m/%y)"]))
def test_a_date_behind_it_does_not_change_the_stage(text: str, day: object, form: str) -> None:
    assert read(text + format(day, form)).stage is read(text).stage


@quick
@given(messages, st.sampled_from(["  ", "\t", " \n ", "\u00a0", "\u3000"]))
def test_the_kind_of_blank_does_not_change_the_stage(text: str, blank: str) -> None:
    assert read(text.replace(" ", blank)).stage is read(text).stage


@quick
@given(messages)
def test_full_width_letters_do_not_change_the_stage(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    assert unicodedata.normalize("NFKC", wide) == text or "…" in text or not text.isascii()
    assert read(wide).stage is read(text).stage


@quick
@given(messages, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_unicode_form_does_not_change_the_stage(
    text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    assert read(unicodedata.normalize(form, text)).stage is read(text).stage


@settings(max_examples=150, deadline=None)
@given(st.text(), st.text(max_size=12) | st.none(), st.text(max_size=12) | st.none())
def test_no_text_code_or_source_makes_the_reading_fail(
    text: str, code: str | None, source: str | None
) -> None:
    reading = read(text, code=code, source=source)
    assert isinstance(reading, Reading)
    assert reading.matched or reading.stage is Stage.UNKNOWN


HOSTILE = [
    pytest.param("\ud800\udfff customs \udc00 held", Stage.CLEARANCE_EXCEPTION, id="surrogates"),
    pytest.param("\x00\x07\x1bDelivered\x9b\x7f", Stage.DELIVERED, id="control characters"),
    pytest.param("Delivered" + " " * 100_000, Stage.DELIVERED, id="a hundred thousand blanks"),
    pytest.param("x" * 100_000 + " delivered", Stage.UNKNOWN, id="what nobody reads to the end of"),
    pytest.param("\ufdfa" * 2000, Stage.UNKNOWN, id="letters that expand eighteen times"),
    pytest.param("e" + "\u0301" * 5000, Stage.UNKNOWN, id="five thousand accents on one letter"),
    pytest.param("[" * 3000, Stage.UNKNOWN, id="three thousand open brackets"),
]


@pytest.mark.parametrize(("text", "stage"), HOSTILE)
def test_hostile_text_is_read_as_far_as_it_says_something(text: str, stage: Stage) -> None:
    assert read(text).stage is stage


@pytest.mark.parametrize(
    "word", ["customs ", "customs held release not ", "清关待", "delivery fail "]
)
def test_a_word_said_ten_thousand_times_is_bounded(word: str) -> None:
    reading = read(word * 10_000)
    assert reading.stage is not Stage.UNKNOWN
    assert len(reading.matched) <= 6
