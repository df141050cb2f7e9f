"""The words about a channel that takes nothing."""

from __future__ import annotations

from datetime import UTC, timedelta

from monitor.alerts.memory import Kind
from monitor.alerts.values import Telling
from monitor.circuit import ChannelRecord
from monitor.message.channels import render_channel
from monitor.message.texts import Style
from monitor.rules.channel_failing import ChannelFailing
from monitor.schedule import Severity
from tests.dossiers import moment

T0 = moment("2026-09-07 10:00")
DETAIL = "mail (…) did not take the message: see https://evil.example/x. Second sentence."
RECORD = ChannelRecord("mail", pending=3, waiting_since=T0, last_failure=T0, detail=DETAIL)
EPISODE = ChannelFailing()(RECORD)


def written(kind: Kind, record: ChannelRecord = RECORD) -> str:
    step = EPISODE.steps[0] if EPISODE and kind is not Kind.RESOLVED else None
    telling = Telling(kind, Severity.WARNING, "", EPISODE, step)
    words = render_channel(telling, record, T0, Style(UTC))
    assert len(words.title) <= 60
    return f"{words.title}\n{words.body}"


def test_it_says_which_channel_since_when_what_waits_and_how_to_try_it() -> None:
    said = written(Kind.OPENED)
    assert said.startswith("mail: does not take messages\n")
    assert "Failing since Mon 7 Sep 2026, 10:00. 3 messages waiting" in said
    assert "parcels notify-test --channel mail" in said


def test_what_a_service_answered_holds_no_link_and_one_sentence() -> None:
    said = written(Kind.OPENED)
    assert "evil" not in said
    assert "Second sentence" not in said


def test_a_reminder_says_so() -> None:
    assert written(Kind.REMINDED).startswith("mail: reminder: does not take messages\n")


def test_its_end_says_when_it_took_a_message() -> None:
    works = ChannelRecord("mail", last_sent=T0 + timedelta(hours=5))
    said = written(Kind.RESOLVED, works)
    assert said.startswith("mail: takes messages again\n")
    assert "it took a message on Mon 7 Sep 2026, 15:00." in said
