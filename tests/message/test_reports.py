"""What is shown of a message to others: without numbers, places, names and addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from monitor.message.reports import guessed_language, shareable


def shared(text: str) -> str:
    return shareable(
        text,
        numbers=["LP00123456789012", "AB-CDEF"],
        places=["Köln", "深圳", "DE"],
        names=["Blue kettle", "Kettle House", ""],
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("lp00123456789012 is here", "[number] is here", id="the parcel's number"),
        pytest.param("(ab-cdef) is here", "([number]) is here", id="a number without digits"),
        pytest.param("RR123456785CN arrived", "[number] arrived", id="another number"),
        pytest.param("包裹123456789已到", "包裹[number]已到", id="digits among Chinese"),
        pytest.param("12345 days", "12345 days", id="five digits stay"),
        pytest.param("call 0800 123 456", "call [number]", id="a telephone number"),
        pytest.param("on 2026-09-17 08:00", "on [number]", id="a moment"),
        pytest.param("at KÖLN depot", "at [place] depot", id="the place"),
        pytest.param("Kölner Dom", "Kölner Dom", id="a longer word with the place in it stays"),
        pytest.param("到达深圳中心", "到达[place]中心", id="a place among Chinese"),
        pytest.param("DE depot", "DE depot", id="two letters are no place"),
        pytest.param("blue KETTLE of Kettle House", "[name] of [name]", id="label and seller"),
        pytest.param("see https://x.example/?q=1 now", "see [address removed] now", id="a link"),
        pytest.param("held\x1b[31m\u202e up", "held[31m up", id="what a terminal would obey"),
    ],
)
def test_what_is_private_is_taken_out(text: str, shown: str) -> None:
    assert shared(text) == shown


@given(st.text(alphabet="ab0123456789 -./:AZ深", max_size=120))
def test_no_run_of_six_digits_is_left(text: str) -> None:
    assert not re.search(r"\d{6}", shared(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("通関手続きのため", "ja"),
        ("清关异常", "zh"),
        ("통관 보류", "ko"),
        ("Зупинено, їде", "uk"),
        ("Задержано", "ru"),
        ("τελωνείο", "el"),
        ("المستودع", "ar"),
        ("מכס", "he"),
        ("Straße gesperrt", "de"),
        ("gümrükte değil", "tr"),
        ("Held", ""),
    ],
)
def test_letters_point_to_a_language_or_to_none(text: str, language: str) -> None:
    assert guessed_language(text) == language
