"""The `clearance_due` rule as tables: what is asked for, until when, and which step has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.parcel import Event, Side, Stage
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_due import ClearanceDue
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.workdays import working_days
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule, watched_by_two

if TYPE_CHECKING:
    from datetime import datetime

START = Stage.CLEARANCE_START
HELD = Stage.CLEARANCE_EXCEPTION
PAY = Stage.CLEARANCE_PAYMENT_DUE
PAPERS = Stage.CLEARANCE_DOCUMENTS_NEEDED
REFUSED = Stage.CLEARANCE_FAILURE

HELD_MONDAY = scan(HELD, "2026-09-07 10:00")
PAY_MONDAY = scan(PAY, "2026-09-07 10:00")
LAST = [("last-3", "2026-09-18 10:00"), ("last-1", "2026-09-20 10:00")]  # 14 days are assumed
AFTER_MONEY = [("payment", "2026-09-07 10:00"), ("unanswered", "2026-09-09 10:00"), *LAST]


def judged(
    *events: Event, destination: str = "US", looked: datetime | None = None
) -> Episode | None:
    """In a country of whose carrier no period is known."""
    return ClearanceDue()(dossier(*events, destination=destination, looked=looked))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [PAY_MONDAY], AFTER_MONEY, id="money: at once, after 2 days, 3 and 1 before the end"
        ),
        pytest.param(
            [scan(PAPERS, "2026-09-11 22:00")],
            [
                ("documents", "2026-09-11 22:00"),
                ("unanswered", "2026-09-13 22:00"),
                ("last-3", "2026-09-22 22:00"),
                ("last-1", "2026-09-24 22:00"),
            ],
            id="papers asked on a Friday: the weekend counts",
        ),
        pytest.param(
            [PAY_MONDAY, scan(PAPERS, "2026-09-08 10:00")],
            [
                ("payment", "2026-09-07 10:00"),
                ("documents", "2026-09-08 10:00"),
                ("unanswered", "2026-09-10 10:00"),
                *LAST,
            ],
            id="papers after money are a notice of their own, and the end is that of the first",
        ),
        pytest.param(
            [PAY_MONDAY, scan(PAPERS, "2026-09-19 10:00")],
            [
                ("payment", "2026-09-07 10:00"),
                ("unanswered", "2026-09-18 10:00"),
                ("last-3", "2026-09-18 10:00"),
                ("documents", "2026-09-19 10:00"),
                ("last-1", "2026-09-20 10:00"),
            ],
            id="papers in the last days come after the warning of the end",
        ),
        pytest.param(
            [PAY_MONDAY, scan(PAY, "2026-09-10 10:00", "please pay at last")],
            [("payment", "2026-09-07 10:00"), ("unanswered", "2026-09-12 10:00"), *LAST],
            id="asked again for the same: unanswered from then on, the end stays",
        ),
        pytest.param(
            [HELD_MONDAY, scan(PAY, "2026-09-08 10:00")],
            [
                ("payment", "2026-09-08 10:00"),
                ("unanswered", "2026-09-10 10:00"),
                ("last-3", "2026-09-19 10:00"),
                ("last-1", "2026-09-21 10:00"),
            ],
            id="money asked after a hold counts from the demand",
        ),
        pytest.param(
            [PAY_MONDAY, scan(HELD, "2026-09-08 10:00")],
            AFTER_MONEY,
            id="held while money is owed: the demand stands",
        ),
        pytest.param(
            [PAY_MONDAY, scan(Stage.IN_TRANSIT, "2026-09-08 10:00", place="Rotterdam")],
            AFTER_MONEY,
            id="a scan on the way answers nothing",
        ),
        pytest.param(
            [PAY_MONDAY, scan(START, "2026-09-08 10:00")],
            [],
            id="processed again: the demand is met, as far as is said",
        ),
        pytest.param(
            [
                PAY_MONDAY,
                scan(START, "2026-09-08 10:00"),
                scan(PAY, "2026-09-14 10:00", "pay more"),
            ],
            [
                ("payment", "2026-09-14 10:00"),
                ("unanswered", "2026-09-16 10:00"),
                ("last-3", "2026-09-25 10:00"),
                ("last-1", "2026-09-27 10:00"),
            ],
            id="asked again after it was processed: a demand of its own",
        ),
        pytest.param(
            [PAY_MONDAY, scan(Stage.CLEARANCE_SUCCESS, "2026-09-08 10:00")], [], id="released"
        ),
        pytest.param(
            [PAY_MONDAY, scan(REFUSED, "2026-09-08 10:00")], [], id="refused: the matter of another"
        ),
        pytest.param([HELD_MONDAY], [], id="merely held"),
        pytest.param(
            [scan(PAY, "2026-09-07 10:00", side=Side.EXPORT)],
            [],
            id="money at export is the sender's matter",
        ),
        pytest.param([], [], id="no event"),
    ],
)
def test_a_demand_is_a_schedule(events: list[Event], expected: list[tuple[str, str]]) -> None:
    assert schedule(judged(*events)) == expected


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        pytest.param("2026-09-07 10:00", "", "payment", id="a notice at once"),
        pytest.param("2026-09-09 10:00", "payment", "unanswered", id="a warning after 2 days"),
        pytest.param("2026-09-18 10:00", "unanswered", "last-3", id="critical 3 days before"),
        pytest.param("2026-09-20 10:00", "last-3", "last-1", id="critical again a day before"),
    ],
)
def test_a_step_comes_at_its_second_without_any_look(at: str, before: str, after: str) -> None:
    threshold, episode = moment(at), judged(PAY_MONDAY)

    assert due_key(episode, threshold - SECOND) == before
    assert due_key(episode, threshold) == after
    assert due_key(episode, threshold + SECOND) == after


def test_every_step_goes_by_the_clock_since_a_payment_often_shows_nowhere() -> None:
    episode = judged(PAY_MONDAY)

    assert episode is not None
    assert {s.witness for s in episode.steps} == {Witness.CLOCK}
    assert [s.severity for s in episode.steps] == [
        Severity.NOTICE,
        Severity.WARNING,
        Severity.CRITICAL,
        Severity.CRITICAL,
    ]


def test_what_is_asked_for_in_the_last_days_matters_no_less_than_what_was_asked_before() -> None:
    episode = judged(PAY_MONDAY, scan(PAPERS, "2026-09-20 12:00"))

    assert episode is not None
    assert [(s.key, s.severity) for s in episode.steps][-2:] == [
        ("last-1", Severity.CRITICAL),
        ("documents", Severity.CRITICAL),
    ]


@pytest.mark.parametrize(
    ("country", "pay_by", "assumed"),
    [
        pytest.param("GB", "2026-09-28 10:00", "", id="Royal Mail: 21 days"),
        pytest.param("NL", "2026-09-21 10:00", "", id="PostNL: 14 days"),
        pytest.param("BR", "2026-10-07 10:00", "", id="Correios: 30 days"),
        pytest.param("DE", "2026-09-14 10:00", "", id="the German customs office: 7 days"),
        pytest.param("US", "2026-09-21 10:00", "yes", id="nothing known: 14 days are assumed"),
        pytest.param("", "2026-09-21 10:00", "yes", id="no country known: the same"),
    ],
)
def test_the_end_is_that_of_the_carrier_of_the_destination(
    country: str, pay_by: str, assumed: str
) -> None:
    episode = judged(PAY_MONDAY, destination=country)

    assert episode is not None
    assert episode.deadlines == (("pay_by", moment(pay_by)),)
    assert episode.facts["pay_by"] == pay_by[:10]
    assert episode.facts["assumed"] == assumed
    assert bool(episode.facts["carrier"]) is not bool(assumed)
    assert {s.advice.endswith("_assumed") for s in episode.steps} == {bool(assumed)}


@pytest.mark.parametrize(
    ("country", "asked", "last"),
    [
        pytest.param("NL", "2026-10-20 22:30", "2026-11-02 22:30", id="over the day of 25 hours"),
        pytest.param("GB", "2026-03-20 01:30", "2026-04-09 01:30", id="over the day of 23 hours"),
        pytest.param(
            "BR", "2026-12-23 10:00", "2027-01-21 10:00", id="over Christmas: calendar days"
        ),
        pytest.param("US", "2026-11-25 10:00", "2026-12-08 10:00", id="over Thanksgiving"),
    ],
)
def test_neither_summer_time_nor_holidays_nor_seasons_move_the_end(
    country: str, asked: str, last: str
) -> None:
    known = dossier(scan(PAY, asked), destination=country, working_days=working_days)

    assert schedule(ClearanceDue()(known))[-1] == ("last-1", last)


def test_the_carriers_clock_began_when_it_asked_and_not_when_that_was_shown() -> None:
    shown_late = scan(
        PAY,
        "2026-09-07 10:00",
        first_seen=moment("2026-09-19 12:00"),
        unseen_until=moment("2026-09-19 11:00"),
    )
    episode = judged(shown_late)

    assert episode is not None
    assert episode.deadlines == (("pay_by", moment("2026-09-21 10:00")),)
    assert episode.since == moment("2026-09-19 11:00")
    assert due_key(episode, moment("2026-09-19 12:00")) == "last-3"
    assert schedule(episode)[-1] == ("last-1", "2026-09-20 10:00")


def test_a_demand_found_after_its_end_is_at_its_last_step() -> None:
    assert due_key(judged(PAY_MONDAY), moment("2026-12-01 00:00")) == "last-1"


@pytest.mark.parametrize(
    ("stage", "key"),
    [
        pytest.param(PAY, "payment", id="an undated demand"),
        pytest.param(PAPERS, "documents", id="undated papers"),
    ],
)
def test_an_undated_demand_is_heard_when_it_is_first_seen(stage: Stage, key: str) -> None:
    undated = scan(stage, None, first_seen=moment("2026-09-08 10:00"))

    assert schedule(judged(HELD_MONDAY, undated))[0] == (key, "2026-09-08 10:00")


def test_the_anchor_survives_another_demand_and_thresholds_are_options() -> None:
    rule = ClearanceDue(warning=1, critical=5, critical_again=2, pay_days=10)
    episode = rule(dossier(PAY_MONDAY, scan(PAPERS, "2026-09-08 10:00")))

    assert episode is not None
    assert (episode.anchor, episode.subject) == ("import", "parcel:7")
    assert schedule(episode)[2:] == [
        ("unanswered", "2026-09-09 10:00"),
        ("last-3", "2026-09-12 10:00"),
        ("last-1", "2026-09-15 10:00"),
    ]
    assert not any(s.advice.endswith("_assumed") for s in episode.steps)


def test_a_period_shorter_than_the_warnings_lets_none_come_before_the_demand() -> None:
    assert schedule(ClearanceDue(pay_days=2)(dossier(PAY_MONDAY))) == [
        ("payment", "2026-09-07 10:00"),
        ("unanswered", "2026-09-07 10:00"),
        ("last-3", "2026-09-07 10:00"),
        ("last-1", "2026-09-08 10:00"),
    ]


@pytest.mark.parametrize(
    ("stage", "country", "again", "advices"),
    [
        pytest.param(PAY, "NL", 1, ["payment_last", "payment_final"], id="money"),
        pytest.param(PAY, "US", 1, ["payment_last_assumed", "payment_final_assumed"], id="money, a day assumed"),
        pytest.param(PAPERS, "NL", 1, ["documents_last", "documents_final"], id="papers"),
        pytest.param(PAPERS, "US", 1, ["documents_last_assumed", "documents_final_assumed"], id="papers, a day assumed"),
        pytest.param(PAY, "NL", 2, ["payment_last", "payment_last"], id="two days before, nothing says that it is tomorrow"),
    ],
)  # fmt: skip
def test_only_the_day_before_the_end_says_that_the_last_day_is_tomorrow(
    stage: Stage, country: str, again: int, advices: list[str]
) -> None:
    known = dossier(scan(stage, "2026-09-07 10:00"), destination=country)
    episode = ClearanceDue(critical_again=again)(known)

    assert episode is not None
    assert [s.advice for s in episode.steps][-2:] == advices


def test_what_is_unpaid_and_what_is_unsent_have_words_of_their_own() -> None:
    money, papers = judged(PAY_MONDAY), judged(scan(PAPERS, "2026-09-07 10:00"))

    assert money is not None
    assert papers is not None
    assert {s.advice.partition("_")[0] for s in money.steps} == {"payment"}
    assert {s.advice.partition("_")[0] for s in papers.steps} == {"documents"}


def test_a_parcel_is_the_matter_of_one_of_the_two_rules() -> None:
    for events in ([PAY_MONDAY], [HELD_MONDAY], [PAY_MONDAY, scan(START, "2026-09-08 10:00")]):
        known = dossier(*events)
        assert (Clearance()(known) is None) is not (ClearanceDue()(known) is None)


PERIOD_UNKNOWN = {
    "pay_by": "2026-09-21", "pay_days": "14", "carrier": "", "source": "", "assumed": "yes",
}  # fmt: skip
PERIOD_TOLD = {
    "pay_by": "2026-09-12",
    "pay_days": "5",
    "carrier": "The carrier",
    "source": "your configuration",
    "assumed": "",
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(ClearanceDue(), PERIOD_UNKNOWN, id="assumed"),
        pytest.param(ClearanceDue(pay_days=5), PERIOD_TOLD, id="told by the owner"),
    ],
)
def test_all_that_a_message_is_told_of_the_time_to_pay(
    rule: ClearanceDue, expected: dict[str, str]
) -> None:
    found = rule(dossier(PAY_MONDAY, destination="US"))
    assert found is not None
    assert {key: found.facts[key] for key in expected} == expected


def test_a_second_thing_asked_for_after_the_last_days_begin_is_as_grave_as_they_are() -> None:
    on_the_day = scan(PAPERS, "2026-09-18 10:00")
    later = scan(PAPERS, "2026-09-18 10:01")
    for second, severity in ((on_the_day, Severity.NOTICE), (later, Severity.CRITICAL)):
        found = judged(PAY_MONDAY, second)
        assert found is not None
        assert next(s for s in found.steps if s.key == "documents").severity is severity


@pytest.mark.parametrize(
    ("stage", "keys"),
    [
        pytest.param(PAPERS, {"payment", "documents"}, id="one thing more is asked for"),
        pytest.param(PAY, {"payment"}, id="the same thing is asked for"),
    ],
)
def test_a_row_without_a_date_counts_when_it_asks_for_one_thing_more(
    stage: Stage, keys: set[str]
) -> None:
    undated = scan(stage, "2026-09-08 10:00", "please act")._replace(
        at=None, first_seen=moment("2026-09-08 10:00")
    )
    found = judged(PAY_MONDAY, undated)
    assert found is not None
    assert {s.key for s in found.steps} & {"payment", "documents"} == keys


def test_all_that_is_said_of_money_that_is_asked_for_after_a_hold() -> None:
    """It stands since the first demand, and its message quotes the newest."""
    asked = scan(PAY, "2026-09-08 10:00", "Please pay", place="Cologne")
    again = scan(PAY, "2026-09-10 10:00", "Please pay at last", place="Bonn")
    held = scan(HELD, "2026-09-11 10:00", "Held")
    known = dossier(HELD_MONDAY, asked, again, held)

    assert ClearanceDue(pay_days=10)(
        watched_by_two(known, "2026-09-12 10:00", "2026-09-11 12:00")
    ) == Episode(
        "clearance_due",
        "parcel:7",
        "import",
        since=moment("2026-09-08 10:00"),
        steps=(
            Step("payment", moment("2026-09-08 10:00"), Severity.NOTICE, "payment_asked"),
            Step("unanswered", moment("2026-09-12 10:00"), Severity.WARNING, "payment_unanswered"),
            Step("last-3", moment("2026-09-15 10:00"), Severity.CRITICAL, "payment_last"),
            Step("last-1", moment("2026-09-17 10:00"), Severity.CRITICAL, "payment_final"),
        ),
        verified=moment("2026-09-12 10:00"),
        heard=moment("2026-09-11 12:00"),
        deadlines=(("pay_by", moment("2026-09-18 10:00")),),
        facts={
            "text": "Please pay at last",
            "at": "2026-09-10T10:00:00+00:00",
            "place": "Bonn",
            "last_text": "Held",
            "silent_since": "2026-09-11T10:00:00+00:00",
            "country": "DE",
            "side": "import",
            "trouble": "demand",
            "pay_by": "2026-09-18",
            "pay_days": "10",
            "carrier": "The carrier",
            "source": "your configuration",
            "assumed": "",
        },
    )
