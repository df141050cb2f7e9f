"""The `silence` rule as tables: where the parcel is, how long is long there, and when it is due."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from monitor.parcel import HAND, Event, Side, Stage, TimeQuality
from monitor.rules import precedence
from monitor.rules.precedence import register_yielding, yields_to
from monitor.rules.registry import RULES
from monitor.rules.silence import Silence
from monitor.rules.whereabouts import Leg, leg
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.seasons import Season
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule, watched_by_two

if TYPE_CHECKING:
    from datetime import datetime

MOVING = Stage.IN_TRANSIT
MONDAY = "2026-08-03 10:00"
AT_ORIGIN = scan(MOVING, MONDAY, country="CN")
LEFT = scan(MOVING, MONDAY, code="InTransit_Departure", country="CN")
THERE = scan(MOVING, MONDAY, country="DE")


def on(stage: Stage = MOVING, when: str = "2026-08-04 10:00", **more: object) -> Event:
    return scan(stage, when, "the next one", **more)


@pytest.mark.parametrize(
    ("events", "where"),
    [
        pytest.param([AT_ORIGIN], Leg.ORIGIN, id="a scan in the origin"),
        pytest.param([scan(MOVING, MONDAY, code="PU_PICKUP_SUCCESS")], Leg.ORIGIN, id="collected, no country said"),
        pytest.param([scan(Stage.EXPORT_CLEARANCE, MONDAY)], Leg.ORIGIN, id="export clearance"),
        pytest.param([scan(Stage.EXPORT_CLEARANCE_EXCEPTION, MONDAY)], Leg.ORIGIN, id="an export exception"),
        pytest.param([scan(Stage.CLEARANCE_EXCEPTION, MONDAY, country="CN", side=Side.EXPORT)], Leg.ORIGIN, id="held by customs of the origin"),
        pytest.param([LEFT], Leg.LINE_HAUL, id="departed, scanned in the origin for the last time"),
        pytest.param([scan(MOVING, MONDAY, code="LH_DEPART")], Leg.LINE_HAUL, id="departed, no country said"),
        pytest.param([scan(MOVING, MONDAY, code="TD_TRANS_ARRIVE")], Leg.LINE_HAUL, id="in a transit country"),
        pytest.param([AT_ORIGIN, on(country="NL")], Leg.LINE_HAUL, id="scanned in a third country"),
        pytest.param([LEFT, on(country="CN")], Leg.ORIGIN, id="departed from a hub, then still there"),
        pytest.param([LEFT, on()], Leg.LINE_HAUL, id="nothing said of a place since"),
        pytest.param([LEFT, on(Stage.INFO_RECEIVED, country="DE")], Leg.LINE_HAUL, id="data arrive before the parcel"),
        pytest.param([LEFT, on(Stage.OTHER, country="DE")], Leg.LINE_HAUL, id="a remark is made anywhere"),
        pytest.param([LEFT, on(Stage.CLEARANCE_START)], Leg.LINE_HAUL, id="declared before it is there"),
        pytest.param([LEFT, on(Stage.CLEARANCE_START, country="DE")], Leg.ELSEWHERE, id="handed to customs there"),
        pytest.param([LEFT, on(Stage.CLEARANCE_SUCCESS)], Leg.ELSEWHERE, id="released"),
        pytest.param([LEFT, on(Stage.CLEARANCE_SUCCESS, country="NL", side=Side.TRANSIT)], Leg.LINE_HAUL, id="released on the way"),
        pytest.param([LEFT, on(code="InTransit_Arrival")], Leg.ELSEWHERE, id="arrived"),
        pytest.param([LEFT, on(code="InTransit_Arrival", country="NL")], Leg.LINE_HAUL, id="arrived at a hub on the way"),
        pytest.param([LEFT, on(last_mile=True)], Leg.ELSEWHERE, id="the carrier at the door has it"),
        pytest.param([THERE], Leg.ELSEWHERE, id="a scan in the destination"),
        pytest.param([scan(MOVING, MONDAY, country="DE", code="InTransit_Departure")], Leg.ELSEWHERE, id="departed from a hub there"),
        pytest.param([THERE, on(Stage.OUT_FOR_DELIVERY)], Leg.ELSEWHERE, id="out for delivery"),
        pytest.param([scan(MOVING, MONDAY)], Leg.ELSEWHERE, id="nobody says where"),
    ],
)  # fmt: skip
def test_where_a_parcel_is(events: list[Event], where: Leg) -> None:
    assert leg(dossier(*events)) is where


@pytest.mark.parametrize(
    ("origin", "destination", "where"),
    [
        pytest.param("", "DE", Leg.ORIGIN, id="unknown origin: where it was seen first"),
        pytest.param("CN", "", Leg.ORIGIN, id="unknown destination, scanned in the origin"),
        pytest.param("KR", "", Leg.ELSEWHERE, id="a third country may be where it goes to"),
        pytest.param("CN", "CN", Leg.ELSEWHERE, id="a parcel that crosses no border"),
    ],
)
def test_where_a_parcel_is_when_little_is_known(origin: str, destination: str, where: Leg) -> None:
    assert leg(dossier(AT_ORIGIN, origin=origin, destination=destination)) is where


def test_a_code_tells_the_leg_where_nobody_ever_named_a_country() -> None:
    assert leg(dossier(scan(MOVING, MONDAY, code="LH_DEPART"), origin="")) is Leg.LINE_HAUL


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(
            AT_ORIGIN,
            [("warning", "2026-08-13 10:00"), ("critical", "2026-08-17 10:00")],
            id="origin: 10 and 14 days",
        ),
        pytest.param(
            LEFT,
            [
                ("info", "2026-08-13 10:00"),
                ("warning", "2026-08-17 10:00"),
                ("critical", "2026-08-24 10:00"),
            ],
            id="line haul: 10, 14 and 21 days",
        ),
        pytest.param(
            THERE,
            [("warning", "2026-08-17 10:00"), ("critical", "2026-08-23 10:00")],
            id="any other stage: 14 and 20 days",
        ),
    ],
)
def test_silence_is_a_schedule(event: Event, expected: list[tuple[str, str]]) -> None:
    """In calendar days: a weekend counts, and the last threshold here is a Sunday."""
    assert schedule(Silence()(dossier(event))) == expected


@pytest.mark.parametrize(
    ("event", "at", "before", "after"),
    [
        pytest.param(AT_ORIGIN, "2026-08-13 10:00", "", "warning", id="origin, 10 days"),
        pytest.param(AT_ORIGIN, "2026-08-17 10:00", "warning", "critical", id="origin, 14 days"),
        pytest.param(LEFT, "2026-08-13 10:00", "", "info", id="line haul, 10 days"),
        pytest.param(LEFT, "2026-08-17 10:00", "info", "warning", id="line haul, 14 days"),
        pytest.param(LEFT, "2026-08-24 10:00", "warning", "critical", id="line haul, 21 days"),
        pytest.param(THERE, "2026-08-17 10:00", "", "warning", id="elsewhere, 14 days"),
        pytest.param(THERE, "2026-08-23 10:00", "warning", "critical", id="elsewhere, 20 days"),
    ],
)
def test_a_step_comes_at_its_second_and_not_before(
    event: Event, at: str, before: str, after: str
) -> None:
    """With a source that looks at every moment."""

    def step(now: datetime) -> str:
        return due_key(Silence()(dossier(event, looked=now)), now)

    assert [step(moment(at) - SECOND), step(moment(at)), step(moment(at) + SECOND)] == [
        before,
        after,
        after,
    ]


@pytest.mark.parametrize(
    ("looked", "step"),
    [
        pytest.param(None, "", id="nobody looked: nothing is called silent"),
        pytest.param("2026-08-13 09:59", "", id="looked just before"),
        pytest.param("2026-08-13 10:00", "warning", id="looked at the date"),
        pytest.param("2026-08-16 10:00", "warning", id="the look bears out as far as it goes"),
    ],
)
def test_silence_needs_a_look_after_its_date(looked: str | None, step: str) -> None:
    episode = Silence()(dossier(AT_ORIGIN, looked=looked))

    assert episode is not None
    assert {s.witness for s in episode.steps} == {Witness.CHECK}
    assert due_key(episode, moment("2026-12-01 00:00")) == step


@pytest.mark.parametrize(
    ("events", "open_"),
    [
        pytest.param([], False, id="nothing known is never_shipped"),
        pytest.param([scan(Stage.INFO_RECEIVED, MONDAY)], False, id="a label is never_shipped"),
        pytest.param([THERE, on(Stage.DELIVERED)], False, id="delivered"),
        pytest.param([THERE, on(Stage.RETURNED)], False, id="back at the sender"),
        pytest.param([THERE, on(Stage.LOST_OR_DAMAGED)], False, id="lost"),
        pytest.param([THERE, on(Stage.RETURNING)], True, id="on the way back"),
        pytest.param([THERE, on(Stage.PICKUP)], True, id="waiting, and silenced by pickup"),
        pytest.param([scan(Stage.UNKNOWN, MONDAY)], True, id="what nobody understands"),
        pytest.param([THERE, on(Stage.DELIVERED), on(Stage.OTHER, "2026-08-05 10:00")], False, id="a remark after the delivery"),
        pytest.param([scan(Stage.INFO_RECEIVED, MONDAY), on(Stage.UNKNOWN)], True, id="a label, then something nobody understands"),
    ],
)  # fmt: skip
def test_what_is_watched_for_silence(events: list[Event], open_: bool) -> None:
    assert (Silence()(dossier(*events)) is not None) is open_


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        pytest.param(on(country="CN"), "2026-08-14 10:00", id="a new word restarts it"),
        pytest.param(scan(MOVING, "2026-08-04 10:00", country="CN"), "2026-08-13 10:00", id="the same words again do not"),
        pytest.param(scan(MOVING, "2026-08-04 10:00", place="Shenzhen", country="CN"), "2026-08-14 10:00", id="the same words at another place do"),
        pytest.param(on(Stage.OTHER, source=HAND, country="CN"), "2026-08-13 10:00", id="a remark of the owner does not"),
        pytest.param(on(source=HAND, country="CN"), "2026-08-14 10:00", id="a scan the owner wrote down does"),
        pytest.param(
            on(country="CN", first_seen=moment("2026-08-08 10:00"), unseen_until=moment("2026-08-08 09:00")),
            "2026-08-18 09:00", id="a scan uploaded late counts from when it was uploaded",
        ),
        pytest.param(
            scan(MOVING, None, "undated", country="CN", first_seen=moment("2026-08-06 10:00"), time_quality=TimeQuality.NONE),
            "2026-08-16 10:00", id="one without a date counts from when it was seen",
        ),
    ],
)  # fmt: skip
def test_what_restarts_the_clock(event: Event, counted: str) -> None:
    assert ("warning", counted) in schedule(Silence()(dossier(AT_ORIGIN, event)))


@pytest.mark.parametrize(
    ("when", "warning", "season"),
    [
        pytest.param("2026-09-20 10:00", "2026-09-30 10:00", "", id="over on the eve of the Golden Week"),
        pytest.param("2026-09-21 10:00", "2026-10-02 10:00", "China's Golden Week", id="its first day is two thirds of one"),
        pytest.param("2026-10-07 10:00", "2026-10-17 10:00", "", id="begun on its last day"),
        pytest.param("2026-12-01 10:00", "2026-12-16 10:00", "the rush from Singles' Day to the New Year", id="ten days take fifteen in December"),
        pytest.param("2026-02-10 10:00", "2026-02-25 10:00", "Chinese New Year", id="and at Chinese New Year"),
        pytest.param("2026-03-20 10:00", "2026-03-30 10:00", "", id="over the European change of clocks"),
    ],
)  # fmt: skip
def test_a_season_stretches_silence_and_is_named(when: str, warning: str, season: str) -> None:
    episode = Silence()(dossier(scan(MOVING, when, country="CN")))

    assert episode is not None
    assert ("warning", warning) in schedule(episode)
    assert episode.facts.get("season warning", "") == season


def test_a_season_of_china_leaves_other_lanes_alone() -> None:
    korean = dossier(scan(MOVING, "2026-09-25 10:00", country="KR"), origin="KR")

    assert ("warning", "2026-10-05 10:00") in schedule(Silence()(korean))


def test_thresholds_can_be_set() -> None:
    rule = Silence(origin_warning=3, origin_critical=4)

    assert schedule(rule(dossier(AT_ORIGIN))) == [
        ("warning", "2026-08-06 10:00"),
        ("critical", "2026-08-07 10:00"),
    ]


def test_severities_and_words_follow_the_leg() -> None:
    episode = Silence()(dossier(LEFT))

    assert episode is not None
    assert [(s.severity, s.advice) for s in episode.steps] == [
        (Severity.INFO, "silence_line_haul_info"),
        (Severity.WARNING, "silence_line_haul_warning"),
        (Severity.CRITICAL, "silence_line_haul_critical"),
    ]


def test_silence_yields_to_every_rule_that_knows_more() -> None:
    rest = {"silence", "never_shipped", "source_gives_up", "protection"}

    assert RULES.keys() - rest <= yields_to("silence")
    assert yields_to("silence") == yields_to("never_shipped")
    assert yields_to("source_gives_up") == yields_to("silence") | {"silence", "never_shipped"}


def test_a_rule_of_a_plug_in_yields_to_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precedence, "_OF_PLUGINS", {})
    register_yielding("dawdling", frozenset({"lost"}))

    assert yields_to("dawdling") == {"lost"}
    assert yields_to("another") == frozenset()


def test_no_two_rules_silence_each_other() -> None:
    pairs = [(a, b) for a in RULES for b in yields_to(a) if a in yields_to(b)]

    assert pairs == []


STAGES = st.sampled_from([s for s in Stage if s is not Stage.UNKNOWN])


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(STAGES, st.integers(0, 400), st.sampled_from(["", "CN", "NL", "DE"])), max_size=6
    )
)
def test_a_schedule_ascends_and_never_begins_before_the_last_change(
    given_: list[tuple[Stage, int, str]],
) -> None:
    start = moment("2026-08-01 00:00")
    events = [
        scan(stage, start + hours * 3600 * SECOND, f"{n}", country=country)
        for n, (stage, hours, country) in enumerate(given_)
    ]
    known = dossier(*events)
    episode = Silence()(known)

    if episode is not None:
        dates = [step.at for step in episode.steps]
        assert dates == sorted(dates)
        assert known.last_change is not None
        assert dates[0] > known.last_change


def test_of_a_parcel_seen_first_where_it_goes_to_nobody_knows_the_origin() -> None:
    known = dossier(THERE, on(country="NL"), origin="")
    assert leg(known) is Leg.ELSEWHERE


def test_all_that_is_said_of_silence_on_the_line_haul() -> None:
    """From 20 August on a day counts as half of one: five of twenty-one take ten."""
    rush = Season("the rush", date(2026, 8, 20), date(2026, 9, 30), factor=2)
    known = watched_by_two(dossier(LEFT), "2026-08-18 10:00", "2026-08-17 12:00")

    assert Silence(seasons=(rush,))(known) == Episode(
        "silence",
        "parcel:7",
        "journey",
        since=moment(MONDAY),
        steps=(
            Step("info", moment("2026-08-13 10:00"), Severity.INFO, "silence_line_haul_info", Witness.CHECK),
            Step("warning", moment("2026-08-17 10:00"), Severity.WARNING, "silence_line_haul_warning", Witness.CHECK),
            Step("critical", moment("2026-08-29 10:00"), Severity.CRITICAL, "silence_line_haul_critical", Witness.CHECK),
        ),
        verified=moment("2026-08-18 10:00"),
        heard=moment("2026-08-17 12:00"),
        facts={
            "leg": "line_haul",
            "silent_since": "2026-08-03T10:00:00+00:00",
            "season critical": "the rush",
        },
    )  # fmt: skip
