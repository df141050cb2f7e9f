"""Matters: one open row per subject and rule, its memory, its schedule, and what was before."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from monitor.alerts.memory import Kind, Memory
from monitor.schedule import Severity
from tests.history.given import (
    DAY,
    HOUR,
    NOW,
    episode,
    full_episode,
    memory,
    message,
    parcel,
    states,
    step,
    tell,
)

if TYPE_CHECKING:
    from monitor.history import History
    from monitor.history.schedules import Matter
    from monitor.parcel import Parcel
    from monitor.schedule import Episode

RULE = "clearance"
FULL_MEMORY = Memory(
    anchor="import",
    opened_at=NOW,
    step="warning",
    told_at=NOW + HOUR,
    reminders=2,
    told=3,
    worst=Severity.CRITICAL,
    acknowledged_at=NOW + 2 * HOUR,
    snoozed_until=NOW + DAY,
    seen_change=NOW - DAY,
    withdrawn_since=NOW + 3 * HOUR,
    deadlines=(("policy", NOW + 9 * DAY),),
    closed_at=NOW + 4 * HOUR,
)


def open_one(history: History, who: Parcel) -> Matter:
    return history.matters.of([who.id])[who.id][RULE]


def save(
    history: History, who: Parcel, plan: Episode | None, told: Memory | None, *messages: object
) -> None:
    history.matters.save(who.id, RULE, plan, told, messages, NOW)


def test_every_field_of_a_schedule_and_of_a_memory_is_kept(
    history: History, watched: Parcel
) -> None:
    assert all(getattr(FULL_MEMORY, f.name) is not None for f in fields(Memory))
    plan = full_episode(f"parcel:{watched.id}")
    still_open = replace(FULL_MEMORY, closed_at=None)
    save(history, watched, plan, still_open)
    kept = open_one(history, watched)
    assert (kept.episode, kept.memory, kept.ever_told) == (plan, still_open, True)
    save(history, watched, plan, FULL_MEMORY)
    (closed,) = history.matters.history(watched.id)
    assert (closed.episode, closed.memory) == (plan, FULL_MEMORY)


def test_a_closed_matter_stays_as_history_and_the_next_is_another_row(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id)
    save(history, watched, None, memory(closed_at=NOW))
    assert history.matters.of([watched.id]) == {}
    tell(history, watched.id)
    first, second = history.matters.history(watched.id)
    assert (first.memory.closed_at, second.memory.closed_at) == (NOW, None)
    assert first.episode == second.episode


def test_there_is_never_more_than_one_open_row(history: History, watched: Parcel) -> None:
    for told in (1, 2, 3):
        tell(history, watched.id, told=told)
    assert [m.memory.told for m in history.matters.history(watched.id)] == [3]


def test_another_anchor_closes_the_old_matter_and_opens_its_own(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    save(history, watched, episode(anchor="second"), memory(1, "second"), message())
    first, second = history.matters.history(watched.id)
    assert (first.memory.anchor, first.memory.closed_at) == ("import", NOW)
    assert (second.memory.anchor, second.memory.closed_at) == ("second", None)
    assert list(states(history).values()) == ["dropped", "pending"]


def test_no_memory_ends_a_told_matter_without_a_word(history: History, watched: Parcel) -> None:
    tell(history, watched.id, message())
    save(history, watched, None, None)
    (closed,) = history.matters.history(watched.id)
    assert closed.memory.closed_at == NOW
    assert list(states(history).values()) == ["dropped"]


def test_no_memory_leaves_nothing_of_what_was_never_told(history: History, watched: Parcel) -> None:
    history.matters.refresh(watched.id, {RULE: episode()}, NOW)
    save(history, watched, None, None)
    assert history.matters.history(watched.id) == ()


def test_no_memory_with_a_schedule_keeps_the_schedule(history: History, watched: Parcel) -> None:
    plan = episode(f"parcel:{watched.id}")
    save(history, watched, plan, None)
    kept = open_one(history, watched)
    assert (kept.episode, kept.ever_told) == (plan, False)


def test_a_rule_that_has_nothing_for_the_moment_shows_no_schedule(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id)
    save(history, watched, None, memory(withdrawn_since=NOW))
    kept = open_one(history, watched)
    assert (kept.episode, kept.memory.withdrawn_since) == (None, NOW)
    save(history, watched, None, memory(closed_at=NOW))
    (closed,) = history.matters.history(watched.id)
    assert closed.episode is not None


def test_closing_what_another_pass_has_closed_says_nothing_again(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id)
    for _ in range(2):
        save(history, watched, None, memory(closed_at=NOW), message(Kind.NEWS))
    assert len(states(history)) == 1
    assert len(history.matters.history(watched.id)) == 1


def test_refreshing_stores_the_plan_and_touches_nothing_that_was_told(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id)
    acked = replace(open_one(history, watched).memory, acknowledged_at=NOW)
    save(history, watched, episode(f"parcel:{watched.id}"), acked)
    later = episode(f"parcel:{watched.id}", steps=(step(at=NOW + 9 * DAY),))
    history.matters.refresh(watched.id, {RULE: later}, NOW)
    kept = open_one(history, watched)
    assert (kept.episode, kept.memory) == (later, acked)


def test_refreshing_makes_rows_for_new_plans_and_removes_those_that_came_to_nothing(
    history: History, watched: Parcel
) -> None:
    subject = f"parcel:{watched.id}"
    plans = {rule: episode(subject, rule=rule) for rule in (RULE, "silence")}
    history.matters.refresh(watched.id, plans, NOW)
    found = history.matters.of([watched.id])[watched.id]
    assert {rule: m.episode for rule, m in found.items()} == plans
    untold = Memory(anchor="import", opened_at=NOW)
    assert {m.memory for m in found.values()} == {untold}
    history.matters.refresh(watched.id, {"silence": plans["silence"]}, NOW)
    assert [m.rule for m in history.matters.history(watched.id)] == ["silence"]


def test_refreshing_with_nothing_keeps_what_was_told_until_it_is_decided(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id)
    history.matters.refresh(watched.id, {}, NOW)
    kept = open_one(history, watched)
    assert (kept.episode, kept.memory.closed_at) == (None, None)


def test_a_plan_of_another_matter_replaces_one_nobody_was_told_of(
    history: History, watched: Parcel
) -> None:
    history.matters.refresh(watched.id, {RULE: episode()}, NOW)
    history.matters.refresh(watched.id, {RULE: episode(anchor="second")}, NOW + DAY)
    (kept,) = history.matters.history(watched.id)
    assert (kept.memory.anchor, kept.memory.opened_at) == ("second", NOW + DAY)


def test_the_end_of_the_watch_closes_everything_without_a_word(
    history: History, watched: Parcel
) -> None:
    tell(history, watched.id, message())
    tell(history, watched.id, message(), rule="silence")
    history.matters.close_all(watched.id, NOW + DAY)
    assert history.matters.of([watched.id]) == {}
    assert {m.memory.closed_at for m in history.matters.history(watched.id)} == {NOW + DAY}
    assert list(states(history).values()) == ["dropped", "dropped"]


def gone(history: History, who: Parcel) -> None:
    history.parcels.remove(who.id)


def done(history: History, who: Parcel) -> None:
    history.parcels.change(replace(who, done_at=NOW))


@pytest.mark.parametrize("ended", [gone, done])
def test_nothing_is_stored_for_a_parcel_that_was_done_or_removed_while_it_was_judged(
    history: History, watched: Parcel, ended: object
) -> None:
    assert callable(ended)
    ended(history, watched)
    tell(history, watched.id, message())
    history.matters.refresh(watched.id, {RULE: episode()}, NOW)
    assert history.matters.history(watched.id) == ()
    assert states(history) == {}


def test_matters_of_the_service_have_the_adapter_or_channel_as_their_subject(
    history: History, watched: Parcel
) -> None:
    plan = episode("seventeentrack", "seventeentrack", rule="blind")
    told = memory(anchor="seventeentrack")
    history.matters.save("seventeentrack", "blind", plan, told, [message(number=None)], NOW)
    tell(history, watched.id)
    found = history.matters.of_service()
    assert found["seventeentrack"]["blind"].episode == plan
    assert list(found) == ["seventeentrack"]
    assert list(history.matters.of([watched.id])) == [watched.id]
    history.matters.close_all("seventeentrack", NOW)
    assert history.matters.of_service() == {}


def test_the_matters_of_many_parcels_come_from_one_question(history: History) -> None:
    ids = [history.parcels.add(parcel(f"A{n}")).id for n in range(3)]
    for parcel_id in ids[:2]:
        tell(history, parcel_id)
    assert {i: list(m) for i, m in history.matters.of(ids).items()} == {
        ids[0]: [RULE],
        ids[1]: [RULE],
    }


def test_a_message_is_stored_with_its_verdict_or_not_at_all(
    history: History, watched: Parcel
) -> None:
    def judge() -> None:
        with history.write_tx():
            tell(history, watched.id, message())
            raise ValueError("after saving")

    with pytest.raises(ValueError, match="after"):
        judge()
    assert history.matters.of([watched.id]) == {}
    assert states(history) == {}


def test_the_views_show_open_alerts_and_deadlines_in_words(
    history: History, watched: Parcel
) -> None:
    save(history, watched, full_episode(f"parcel:{watched.id}"), memory())
    (alert,) = history._store.rows("SELECT * FROM open_alerts")
    assert (alert["number"], alert["rule"], alert["worst"]) == (watched.number, RULE, "warning")
    assert alert["told_utc"] == "2026-09-01 08:00:00"
    deadlines = history._store.rows("SELECT deadline, at_utc FROM deadlines")
    assert [tuple(row) for row in deadlines] == [
        ("pay_by", "2026-09-02 08:00:00"),
        ("policy", "2026-09-10 08:00:00"),
    ]
    (overview,) = history._store.rows("SELECT * FROM parcel_overview")
    assert (overview["number"], overview["open_alerts"]) == (watched.number, 1)
