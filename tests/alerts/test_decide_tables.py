"""What is told when: the life of one matter, told as short stories."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind, Memory
from monitor.alerts.values import Look, Manners, Present, Telling
from monitor.schedule import Episode, Severity, Step, Witness
from tests.dossiers import SECOND, moment

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
T0 = moment("2026-09-07 10:00")
NOTICE, WARNING, CRITICAL = Severity.NOTICE, Severity.WARNING, Severity.CRITICAL


def step(key: str, day: float, severity: Severity = WARNING, **more: Any) -> Step:
    return Step(key, T0 + day * DAY, severity, key, **more)


FOUR = (
    step("notice", 0, NOTICE),
    step("warning", 3, WARNING),
    step("critical", 7, CRITICAL),
    step("critical-again", 14, CRITICAL),
)
CHECKED = (FOUR[0], *(s._replace(witness=Witness.CHECK) for s in FOUR[1:]))


def matter(*steps: Step, anchor: str = "import", **more: Any) -> Episode:
    return Episode("clearance", "parcel:7", anchor, T0, steps, **more)


@dataclass
class Owner:
    """Judges one matter again and again, as a daemon does, and hears what is told."""

    manners: Manners = field(default_factory=Manners)
    memory: Memory | None = None
    look: Look = field(default_factory=Look)
    closed: Memory | None = None

    def judge(
        self,
        day: float | datetime,
        episode: Episode | None,
        *,
        changed: float | None = 0,
        muted: bool = False,
    ) -> list[Telling]:
        now = day if isinstance(day, datetime) else T0 + day * DAY
        present = Present(now, None if changed is None else T0 + changed * DAY)
        verdict = decide("clearance", self.memory, episode, present, self.manners, muted=muted)
        self.memory, self.look, self.closed = verdict.memory, verdict.look, verdict.closed
        again = decide("clearance", self.memory, episode, present, self.manners, muted=muted)
        assert again.tellings == ()
        assert again.memory == self.memory or again.memory is None
        return list(verdict.tellings)

    def hears(self, day: float | datetime, episode: Episode | None, **more: Any) -> list[str]:
        told = self.judge(day, episode, **more)
        return [f"{t.kind} {t.step.key}" if t.step else str(t.kind) for t in told]

    def silent_until(self, day: float) -> None:
        assert self.memory is not None
        self.memory = replace(self.memory, snoozed_until=T0 + day * DAY)

    def acknowledges(self, day: float) -> None:
        assert self.memory is not None
        self.memory = replace(self.memory, acknowledged_at=T0 + day * DAY)


def quiet() -> Owner:
    """An owner who wants no reminders."""
    return Owner(Manners(remind=()))


def warned(**more: Any) -> Owner:
    """An owner who was told the warning on day 3."""
    owner = Owner(**more)
    assert owner.hears(3, matter(*FOUR)) == ["opened warning"]
    return owner


def test_each_step_is_told_once_when_it_comes() -> None:
    owner = quiet()
    told = {day: owner.hears(day, matter(*FOUR)) for day in (-1, 0, 1, 3, 4, 7, 8, 14, 30)}

    assert {day: words for day, words in told.items() if words} == {
        0: ["opened notice"],
        3: ["escalated warning"],
        7: ["escalated critical"],
        14: ["escalated critical-again"],
    }


@pytest.mark.parametrize(
    ("seconds", "heard"),
    [
        pytest.param(-1, ["opened notice"], id="a second before the warning: the notice"),
        pytest.param(0, ["opened warning"], id="at the warning: the warning"),
        pytest.param(1, ["opened warning"], id="a second later: the warning"),
    ],
)
def test_a_matter_opens_at_the_step_it_is_at(seconds: int, heard: list[str]) -> None:
    assert Owner().hears(T0 + 3 * DAY + seconds * SECOND, matter(*FOUR)) == heard


def test_a_parcel_added_late_is_told_of_once() -> None:
    assert quiet().hears(60, matter(*FOUR)) == ["opened critical-again"]


def test_nothing_is_told_while_no_step_has_come() -> None:
    owner = Owner()

    assert owner.hears(-2, matter(*FOUR)) == []
    assert owner.look.judge_at == T0


def test_reminders_come_after_1_3_7_and_7_days() -> None:
    owner = Owner()
    hours = range(72, 72 + 24 * 26)
    reminded = [h for h in hours if owner.hears(h / 24, matter(*FOUR[:2])) == ["reminded warning"]]

    assert [(h - 72) / 24 for h in reminded] == [1, 4, 11, 18, 25]


@pytest.mark.parametrize(
    ("seconds", "heard"),
    [
        pytest.param(-1, [], id="a second before the pause is over"),
        pytest.param(0, ["reminded warning"], id="when the pause is over"),
    ],
)
def test_a_reminder_waits_for_its_pause(seconds: int, heard: list[str]) -> None:
    assert warned().hears(T0 + 4 * DAY + seconds * SECOND, matter(*FOUR)) == heard


@pytest.mark.parametrize(
    ("verified", "heard"),
    [
        pytest.param(None, [], id="nobody looked since"),
        pytest.param(3.99, [], id="looked before the pause was over"),
        pytest.param(4, ["reminded warning"], id="looked when it was over"),
    ],
)
def test_a_reminder_of_silence_needs_a_look_after_the_pause(
    verified: float | None, heard: list[str]
) -> None:
    owner = Owner()
    assert owner.hears(3, matter(*CHECKED, verified=T0 + 3 * DAY)) == ["opened warning"]

    look = None if verified is None else T0 + verified * DAY
    assert owner.hears(5, matter(*CHECKED, verified=look)) == heard


def test_a_reminder_of_silence_needs_a_look_after_the_step_when_that_has_moved() -> None:
    """A restart nobody judged in between: the old pause is over, the new silence is not known."""
    owner = Owner()
    assert owner.hears(3, matter(*CHECKED, verified=T0 + 3 * DAY)) == ["opened warning"]
    moved = matter(CHECKED[0], CHECKED[1]._replace(at=T0 + 9 * DAY), verified=T0 + 8 * DAY)

    assert owner.hears(10, moved, changed=5) == []


@pytest.mark.parametrize(
    ("severity", "more", "heard"),
    [
        pytest.param(NOTICE, {}, [], id="a notice is not repeated"),
        pytest.param(WARNING, {}, ["reminded x"], id="a warning is"),
        pytest.param(CRITICAL, {}, ["reminded x"], id="a critical one is"),
        pytest.param(WARNING, {"nags": False}, [], id="news is not, whatever its severity"),
        pytest.param(WARNING, {"remind": ()}, [], id="a step may want no reminder"),
        pytest.param(WARNING, {"remind": (40 * DAY,)}, [], id="a step may have a pause of its own"),
    ],
)
def test_who_is_reminded(severity: Severity, more: dict[str, Any], heard: list[str]) -> None:
    owner = Owner()
    only = matter(step("x", 0, severity, **more))
    assert owner.hears(0, only) == ["opened x"]

    assert owner.hears(30, only) == heard


# Restarts: something new was said and the due step falls back.

RESTARTED = (FOUR[0], *(s._replace(at=s.at + 2 * DAY) for s in FOUR[1:]))


def test_a_restart_after_a_warning_is_told_once_as_news() -> None:
    owner = warned()

    assert owner.hears(4, matter(*RESTARTED), changed=3.5) == ["news notice"]
    assert owner.hears(4.5, matter(*RESTARTED), changed=3.5) == []
    assert owner.hears(5, matter(*RESTARTED), changed=3.5) == ["escalated warning"]


def test_a_restart_after_a_mere_notice_is_not_told() -> None:
    owner = quiet()
    assert owner.hears(0, matter(step("a", 0, NOTICE), step("b", 1, NOTICE))) == ["opened a"]
    assert owner.hears(1, matter(step("a", 0, NOTICE), step("b", 1, NOTICE))) == ["escalated b"]
    moved = matter(step("a", 0, NOTICE), step("b", 5, NOTICE))

    assert owner.hears(2, moved, changed=1.5) == []
    assert owner.hears(5, moved, changed=1.5) == ["escalated b"]


def test_a_restart_may_leave_nothing_due_and_is_told_once_all_the_same() -> None:
    owner = Owner()
    assert owner.hears(5, matter(step("slow", 5))) == ["opened slow"]

    assert owner.hears(6, matter(step("slow", 11)), changed=5.5) == ["news"]
    assert owner.hears(7, matter(step("slow", 11)), changed=5.5) == []
    assert owner.hears(11, matter(step("slow", 11)), changed=5.5) == ["escalated slow"]


def test_a_restart_does_not_bring_reminders_of_the_milder_step() -> None:
    owner = warned()
    far = (FOUR[0], step("warning", 90))
    assert owner.hears(4, matter(*far), changed=3.5) == ["news notice"]

    assert owner.hears(60, matter(*far), changed=3.5) == []


@pytest.mark.parametrize(
    ("step_now", "heard"),
    [
        pytest.param(
            step("unanswered", 4, WARNING), ["escalated unanswered"], id="as grave: escalated"
        ),
        pytest.param(
            step("older", 2, WARNING), ["news older"], id="as grave, but from before: news"
        ),
        pytest.param(
            step("older", 3, WARNING), ["news older"], id="as grave, of the moment of telling: news"
        ),
        pytest.param(step("seized", 2, CRITICAL), ["escalated seized"], id="graver: escalated"),
        pytest.param(step("payment", 4, NOTICE), ["news payment"], id="milder: news"),
    ],
)
def test_another_turn_of_the_same_matter_is_weighed_by_severity(
    step_now: Step, heard: list[str]
) -> None:
    """A demand follows a silence that was told: the steps of before are gone."""
    assert warned().hears(4, matter(step_now), changed=4) == heard


def test_a_demand_that_is_taken_back_does_not_tell_the_notice_of_before_again() -> None:
    owner = quiet()
    assert owner.hears(0, matter(FOUR[0])) == ["opened notice"]
    assert owner.hears(1, matter(FOUR[0], step("payment", 1, NOTICE)), changed=1) == [
        "escalated payment"
    ]

    assert owner.hears(2, matter(FOUR[0]), changed=0) == []
    assert owner.hears(2, matter(FOUR[0]), changed=0) == []


# Acknowledgement and snooze.


def test_an_acknowledged_alert_is_not_repeated() -> None:
    owner = warned()
    owner.acknowledges(3.1)

    assert owner.hears(6, matter(*FOUR)) == []


def test_an_acknowledgement_ends_with_the_next_step() -> None:
    owner = warned()
    owner.acknowledges(3.1)

    assert owner.hears(7, matter(*FOUR)) == ["escalated critical"]
    assert owner.hears(8, matter(*FOUR)) == ["reminded critical"]


def test_an_acknowledgement_ends_when_something_changes() -> None:
    owner = warned()
    owner.acknowledges(3.1)
    assert owner.hears(3.5, matter(*FOUR), changed=3.4) == []

    assert owner.hears(4, matter(*FOUR), changed=3.4) == ["reminded warning"]


def test_an_acknowledgement_outlives_an_edited_deadline_and_a_withdrawn_event() -> None:
    owner = warned()
    owner.acknowledges(3.1)

    assert owner.hears(5, matter(*FOUR), changed=-4) == []
    assert owner.hears(6, matter(*FOUR), changed=None) == []


def test_nothing_is_said_in_a_snooze_and_what_holds_is_said_at_its_end() -> None:
    owner = warned()
    owner.silent_until(6)

    assert owner.hears(5.9, matter(*FOUR)) == []
    assert owner.look.judge_at == T0 + 6 * DAY
    assert owner.hears(6, matter(*FOUR)) == ["reminded warning"]
    assert owner.hears(6.5, matter(*FOUR)) == []


def test_a_step_that_came_in_a_snooze_is_told_at_its_end() -> None:
    owner = warned()
    owner.silent_until(9)

    assert owner.hears(8, matter(*FOUR)) == []
    assert owner.hears(9, matter(*FOUR)) == ["escalated critical"]


def test_a_restart_in_a_snooze_is_told_at_its_end() -> None:
    owner = warned()
    owner.silent_until(4.5)

    assert owner.hears(4, matter(*RESTARTED), changed=3.5) == []
    assert owner.hears(4.5, matter(*RESTARTED), changed=3.5) == ["news notice"]


def test_a_step_that_insists_is_told_through_a_snooze_once() -> None:
    last = matter(FOUR[0], step("last-1", 2, CRITICAL, insists=True))
    owner = Owner()
    assert owner.hears(0, last) == ["opened notice"]
    owner.silent_until(9)

    assert owner.hears(2, last) == ["escalated last-1"]
    assert owner.hears(5, last) == []


def test_a_step_that_insists_is_told_through_an_acknowledgement() -> None:
    last = matter(FOUR[1], step("last-1", 5, CRITICAL, insists=True))
    owner = Owner()
    assert owner.hears(3, last) == ["opened warning"]
    owner.acknowledges(3.1)

    assert owner.hears(5, last) == ["escalated last-1"]


def test_a_snooze_before_the_opening_delays_it() -> None:
    owner = Owner()
    assert owner.hears(-1, matter(*FOUR)) == []
    owner.silent_until(5)

    assert owner.hears(3, matter(*FOUR)) == []
    assert owner.hears(5, matter(*FOUR)) == ["opened warning"]


# The end.


def test_resolved_is_told_once_when_something_newer_was_said() -> None:
    owner = warned()

    assert owner.hears(4, None, changed=3.9) == ["resolved"]
    assert owner.hears(5, None, changed=3.9) == []


def test_resolved_is_not_told_when_nothing_was() -> None:
    owner = Owner()
    assert owner.hears(-1, matter(*FOUR)) == []

    assert owner.hears(4, None, changed=3.9) == []
    assert owner.memory is None or owner.memory.closed_at is not None


@pytest.mark.parametrize(
    ("changed", "later", "heard"),
    [
        pytest.param(0, 12 * HOUR - SECOND, [], id="a second before half a day"),
        pytest.param(0, 12 * HOUR, ["resolved"], id="after half a day"),
        pytest.param(-3, 12 * HOUR - SECOND, [], id="the newest event was taken back"),
        pytest.param(
            None, 12 * HOUR, ["resolved"], id="all events were taken back, half a day ago"
        ),
    ],
)
def test_what_a_source_took_back_must_stay_away_for_half_a_day(
    changed: float | None, later: timedelta, heard: list[str]
) -> None:
    owner = warned()
    assert owner.hears(4, None, changed=changed) == []
    assert owner.look.judge_at == T0 + 4 * DAY + 12 * HOUR

    assert owner.hears(T0 + 4 * DAY + later, None, changed=changed) == heard


@pytest.mark.parametrize(
    ("changed", "withdrawn"),
    [
        pytest.param(0, True, id="nothing newer was said: it was taken back"),
        pytest.param(3.9, False, id="something newer was said: it is over"),
    ],
)
def test_an_end_says_whether_anything_newer_was_heard(changed: float, withdrawn: bool) -> None:
    owner = warned()
    told = [*owner.judge(4, None, changed=changed), *owner.judge(5, None, changed=changed)]

    assert [t.withdrawn for t in told] == [withdrawn]


def test_a_source_that_flaps_is_not_heard() -> None:
    owner = quiet()
    assert owner.hears(3, matter(*FOUR)) == ["opened warning"]
    heard = [
        words
        for half in range(60, 110)
        for words in owner.hears(half / 20, matter(*FOUR) if half % 2 else None)
    ]

    assert heard == []


ASKED = matter(FOUR[0], step("payment", 1, NOTICE), step("unanswered", 3, WARNING))
HELD = matter(*FOUR)
TURNED = matter(FOUR[0], step("warning", 8, WARNING), step("critical", 12, CRITICAL))
PUT_OFF = matter(FOUR[1]._replace(at=T0 + 9 * DAY))


@pytest.mark.parametrize(
    ("first", "other", "day", "changed", "heard"),
    [
        pytest.param(HELD, ASKED, 1.5, 1, ["escalated payment"], id="a demand that flaps"),
        pytest.param(HELD, TURNED, 5, 4.5, ["news notice"], id="a restart that flaps"),
        pytest.param(HELD, PUT_OFF, 5, 4.5, ["news"], id="a restart to nothing that flaps"),
    ],
)
def test_what_a_source_takes_back_and_shows_again_is_told_once(
    first: Episode, other: Episode, day: float, changed: float, heard: list[str]
) -> None:
    owner = quiet()
    owner.hears(min(day, 3) - 0.1 if first is HELD and other is ASKED else 3, first)
    told = [
        words
        for half in range(20)
        for words in (
            owner.hears(day + half / 100, other, changed=changed)
            + owner.hears(day + half / 100, first, changed=changed)
        )
    ]

    assert told == heard


def test_a_new_restart_after_one_that_flapped_is_told() -> None:
    owner = warned(manners=Manners(remind=()))
    assert owner.hears(5, TURNED, changed=4.5) == ["news notice"]
    assert owner.hears(5.1, HELD, changed=0) == []

    again = matter(FOUR[0], step("warning", 9, WARNING), step("critical", 13, CRITICAL))
    assert owner.hears(6, again, changed=5.5) == ["news notice"]
    assert owner.hears(9, again, changed=5.5) == ["escalated warning"]


def test_the_half_day_starts_anew_when_it_comes_back() -> None:
    owner = quiet()
    owner.hears(3, matter(*FOUR))
    owner.hears(4, None)
    owner.hears(4.4, matter(*FOUR))

    assert owner.hears(4.6, None) == []
    assert owner.hears(5, None) == []
    assert owner.hears(5.1, None) == ["resolved"]


def test_a_matter_that_comes_after_a_resolved_one_is_opened_anew() -> None:
    owner = warned()
    assert owner.hears(4, None, changed=3.9) == ["resolved"]

    assert owner.hears(9, matter(step("notice", 8, NOTICE)), changed=8) == ["opened notice"]


def test_from_its_end_on_a_matter_closes_without_a_word() -> None:
    owner = warned()
    over = matter(*FOUR, until=T0 + 5 * DAY)

    assert owner.hears(T0 + 5 * DAY - SECOND, over) == ["reminded warning"]
    assert owner.hears(5, over) == []
    assert owner.memory is not None
    assert owner.memory.closed_at == T0 + 5 * DAY
    assert owner.hears(6, over) == []
    assert owner.hears(7, None) == []


# Other matters, and rules that yield.


def test_another_anchor_closes_the_old_matter_inside_the_same_message() -> None:
    owner = warned()
    (told,) = owner.judge(4, matter(step("notice", 4, NOTICE), anchor="export"), changed=4)

    assert (told.kind, told.ended) == (Kind.OPENED, "import")
    assert owner.closed is not None
    assert owner.closed.closed_at == T0 + 4 * DAY
    assert owner.memory is not None
    assert owner.memory.anchor == "export"


def test_another_anchor_before_anything_was_told_ends_nothing() -> None:
    owner = Owner()
    owner.hears(-1, matter(*FOUR))
    (told,) = owner.judge(4, matter(step("notice", 4, NOTICE), anchor="export"), changed=4)

    assert (told.kind, told.ended) == (Kind.OPENED, "")


def test_another_anchor_with_nothing_to_say_yet_resolves_the_old() -> None:
    owner = warned()

    later = matter(step("slow", 9), anchor="export")
    told_before = owner.memory.told if owner.memory else 0

    (end,) = owner.judge(4, later, changed=4)
    assert end == Telling(Kind.RESOLVED, WARNING, "nothing is left of clearance", ended="import")
    assert owner.closed is not None
    assert (owner.closed.told, owner.closed.told_at) == (told_before + 1, T0 + 4 * DAY)
    assert owner.hears(9, later, changed=4) == ["opened slow"]


def test_another_anchor_with_nothing_to_say_closes_what_nobody_was_told_of_without_a_word() -> None:
    owner = Owner()
    owner.hears(-1, matter(*FOUR))

    assert owner.hears(0, matter(step("slow", 9), anchor="export")) == []
    assert owner.closed is not None
    assert (owner.closed.anchor, owner.closed.closed_at, owner.closed.told) == ("import", T0, 0)


def test_an_acknowledgement_does_not_reach_another_matter() -> None:
    owner = warned()
    owner.acknowledges(3.1)
    owner.silent_until(30)

    assert owner.hears(4, matter(step("x", 4), anchor="export"), changed=4) == ["opened x"]


def test_silenced_is_not_resolved() -> None:
    owner = warned()

    assert owner.hears(7, matter(*FOUR), changed=6, muted=True) == []
    assert owner.hears(8, None, changed=6, muted=True) == []
    assert owner.hears(9, None, changed=8.5) == ["resolved"]


def test_a_rule_that_was_silenced_speaks_at_the_step_it_is_at() -> None:
    owner = warned()
    assert owner.hears(7, matter(*FOUR), muted=True) == []

    assert owner.hears(8, matter(*FOUR)) == ["escalated critical"]


def test_a_rule_that_was_silenced_from_the_start_opens_when_it_may() -> None:
    owner = Owner()
    assert owner.hears(3, matter(*FOUR), muted=True) == []

    assert owner.hears(4, matter(*FOUR)) == ["opened warning"]


def test_a_rule_that_was_silenced_all_its_life_is_never_heard() -> None:
    owner = Owner()
    assert owner.hears(3, matter(*FOUR), muted=True) == []

    assert owner.hears(4, None, changed=3.5) == []


# Clocks, news and deadlines.


@pytest.mark.parametrize("hours", [0.1, 1, 12, 23.9, 24])
def test_a_clock_set_back_by_a_day_at_most_untells_nothing(hours: float) -> None:
    owner = warned()
    back = T0 + 3 * DAY - hours * HOUR

    assert owner.hears(back, matter(*FOUR)) == []
    assert owner.hears(3, matter(*FOUR)) == []
    assert owner.hears(T0 + 4 * DAY - SECOND, matter(*FOUR)) == []
    assert owner.hears(4, matter(*FOUR)) == ["reminded warning"]


def test_a_telling_while_the_clock_is_behind_brings_no_reminder_forward() -> None:
    owner = warned()
    seized = matter(FOUR[1], step("seized", 2.5, CRITICAL))
    assert owner.hears(2.6, seized, changed=2.5) == ["escalated seized"]

    assert owner.hears(3.9, seized, changed=2.5) == []
    assert owner.hears(4, seized, changed=2.5) == ["reminded seized"]


def test_a_clock_set_back_after_the_end_opens_nothing_twice() -> None:
    owner = warned()
    assert owner.hears(4, None, changed=3.9) == ["resolved"]

    assert owner.hears(3.5, None, changed=3.9) == []


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(3.5, id="later"),
        pytest.param(3, id="at the moment it was told"),
        pytest.param(2.9, id="while the clock is behind"),
    ],
)
def test_a_witness_that_is_lost_untells_nothing(day: float) -> None:
    owner = Owner()
    assert owner.hears(3, matter(*CHECKED, verified=T0 + 3 * DAY)) == ["opened warning"]

    assert owner.hears(day, matter(*CHECKED, verified=None)) == []


@pytest.mark.parametrize(
    ("age", "nags", "heard"),
    [
        pytest.param(7 * DAY - SECOND, False, ["opened x"], id="news of less than a week is told"),
        pytest.param(7 * DAY, False, [], id="news of a week is not"),
        pytest.param(70 * DAY, True, ["opened x"], id="a problem is told whatever its age"),
    ],
)
def test_old_news_is_no_news(age: timedelta, nags: bool, heard: list[str]) -> None:
    owner = Owner()
    only = matter(step("x", 0, NOTICE, nags=nags))

    assert owner.hears(T0 + age, only) == heard
    assert owner.hears(T0 + age + DAY, only) == []


def test_what_follows_old_news_is_told() -> None:
    owner = Owner()
    steps = matter(step("x", 0, NOTICE, nags=False), step("y", 12))
    assert owner.hears(10, steps) == []

    assert owner.hears(12, steps) == ["opened y"]


def countdown(end: float, **more: Any) -> Episode:
    steps = (step("last-7", end - 7), step("last-3", end - 3, CRITICAL, insists=True))
    return matter(*steps, anchor="aliexpress", deadlines=(("aliexpress", T0 + end * DAY),), **more)


def test_a_deadline_moved_back_is_told_again() -> None:
    owner = quiet()
    assert owner.hears(4, countdown(10)) == ["opened last-7"]
    assert owner.hears(5, countdown(20)) == ["news"]

    assert owner.hears(5.5, countdown(10)) == ["news last-7"]


@pytest.mark.parametrize(
    ("end", "heard"),
    [
        pytest.param(10.9, [], id="by less than a day: nothing"),
        pytest.param(11, ["news last-7"], id="later by a day, same step: news"),
        pytest.param(30, ["news"], id="later by much, nothing due any more: news, once"),
        pytest.param(7.5, ["escalated last-3"], id="earlier, a later step is due: escalated"),
        pytest.param(8.5, ["news last-7"], id="earlier, the same step: news"),
        pytest.param(9.5, [], id="earlier by less than a day: nothing"),
    ],
)
def test_a_deadline_that_moved_by_a_day_is_told_once(end: float, heard: list[str]) -> None:
    owner = quiet()
    assert owner.hears(5, countdown(10)) == ["opened last-7"]

    assert owner.hears(5, countdown(end)) == heard
    assert owner.hears(5, countdown(end)) == []


def test_the_reason_of_a_moved_deadline_names_it() -> None:
    owner = quiet()
    owner.hears(5, countdown(10))
    (told,) = owner.judge(5, countdown(12))

    assert told.reason == "the deadline aliexpress moved"


def test_small_moves_add_up() -> None:
    owner = quiet()
    owner.hears(5, countdown(10))

    assert [owner.hears(5, countdown(10 + n / 2)) for n in range(1, 5)] == [
        [],
        ["news last-7"],
        [],
        ["news last-7"],
    ]


def test_a_deadline_that_moved_before_anything_was_told_is_no_news() -> None:
    owner = quiet()
    assert owner.hears(0, countdown(10)) == []

    assert owner.hears(1, countdown(20)) == []


def test_an_edited_deadline_neither_opens_again_nor_loses_an_acknowledgement() -> None:
    owner = Owner()
    owner.hears(5, countdown(10))
    owner.acknowledges(5.1)
    assert owner.hears(5.2, countdown(11)) == ["news last-7"]

    assert owner.hears(7.9, countdown(11)) == []
    assert owner.memory is not None
    assert owner.memory.acknowledged_at is not None


# When to look again.


@pytest.mark.parametrize(
    ("day", "steps", "judge_at", "check_at"),
    [
        pytest.param(-1, FOUR, 0, None, id="the first step by the clock"),
        pytest.param(0, CHECKED, None, 3, id="a check for the next step of silence"),
        pytest.param(3, FOUR, 4, None, id="the reminder comes before the next step"),
        pytest.param(3, CHECKED, None, 3, id="a check for what is due unless somebody looked"),
        pytest.param(20, FOUR[:1], None, None, id="nothing more to come"),
    ],
)
def test_when_to_look_again(
    day: float, steps: tuple[Step, ...], judge_at: float | None, check_at: float | None
) -> None:
    owner = Owner()
    owner.hears(day, matter(*steps))

    assert owner.look == Look(
        None if judge_at is None else T0 + judge_at * DAY,
        None if check_at is None else T0 + check_at * DAY,
    )


def test_a_look_for_a_reminder_of_silence_is_a_check() -> None:
    owner = Owner()
    owner.hears(3, matter(*CHECKED, verified=T0 + 3 * DAY))

    assert owner.look == Look(None, T0 + 4 * DAY)


def test_a_telling_says_what_it_is_about_and_why() -> None:
    owner = Owner()
    (told,) = owner.judge(3, matter(*FOUR))

    assert (told.severity, told.reason) == (WARNING, "warning has come")
    assert told.step == FOUR[1]
    assert told.episode is not None


# The last warnings before a deadline, and what hides them.


def test_an_acknowledgement_that_means_the_deadlines_too_hides_the_last_warnings() -> None:
    insisting = FOUR[2]._replace(insists=True)
    owner = warned()
    owner.acknowledges(3.1)
    assert owner.memory is not None
    owner.memory = replace(owner.memory, deadlines_too=True)

    assert owner.hears(8, matter(*FOUR[:2], insisting)) == []
    assert owner.hears(9, matter(*FOUR[:2], insisting), changed=8.5) == ["escalated critical"]


def test_a_snooze_that_means_the_deadlines_too_hides_them_until_it_ends() -> None:
    insisting = FOUR[2]._replace(insists=True)
    owner = warned()
    owner.silent_until(12)
    assert owner.memory is not None
    owner.memory = replace(owner.memory, deadlines_too=True)

    assert owner.hears(8, matter(*FOUR[:2], insisting)) == []
    assert owner.hears(12, matter(*FOUR[:2], insisting)) == ["escalated critical"]


def test_the_end_of_a_snooze_is_said_of_a_notice_too_and_once() -> None:
    owner = Owner()
    assert owner.hears(0, matter(FOUR[0])) == ["opened notice"]
    owner.silent_until(5)

    assert {day: owner.hears(day, matter(FOUR[0])) for day in (4, 5, 6, 30)} == {
        4: [],
        5: ["reminded notice"],
        6: [],
        30: [],
    }


def test_the_pause_to_a_reminder_begins_when_the_alert_could_be_heard() -> None:
    """Decided at ten in the evening, heard at seven: the reminder comes at seven, too."""
    owner = Owner(Manners(quiet=(time(9), time(18))))  # T0 is ten in the morning
    assert owner.hears(3, matter(*FOUR[:2])) == ["opened warning"]

    assert owner.hears(T0 + 4 * DAY + 7 * HOUR, matter(*FOUR[:2])) == []
    assert owner.hears(T0 + 4 * DAY + 8 * HOUR, matter(*FOUR[:2])) == ["reminded warning"]
