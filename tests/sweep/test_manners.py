"""Quiet hours, the digest, acks, snoozes and the first pass, with the real outbox and its sender."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given, settings, strategies as st

from monitor.alerts.hours import gate
from monitor.alerts.memory import Kind
from monitor.alerts.values import Manners
from monitor.channels import Delivery, Result
from monitor.history import History
from monitor.parcel import HAND, Event, Parcel, Stage, TimeQuality
from monitor.parcel.outcomes import Snapshot
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_failed import ClearanceFailed
from monitor.rules.contract import subject_of
from monitor.schedule import Episode, Severity, Step
from monitor.settings import Settings
from monitor.sweep.channels_watched import judge_channels
from monitor.sweep.court import court_from
from monitor.sweep.ears import Ear
from monitor.sweep.instance import alive, holder
from monitor.sweep.judge import Court, judge_due
from monitor.sweep.tell import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.history.outbox import OutboxRow
    from monitor.parcel import Dossier

START = datetime(2026, 9, 7, 12, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NIGHT = (time(22), time(7))
NOTICE, WARNING, CRITICAL = Severity.NOTICE, Severity.WARNING, Severity.CRITICAL
EVENING = START + 11 * HOUR  # 23:00


@dataclass
class Receiver:
    """A channel that takes everything, or nothing."""

    name: str = "phone"
    down: bool = False
    said: list[tuple[str, str]] = field(default_factory=list)

    def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
        if self.down:
            return Result(Delivery.FAILED, "refused")
        self.said.append((title, body))
        return Result(Delivery.SENT, "taken")


@dataclass(frozen=True)
class Scripted:
    """A rule whose steps a test writes down; with none it has nothing to say."""

    name: ClassVar[str] = "clearance"
    yields_to: ClassVar[frozenset[str]] = frozenset()

    steps: tuple[Step, ...] = ()

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        if not self.steps:
            return None
        subject = subject_of(dossier.parcel.id)
        return Episode(
            self.name, subject, "import", self.steps[0].at, self.steps, dossier.witnessed
        )


def step(key: str, at: datetime, severity: Severity, **more: Any) -> Step:
    return Step(key, at, severity, "import_exception", **more)


@dataclass
class Home:
    """One owner with one parcel, and channels that are really sent to."""

    history: History
    manners: Manners = field(default_factory=lambda: Manners(quiet=NIGHT, digest_at=time(8)))
    phone: Receiver = field(default_factory=Receiver)
    also: tuple[Receiver, ...] = ()
    rules: tuple[Any, ...] = (Scripted(),)

    @property
    def court(self) -> Court:
        speakers = (self.phone, *self.also)
        made = court_from(Settings())
        ears = tuple(Ear(s.name, Severity.INFO) for s in speakers)
        # Each set of steps is a setting of its own, so that a change of it is judged.
        seed = repr((self.rules, self.manners))
        return replace(
            made, rules=self.rules, ears=ears, manners=self.manners, settings_fingerprint=seed
        )

    def passes(self, now: datetime, *steps: Step) -> list[str]:
        """Judge and send at that moment; what arrived on the phone."""
        if self.rules and isinstance(self.rules[0], Scripted):
            self.rules = (Scripted(steps),)
        judge_due(self.history, self.court, now)
        return self.sends(now)

    def sends(self, now: datetime) -> list[str]:
        before = len(self.phone.said)
        asyncio.run(
            tell(
                self.history,
                (self.phone, *self.also),
                now,
                holder=holder(),
                alive=alive,
                gate=gate(self.manners, now),
                ignore_backoff=True,
            )
        )
        return [title for title, _ in self.phone.said[before:]]

    def rows(self) -> list[OutboxRow]:
        return self.history.outbox.rows(limit=100_000)[::-1]

    def kinds(self) -> list[str]:
        return [f"{r.kind}:{r.severity}" for r in self.rows() if r.state == "sent"]


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=START) as opened:
        yield opened


@pytest.fixture
def home(history: History) -> Home:
    history.parcels.add(Parcel(0, "LP00123456789012", START, label="Kettle"))
    return Home(history)


def test_a_notice_of_the_night_comes_in_the_morning(home: Home) -> None:
    notice = step("notice", EVENING, NOTICE)
    assert home.passes(EVENING, notice) == []
    assert home.passes(EVENING + 7 * HOUR + 59 * timedelta(minutes=1), notice) == []
    assert home.passes(EVENING + 8 * HOUR, notice) == ["Kettle: stopped at import customs"]
    assert home.kinds() == ["opened:notice"]


def test_what_is_critical_comes_at_night(home: Home) -> None:
    assert home.passes(EVENING, step("critical", EVENING, CRITICAL)) != []


def test_a_held_message_that_was_overtaken_is_replaced(home: Home) -> None:
    notice = step("notice", EVENING, NOTICE)
    warning = step("warning", EVENING + HOUR, WARNING)
    home.passes(EVENING, notice)
    home.passes(EVENING + HOUR, notice, warning)
    assert len(home.passes(EVENING + 8 * HOUR, notice, warning)) == 1
    assert home.kinds() == ["opened:warning"]


def test_a_held_message_that_became_untrue_is_dropped_and_no_end_is_told(home: Home) -> None:
    home.passes(EVENING, step("warning", EVENING, WARNING))
    assert home.passes(EVENING + HOUR) == []  # the rule has nothing any more
    assert home.passes(EVENING + 12 * HOUR) == []
    assert {r.state for r in home.rows()} == {"dropped"}


def test_a_held_message_whose_step_is_not_due_any_more_is_dropped_and_comes_when_it_is(
    home: Home,
) -> None:
    later = step("warning", EVENING + 2 * DAY, WARNING)
    home.passes(EVENING, step("warning", EVENING, WARNING))
    assert home.passes(EVENING + HOUR, later) == []
    assert home.passes(EVENING + 12 * HOUR, later) == []
    assert home.passes(EVENING + 2 * DAY + 12 * HOUR, later) != []
    assert home.kinds() == ["opened:warning"]


def test_a_held_warning_that_is_a_notice_by_the_morning_comes_as_a_notice(home: Home) -> None:
    notice = step("notice", EVENING, NOTICE)
    home.passes(EVENING, notice, step("warning", EVENING, WARNING))
    moved = step("warning", EVENING + 5 * DAY, WARNING)
    home.passes(EVENING + HOUR, notice, moved)
    home.passes(EVENING + 12 * HOUR, notice, moved)
    assert home.kinds() == ["opened:notice"]


def test_infos_of_a_day_come_together_as_one_message_in_the_digest(history: History) -> None:
    for n in range(3):
        history.parcels.add(Parcel(0, f"LP0012345678{n:04}", START, label=f"Lamp {n}"))
    home = Home(history)
    info = step("info", START, Severity.INFO)
    assert home.passes(START, info) == []
    assert home.passes(START + 19 * HOUR, info) == []
    (title,) = home.passes(START + 20 * HOUR, info)
    assert title.endswith("(+2 more)")
    assert home.passes(START + 44 * HOUR, info) == []


def test_without_quiet_hours_and_digest_everything_comes_at_once(home: Home) -> None:
    home.manners = Manners()
    assert home.passes(EVENING, step("info", EVENING, Severity.INFO)) != []


def test_an_alert_that_failed_by_day_is_not_tried_again_at_night(home: Home) -> None:
    warning = step("warning", EVENING - 2 * HOUR, WARNING)
    home.phone.down = True
    home.passes(EVENING - 2 * HOUR, warning)
    home.phone.down = False
    assert home.passes(EVENING, warning) == []
    assert home.passes(EVENING + 8 * HOUR, warning) != []


# The first pass.


def crowd(history: History, count: int) -> Home:
    for n in range(count):
        history.parcels.add(Parcel(0, f"LP0012345678{n:04}", START, label=f"Lamp {n:02}"))
    return Home(history, manners=Manners())


def test_a_first_pass_over_many_parcels_is_one_message_that_names_them_all(
    history: History,
) -> None:
    home = crowd(history, 12)
    assert len(home.passes(START, step("warning", START, WARNING))) == 1
    (_, body) = home.phone.said[0]
    for n in range(12):
        assert f"WARNING: Lamp {n:02}: stopped at import customs\n" in body
        assert f"Lamp {n:02} · LP0012345678{n:04}\nDo now: watch for a customs notice" in body


def test_what_does_not_fit_is_split_and_not_cut(history: History) -> None:
    home = crowd(history, 80)
    home.passes(START, step("warning", START, WARNING))
    assert len(home.phone.said) > 1
    assert all(len(body) <= 3500 for _, body in home.phone.said)
    bodies = "".join(body for _, body in home.phone.said)
    assert [bodies.count(f"LP0012345678{n:04}\n") for n in range(80)] == [1] * 80


@pytest.mark.parametrize(
    ("count", "long"),
    [
        pytest.param(5, True, id="five new parcels are told in full"),
        pytest.param(6, False, id="of six each gets its few lines"),
    ],
)
def test_from_how_many_on_a_first_pass_is_short(history: History, count: int, long: bool) -> None:
    home = crowd(history, count)
    home.passes(START, step("warning", START, WARNING))
    assert ("What it means" in home.phone.said[0][1]) is long


def test_later_alerts_of_the_same_parcels_are_told_in_full(history: History) -> None:
    home = crowd(history, 12)
    home.passes(START)
    home.passes(START + DAY, step("warning", START + DAY, WARNING))
    assert "What it means" in home.phone.said[0][1]


def test_none_of_many_new_parcels_is_told_before_all_were_asked_about(history: History) -> None:
    home = crowd(history, 6)
    home.rules = (Scripted((step("warning", START, WARNING),)),)
    assert judge_due(history, home.court, START, without={3}) == 0
    assert judge_due(history, home.court, START) == 6


# A channel that takes nothing.


def test_a_channel_that_fails_for_long_is_told_through_the_other_one_and_its_end_too(
    home: Home,
) -> None:
    mail = Receiver("mail", down=True)
    home.also, home.manners = (mail,), Manners()
    warning = step("warning", START, WARNING)
    home.passes(START, warning)
    told = []
    for hours in (0, 1, 2, 3):
        now = START + hours * HOUR
        home.sends(now)
        told.append(judge_channels(home.history, home.court, now).told)
        home.sends(now)
    assert told == [0, 0, 1, 0]
    assert home.phone.said[-1][0] == "mail: does not take messages"
    assert mail.said == []
    mail.down = False
    home.sends(START + 5 * HOUR)
    assert judge_channels(home.history, home.court, START + 5 * HOUR).told == 1
    home.sends(START + 5 * HOUR)
    assert home.phone.said[-1][0] == "mail: takes messages again"
    assert [title for title, _ in mail.said] == ["Kettle: stopped at import customs"]


def test_of_the_only_channel_it_is_said_elsewhere(home: Home) -> None:
    home.phone.down, home.manners = True, Manners()
    home.passes(START, step("warning", START, WARNING))
    judge_channels(home.history, home.court, START)
    home.sends(START + 3 * HOUR)
    heard = judge_channels(home.history, home.court, START + 3 * HOUR)
    assert [words.title for words in heard.unsaid] == ["phone: does not take messages"]
    assert judge_channels(home.history, home.court, START + 3 * HOUR).told == 0


def test_two_channels_that_both_fail_are_said_elsewhere_too(home: Home) -> None:
    home.phone.down, home.manners = True, Manners()
    home.also = (Receiver("mail", down=True),)
    home.passes(START, step("warning", START, WARNING))
    judge_channels(home.history, home.court, START)
    home.sends(START + 3 * HOUR)
    heard = judge_channels(home.history, home.court, START + 3 * HOUR)
    assert (heard.told, len(heard.unsaid)) == (2, 2)


def test_what_was_open_about_a_channel_that_is_gone_ends_without_a_word(home: Home) -> None:
    mail = Receiver("mail", down=True)
    home.also, home.manners = (mail,), Manners()
    home.passes(START, step("warning", START, WARNING))
    judge_channels(home.history, home.court, START)
    home.sends(START + 3 * HOUR)
    judge_channels(home.history, home.court, START + 3 * HOUR)
    home.also = ()
    assert judge_channels(home.history, home.court, START + 4 * HOUR).told == 0
    assert home.history.matters.of_service() == {}


# Whatever happens.

STAGES = st.sampled_from(
    [
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_FAILURE,
        Stage.CLEARANCE_SUCCESS,
        Stage.CLEARANCE_START,
        Stage.IN_TRANSIT,
    ]
)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.just("wait"), st.integers(40, 240)),
        st.tuples(st.just("event"), STAGES),
        st.tuples(st.just("ack"), st.booleans()),
        st.tuples(st.just("snooze"), st.integers(1, 200)),
        st.tuples(st.just("wake"), st.just(0)),
        st.tuples(st.just("quiet"), st.booleans()),
        st.tuples(st.just("restart"), st.just(0)),
    ),
    min_size=3,
    max_size=10,
)


@dataclass
class Life:
    """A parcel, its owner and a real database; after each action a pass looks, judges and sends."""

    path: Path
    home: Home
    parcel: Parcel
    now: datetime = START
    events: list[Event] = field(default_factory=list)
    snoozes: list[datetime] = field(default_factory=list)

    def live(self, actions: Sequence[tuple[Any, ...]]) -> None:
        for action, detail in actions:
            getattr(self, action)(detail)
            self.go()

    def go(self) -> None:
        outcome = Snapshot(self.parcel.number, self.now, tuple(self.events))
        history = self.home.history
        history.timeline.record_all([(self.parcel.id, outcome)], "seventeentrack", self.now)
        self.home.passes(self.now)

    def wait(self, hours: int) -> None:
        self.now += hours * HOUR

    def event(self, stage: Stage) -> None:
        self.now += HOUR
        text = f"{stage.value} {chr(97 + len(self.events))}"
        self.events.append(
            Event(
                "seventeentrack", "post", self.now.isoformat(), self.now, TimeQuality.EXACT, "",
                text, stage=stage, country="DE", place=text,
            )
        )  # fmt: skip

    def ack(self, deadlines: bool) -> None:
        self._remember(acknowledged_at=self.now, snoozed_until=None, deadlines_too=deadlines)

    def snooze(self, hours: int) -> None:
        self.snoozes.append(self.now + hours * HOUR)
        self._remember(snoozed_until=self.snoozes[-1], acknowledged_at=None)

    def wake(self, _nothing: int) -> None:
        self._remember(snoozed_until=None)

    def _remember(self, **facts: Any) -> None:
        history = self.home.history
        with history.write_tx():
            for rule, matter in (
                history.matters.of([self.parcel.id]).get(self.parcel.id, {}).items()
            ):
                history.outbox.drop_unsent(matter.id)
                after = replace(matter.memory, **facts)
                history.matters.save(self.parcel.id, rule, matter.episode, after, (), self.now)
            history.parcels.touch(self.parcel.id, self.now)

    def quiet(self, on: bool) -> None:
        self.home.manners = Manners(quiet=NIGHT if on else None, digest_at=time(8))

    def restart(self, _nothing: int) -> None:
        self.home.history.close()
        self.home.history = History.open(self.path, now=self.now)

    def sent(self) -> list[OutboxRow]:
        found = [row for row in self.home.rows() if row.state == "sent" and row.sent_at]
        return sorted(found, key=lambda row: (row.sent_at, row.id))


def lived(actions: Sequence[tuple[Any, ...]], folder: str) -> Life:
    path = Path(folder) / "parcels.db"
    history = History.open(path, now=START)
    parcel = history.parcels.add(
        Parcel(0, "LP00123456789012", START, shop="none", destination="DE", adapters=(HAND,))
    )
    life = Life(path, Home(history, rules=(ClearanceFailed(), Clearance())), parcel)
    life.live([("event", Stage.CLEARANCE_EXCEPTION), *actions])
    return life


@settings(max_examples=50, deadline=None)
@given(ACTIONS)
def test_whatever_is_done_and_whenever_the_owner_is_told_in_order(
    actions: list[tuple[Any, ...]],
) -> None:
    """Nothing twice without a pause between, each end once, and nothing at night but what wakes."""
    with TemporaryDirectory() as folder:
        life = lived(actions, folder)
        nothing_twice_without_a_pause(life)
        if not any(action == ("quiet", False) for action in actions):
            nightly = [r for r in life.sent() if r.sent_at and not 7 <= r.sent_at.hour < 22]
            assert all(row.severity is Severity.CRITICAL for row in nightly)
        life.live([("event", Stage.DELIVERED), ("wait", 30), ("wait", 30)])
        every_end_once(life)
        life.home.history.close()


def nothing_twice_without_a_pause(life: Life) -> None:
    last: dict[int | None, OutboxRow] = {}
    for row in life.sent():
        before = last.get(row.episode_id)
        if before is not None and row.kind in (Kind.OPENED, Kind.REMINDED):
            assert row.kind is Kind.REMINDED, "a matter was opened twice"
            assert before.sent_at is not None
            assert row.sent_at is not None
            woken = any(before.sent_at < s <= row.sent_at for s in life.snoozes)
            assert woken or row.sent_at - before.sent_at >= DAY
        last[row.episode_id] = row


def every_end_once(life: Life) -> None:
    """Of several that end together one speaks, and one that becomes another ends within it."""
    told: dict[int | None, list[Kind]] = {}
    for row in life.sent():
        told.setdefault(row.episode_id, []).append(row.kind)
    assert all(kinds.count(Kind.RESOLVED) <= 1 for kinds in told.values())
    assert all(kinds[0] is not Kind.RESOLVED for kinds in told.values())
    assert any(kinds[-1] is Kind.RESOLVED for kinds in told.values()) == bool(told)
    assert life.home.history.outbox.rows(pending=True) == []
