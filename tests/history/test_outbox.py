"""The outbox: leased before sending, settled after, never silently lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from monitor.alerts.hours import Gate
from monitor.alerts.memory import Kind
from monitor.errors import BadInput
from monitor.history.letters import LONGEST_PAUSE, pause
from monitor.schedule import Severity
from tests.history.given import (
    DAY,
    HOUR,
    NOW,
    episode,
    memory,
    message,
    states,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.history import History
    from monitor.history.letters import Batch, OutboxRow
    from monitor.parcel import Parcel

LEASE = timedelta(seconds=121)
SECOND = timedelta(seconds=1)


def claim(
    history: History, now: datetime = NOW, holder: str = "daemon", **how: object
) -> Batch | None:
    return history.outbox.claim("phone", now, holder, len, **how)


def claimed(history: History, now: datetime = NOW, holder: str = "daemon") -> Batch:
    batch = claim(history, now, holder)
    assert batch is not None
    return batch


def only(history: History) -> OutboxRow:
    (row,) = history.outbox.rows()
    return row


def close(history: History, who: Parcel, *messages: object, told: int = 2) -> None:
    over = memory(told, closed_at=NOW)
    history.matters.save(who.id, "clearance", None, over, messages, NOW)


def test_a_message_waits_until_it_is_claimed_and_is_sent_once(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message(parcel_id=watched.id))
    row = only(history)
    assert (row.state, row.parcel_id, row.number) == ("pending", watched.id, watched.number)
    batch = claimed(history)
    assert ([r.id for r in batch.rows], batch.repeat) == ([row.id], False)
    assert claim(history, NOW, "poll") is None
    history.outbox.settle(batch, "sent", "", NOW)
    assert (only(history).state, only(history).sent_at) == ("sent", NOW)
    assert claim(history, NOW + DAY) is None


def test_saving_the_same_verdict_twice_sends_once(history: History, watched: Parcel) -> None:
    for _ in range(2):
        tell(history, watched.id, message(), message(channel="mail"))
    assert list(states(history).values()) == ["pending", "pending"]


def test_saving_the_same_verdict_twice_sends_once_in_whatever_order_the_channels_are(
    history: History, watched: Parcel
) -> None:
    """Between the two a restart may have read other settings."""
    tell(history, watched.id, message(), message(channel="mail"))
    tell(history, watched.id, message(channel="desk"), message(channel="mail"), message())
    assert sorted(row.channel for row in history.outbox.rows()) == ["desk", "mail", "phone"]


def test_two_tellings_of_one_verdict_on_one_channel_are_both_sent(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message(Kind.NEWS, title="a"), message(Kind.NEWS, title="b"))
    assert [row.title for row in claimed(history).rows] == ["a", "b"]


def test_a_claim_is_committed_before_it_returns(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message())
    with history.write_tx(), pytest.raises(RuntimeError):
        claim(history)
    assert only(history).state == "pending"


def test_the_most_urgent_go_first_and_only_as_many_as_fit(
    history: History, watched: Parcel
) -> None:
    for rule, severity in enumerate(
        [Severity.INFO, Severity.CRITICAL, Severity.NOTICE, Severity.CRITICAL]
    ):
        tell(history, watched.id, message(severity=severity), rule=f"r{rule}")
    batch = history.outbox.claim("phone", NOW, "daemon", lambda _: 3)
    assert batch is not None
    assert [row.rule for row in batch.rows] == ["r1", "r3", "r2"]
    assert [row.rule for row in claimed(history).rows] == ["r0"]


def test_of_two_as_grave_the_new_one_goes_before_a_reminder(
    history: History, watched: Parcel
) -> None:
    """A last day must not stand behind "still stuck"."""
    grave = Severity.CRITICAL
    tell(history, watched.id, message(Kind.REMINDED, severity=grave), rule="stuck")
    tell(history, watched.id, message(Kind.ESCALATED, severity=grave), rule="last")
    assert [row.rule for row in claimed(history).rows] == ["last", "stuck"]


@pytest.mark.parametrize(
    "fits",
    [
        pytest.param(lambda _: 0, id="none fits"),
        pytest.param(lambda _: -1, id="nonsense"),
    ],
)
def test_nothing_is_leased_when_nothing_fits(
    history: History, watched: Parcel, fits: Callable[[object], int]
) -> None:
    tell(history, watched.id, message())
    assert history.outbox.claim("phone", NOW, "daemon", fits) is None
    assert only(history).state == "pending"


def test_channels_do_not_wait_for_each_other(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message(), message(channel="mail"))
    history.outbox.settle(claimed(history), "failed", "refused", NOW)
    mail = history.outbox.claim("mail", NOW, "daemon", len)
    assert mail is not None
    history.outbox.settle(mail, "sent", "", NOW)
    assert list(states(history).values()) == ["pending", "sent"]


def test_a_held_back_message_is_not_due_before_its_time(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message(not_before=NOW + HOUR))
    assert claim(history) is None
    assert history.outbox.due_channels(NOW) == []
    assert history.outbox.due_channels(NOW + HOUR) == ["phone"]
    assert claimed(history, NOW + HOUR).rows


@pytest.mark.parametrize(
    ("severity", "gate", "due"),
    [
        pytest.param(Severity.INFO, Gate(), True, id="an info where every hour is open"),
        pytest.param(
            Severity.INFO, Gate(info_until=NOW - SECOND), False, id="one after the digest"
        ),
        pytest.param(Severity.INFO, Gate(info_until=NOW), True, id="one of the digest's moment"),
        pytest.param(
            Severity.NOTICE, Gate(info_until=NOW - SECOND), True, id="no digest of others"
        ),
        pytest.param(Severity.NOTICE, Gate(Severity.CRITICAL), False, id="a notice at night"),
        pytest.param(Severity.CRITICAL, Gate(Severity.CRITICAL), True, id="a grave one at night"),
    ],
)
def test_a_channel_is_due_exactly_when_the_hour_lets_something_be_claimed(
    history: History, watched: Parcel, severity: Severity, gate: Gate, due: bool
) -> None:
    tell(history, watched.id, message(severity=severity))
    assert history.outbox.due_channels(NOW, gate) == (["phone"] if due else [])
    assert (claim(history, gate=gate) is not None) is due


def test_after_a_failure_it_waits_unless_the_owner_asks(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message())
    history.outbox.settle(claimed(history), "failed", "no route", NOW)
    row = only(history)
    assert (row.state, row.maybe_sent, row.last_error) == ("pending", False, "no route")
    assert timedelta(seconds=15) <= row.next_at - NOW <= timedelta(seconds=31)
    assert claim(history) is None
    batch = claim(history, ignore_backoff=True)
    assert batch is not None
    assert (batch.repeat, batch.rows[0].attempts) == (False, 2)


@given(st.integers(1, 10**6), st.integers(1, 50))
def test_pauses_double_up_to_an_hour_spread_by_half_and_are_always_the_same(
    row_id: int, attempts: int
) -> None:
    longest = min(3600, 30 * 2 ** (attempts - 1))
    wait = pause(row_id, attempts)
    assert longest / 2 <= wait.total_seconds() <= longest <= LONGEST_PAUSE
    assert wait == pause(row_id, attempts)


def test_without_an_answer_the_very_same_rows_are_sent_again_as_a_repeat(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message(), rule="a")
    tell(history, watched.id, message(), rule="b")
    first = claimed(history)
    history.outbox.settle(first, "unknown", "time-out", NOW)
    tell(history, watched.id, message(severity=Severity.CRITICAL), rule="c")
    again = claimed(history, NOW + HOUR)
    assert (again.id, again.repeat) == (first.id, True)
    assert [row.id for row in again.rows] == [row.id for row in first.rows]
    assert [row.rule for row in claimed(history, NOW + HOUR).rows] == ["c"]


def test_a_definite_failure_frees_rows_to_be_sent_with_newer_ones(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message(), rule="a")
    history.outbox.settle(claimed(history), "failed", "503", NOW)
    tell(history, watched.id, message(), rule="b")
    assert [row.rule for row in claimed(history, NOW + HOUR).rows] == ["a", "b"]


def test_a_definite_failure_of_a_repeat_does_not_make_it_certain(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    first = claimed(history)
    history.outbox.settle(first, "unknown", "time-out", NOW)
    history.outbox.settle(claimed(history, NOW + HOUR), "failed", "503", NOW + HOUR)
    tell(history, watched.id, message(), rule="silence")
    again = claimed(history, NOW + 3 * HOUR)
    assert (again.id, again.repeat) == (first.id, True)
    assert [row.id for row in again.rows] == [row.id for row in first.rows]


def test_a_lease_that_ran_out_is_sent_again_as_a_repeat(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message())
    first = claimed(history)
    assert claim(history, NOW + timedelta(seconds=119), "poll") is None
    again = claimed(history, NOW + LEASE, "poll")
    assert (again.id, again.repeat, again.holder) == (first.id, True, "poll")


def test_what_a_dead_sender_held_is_due_at_once_and_that_of_a_living_one_is_left(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message(), rule="a")
    dead = claimed(history, NOW, "dead")
    tell(history, watched.id, message(), rule="b")
    claimed(history, NOW, "alive")
    assert history.outbox.reclaim(lambda holder: holder == "alive", NOW) == 1
    again = claimed(history, NOW, "next")
    assert (again.id, again.repeat) == (dead.id, True)
    assert claim(history, NOW, "next") is None


def test_sent_counts_even_when_the_lease_had_passed_to_another(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    slow = claimed(history, NOW, "slow")
    other = claimed(history, NOW + LEASE, "other")
    history.outbox.settle(slow, "sent", "", NOW + LEASE)
    history.outbox.settle(other, "failed", "503", NOW + LEASE)
    row = only(history)
    assert (row.state, row.maybe_sent) == ("sent", True)


def test_a_failure_told_by_one_who_lost_the_lease_is_not_heard(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    slow = claimed(history, NOW, "slow")
    claimed(history, NOW + LEASE, "other")
    history.outbox.settle(slow, "failed", "503", NOW + LEASE)
    assert only(history).state == "sending"


def test_a_message_is_tried_for_a_day_however_often_and_then_given_up_and_shown(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    now = NOW
    for attempt in range(25):
        assert only(history).state == "pending", attempt
        history.outbox.settle(claimed(history, now), "failed", "chat not found", now)
        now += HOUR
    row = only(history)
    assert (row.state, row.attempts, row.last_error) == ("dead", 25, "chat not found")
    assert history.outbox.rows(failed=True) == [row]
    assert claim(history, now + DAY, ignore_backoff=True) is None


def test_after_a_day_a_message_is_given_up_but_not_before_its_third_attempt(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    for attempt in (1, 2, 3):
        assert only(history).state == "pending", attempt
        now = NOW + DAY + attempt * HOUR
        history.outbox.settle(claimed(history, now), "failed", "503", now)
    assert only(history).state == "dead"


def test_a_message_that_kills_its_sender_every_time_is_given_up(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    for attempt in range(10):
        claimed(history, NOW, f"process {attempt}")
        history.outbox.reclaim(lambda _: False, NOW)
    assert claim(history) is None
    row = only(history)
    assert (row.state, row.maybe_sent) == ("dead", True)
    assert "without an answer" in row.last_error


def test_a_message_given_up_is_sent_at_once_when_the_owner_retries_it(
    history: History, watched: Parcel
) -> None:
    test_a_message_is_tried_for_a_day_however_often_and_then_given_up_and_shown(history, watched)
    later = NOW + 3 * DAY
    history.outbox.retry(only(history).id, later)
    batch = claimed(history, later)
    assert not batch.repeat
    history.outbox.settle(batch, "failed", "503", later)
    assert only(history).state == "pending"


def test_a_retry_of_what_may_have_arrived_says_so(history: History, watched: Parcel) -> None:
    test_a_message_that_kills_its_sender_every_time_is_given_up(history, watched)
    history.outbox.retry(only(history).id, NOW)
    assert claimed(history).repeat


def test_a_retry_does_not_wait_for_the_pause(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message())
    history.outbox.settle(claimed(history), "failed", "503", NOW)
    history.outbox.retry(only(history).id, NOW)
    assert claimed(history).rows


def sent(history: History) -> None:
    history.outbox.settle(claimed(history), "sent", "", NOW)


def sending(history: History) -> None:
    claimed(history)


def dropped(history: History) -> None:
    history.outbox.drop_unsent(only(history).episode_id or 0)


def untouched(_: History) -> None:
    """Nobody has tried to send it yet."""


def failed_once(history: History) -> None:
    history.outbox.settle(claimed(history), "failed", "503", NOW)


def told_anew(history: History) -> None:
    sent(history)
    tell(history, 1, message(Kind.ESCALATED), told=2)


@pytest.mark.parametrize(
    ("happened", "waits"),
    [
        pytest.param(untouched, {1: True}, id="it waits, and nothing was ever heard"),
        pytest.param(dropped, {1: True}, id="all of it was dropped before anybody heard it"),
        pytest.param(told_anew, {1: False}, id="something new waits after something was heard"),
        pytest.param(sent, {}, id="all was heard"),
        pytest.param(sending, {}, id="it may be heard at this moment"),
        pytest.param(failed_once, {}, id="it was tried, and may have arrived"),
    ],
)
def test_what_still_waits_to_be_heard(
    history: History, watched: Parcel, happened: Callable[[History], None], waits: dict[int, bool]
) -> None:
    tell(history, watched.id, message())
    happened(history)
    assert history.outbox.waiting([1, 2]) == waits
    assert history.outbox.waiting([]) == {}


@pytest.mark.parametrize(
    ("before", "says"),
    [
        pytest.param(sent, "Alert 1 was sent; there is nothing to retry.", id="sent"),
        pytest.param(sending, "being sent at this moment", id="being sent"),
        pytest.param(dropped, "overtaken by a later one", id="overtaken"),
    ],
)
def test_there_is_nothing_to_retry_when(
    history: History, watched: Parcel, before: Callable[[History], None], says: str
) -> None:
    tell(history, watched.id, message())
    before(history)
    with pytest.raises(BadInput, match=says):
        history.outbox.retry(1, NOW)


def test_an_alert_nobody_knows_cannot_be_retried(history: History) -> None:
    with pytest.raises(BadInput, match="There is no alert 7"):
        history.outbox.retry(7, NOW)


def test_a_later_telling_overtakes_one_that_still_waits(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message(), message(channel="mail"))
    tell(history, watched.id, message(Kind.ESCALATED), told=2)
    assert states(history) == {1: "dropped", 2: "pending", 3: "pending"}


def test_a_later_telling_does_not_overtake_one_that_may_have_arrived(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    history.outbox.settle(claimed(history), "unknown", "time-out", NOW)
    tell(history, watched.id, message(Kind.ESCALATED), told=2)
    assert list(states(history).values()) == ["pending", "pending"]


def test_what_failed_while_something_newer_was_said_is_overtaken(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    batch = claimed(history)
    tell(history, watched.id, message(Kind.ESCALATED), told=2)
    history.outbox.settle(batch, "failed", "503", NOW)
    assert list(states(history).values()) == ["dropped", "pending"]


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        pytest.param(None, ["dropped"], id="still waiting: nothing was told, nothing is over"),
        pytest.param("sent", ["sent", "pending"], id="sent: its end is told"),
        pytest.param("unknown", ["pending", "pending"], id="perhaps sent: its end is told"),
        pytest.param("failed", ["dropped"], id="failed: dropped, and its end with it"),
    ],
)
def test_the_end_goes_only_where_the_beginning_went(
    history: History, watched: Parcel, delivery: str | None, expected: list[str]
) -> None:
    tell(history, watched.id, message())
    if delivery is not None:
        history.outbox.settle(claimed(history), delivery, "", NOW)
    close(history, watched, message(Kind.RESOLVED))
    assert list(states(history).values()) == expected


def test_the_end_of_what_is_being_sent_waits_for_how_that_goes(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    batch = claimed(history)
    close(history, watched, message(Kind.RESOLVED))
    assert list(states(history).values()) == ["sending", "pending"]
    history.outbox.settle(batch, "failed", "503", NOW)
    assert list(states(history).values()) == ["dropped", "dropped"]


def test_the_end_is_told_per_channel(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message(), message(channel="mail"))
    history.outbox.settle(claimed(history), "sent", "", NOW)
    close(history, watched, message(Kind.RESOLVED), message(Kind.RESOLVED, channel="mail"))
    assert states(history) == {1: "sent", 2: "dropped", 3: "pending"}


def test_an_end_that_was_not_heard_on_one_channel_keeps_nothing_from_the_next(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message(channel="mail"), message())
    history.outbox.settle(claimed(history), "sent", "", NOW)
    close(history, watched, message(Kind.RESOLVED, channel="mail"), message(Kind.RESOLVED))
    sent = {row.id: (row.channel, row.kind, row.state) for row in history.outbox.rows()}
    assert sent == {
        1: ("mail", Kind.OPENED, "dropped"),
        2: ("phone", Kind.OPENED, "sent"),
        3: ("phone", Kind.RESOLVED, "pending"),
    }


def test_what_fails_after_its_parcel_was_done_is_not_sent_again(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    batch = claimed(history)
    history.matters.close_all(watched.id, NOW + HOUR)
    history.outbox.settle(batch, "failed", "503", NOW + HOUR)
    assert only(history).state == "dropped"


def test_a_last_word_that_is_no_resolution_is_tried_again_although_the_matter_is_closed(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id)
    close(history, watched, message(Kind.NEWS))
    history.outbox.settle(claimed(history), "failed", "503", NOW)
    assert only(history).state == "pending"


def test_settling_what_was_removed_meanwhile_is_no_error(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message(parcel_id=watched.id))
    batch = claimed(history)
    history.parcels.remove(watched.id)
    for delivery in ("failed", "unknown", "sent"):
        history.outbox.settle(batch, delivery, "", NOW)
    assert history.outbox.rows() == []


def test_lists_show_what_waits_and_what_failed(history: History, watched: Parcel) -> None:
    for rule in ("a", "b", "c"):
        tell(history, watched.id, message(parcel_id=watched.id), rule=rule)
        if rule == "a":
            history.outbox.settle(claimed(history), "sent", "", NOW)
        if rule == "b":
            history.outbox.settle(claimed(history), "failed", "503", NOW)

    def rules(**which: bool) -> list[str]:
        return [row.rule for row in history.outbox.rows(**which)]

    assert rules() == ["c", "b", "a"]
    assert rules(pending=True) == ["c", "b"]
    assert rules(failed=True) == ["b"]
    assert rules(pending=True, failed=True) == ["c", "b"]
    assert [row.rule for row in history.outbox.of_parcel(watched.id)] == ["a", "b", "c"]
    assert [row.rule for row in history.outbox.rows(limit=1)] == ["c"]


def test_a_channel_is_known_by_what_it_sent_and_since_when_it_fails(
    history: History, watched: Parcel
) -> None:
    for hours, delivery in enumerate(["sent", "failed", "failed"]):
        now = NOW + hours * HOUR
        tell(history, watched.id, message(), rule=f"r{hours}")
        batch = history.outbox.claim("phone", now, "daemon", lambda _: 1)
        assert batch is not None
        history.outbox.settle(batch, delivery, f"503 {hours}", now)
    state = history.outbox.channels()["phone"]
    assert (state.last_sent, state.pending, state.dead) == (NOW, 2, 0)
    assert state.last_error == "503 2"
    assert state.last_failure == NOW + 2 * HOUR
    assert state.failing_since is not None
    while (batch := claim(history, NOW + DAY)) is not None:
        history.outbox.settle(batch, "sent", "", NOW + DAY)
    state = history.outbox.channels()["phone"]
    assert (state.last_sent, state.failing_since, state.last_error) == (NOW + DAY, None, "")


def test_an_alert_about_the_service_has_no_parcel(history: History) -> None:
    plan = episode("mail", "mail", rule="channel_failing")
    note = message(subject="mail", number=None)
    history.matters.save("mail", "channel_failing", plan, memory(anchor="mail"), [note], NOW)
    row = only(history)
    assert (row.parcel_id, row.number, row.subject) == (None, None, "mail")


def test_text_no_database_can_hold_is_still_sent(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message(title="half \ud800", body="\udfff"))
    assert only(history).title == "half ?"


def test_a_moment_between_two_seconds_is_not_too_early(history: History, watched: Parcel) -> None:
    held = NOW + timedelta(milliseconds=300)
    tell(history, watched.id, message(not_before=held))
    assert claim(history, NOW) is None
    assert claimed(history, NOW + SECOND).rows
