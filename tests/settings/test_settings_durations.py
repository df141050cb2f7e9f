"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.errors import BadInput
from monitor.settings import parse_duration
from monitor.settings.durations import LONGEST, written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("5d", timedelta(days=5), id="days"),
        pytest.param("12h", timedelta(hours=12), id="hours"),
        pytest.param("90m", timedelta(minutes=90), id="minutes"),
        pytest.param("30s", timedelta(seconds=30), id="seconds"),
        pytest.param("2w", timedelta(weeks=2), id="weeks"),
        pytest.param("1d12h", timedelta(days=1, hours=12), id="two units"),
        pytest.param("1 d 12 h", timedelta(days=1, hours=12), id="with blanks"),
        pytest.param("3 days", timedelta(days=3), id="a unit in full"),
        pytest.param("1 hour 5 min", timedelta(minutes=65), id="two units in words"),
        pytest.param("PT3H", timedelta(hours=3), id="ISO 8601 hours"),
        pytest.param("P2D", timedelta(days=2), id="ISO 8601 days"),
        pytest.param("P1DT30M", timedelta(days=1, minutes=30), id="ISO 8601 days and minutes"),
        pytest.param("P1W", timedelta(weeks=1), id="ISO 8601 weeks"),
        pytest.param("pt90s", timedelta(seconds=90), id="ISO 8601 in lower case"),
        pytest.param("0", timedelta(0), id="nothing"),
        pytest.param(" 5D ", timedelta(days=5), id="upper case and blanks around"),
        pytest.param("3650d", LONGEST, id="ten years"),
    ],
)
def test_a_duration_means(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("5", '"5" has no unit; write a number and a unit, such as 5d', id="no unit"),
        pytest.param("", '"" is not a duration', id="nothing"),
        pytest.param("d", '"d" is not a duration', id="no number"),
        pytest.param("5x", '"5x" is not a duration', id="an unknown unit"),
        pytest.param("-5d", '"-5d" is not a duration', id="negative"),
        pytest.param("1.5h", '"1.5h" is not a duration', id="a fraction"),
        pytest.param("5h1d", '"5h1d" is not a duration', id="the smaller unit first"),
        pytest.param("1d1d", '"1d1d" is not a duration', id="a unit twice"),
        pytest.param("PT", '"PT" is not a duration', id="ISO 8601 without a number"),
        pytest.param("P1DT", '"P1DT" is not a duration', id="ISO 8601 without a time"),
        pytest.param("P1M", '"P1M" counts in months or years', id="ISO 8601 months"),
        pytest.param("P1Y", '"P1Y" counts in months or years', id="ISO 8601 years"),
        pytest.param("3651d", '"3651d" is longer than ten years', id="too long"),
        pytest.param("99999999w", "is longer than ten years", id="far too long"),
        pytest.param("9" * 5000 + "d", "is not a duration", id="a number without end"),
        pytest.param("٣d", '"٣d" is not a duration', id="digits of another script"),
        pytest.param("\x1b[2J5d", '"[2J5d" is not a duration', id="control characters are not repeated"),
    ],
)  # fmt: skip
def test_what_is_no_duration_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_duration(text)
    assert sentence in str(caught.value)
    assert caught.value.exit_code == 2
    assert len(str(caught.value)) < 200


@given(st.integers(0, int(LONGEST.total_seconds())))
def test_a_duration_as_written_is_read_back_the_same(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse_duration(written(length)) == length


@given(st.text(max_size=40))
def test_any_text_is_a_bounded_duration_or_bad_input(text: str) -> None:
    try:
        length, sentence = parse_duration(text), ""
    except BadInput as refusal:
        length, sentence = timedelta(0), str(refusal)
    assert timedelta(0) <= length <= LONGEST
    assert sentence.isprintable()
