"""The whole verdict of one decision: what is remembered, what is told, when to look again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind, Memory
from monitor.alerts.values import Look, Manners, Present, Telling, Verdict
from monitor.schedule import Witness
from tests.alerts.test_decide_tables import (
    CHECKED,
    CRITICAL,
    DAY,
    FOUR,
    HELD,
    NOTICE,
    RESTARTED,
    T0,
    WARNING,
    countdown,
    matter,
    quiet,
    step,
    warned,
)

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.schedule import Episode


def at(day: float) -> datetime:
    return T0 + day * DAY


UNTOLD = Memory("import", at(-1), seen_change=T0)
TOLD = Memory(
    "import",
    at(3),
    step="warning",
    told_at=at(3),
    told=1,
    worst=WARNING,
    seen_change=T0,
    heard=(("warning", at(3)),),
)
OPENED = Telling(Kind.OPENED, WARNING, "warning has come", HELD, FOUR[1])
OVER = Telling(Kind.RESOLVED, WARNING, "nothing is left of clearance", ended="import")


def test_the_memory_these_tables_begin_with_is_that_of_an_owner_who_was_warned() -> None:
    assert warned().memory == TOLD


def decided(
    memory: Memory | None,
    day: float,
    episode: Episode | None,
    *,
    changed: float = 0,
    muted: bool = False,
) -> Verdict:
    present = Present(at(day), at(changed))
    return decide("clearance", memory, episode, present, Manners(), muted=muted)


def as_of(day: float, memory: Memory = TOLD, *heard: tuple[str, float], **facts: Any) -> Memory:
    """The memory after it was told of once more on that day, with what was heard then."""
    known = (*memory.heard, *((key, at(moment)) for key, moment in heard))
    return replace(memory, **{"told_at": at(day), "told": memory.told + 1, "heard": known, **facts})


SLOW = matter(step("slow", 9), anchor="export")
ASKED = matter(step("asked", 4, NOTICE), anchor="export")


@pytest.mark.parametrize(
    ("memory", "day", "episode", "more", "verdict"),
    [
        pytest.param(None, -1, HELD, {}, Verdict(UNTOLD, look=Look(T0)), id="nothing has come yet"),
        pytest.param(None, 3, HELD, {}, Verdict(TOLD, (OPENED,), Look(at(4))), id="it opens"),
        pytest.param(
            UNTOLD,
            3,
            HELD,
            {"changed": 2},
            Verdict(replace(TOLD, opened_at=at(-1), seen_change=at(2)), (OPENED,), Look(at(4))),
            id="it opens after it was watched for a while",
        ),
        pytest.param(
            replace(TOLD, closed_at=at(2)),
            3,
            HELD,
            {},
            Verdict(TOLD, (OPENED,), Look(at(4))),
            id="what had ended opens as a matter of its own",
        ),
        pytest.param(
            replace(TOLD, reminders=2),
            7,
            HELD,
            {},
            Verdict(
                as_of(7, TOLD, ("critical", 7), step="critical", worst=CRITICAL),
                (Telling(Kind.ESCALATED, CRITICAL, "critical has come", HELD, FOUR[2]),),
                Look(at(8)),
            ),
            id="it escalates, and the reminders begin anew",
        ),
        pytest.param(
            TOLD,
            5,
            (milder := matter(FOUR[1], step("milder", 5, NOTICE))),
            {},
            Verdict(
                as_of(5, TOLD, ("milder", 5), step="milder", worst=WARNING),
                (Telling(Kind.ESCALATED, NOTICE, "milder has come", milder, milder.steps[1]),),
            ),
            id="a milder step follows: its end still goes to those who heard the worst",
        ),
        pytest.param(
            TOLD,
            4,
            HELD,
            {},
            Verdict(
                as_of(4, reminders=1),
                (Telling(Kind.REMINDED, WARNING, "warning still holds", HELD, FOUR[1]),),
                Look(at(7)),
            ),
            id="it is reminded of",
        ),
        pytest.param(
            replace(TOLD, acknowledged_at=at(3.1)),
            5,
            (old := matter(*FOUR[:2], deadlines=(("shop", at(9)),))),
            {},
            Verdict(replace(TOLD, acknowledged_at=at(3.1)), look=Look()),
            id="a deadline that was not told with it is not remembered as told",
        ),
        pytest.param(
            replace(TOLD, acknowledged_at=at(3.1), deadlines=(("shop", at(8)),)),
            5,
            old,
            {},
            Verdict(
                as_of(
                    5,
                    TOLD,
                    ("warning", 3),
                    acknowledged_at=at(3.1),
                    deadlines=old.deadlines,
                ),
                (Telling(Kind.NEWS, WARNING, "the deadline shop moved", old, FOUR[1]),),
                Look(),
            ),
            id="a deadline moves under an acknowledgement, which stays",
        ),
    ],
)
def test_what_is_told_is_remembered_with_its_moment_and_counted(
    memory: Memory | None, day: float, episode: Episode, more: dict[str, Any], verdict: Verdict
) -> None:
    assert decided(memory, day, episode, **more) == verdict


@pytest.mark.parametrize(
    ("memory", "day", "episode", "more", "verdict"),
    [
        pytest.param(
            TOLD, 4, None, {"changed": 3.9}, Verdict(as_of(4, closed_at=at(4)), (OVER,)),
            id="resolved: the end was told, too",
        ),
        pytest.param(
            UNTOLD, 4, None, {"changed": 3.9}, Verdict(replace(UNTOLD, closed_at=at(4))),
            id="nobody was told of it: closed without a word",
        ),
        pytest.param(
            TOLD, 4, None, {}, Verdict(replace(TOLD, withdrawn_since=at(4)), look=Look(at(4.5))),
            id="taken back: it stays open for half a day",
        ),
        pytest.param(
            replace(TOLD, withdrawn_since=at(4)), 4.2, None, {},
            Verdict(replace(TOLD, withdrawn_since=at(4)), look=Look(at(4.5))),
            id="taken back a while ago: the half day does not begin anew",
        ),
        pytest.param(
            replace(TOLD, withdrawn_since=at(4)), 4.5, None, {},
            Verdict(as_of(4.5, withdrawn_since=at(4), closed_at=at(4.5)), (replace(OVER, withdrawn=True),)),
            id="taken back for half a day: resolved, and said to be taken back",
        ),
        pytest.param(
            replace(TOLD, withdrawn_since=at(3.2)), 3.5, HELD, {}, Verdict(TOLD, look=Look(at(4))),
            id="taken back and shown again: open as if nothing had been",
        ),
        pytest.param(
            TOLD, 5, matter(*FOUR, until=at(5)), {}, Verdict(replace(TOLD, closed_at=at(5))),
            id="its time is over: closed without a word",
        ),
        pytest.param(
            None, 5, matter(*FOUR, until=at(5)), {}, Verdict(None),
            id="its time was over when it was first seen: nothing to remember",
        ),
        pytest.param(
            TOLD, 4, SLOW, {"changed": 4},
            Verdict(Memory("export", at(4), seen_change=at(4)), (OVER,), Look(at(9)), as_of(4, closed_at=at(4))),
            id="another matter that has nothing to say: the end was told for itself",
        ),
        pytest.param(
            TOLD, 4, ASKED, {"changed": 4},
            Verdict(
                as_of(4, Memory("export", at(4)), ("asked", 4), step="asked", worst=NOTICE, seen_change=at(4)),
                (Telling(Kind.OPENED, NOTICE, "asked has come", ASKED, ASKED.steps[0], ended="import"),),
                closed=replace(TOLD, closed_at=at(4)),
            ),
            id="another matter that speaks: the end is part of that message and no telling of its own",
        ),
        pytest.param(
            UNTOLD, 4, SLOW, {"changed": 4},
            Verdict(Memory("export", at(4), seen_change=at(4)), (), Look(at(9)), replace(UNTOLD, closed_at=at(4))),
            id="another matter, and nobody was told of the old: closed without a word",
        ),
    ],
)  # fmt: skip
def test_how_a_matter_ends_is_remembered(
    memory: Memory | None,
    day: float,
    episode: Episode | None,
    more: dict[str, Any],
    verdict: Verdict,
) -> None:
    assert decided(memory, day, episode, **more) == verdict


SEEN = replace(TOLD, acknowledged_at=at(3.1))
WAVED = replace(SEEN, deadlines_too=True)
LAST = matter(*FOUR[:2], FOUR[2]._replace(insists=True), FOUR[3])
ASLEEP = replace(TOLD, snoozed_until=at(6))


@pytest.mark.parametrize(
    ("memory", "day", "episode", "more", "verdict"),
    [
        pytest.param(
            SEEN, 6, HELD, {}, Verdict(SEEN, look=Look(at(7))),
            id="acknowledged: nothing until the next step",
        ),
        pytest.param(
            SEEN, 3.5, HELD, {"changed": 3.4}, Verdict(replace(TOLD, seen_change=at(3.4)), look=Look(at(4))),
            id="acknowledged, and something new was heard: the acknowledgement is over",
        ),
        pytest.param(
            WAVED, 8, LAST, {}, Verdict(WAVED, look=Look(at(14))),
            id="the last warnings waved off, too: the one that came is not held for told",
        ),
        pytest.param(
            WAVED, 7, HELD, {},
            Verdict(
                as_of(7, WAVED, ("critical", 7), step="critical", worst=CRITICAL, acknowledged_at=None),
                (Telling(Kind.ESCALATED, CRITICAL, "critical has come", HELD, FOUR[2]),),
                Look(at(8)),
            ),
            id="the last warnings waved off, too: a later step that is none of them is told",
        ),
        pytest.param(
            ASLEEP, 4, HELD, {}, Verdict(ASLEEP, look=Look(at(6))),
            id="asleep: the reminder waits for the end of the snooze",
        ),
        pytest.param(
            replace(ASLEEP, snoozed_until=at(9)), 8, HELD, {},
            Verdict(replace(ASLEEP, snoozed_until=at(9)), look=Look(at(9))),
            id="asleep: a step that came is not held for told",
        ),
        pytest.param(
            ASLEEP, 4, matter(*RESTARTED), {"changed": 3.5},
            Verdict(replace(ASLEEP, seen_change=at(3.5)), look=Look(at(5))),
            id="asleep: what was told is not held for taken back",
        ),
        pytest.param(
            ASLEEP, 6, HELD, {},
            Verdict(
                as_of(6, ASLEEP, reminders=1),
                (Telling(Kind.REMINDED, WARNING, "warning still holds", HELD, FOUR[1]),),
                Look(at(7)),
            ),
            id="at the end of the snooze: reminded of, and the snooze asks for no more looks",
        ),
        pytest.param(
            None, 3, HELD, {"muted": True},
            Verdict(Memory("import", at(3), seen_change=T0), look=Look(at(7))),
            id="silenced by another rule from the start: it begins, and its next step is waited for",
        ),
        pytest.param(
            TOLD, 7, HELD, {"muted": True}, Verdict(TOLD, look=Look(at(14))),
            id="silenced by another rule: no reminder is waited for, and what came is not told",
        ),
        pytest.param(
            SEEN, 8, HELD, {"muted": True, "changed": 7.5}, Verdict(SEEN, look=Look(at(14))),
            id="silenced by another rule: nothing is forgotten, and news is kept for later",
        ),
        pytest.param(
            TOLD, 8, None, {"muted": True, "changed": 7.5}, Verdict(TOLD),
            id="silenced by another rule when the trouble ends: still open",
        ),
    ],
)  # fmt: skip
def test_what_keeps_silent_is_not_held_for_told(
    memory: Memory | None,
    day: float,
    episode: Episode | None,
    more: dict[str, Any],
    verdict: Verdict,
) -> None:
    assert decided(memory, day, episode, **more) == verdict


AB = matter(step("a", 0, NOTICE), step("b", 1, NOTICE), step("c", 30))
B_PUT_OFF = matter(step("a", 0, NOTICE), step("b", 5, NOTICE))
NOTED = Memory(
    "import",
    T0,
    step="b",
    told_at=at(1),
    told=2,
    worst=NOTICE,
    seen_change=T0,
    heard=(("a", T0), ("b", at(1))),
)
BACK = as_of(4, TOLD, ("", 3.5), ("notice", 0), step="notice", seen_change=at(3.5))
STALE = matter(step("x", 0, NOTICE, nags=False))


@pytest.mark.parametrize(
    ("memory", "day", "episode", "changed", "verdict"),
    [
        pytest.param(
            TOLD, 4, matter(*RESTARTED), 3.5,
            Verdict(
                BACK,
                (Telling(Kind.NEWS, WARNING, "something new was heard", matter(*RESTARTED), FOUR[0]),),
                Look(at(5)),
            ),
            id="a warning fell back: told as news, at the change it came with",
        ),
        pytest.param(
            BACK, 4.1, HELD, 0, Verdict(replace(BACK, step="warning"), look=Look(at(5))),
            id="what was told stands again as it was told: known, and no telling",
        ),
        pytest.param(
            replace(BACK, step="warning"), 4.2, matter(*RESTARTED), 3.5, Verdict(BACK, look=Look(at(5))),
            id="and falls back again with the change that was told: known, and no telling",
        ),
        pytest.param(
            BACK, 4.2, matter(step("warning", 9)), 3.5, Verdict(replace(BACK, step=None), look=Look(at(9))),
            id="and falls to nothing at all: known, and no telling",
        ),
        pytest.param(
            NOTED, 2, B_PUT_OFF, 1.5,
            Verdict(replace(NOTED, step="a", seen_change=at(1.5)), look=Look(at(5))),
            id="a mere notice fell back: no telling, and the step it is at is remembered",
        ),
        pytest.param(
            NOTED, 2, matter(step("b", 5, NOTICE)), 1.5,
            Verdict(replace(NOTED, step=None, seen_change=at(1.5)), look=Look(at(5))),
            id="a mere notice fell to nothing: no telling, and that is remembered",
        ),
        pytest.param(
            replace(NOTED, step=None), 2, matter(step("older", 0.5, NOTICE), step("b", 5, NOTICE)), 0,
            Verdict(replace(NOTED, step="older"), look=Look(at(5))),
            id="an older notice is uncovered: no telling, and the step it is at is remembered",
        ),
        pytest.param(
            NOTED, 2, AB, 0, Verdict(NOTED, look=Look(at(30))), id="nothing moved: nothing changes",
        ),
        pytest.param(
            UNTOLD, 7, STALE, 0, Verdict(replace(UNTOLD, step="x")),
            id="old news: known without a telling",
        ),
    ],
)  # fmt: skip
def test_what_falls_back_is_remembered_where_it_stands(
    memory: Memory, day: float, episode: Episode, changed: float, verdict: Verdict
) -> None:
    assert decided(memory, day, episode, changed=changed) == verdict


@pytest.mark.parametrize("later", [8, 9])
def test_old_news_that_a_source_dates_anew_is_still_no_news(later: float) -> None:
    """Once known, the moment at which it is said to have happened makes it no newer."""
    known = decided(None, 7, STALE).memory
    redated = matter(step("x", later - 1, NOTICE, nags=False))

    assert decided(known, later, redated) == Verdict(replace(known or UNTOLD, step="x"))


def test_a_step_that_insists_and_was_put_off_in_a_snooze_is_told_through_it_when_it_comes() -> None:
    owner = quiet()
    milder = step("last-7", 0, NOTICE, insists=True)
    last = step("last-3", 1, NOTICE, insists=True)
    assert owner.hears(0, matter(milder, last)) == ["opened last-7"]
    assert owner.hears(1, matter(milder, last)) == ["escalated last-3"]
    owner.silent_until(9)
    put_off = matter(milder, last._replace(at=at(5)))

    assert owner.hears(2, put_off, changed=1.5) == []
    assert owner.hears(5, put_off, changed=1.5) == ["escalated last-3"]


def test_at_the_end_of_a_snooze_a_notice_that_fell_back_is_said_at_once_where_it_stands() -> None:
    owner = quiet()
    steps = AB.steps[:2]
    assert owner.hears(0, matter(*steps)) == ["opened a"]
    assert owner.hears(1, matter(*steps)) == ["escalated b"]
    owner.silent_until(3)

    assert owner.hears(2, B_PUT_OFF, changed=1.5) == []
    assert owner.hears(3, B_PUT_OFF, changed=1.5) == ["reminded a"]
    assert owner.memory is not None
    assert owner.memory.heard == (("a", T0), ("b", at(1)))  # a reminder is no news


def test_a_witness_that_is_lost_asks_for_no_look_before_the_reminder() -> None:
    seen = decided(None, 3, matter(*CHECKED, verified=at(3)))
    assert seen.memory == TOLD

    assert decided(TOLD, 3.5, matter(*CHECKED)) == Verdict(TOLD, look=Look(None, at(4)))


def test_a_deadline_that_moved_is_remembered_as_told() -> None:
    before, after = countdown(10), countdown(12)
    (first, _) = before.steps
    told = decided(None, 5, before)
    opened = Telling(Kind.OPENED, WARNING, "last-7 has come", before, first)
    memory = Memory(
        "aliexpress",
        at(5),
        step="last-7",
        told_at=at(5),
        told=1,
        worst=WARNING,
        seen_change=T0,
        deadlines=before.deadlines,
        heard=(("last-7", at(3)),),
    )
    assert told == Verdict(memory, (opened,), Look(at(6)))
    moved = Telling(Kind.NEWS, WARNING, "the deadline aliexpress moved", after, after.steps[0])
    kept = as_of(5, memory, ("last-7", 5), deadlines=after.deadlines)
    assert decided(told.memory, 5, after) == Verdict(kept, (moved,), Look(at(6)))


def test_a_fall_back_is_told_although_a_deadline_had_moved_with_the_same_change() -> None:
    """The owner edits a date, and later a source takes back what the warning was about."""
    owner = quiet()
    by = (("shop", at(20)),), (("shop", at(22)),)
    assert owner.hears(3, matter(*FOUR, deadlines=by[0])) == ["opened warning"]
    assert owner.hears(3.1, matter(*FOUR, deadlines=by[1])) == ["news warning"]

    assert owner.hears(4, matter(FOUR[0], deadlines=by[1])) == ["news notice"]
    assert owner.hears(4.1, matter(*FOUR, deadlines=by[1])) == []
    assert owner.hears(4.2, matter(FOUR[0], deadlines=by[1])) == []


def test_a_step_that_waits_for_other_sources_is_looked_at_when_it_waits_no_longer() -> None:
    waiting = matter(FOUR[0], step("silent", 3, witness=Witness.CHECK), verified=at(3), heard=at(2))
    known = decided(None, 0, waiting).memory

    assert decided(known, 3, waiting).look == Look(at(3.25), at(3))
