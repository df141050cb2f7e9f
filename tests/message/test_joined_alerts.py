"""Several alerts for one channel as one message, of which nothing is left out."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from monitor.alerts.memory import Kind
from monitor.message.language import language
from monitor.message.parts import MESSAGE_LIMIT, Part, fitting, joined, urgency
from monitor.schedule import Severity


def part(title: str, body: str = "body", severity: Severity = Severity.WARNING) -> Part:
    return Part(Kind.OPENED, severity, title, body)


PARTS = st.lists(
    st.builds(
        Part,
        st.sampled_from(list(Kind)),
        st.sampled_from(list(Severity)),
        st.text(min_size=1, max_size=60),
        st.text(max_size=3000),
    ),
    min_size=1,
    max_size=6,
)


def test_one_alert_is_its_own_message() -> None:
    words = joined([part("Lamp: held", "the body")])

    assert words.title == "Lamp: held"
    assert words.body == "WARNING · the body"


def test_the_title_is_that_of_the_first_and_counts_the_others() -> None:
    words = joined([part("Lamp: held"), part("Hat: held"), part("Cup: held")])

    assert words.title == "Lamp: held (+2 more)"


def test_a_long_title_makes_room_for_the_count() -> None:
    words = joined([part("x" * 60), part("y")])

    assert words.title == "x" * 49 + "… (+1 more)"
    assert len(words.title) == 60


@pytest.mark.parametrize("number", [1, 3])
def test_a_repeat_begins_with_that_word(number: int) -> None:
    parts = [part(f"p{n}") for n in range(number)]

    assert joined(parts, repeat=True).body.startswith("(may be a repeat)\n\n")
    assert "repeat" not in joined(parts).body


@given(PARTS, st.booleans())
def test_a_joined_message_holds_every_part_in_the_order_given(
    parts: list[Part], repeat: bool
) -> None:
    words = joined(parts, repeat=repeat)
    place = 0

    assert len(words.title) <= 60
    for each in parts:
        own = each.body if len(parts) == 1 else f"{each.title}\n{each.body}"
        place = words.body.index(own, place) + 1


@given(PARTS)
def test_what_does_not_fit_goes_into_the_next_message_and_nothing_is_lost(
    parts: list[Part],
) -> None:
    sent: list[Part] = []
    while len(sent) < len(parts):
        rest = parts[len(sent) :]
        number = fitting(rest)
        assert 1 <= number <= len(rest)
        assert number == 1 or len(joined(rest[:number], repeat=True).body) <= MESSAGE_LIMIT
        if number < len(rest):
            assert len(joined(rest[: number + 1], repeat=True).body) > MESSAGE_LIMIT
        sent += rest[:number]

    assert sent == parts


@pytest.mark.parametrize(
    ("kind", "severity", "word"),
    [
        pytest.param(Kind.OPENED, Severity.CRITICAL, "CRITICAL", id="critical"),
        pytest.param(Kind.ESCALATED, Severity.WARNING, "WARNING", id="warning"),
        pytest.param(Kind.REMINDED, Severity.WARNING, "WARNING", id="a reminder"),
        pytest.param(Kind.OPENED, Severity.NOTICE, "Notice", id="notice"),
        pytest.param(Kind.OPENED, Severity.INFO, "Info", id="info"),
        pytest.param(Kind.NEWS, Severity.CRITICAL, "News", id="news, whatever was told before"),
        pytest.param(Kind.RESOLVED, Severity.CRITICAL, "Resolved", id="it is over"),
    ],
)
def test_a_part_begins_with_how_much_it_matters(kind: Kind, severity: Severity, word: str) -> None:
    assert urgency(kind, severity, language("en")) == word
