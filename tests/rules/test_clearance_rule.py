"""The `clearance` rule as tables: which schedule a history gives, and which step has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from monitor.parcel import Cause, Event, Side, Stage
from monitor.rules.clearance import Clearance
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.seasons import Season, season_of
from monitor.workdays import working_days
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule, watched_by_two

if TYPE_CHECKING:
    from datetime import datetime

START = Stage.CLEARANCE_START
HELD = Stage.CLEARANCE_EXCEPTION
PAY = Stage.CLEARANCE_PAYMENT_DUE
PAPERS = Stage.CLEARANCE_DOCUMENTS_NEEDED
REFUSED = Stage.CLEARANCE_FAILURE
MOVING = Stage.IN_TRANSIT
EXPORT_HELD = Stage.EXPORT_CLEARANCE_EXCEPTION

ARRIVED = scan(MOVING, "2026-09-06 10:00", "arrived", country="DE", place="Frankfurt")
HELD_MONDAY = scan(HELD, "2026-09-07 10:00")
PAY_MONDAY = scan(PAY, "2026-09-07 10:00")
START_MONDAY = scan(START, "2026-09-07 10:00")

AFTER_HELD = [
    ("notice", "2026-09-07 10:00"),
    ("warning", "2026-09-10 10:00"),
    ("critical", "2026-09-16 10:00"),
    ("critical-again", "2026-09-25 10:00"),
]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [HELD_MONDAY], AFTER_HELD, id="held: notice at once, then 3, 7 and 14 working days"
        ),
        pytest.param(
            [scan(Stage.OTHER, "2026-09-04 10:00"), HELD_MONDAY],
            AFTER_HELD,
            id="held after a remark",
        ),
        pytest.param(
            [scan(HELD, "2026-09-07 10:00", first_seen=None)],
            AFTER_HELD,
            id="a hold with a date counts by it, whoever saw it when",
        ),
        pytest.param(
            [PAY_MONDAY, scan(START, "2026-09-08 10:00")],
            [
                ("warning", "2026-09-11 10:00"),
                ("critical", "2026-09-17 10:00"),
                ("critical-again", "2026-09-28 10:00"),
            ],
            id="processed again after a demand: the demand is met, the problem is not over",
        ),
        pytest.param(
            [HELD_MONDAY, scan(PAY, "2026-09-08 10:00"), scan(START, "2026-09-09 10:00")],
            [
                ("warning", "2026-09-14 10:00"),
                ("critical", "2026-09-18 10:00"),
                ("critical-again", "2026-09-29 10:00"),
            ],
            id="the same after a hold: its notice was told in its time",
        ),
        pytest.param(
            [
                HELD_MONDAY,
                scan(PAY, "2026-09-08 10:00"),
                scan(START, "2026-09-09 09:00"),
                scan(HELD, "2026-09-09 10:00", "held after all"),
            ],
            [
                ("warning", "2026-09-14 10:00"),
                ("critical", "2026-09-18 10:00"),
                ("critical-again", "2026-09-29 10:00"),
            ],
            id="held again after it was processed again: no notice either",
        ),
        pytest.param(
            [ARRIVED, START_MONDAY],
            [
                ("quiet", "2026-09-10 10:00"),
                ("slow", "2026-09-14 10:00"),
                ("slow-critical", "2026-09-21 10:00"),
            ],
            id="a mere start: 3, 5 and 10 working days",
        ),
        pytest.param(
            [ARRIVED, START_MONDAY, scan(HELD, "2026-09-09 10:00")],
            [
                ("notice", "2026-09-09 10:00"),
                ("warning", "2026-09-14 10:00"),
                ("critical", "2026-09-18 10:00"),
                ("critical-again", "2026-09-29 10:00"),
            ],
            id="held after a start: counted from the hold",
        ),
    ],
)
def test_a_problem_is_a_schedule(events: list[Event], expected: list[tuple[str, str]]) -> None:
    assert schedule(Clearance()(dossier(*events))) == expected


@pytest.mark.parametrize(
    ("country", "when", "warning"),
    [
        pytest.param(
            "DE", "2026-12-23 10:00", "2026-12-29 10:00", id="Germany: Christmas does not count"
        ),
        pytest.param(
            "US", "2026-11-24 10:00", "2026-11-30 10:00", id="US: Thanksgiving does not count"
        ),
        pytest.param(
            "BR", "2026-09-04 10:00", "2026-09-10 10:00", id="Brazil: 7 September does not count"
        ),
        pytest.param(
            "CN",
            "2026-09-29 10:00",
            "2026-10-09 10:00",
            id="China: the October week does not count",
        ),
        pytest.param(
            "", "2026-12-23 10:00", "2026-12-28 10:00", id="unknown country: Monday to Friday"
        ),
    ],
)
def test_the_working_days_are_those_of_the_destination(
    country: str, when: str, warning: str
) -> None:
    held = dossier(scan(HELD, when), origin="KR", destination=country, working_days=working_days)

    assert ("warning", warning) in schedule(Clearance()(held))


def test_export_customs_counts_the_working_days_of_the_origin() -> None:
    held = dossier(scan(EXPORT_HELD, "2026-09-29 10:00"), working_days=working_days)

    assert ("warning", "2026-10-09 10:00") in schedule(Clearance()(held))


def test_transit_customs_counts_the_working_days_of_the_country_on_the_way() -> None:
    held = dossier(scan(HELD, "2026-11-24 10:00", country="US"), working_days=working_days)

    assert ("warning", "2026-11-30 10:00") in schedule(Clearance()(held))


@pytest.mark.parametrize(
    ("events", "at", "before", "after"),
    [
        pytest.param(
            [HELD_MONDAY], "2026-09-07 10:00", "", "notice", id="a hold is noticed at once"
        ),
        pytest.param([HELD_MONDAY], "2026-09-10 10:00", "notice", "warning", id="warning after 3w"),
        pytest.param(
            [HELD_MONDAY], "2026-09-16 10:00", "warning", "critical", id="critical after 7w"
        ),
        pytest.param(
            [HELD_MONDAY], "2026-09-25 10:00", "critical", "critical-again", id="again after 14w"
        ),
        pytest.param(
            [ARRIVED, START_MONDAY], "2026-09-10 10:00", "", "quiet", id="a start after 3w"
        ),
        pytest.param(
            [ARRIVED, START_MONDAY], "2026-09-14 10:00", "quiet", "slow", id="a start after 5w"
        ),
        pytest.param(
            [ARRIVED, START_MONDAY],
            "2026-09-21 10:00",
            "slow",
            "slow-critical",
            id="a start after 10w",
        ),
    ],
)
def test_a_step_comes_at_its_second_and_not_before(
    events: list[Event], at: str, before: str, after: str
) -> None:
    """With a source that looks at every moment."""

    def step(now: datetime) -> str:
        return due_key(Clearance()(dossier(*events, looked=now)), now)

    threshold = moment(at)

    assert step(threshold - SECOND) == before
    assert step(threshold) == after
    assert step(threshold + SECOND) == after


@pytest.mark.parametrize(
    ("events", "looked", "step"),
    [
        pytest.param([HELD_MONDAY], None, "notice", id="no look: only the notice"),
        pytest.param(
            [HELD_MONDAY], "2026-09-10 09:59", "notice", id="looked just before: no silence yet"
        ),
        pytest.param(
            [HELD_MONDAY], "2026-09-10 10:00", "warning", id="looked at the date: silence"
        ),
        pytest.param(
            [HELD_MONDAY], "2026-09-16 09:00", "warning", id="the look bears out as far as it goes"
        ),
        pytest.param([ARRIVED, START_MONDAY], None, "", id="a start without a look says nothing"),
    ],
)
def test_silence_needs_a_look_after_its_date(
    events: list[Event], looked: str | None, step: str
) -> None:
    long_after = moment("2026-12-01 00:00")

    assert due_key(Clearance()(dossier(*events, looked=looked)), long_after) == step


def test_a_parcel_added_late_is_at_one_step() -> None:
    old = dossier(HELD_MONDAY, looked="2026-11-20 08:00", added_at=moment("2026-11-20 07:00"))

    assert due_key(Clearance()(old), moment("2026-11-20 08:00")) == "critical-again"


def is_open(*events: Event, **more: Any) -> bool:
    return Clearance()(dossier(*events, **more)) is not None


def later(stage: Stage, text: str = "", **more: Any) -> Event:
    return scan(stage, "2026-09-08 10:00", text, **more)


@pytest.mark.parametrize(
    ("event", "still_open"),
    [
        pytest.param(later(Stage.CLEARANCE_SUCCESS), False, id="release closes"),
        pytest.param(later(Stage.OUT_FOR_DELIVERY), False, id="out for delivery closes"),
        pytest.param(later(Stage.PICKUP), False, id="ready for pick-up closes"),
        pytest.param(later(Stage.DELIVERED), False, id="delivery closes"),
        pytest.param(later(Stage.DELIVERY_FAILED), False, id="a failed delivery closes"),
        pytest.param(later(Stage.RETURNING), False, id="returning closes"),
        pytest.param(later(Stage.RETURNED), False, id="returned closes"),
        pytest.param(later(Stage.LOST_OR_DAMAGED), False, id="lost closes"),
        pytest.param(later(MOVING, country="DE"), False, id="a scan in the country closes"),
        pytest.param(later(MOVING, last_mile=True), False, id="a scan by the last mile closes"),
        pytest.param(later(MOVING), True, id="a scan from nowhere does not"),
        pytest.param(later(MOVING, place="Leipzig"), True, id="a place without a country does not"),
        pytest.param(later(MOVING, country="NL"), True, id="a scan in another country does not"),
        pytest.param(
            later(Stage.OTHER, country="DE", last_mile=True), True, id="a remark does not"
        ),
        pytest.param(
            later(Stage.UNKNOWN, country="DE"), True, id="what nobody understands does not"
        ),
        pytest.param(later(Stage.INFO_RECEIVED, country="DE"), True, id="new shipping data do not"),
        pytest.param(later(Stage.EXPORT_CLEARANCE), True, id="an export step does not"),
        pytest.param(
            later(Stage.CLEARANCE_SUCCESS, side=Side.EXPORT),
            True,
            id="a release by export customs does not",
        ),
        pytest.param(
            later(Stage.CLEARANCE_SUCCESS, country="NL"), True, id="a release on the way does not"
        ),
        pytest.param(
            scan(MOVING, None, country="DE", first_seen=moment("2026-09-08 10:00")),
            True,
            id="an undated scan does not",
        ),
        pytest.param(
            scan(MOVING, "2026-09-07 09:59", country="DE"),
            True,
            id="a scan dated before it does not",
        ),
        pytest.param(
            scan(MOVING, "2026-09-07 10:00", country="DE"),
            True,
            id="a scan of the same moment does not",
        ),
        pytest.param(later(HELD, "held for longer"), True, id="another hold does not"),
        pytest.param(later(START), True, id="being processed again does not"),
    ],
)
def test_an_import_problem_is_closed_by_what_is_listed_and_nothing_else(
    event: Event, still_open: bool
) -> None:
    assert is_open(HELD_MONDAY, event) is still_open


def test_release_before_the_problem_does_not_close_it() -> None:
    assert is_open(scan(Stage.CLEARANCE_SUCCESS, "2026-09-05 10:00"), HELD_MONDAY)


def test_a_problem_after_a_release_is_a_new_one() -> None:
    again = Clearance()(
        dossier(HELD_MONDAY, later(Stage.CLEARANCE_SUCCESS), scan(HELD, "2026-09-10 10:00"))
    )

    assert again is not None
    assert again.since == moment("2026-09-10 10:00")


@pytest.mark.parametrize(
    ("event", "warning"),
    [
        pytest.param(later(HELD, "still held, inspection"), "2026-09-11 10:00", id="another text restarts"),
        pytest.param(later(START), "2026-09-11 10:00", id="another stage restarts"),
        pytest.param(later(MOVING, place="Rotterdam"), "2026-09-11 10:00", id="a scan with a place restarts"),
        pytest.param(later(MOVING), "2026-09-10 10:00", id="a scan without a place restarts nothing"),
        pytest.param(later(HELD), "2026-09-10 10:00", id="the same words again restart nothing"),
        pytest.param(
            later(HELD, "CLEARANCE exception!"), "2026-09-10 10:00", id="case and punctuation restart nothing"
        ),
        pytest.param(later(Stage.OTHER, place="Bonn"), "2026-09-10 10:00", id="a remark restarts nothing"),
        pytest.param(later(Stage.UNKNOWN), "2026-09-10 10:00", id="the unknown restarts nothing"),
        pytest.param(later(Stage.EXPORT_CLEARANCE), "2026-09-10 10:00", id="an export step restarts nothing"),
        pytest.param(
            scan(HELD, None, "held, undated", first_seen=moment("2026-09-08 10:00")),
            "2026-09-10 10:00",
            id="an undated row restarts nothing",
        ),
        pytest.param(
            scan(MOVING, None, place="Rotterdam", first_seen=moment("2026-09-08 10:00")),
            "2026-09-10 10:00",
            id="an undated scan restarts nothing",
        ),
        pytest.param(
            scan(MOVING, "2026-09-07 11:00", place="X", first_seen=moment("2026-09-09 10:00"),
                 unseen_until=moment("2026-09-09 09:00")),
            "2026-09-14 09:00",
            id="a scan uploaded late counts from when it was uploaded",
        ),
    ],
)  # fmt: skip
def test_the_clock_restarts_at_news_of_customs_and_at_scans(event: Event, warning: str) -> None:
    assert ("warning", warning) in schedule(Clearance()(dossier(HELD_MONDAY, event)))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([START_MONDAY], [], id="a pre-declaration says nothing"),
        pytest.param(
            [START_MONDAY, scan(MOVING, "2026-09-09 10:00", country="CN", place="Shenzhen")],
            [],
            id="still moving in the origin: nothing",
        ),
        pytest.param(
            [START_MONDAY, scan(MOVING, "2026-09-09 10:00", country="DE", place="Frankfurt")],
            [("quiet", "2026-09-14 10:00"), ("slow", "2026-09-16 10:00"), ("slow-critical", "2026-09-23 10:00")],
            id="counted from the first scan there",
        ),
        pytest.param(
            [START_MONDAY, scan(MOVING, "2026-09-09 10:00", code="InTransit_Arrival")],
            [("quiet", "2026-09-14 10:00"), ("slow", "2026-09-16 10:00"), ("slow-critical", "2026-09-23 10:00")],
            id="counted from the arrival",
        ),
        pytest.param(
            [START_MONDAY, scan(MOVING, "2026-09-09 10:00", last_mile=True)],
            [("quiet", "2026-09-14 10:00"), ("slow", "2026-09-16 10:00"), ("slow-critical", "2026-09-23 10:00")],
            id="counted from the first scan of the last mile",
        ),
        pytest.param(
            [scan(START, "2026-09-07 10:00", country="DE")],
            [("quiet", "2026-09-10 10:00"), ("slow", "2026-09-14 10:00"), ("slow-critical", "2026-09-21 10:00")],
            id="a start made in the country proves that it is there",
        ),
        pytest.param(
            [ARRIVED, START_MONDAY, later(MOVING, country="DE", place="Leipzig")],
            [],
            id="closed by a scan in the country after it",
        ),
        pytest.param(
            [
                START_MONDAY,
                scan(MOVING, "2026-09-09 10:00", country="DE", place="Frankfurt"),
                scan(MOVING, "2026-09-10 10:00", country="DE", place="Leipzig"),
            ],
            [],
            id="closed by a scan after the arrival",
        ),
        pytest.param(
            [ARRIVED, START_MONDAY, later(MOVING, country="DE"), scan(START, "2026-09-10 10:00")],
            [("quiet", "2026-09-15 10:00"), ("slow", "2026-09-17 10:00"), ("slow-critical", "2026-09-24 10:00")],
            id="opened again by a start after it was closed",
        ),
        pytest.param([ARRIVED, START_MONDAY, later(Stage.CLEARANCE_SUCCESS)], [], id="closed by release"),
    ],
)  # fmt: skip
def test_a_start_counts_once_the_parcel_is_in_the_country(
    events: list[Event], expected: list[tuple[str, str]]
) -> None:
    assert schedule(Clearance()(dossier(*events))) == expected


@pytest.mark.parametrize(
    ("event", "anchor"),
    [
        pytest.param(scan(EXPORT_HELD, "2026-09-07 10:00"), "export", id="held at export"),
        pytest.param(
            scan(HELD, "2026-09-07 10:00", side=Side.EXPORT), "export", id="the words say export"
        ),
        pytest.param(
            scan(HELD, "2026-09-07 10:00", country="CN"), "export", id="made in the origin"
        ),
        pytest.param(scan(HELD, "2026-09-07 10:00", country="NL"), "transit", id="made on the way"),
        pytest.param(
            scan(HELD, "2026-09-07 10:00", side=Side.TRANSIT), "transit", id="the words say transit"
        ),
        pytest.param(
            scan(HELD, "2026-09-07 10:00", country="DE"), "import", id="made in the destination"
        ),
        pytest.param(scan(HELD, "2026-09-07 10:00"), "import", id="made nobody knows where"),
        pytest.param(
            scan(HELD, "2026-09-07 10:00", country="CN", side=Side.IMPORT),
            "import",
            id="words before place",
        ),
        pytest.param(
            scan(PAPERS, "2026-09-07 10:00", side=Side.EXPORT), "export", id="papers at export"
        ),
        pytest.param(
            scan(REFUSED, "2026-09-07 10:00", side=Side.EXPORT), "export", id="refused at export"
        ),
    ],
)
def test_each_customs_has_its_own_anchor_and_its_own_text(event: Event, anchor: str) -> None:
    episode = Clearance()(dossier(event))

    assert episode is not None
    assert episode.anchor == anchor
    assert {s.advice.split("_")[0] for s in episode.steps} == {anchor}


def test_customs_of_the_origin_is_known_even_without_a_destination() -> None:
    episode = Clearance()(dossier(scan(HELD, "2026-09-07 10:00", country="CN"), destination=""))

    assert episode is not None
    assert episode.anchor == "export"


def test_where_nobody_knows_where_it_goes_customs_of_a_third_country_may_be_there() -> None:
    episode = Clearance()(dossier(scan(HELD, "2026-09-07 10:00", country="NL"), destination=""))

    assert episode is not None
    assert episode.anchor == "import"


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(scan(Stage.EXPORT_CLEARANCE, "2026-09-07 10:00"), id="export clearance"),
        pytest.param(scan(START, "2026-09-07 10:00", side=Side.EXPORT), id="a start at export"),
        pytest.param(scan(START, "2026-09-07 10:00", country="NL"), id="a start on the way"),
        pytest.param(scan(Stage.CLEARANCE_SUCCESS, "2026-09-07 10:00"), id="a release"),
        pytest.param(ARRIVED, id="a scan"),
    ],
)
def test_routine_opens_nothing(event: Event) -> None:
    assert not is_open(event, ARRIVED)


@pytest.mark.parametrize(
    ("event", "still_open"),
    [
        pytest.param(later(Stage.EXPORT_CLEARANCE), False, id="release there"),
        pytest.param(later(MOVING, "departed"), False, id="departure"),
        pytest.param(later(MOVING, country="NL"), False, id="a scan anywhere later"),
        pytest.param(later(Stage.CLEARANCE_SUCCESS), False, id="release in the destination"),
        pytest.param(later(Stage.DELIVERED), False, id="delivery"),
        pytest.param(later(EXPORT_HELD, "held for longer"), True, id="another hold there"),
        pytest.param(later(Stage.OTHER), True, id="a remark"),
        pytest.param(scan(MOVING, "2026-09-07 09:00"), True, id="an older scan"),
    ],
)
def test_a_problem_at_export_is_closed_by_anything_later(event: Event, still_open: bool) -> None:
    assert is_open(scan(EXPORT_HELD, "2026-09-07 10:00"), event) is still_open


def test_a_pre_declaration_hides_no_trouble_at_export() -> None:
    """Parcels are declared to import customs before export customs has seen them."""
    episode = Clearance()(dossier(START_MONDAY, later(EXPORT_HELD)))

    assert episode is not None
    assert episode.anchor == "export"


def test_a_word_of_the_origin_leaves_the_import_problem_open() -> None:
    episode = Clearance()(dossier(HELD_MONDAY, later(EXPORT_HELD)))

    assert episode is not None
    assert episode.anchor == "import"
    assert schedule(episode) == AFTER_HELD


def test_import_customs_takes_over_from_export() -> None:
    episode = Clearance()(dossier(scan(EXPORT_HELD, "2026-09-03 10:00"), HELD_MONDAY))

    assert episode is not None
    assert episode.anchor == "import"
    assert schedule(episode) == AFTER_HELD


def test_an_undated_hold_alone_is_a_problem_from_when_it_is_seen() -> None:
    held = scan(HELD, None, first_seen=moment("2026-09-08 10:00"))

    assert ("notice", "2026-09-08 10:00") in schedule(Clearance()(dossier(held)))


def test_the_anchor_survives_another_text_and_the_thresholds_are_options() -> None:
    rule = Clearance(exception_warning=1, exception_critical=2, exception_again=3)
    episode = rule(dossier(HELD_MONDAY, later(HELD, "held, 2")))

    assert episode is not None
    assert (episode.anchor, episode.subject) == ("import", "parcel:7")
    assert schedule(episode)[1] == ("warning", "2026-09-09 10:00")


def test_silence_is_a_check_and_a_hold_goes_by_the_clock() -> None:
    held, begun = Clearance()(dossier(HELD_MONDAY)), Clearance()(dossier(ARRIVED, START_MONDAY))

    assert held is not None
    assert begun is not None
    assert [s.witness for s in held.steps] == [Witness.CLOCK, *[Witness.CHECK] * 3]
    assert {s.witness for s in begun.steps} == {Witness.CHECK}
    assert [s.severity for s in held.steps] == [
        Severity.NOTICE,
        Severity.WARNING,
        Severity.CRITICAL,
        Severity.CRITICAL,
    ]
    assert [s.severity for s in begun.steps] == [
        Severity.INFO,
        Severity.WARNING,
        Severity.CRITICAL,
    ]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([PAY_MONDAY], id="money asked"),
        pytest.param([scan(PAPERS, "2026-09-07 10:00")], id="papers asked"),
        pytest.param([HELD_MONDAY, later(PAY)], id="money asked after a hold"),
        pytest.param([PAY_MONDAY, later(HELD)], id="held while money is owed"),
    ],
)
def test_a_demand_is_the_matter_of_another_rule(events: list[Event]) -> None:
    assert not is_open(*events)


def test_of_an_economy_parcel_a_mere_start_alarms_less() -> None:
    known = replace(dossier(ARRIVED, START_MONDAY), economy=True)
    episode = Clearance()(known)

    assert schedule(episode) == [
        ("slow", "2026-09-14 10:00"),
        ("slow-critical", "2026-09-21 10:00"),
    ]
    assert episode is not None
    assert [s.severity for s in episode.steps] == [Severity.NOTICE, Severity.WARNING]


RUSH = Season("the rush", date(2026, 9, 9), date(2026, 9, 30), factor=1.5)


def test_a_season_stretches_a_mere_start_and_names_itself_where_it_does() -> None:
    """Two days count as one and a third in it: from Monday, Tuesday is a whole day."""
    rule = Clearance(seasons=(RUSH,))
    episode = rule(dossier(ARRIVED, START_MONDAY))

    assert schedule(episode) == [
        ("quiet", "2026-09-11 10:00"),
        ("slow", "2026-09-16 10:00"),
        ("slow-critical", "2026-09-28 10:00"),
    ]
    assert episode is not None
    assert season_of(episode.facts, "quiet") == "the rush"


@pytest.mark.parametrize(
    ("country", "quiet"),
    [
        pytest.param("KR", "2026-09-11 10:00", id="where it comes from"),
        pytest.param("DE", "2026-09-11 10:00", id="where it goes to"),
        pytest.param("CN", "2026-09-10 10:00", id="not one it never touches"),
    ],
)
def test_a_season_of_either_end_of_the_lane_stretches_it(country: str, quiet: str) -> None:
    rush = replace(RUSH, countries=frozenset({country}))
    episode = Clearance(seasons=(rush,))(dossier(ARRIVED, START_MONDAY, origin="KR"))

    assert ("quiet", quiet) in schedule(episode)


def test_all_that_is_said_of_a_mere_start() -> None:
    check = Witness.CHECK
    known = dossier(ARRIVED, START_MONDAY, looked="2026-09-09 10:00")
    assert Clearance(seasons=(RUSH,))(known) == Episode(
        "clearance",
        "parcel:7",
        "import",
        since=moment("2026-09-07 10:00"),
        steps=(
            Step("quiet", moment("2026-09-11 10:00"), Severity.INFO, "import_quiet", check),
            Step("slow", moment("2026-09-16 10:00"), Severity.WARNING, "import_slow", check),
            Step(
                "slow-critical",
                moment("2026-09-28 10:00"),
                Severity.CRITICAL,
                "import_stuck",
                check,
            ),
        ),
        verified=moment("2026-09-09 10:00"),
        facts={
            "text": "clearance start",
            "at": "2026-09-07T10:00:00+00:00",
            "place": "",
            "last_text": "clearance start",
            "silent_since": "2026-09-07T10:00:00+00:00",
            "country": "DE",
            "side": "import",
            "trouble": "start",
            "season quiet": "the rush",
            "season slow": "the rush",
            "season slow-critical": "the rush",
        },
    )


def test_no_season_is_named_that_made_nothing_later() -> None:
    later_on = Season("later on", date(2026, 9, 18), date(2026, 9, 30), factor=1.5)
    episode = Clearance(seasons=(later_on,))(dossier(ARRIVED, START_MONDAY))

    assert episode is not None
    assert [season_of(episode.facts, s.key) for s in episode.steps] == ["", "", "later on"]


def test_a_season_stretches_nothing_after_an_exception() -> None:
    assert schedule(Clearance(seasons=(RUSH,))(dossier(HELD_MONDAY))) == AFTER_HELD


def test_forbidden_goods_that_are_still_held_are_a_hold() -> None:
    assert is_open(scan(HELD, "2026-09-07 10:00", cause=Cause.PROHIBITED))


def test_no_event_is_no_problem() -> None:
    assert not is_open()


def test_all_that_is_said_of_a_problem_that_goes_on_after_its_demand_was_met() -> None:
    """Its message quotes how it began: what was asked for is asked for no more."""
    check = Witness.CHECK
    held = scan(HELD, "2026-09-07 10:00", "Held", place="Köln")
    again = scan(START, "2026-09-09 10:00", "Processed again", place="Bonn")
    known = dossier(held, later(PAY, "Please pay"), again)

    assert Clearance()(watched_by_two(known, "2026-09-15 10:00", "2026-09-14 12:00")) == Episode(
        "clearance",
        "parcel:7",
        "import",
        since=moment("2026-09-07 10:00"),
        steps=(
            Step("warning", moment("2026-09-14 10:00"), Severity.WARNING, "import_silent", check),
            Step("critical", moment("2026-09-18 10:00"), Severity.CRITICAL, "import_stuck", check),
            Step("critical-again", moment("2026-09-29 10:00"), Severity.CRITICAL, "import_stuck", check),
        ),
        verified=moment("2026-09-15 10:00"),
        heard=moment("2026-09-14 12:00"),
        facts={
            "text": "Held",
            "at": "2026-09-07T10:00:00+00:00",
            "place": "Köln",
            "last_text": "Processed again",
            "silent_since": "2026-09-09T10:00:00+00:00",
            "country": "DE",
            "side": "import",
            "trouble": "exception",
        },
    )  # fmt: skip


def test_the_notice_of_a_hold_names_whose_customs_it_is() -> None:
    at = moment("2026-09-07 10:00")
    for event, side in ((HELD_MONDAY, "import"), (scan(EXPORT_HELD, at), "export")):
        found = Clearance()(dossier(event))
        assert found is not None
        assert found.steps[0] == Step("notice", at, Severity.NOTICE, f"{side}_exception")


def test_the_message_of_a_hold_quotes_its_first_word_of_trouble_and_knows_the_newest() -> None:
    longer = later(HELD, "Held for longer", place="Bonn")
    begun = scan(START, "2026-09-06 10:00", "Handed in", country="DE")
    held = scan(HELD, "2026-09-07 10:00", "Held", place="Köln")
    found = Clearance()(dossier(begun, held, longer))

    assert found is not None
    assert found.facts == {
        "text": "Held",
        "at": "2026-09-07T10:00:00+00:00",
        "place": "Köln",
        "last_text": "Held for longer",
        "silent_since": "2026-09-08T10:00:00+00:00",
        "country": "DE",
        "side": "import",
        "trouble": "exception",
    }
