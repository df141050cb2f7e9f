"""When a channel that takes nothing is told about, and when that is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.circuit import ChannelRecord
from monitor.rules.channel_failing import ChannelFailing
from monitor.rules.registry import CHANNEL_WATCHES
from monitor.schedule import Episode, Severity, Step, Witness
from tests.dossiers import due_key, moment

T0 = moment("2026-09-07 10:00")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def failing(*, tried: datetime = T0, **facts: Any) -> ChannelRecord:
    given: dict[str, Any] = {"pending": 1, "waiting_since": T0, "last_failure": tried}
    return ChannelRecord("mail", **(given | facts))


@pytest.mark.parametrize(
    ("now", "tried", "key"),
    [
        pytest.param(T0 + 2 * HOUR - SECOND, T0 + HOUR, "", id="a second before two hours"),
        pytest.param(T0 + 2 * HOUR, T0 + 2 * HOUR, "failing", id="at two hours, just tried"),
        pytest.param(T0 + 9 * HOUR, T0 + HOUR, "", id="nobody has tried since: it slept"),
        pytest.param(T0 + 9 * HOUR, T0 + 9 * HOUR, "failing", id="tried after the night"),
    ],
)
def test_failing_is_told_after_two_hours_of_trying(
    now: datetime, tried: datetime, key: str
) -> None:
    assert due_key(ChannelFailing()(failing(tried=tried)), now) == key


def test_how_long_is_an_option() -> None:
    now = T0 + 5 * HOUR
    assert due_key(ChannelFailing(after=6)(failing(tried=now)), now) == ""


def lost(**facts: Any) -> ChannelRecord:
    given: dict[str, Any] = {"waiting_since": None, "pending": 0, "dead": 1, "given_up_at": T0}
    return failing(**(given | facts))


@pytest.mark.parametrize(
    ("record", "key"),
    [
        pytest.param(lost(), "given-up", id="at once"),
        pytest.param(lost(last_sent=T0 - HOUR), "given-up", id="whatever was sent before"),
        pytest.param(lost(last_sent=T0 + HOUR), "", id="not once the channel works again"),
    ],
)
def test_what_was_given_up_is_told(record: ChannelRecord, key: str) -> None:
    assert due_key(ChannelFailing()(record), T0 + 2 * HOUR) == key


def test_a_channel_that_works_has_no_matter() -> None:
    assert ChannelFailing()(ChannelRecord("mail", last_sent=T0)) is None


def test_the_rule_is_one_of_those_over_channels() -> None:
    assert CHANNEL_WATCHES["channel_failing"] is ChannelFailing


def test_all_that_is_said_of_a_channel_that_fails_and_has_lost_something() -> None:
    given_up = T0 + HOUR
    found = ChannelFailing()(failing(tried=T0 + 3 * HOUR, dead=1, given_up_at=given_up))
    assert found == Episode(
        "channel_failing",
        "mail",
        "channel",
        T0,
        (
            Step("failing", given_up, Severity.WARNING, "channel_failing", Witness.CHECK),
            Step("given-up", given_up, Severity.WARNING, "channel_given_up", remind=()),
        ),
        verified=T0 + 3 * HOUR,
    )


def test_what_was_sent_in_the_same_second_does_not_make_good_what_was_given_up() -> None:
    assert due_key(ChannelFailing()(lost(last_sent=T0)), T0 + HOUR) == "given-up"
