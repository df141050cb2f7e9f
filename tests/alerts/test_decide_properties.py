"""Random lives of a parcel: looks, events, withdrawals, acks, snoozes and clocks that jump."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings, strategies as st

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind, Memory
from monitor.alerts.standing import standing
from monitor.alerts.values import Manners, Present, Telling, Verdict
from monitor.parcel import HAND, Dossier, Event, SourceLook, Stage, merged
from monitor.rules.registry import RULES as ALL_RULES
from monitor.schedule import Episode, Severity, Step, Witness, ascending, due
from tests.dossiers import SOURCE, dossier, moment, parcel, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
T0 = moment("2026-09-07 10:00")
LONG_AGO = moment("2020-01-01 00:00")
RULES = tuple(rule() for rule in ALL_RULES.values())
MANNERS = Manners()

STAGES = st.sampled_from(
    [
        Stage.CLEARANCE_START,
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_PAYMENT_DUE,
        Stage.CLEARANCE_FAILURE,
        Stage.CLEARANCE_SUCCESS,
        Stage.EXPORT_CLEARANCE_EXCEPTION,
        Stage.INFO_RECEIVED,
        Stage.IN_TRANSIT,
        Stage.IN_TRANSIT,
        Stage.OUT_FOR_DELIVERY,
        Stage.PICKUP,
        Stage.DELIVERY_FAILED,
        Stage.RETURNING,
        Stage.LOST_OR_DAMAGED,
        Stage.OTHER,
        Stage.DELIVERED,
    ]
)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 150)),
        st.tuples(st.just("wait"), st.integers(1, 150)),
        st.tuples(st.just("look"), st.just(0)),
        st.tuples(st.just("look"), st.just(0)),
        st.tuples(st.just("event"), STAGES, st.integers(0, 40), st.sampled_from(["", "CN", "DE"]), st.booleans()),
        st.tuples(st.just("event"), STAGES, st.just(0), st.just(""), st.just(True)),
        st.tuples(st.just("withdraw"), st.just(0)),
        st.tuples(st.just("ack"), st.just(0)),
        st.tuples(st.just("snooze"), st.integers(1, 200)),
        st.tuples(st.just("clock back"), st.integers(1, 23)),
        st.tuples(st.just("edit"), st.integers(20, 80)),
    ),
    max_size=25,
)  # fmt: skip


@dataclass
class Told:
    """What the owner has heard of one rule, kept apart from what the program remembers."""

    open: bool = False
    last: Telling | None = None
    last_at: datetime = LONG_AGO
    pauses: int = 0
    taken_back: bool = False  # since the last telling: what comes again after that is new
    snoozed_until: datetime | None = None


@dataclass
class Life:
    """One parcel, judged after everything that happens to it; checks each telling as it comes."""

    now: datetime = T0
    newest_now: datetime = T0
    happened: datetime = LONG_AGO
    looked: datetime | None = None
    events: list[Event] = field(default_factory=list)
    protected: date = date(2026, 10, 20)
    memories: dict[str, Memory | None] = field(default_factory=dict)
    resolved: list[str] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=lambda: {r.name: Told() for r in RULES})

    def dossier(self) -> Dossier:
        looks = (SourceLook(SOURCE, self.looked, shows_change=True),)
        facts = parcel(shop="aliexpress", protected_until=self.protected, added_at=T0)
        return Dossier(facts, merged(tuple(self.events)), looks, "CN", "DE")

    # What happens.

    def live(self, actions: Sequence[tuple[Any, ...]]) -> None:
        for action, *details in actions:
            getattr(self, action.replace(" ", "_"))(*details)
            self.newest_now = max(self.newest_now, self.now)
            if action in ("event", "withdraw", "edit"):
                self.happened = max(self.now, self.looked or self.now)
            self.judge()

    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    def clock_back(self, hours: int) -> None:
        """Less than a day behind the latest moment, and not behind the last thing that happened."""
        earliest = max(self.newest_now - DAY + HOUR, self.happened)
        self.now = max(self.now - hours * HOUR, earliest)

    def look(self, _nothing: int) -> None:
        self.looked = max(self.now, self.looked or self.now)

    def event(self, stage: Stage, age: int, country: str, placed: bool) -> None:
        seen = self.now  # whatever the clock said before: nothing is stored as seen later than now
        at = seen - age * HOUR
        text = f"{stage.value} {chr(97 + len(self.events))}"
        place = "somewhere" if placed else ""
        unseen = None if self.looked is None else min(self.looked, seen)
        event = scan(stage, at, text, first_seen=seen, unseen_until=unseen, place=place)
        self.events.append(event._replace(country=country))
        self.look(0)

    def received(self, _nothing: int) -> None:
        """The owner writes down that it is there: whatever any source says, nothing is left."""
        seen = max(self.now, self.looked or self.now)
        self.events.append(scan(Stage.DELIVERED, seen, "got it", source=HAND, provider=""))
        self.happened = seen

    def withdraw(self, _nothing: int) -> None:
        if self.events:
            self.events.pop()
            for told in self.told.values():
                told.taken_back = True
        self.look(0)

    def ack(self, _nothing: int) -> None:
        for name, memory in self.memories.items():
            if memory is not None and memory.worst is not None:
                self.memories[name] = replace(memory, acknowledged_at=self.now)

    def snooze(self, hours: int) -> None:
        for name, memory in self.memories.items():
            if memory is not None:
                self.memories[name] = replace(memory, snoozed_until=self.now + hours * HOUR)
                self.told[name].snoozed_until = self.now + hours * HOUR

    def edit(self, days: int) -> None:
        self.protected = (T0 + days * DAY).date()

    # What is judged.

    def judge(self) -> None:
        known = self.dossier()
        episodes = {rule.name: rule(known) for rule in RULES}
        present = Present(self.now, known.last_change)
        for rule, verdict in self.decided(episodes, present):
            self.memories[rule] = verdict.memory
            for telling in verdict.tellings:
                self.hear(rule, telling)
            if verdict.memory is None or verdict.memory.closed_at is not None:
                self.told[rule] = Told()
        for _, verdict in self.decided(episodes, present):
            assert verdict.tellings == (), "deciding twice at one moment says something twice"

    def decided(
        self, episodes: dict[str, Episode | None], present: Present
    ) -> list[tuple[str, Verdict]]:
        speaking = {n for n, e in episodes.items() if e is not None and self.speaks(n, e)}
        return [
            (
                rule.name,
                decide(
                    rule.name,
                    self.memories.get(rule.name),
                    episodes[rule.name],
                    present,
                    MANNERS,
                    muted=bool(rule.yields_to & speaking),
                ),
            )
            for rule in RULES
        ]

    def speaks(self, name: str, episode: Episode) -> bool:
        memory = self.memories.get(name)
        if memory is not None and (memory.closed_at or memory.anchor != episode.anchor):
            memory = None
        return standing(episode, memory, self.now) is not None

    # What must hold of everything that is told.

    def hear(self, rule: str, telling: Telling) -> None:
        told = self.told[rule]
        getattr(self, f"on_{telling.kind}")(told, telling)
        self.looked_after(telling)
        self.resolved += [rule] if telling.kind is Kind.RESOLVED else []
        told.taken_back = False
        told.last, told.last_at = telling, max(self.now, told.last_at)

    def looked_after(self, telling: Telling) -> None:
        step = telling.step
        if step is None or step.witness is Witness.CLOCK:
            return
        assert self.looked is not None
        assert self.looked >= step.at, "silence was told that nobody has seen"

    def on_opened(self, told: Told, telling: Telling) -> None:
        assert not told.open or telling.ended, "a matter was opened twice"
        told.open, told.pauses = True, 0
        self.has_come(telling)

    def on_escalated(self, told: Told, telling: Telling) -> None:
        assert told.open
        assert told.last is not None
        key = told.last.step.key if told.last.step else None
        assert telling.step is not None
        assert told.taken_back or telling.step.key != key, "a step was told twice in a row"
        told.pauses = 0
        self.has_come(telling)

    def has_come(self, telling: Telling) -> None:
        """A new telling is of the step that is due, not of an older one."""
        assert telling.step is not None
        assert telling.episode is not None
        assert telling.step.at <= self.newest_now
        # A clock set back counts from the last telling.
        assert telling.step in (due(telling.episode, t) for t in (self.now, self.newest_now))

    def on_reminded(self, told: Told, telling: Telling) -> None:
        assert told.open
        slept = told.snoozed_until is not None and told.snoozed_until > told.last_at
        pause = MANNERS.remind[min(told.pauses, 2)]
        over = told.last_at + pause
        if slept and told.snoozed_until is not None:
            over = told.snoozed_until
        assert self.now >= over, "a reminder came before its pause was over"
        told.pauses += 1

    def on_news(self, told: Told, telling: Telling) -> None:
        assert told.open
        moved = telling.reason.startswith("the deadline")
        assert told.last is not None
        assert moved or told.last.kind is not Kind.NEWS or told.last.step != telling.step
        told.pauses = 0

    def on_resolved(self, told: Told, _telling: Telling) -> None:
        assert told.open, "resolved was told of something never told, or twice"
        told.open = False


@settings(max_examples=250, deadline=None)
@given(ACTIONS)
def test_whatever_happens_tellings_are_in_order(actions: list[tuple[Any, ...]]) -> None:
    """No double, no early reminder, no silence unseen, no end of what was never told."""
    Life().live(actions)


@settings(max_examples=120, deadline=None)
@given(ACTIONS)
def test_every_problem_that_was_told_and_ends_is_resolved_exactly_once(
    actions: list[tuple[Any, ...]],
) -> None:
    life = Life()
    life.live(actions)
    were_open = {name for name, told in life.told.items() if told.open}
    life.resolved.clear()

    life.now = max(life.now, life.newest_now) + HOUR
    life.live([("received", 0), ("wait", 13), ("wait", 1), ("look", 0)])

    assert len(life.resolved) == len(set(life.resolved))
    assert set(life.resolved) <= were_open
    # The end of the protection closes it without a word.
    assert were_open - {"protection"} <= set(life.resolved)
    assert not any(told.open for told in life.told.values())


HISTORIES = st.lists(
    st.builds(
        lambda stage, hours, country, place: scan(
            stage,
            T0 + hours * HOUR,
            f"{stage.value} {'abc'[hours % 3]}",
            country=country,
            place=place,
        ),
        STAGES,
        st.integers(0, 600),
        st.sampled_from(["", "CN", "DE"]),
        st.sampled_from(["", "somewhere"]),
    ),
    max_size=8,
)


@settings(max_examples=150)
@given(HISTORIES, st.integers(0, 900))
def test_a_parcel_added_late_is_told_of_once_per_rule(history: list[Event], hours: int) -> None:
    now = T0 + hours * HOUR
    known = dossier(*(e for e in history if e.at and e.at <= now), looked=now)
    for rule in RULES:
        verdict = decide(rule.name, None, rule(known), Present(now, known.last_change), MANNERS)

        assert len(verdict.tellings) <= 1


@settings(max_examples=150)
@given(HISTORIES, STAGES, st.integers(600, 900), st.sampled_from(["", "CN", "DE"]))
def test_a_new_event_never_makes_an_older_alert_fire(
    history: list[Event], stage: Stage, hours: int, country: str
) -> None:
    """What is told after a new event is due now, and was not overtaken by that event."""
    now = T0 + hours * HOUR
    before = dossier(*history, looked=now)
    newest = scan(stage, now, "the newest of all", country=country, place="here")
    after = dossier(*history, newest, looked=now)
    for rule in RULES:
        old = decide(rule.name, None, rule(before), Present(now, before.last_change), MANNERS)
        new = decide(rule.name, old.memory, rule(after), Present(now, after.last_change), MANNERS)
        for telling in new.tellings:
            episode = telling.episode
            come = None if episode is None else due(episode, now)
            assert telling.step == come
            if telling.kind in (Kind.OPENED, Kind.ESCALATED):
                assert come is not None
                assert come.at == now


@settings(max_examples=200)
@given(
    HISTORIES, st.integers(0, 900), st.integers(0, 900), st.integers(0, 900), st.integers(0, 900)
)
def test_the_due_step_of_a_rule_never_goes_back_by_itself(
    history: list[Event], one: int, two: int, look: int, later_look: int
) -> None:
    now, later = (T0 + h * HOUR for h in sorted((one, two)))
    looked, looked_later = (T0 + h * HOUR for h in sorted((look, later_look)))
    for rule in RULES:
        episode = rule(dossier(*history, looked=looked))
        again = rule(dossier(*history, looked=looked_later))
        if episode is None or again is None:
            assert episode is again
            continue
        assert episode.steps == again.steps
        order = [None, *episode.steps]
        assert order.index(due(again, later)) >= order.index(due(episode, now))


@settings(max_examples=200)
@given(HISTORIES)
def test_every_schedule_of_a_rule_ascends_and_names_its_steps_once(history: list[Event]) -> None:
    for rule in RULES:
        episode = rule(dossier(*history, shop="aliexpress", shipped=date(2026, 9, 1)))
        if episode is None:
            continue
        dates = [s.at for s in episode.steps]
        keys = [s.key for s in episode.steps]
        assert dates == sorted(dates)
        assert len(set(keys)) == len(keys) > 0
        assert all(at >= episode.since for at in dates)


DAYS = st.sampled_from([0, 1, 2, 3, 5, 8, 13])
SCHEDULES = st.lists(
    st.tuples(DAYS, st.sampled_from(Severity), st.booleans(), st.booleans()), max_size=3
)
# What may happen before a look: the days that pass, a schedule as it is then, and the owner's word.
TURNS = st.lists(
    st.tuples(DAYS, SCHEDULES, st.booleans(), st.sampled_from(["", "", "ack", "snooze"])),
    max_size=8,
)


def schedule(rows: list[tuple[int, Severity, bool, bool]]) -> Episode:
    steps = [
        Step("abc"[n], T0 + days * DAY, severity, "", nags=nags, insists=insists)
        for n, (days, severity, nags, insists) in enumerate(rows)
    ]
    return Episode("rule", "parcel:1", "matter", T0, ascending(T0, steps))


@settings(max_examples=300, deadline=None)
@given(TURNS)
def test_whatever_a_schedule_turns_into_one_moment_is_decided_once(
    turns: list[tuple[int, list[tuple[int, Severity, bool, bool]], bool, str]],
) -> None:
    """Fed its own memory at the same moment, a decision says and changes nothing more."""
    now, changed, memory = T0, T0, None
    for days, rows, news, word in turns:
        now += days * DAY
        changed = now if news else changed
        if memory is not None and word:
            at = {"acknowledged_at": now} if word == "ack" else {"snoozed_until": now + 2 * DAY}
            memory = replace(memory, **at)
        present = Present(now, changed)
        verdict = decide("rule", memory, schedule(rows), present, MANNERS)
        memory = verdict.memory
        again = decide("rule", memory, schedule(rows), present, MANNERS)
        assert again == replace(verdict, tellings=())
