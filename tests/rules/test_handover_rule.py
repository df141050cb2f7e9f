"""The `handover` rule as tables: released, and then nobody shows that they have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from monitor.parcel import Event, Side, Stage, TimeQuality
from monitor.rules.handover import Handover
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.seasons import Season, season_of
from monitor.workdays import working_days
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule, watched_by_two

if TYPE_CHECKING:
    from datetime import datetime

CLEARED = Stage.CLEARANCE_SUCCESS
MOVING = Stage.IN_TRANSIT
MONDAY = scan(CLEARED, "2026-09-07 10:00", country="DE", place="Leipzig")
AFTER_RELEASE = [
    ("quiet", "2026-09-09 10:00"),
    ("warning", "2026-09-11 10:00"),
    ("critical", "2026-09-17 10:00"),
]


def later(stage: Stage, when: str = "2026-09-08 10:00", **more: object) -> Event:
    return scan(stage, when, **more)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([MONDAY], AFTER_RELEASE, id="2, 4 and 8 working days after the release"),
        pytest.param(
            [scan(CLEARED, "2026-09-07 10:00")],
            AFTER_RELEASE,
            id="a release made nobody knows where is one of the destination",
        ),
        pytest.param(
            [MONDAY, scan(CLEARED, "2026-09-08 10:00", "Released by customs")],
            AFTER_RELEASE,
            id="said again in other words: counted from the first",
        ),
        pytest.param(
            [
                scan(CLEARED, "2026-08-17 10:00", country="DE"),
                scan(Stage.CLEARANCE_START, "2026-08-17 11:00", country="DE"),
                MONDAY,
            ],
            AFTER_RELEASE,
            id="in customs once more: counted from the second release",
        ),
        pytest.param(
            [MONDAY, scan(Stage.EXPORT_CLEARANCE, "2026-09-07 11:00", country="CN"),
             scan(CLEARED, "2026-09-08 10:00", "Released by customs")],
            AFTER_RELEASE,
            id="a late word of the customs of the origin between two releases changes nothing",
        ),
        pytest.param(
            [MONDAY, scan(Stage.CLEARANCE_EXCEPTION, "2026-09-07 11:00", country="NL"),
             scan(CLEARED, "2026-09-08 10:00", "Released by customs")],
            AFTER_RELEASE,
            id="nor does one of the customs of a country on the way",
        ),
        pytest.param(
            [MONDAY, scan(MOVING, "2026-09-07 11:00"),
             scan(CLEARED, "2026-09-08 10:00", "Released by customs")],
            AFTER_RELEASE,
            id="nor does a scan made nobody knows where",
        ),
        pytest.param([MONDAY, later(Stage.OTHER, country="DE")], AFTER_RELEASE, id="a remark"),
        pytest.param(
            [MONDAY, later(Stage.INFO_RECEIVED, country="DE", last_mile=True)],
            AFTER_RELEASE,
            id="data announced to the last mile are no scan",
        ),
        pytest.param(
            [MONDAY, scan(MOVING, None, country="DE", first_seen=moment("2026-09-08 10:00"))],
            AFTER_RELEASE,
            id="a row without a date is no scan",
        ),
        pytest.param(
            [scan(MOVING, "2026-09-06 10:00", country="DE"), MONDAY],
            AFTER_RELEASE,
            id="scans before the release do not count",
        ),
        pytest.param(
            [MONDAY, later(MOVING, country="NL", place="Schiphol")],
            [
                ("quiet", "2026-09-10 10:00"),
                ("warning", "2026-09-14 10:00"),
                ("critical", "2026-09-18 10:00"),
            ],
            id="cleared ahead of its arrival: a scan elsewhere is a sign of life",
        ),
        pytest.param(
            [MONDAY, later(MOVING, country="NL")],
            AFTER_RELEASE,
            id="a scan elsewhere that names no place is none",
        ),
        pytest.param(
            [MONDAY, scan(MOVING, None, country="NL", place="Schiphol", first_seen=moment("2026-09-08 10:00"))],
            AFTER_RELEASE,
            id="nor is one without a date",
        ),
        pytest.param(
            [MONDAY, later(Stage.EXPORT_CLEARANCE, country="CN", place="Shenzhen")],
            AFTER_RELEASE,
            id="a word of the customs of the origin is no sign of life",
        ),
        pytest.param(
            [scan(CLEARED, "2026-09-04 10:00", unseen_until=moment("2026-09-07 10:00")),
             scan(MOVING, "2026-09-05 10:00", country="NL", place="Schiphol")],
            AFTER_RELEASE,
            id="a scan elsewhere from before the release was shown: counted from when it was",
        ),
        pytest.param(
            [MONDAY, later(MOVING, code="InTransit_Arrival", country="NL")],
            AFTER_RELEASE,
            id="arrived at a hub on the way: nobody has it there",
        ),
        pytest.param([MONDAY, later(MOVING, country="DE")], [], id="scanned in the country"),
        pytest.param(
            [MONDAY, scan(Stage.OTHER, "2026-09-07 11:00"), later(MOVING, country="DE")],
            [],
            id="scanned in the country after a remark",
        ),
        pytest.param([MONDAY, later(MOVING, last_mile=True)], [], id="scanned by the last mile"),
        pytest.param([MONDAY, later(MOVING, code="InTransit_Arrival")], [], id="arrived"),
        pytest.param([MONDAY, later(Stage.OUT_FOR_DELIVERY)], [], id="out for delivery"),
        pytest.param([MONDAY, later(Stage.PICKUP)], [], id="waiting to be collected"),
        pytest.param([MONDAY, later(Stage.DELIVERED)], [], id="delivered"),
        pytest.param([MONDAY, later(Stage.DELIVERY_FAILED)], [], id="delivery failed"),
        pytest.param([MONDAY, later(Stage.RETURNING)], [], id="going back"),
        pytest.param([MONDAY, later(Stage.LOST_OR_DAMAGED)], [], id="lost"),
        pytest.param(
            [scan(Stage.DELIVERED, "2026-09-06 10:00"), MONDAY],
            [],
            id="a release told after the delivery opens nothing",
        ),
        pytest.param(
            [MONDAY, later(Stage.CLEARANCE_EXCEPTION)], [], id="held again: the matter of clearance"
        ),
        pytest.param(
            [MONDAY, later(Stage.EXPORT_CLEARANCE_EXCEPTION)],
            AFTER_RELEASE,
            id="held by the customs of the origin, as is told late: import customs has let it go",
        ),
        pytest.param(
            [scan(CLEARED, "2026-09-07 10:00", side=Side.EXPORT)], [], id="released by export customs"
        ),
        pytest.param([scan(CLEARED, "2026-09-07 10:00", country="NL")], [], id="released on the way"),
        pytest.param([scan(Stage.CLEARANCE_START, "2026-09-07 10:00", country="DE")], [], id="not released"),
        pytest.param([], [], id="no event"),
    ],
)  # fmt: skip
def test_a_release_is_a_schedule_until_somebody_has_it(
    events: list[Event], expected: list[tuple[str, str]]
) -> None:
    assert schedule(Handover()(dossier(*events))) == expected


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        pytest.param("2026-09-09 10:00", "", "quiet", id="info after 2w"),
        pytest.param("2026-09-11 10:00", "quiet", "warning", id="warning after 4w"),
        pytest.param("2026-09-17 10:00", "warning", "critical", id="critical after 8w"),
    ],
)
def test_a_step_comes_at_its_second_and_not_before(at: str, before: str, after: str) -> None:
    """With a source that looks at every moment."""

    def step(now: datetime) -> str:
        return due_key(Handover()(dossier(MONDAY, looked=now)), now)

    threshold = moment(at)

    assert step(threshold - SECOND) == before
    assert step(threshold) == after
    assert step(threshold + SECOND) == after


@pytest.mark.parametrize(
    ("looked", "step"),
    [
        pytest.param(None, "", id="no look: nothing is said"),
        pytest.param("2026-09-09 09:59", "", id="looked just before"),
        pytest.param("2026-09-09 10:00", "quiet", id="looked at the date"),
        pytest.param("2026-09-17 09:59", "warning", id="as far as the look bears out"),
    ],
)
def test_every_step_needs_a_look(looked: str | None, step: str) -> None:
    episode = Handover()(dossier(MONDAY, looked=looked))

    assert episode is not None
    assert {s.witness for s in episode.steps} == {Witness.CHECK}
    assert due_key(episode, moment("2026-12-01 00:00")) == step


@pytest.mark.parametrize(
    ("country", "released", "warning"),
    [
        pytest.param("DE", "2026-12-22 10:00", "2026-12-29 10:00", id="Germany: Christmas"),
        pytest.param("US", "2026-11-24 10:00", "2026-12-01 10:00", id="US: Thanksgiving"),
        pytest.param("BR", "2026-09-04 10:00", "2026-09-11 10:00", id="Brazil: 7 September"),
        pytest.param("CN", "2026-09-29 10:00", "2026-10-10 10:00", id="China: the October week"),
        pytest.param("", "2026-12-22 10:00", "2026-12-28 10:00", id="unknown: Monday to Friday"),
    ],
)
def test_the_working_days_are_those_of_the_destination(
    country: str, released: str, warning: str
) -> None:
    known = dossier(
        scan(CLEARED, released), origin="KR", destination=country, working_days=working_days
    )

    assert ("warning", warning) in schedule(Handover(seasons=())(known))


@pytest.mark.parametrize(
    ("first", "expected", "named"),
    [
        pytest.param(
            "2026-09-08", ["2026-09-10", "2026-09-15", "2026-09-23"], "the rush", id="from the next day"
        ),
        pytest.param(
            "2026-09-11", ["2026-09-09", "2026-09-14", "2026-09-22"], "", id="from the fourth day"
        ),
        pytest.param(
            "2026-10-01", ["2026-09-09", "2026-09-11", "2026-09-17"], "", id="too late to matter"
        ),
    ],
)  # fmt: skip
def test_a_season_stretches_it_and_is_named_where_it_does(
    first: str, expected: list[str], named: str
) -> None:
    rush = Season("the rush", date.fromisoformat(first), date(2026, 12, 1), factor=1.5)
    episode = Handover(seasons=(rush,))(dossier(MONDAY))

    assert [at[:10] for _, at in schedule(episode)] == expected
    assert episode is not None
    assert season_of(episode.facts, "quiet") == named


def test_of_an_economy_parcel_it_says_that_tracking_ends_here() -> None:
    episode = Handover()(replace(dossier(MONDAY), economy=True))

    assert schedule(episode) == AFTER_RELEASE
    assert episode is not None
    assert [s.severity for s in episode.steps] == [
        Severity.INFO,
        Severity.WARNING,
        Severity.CRITICAL,
    ]
    assert {s.advice.startswith("handover_untracked") for s in episode.steps} == {True}


def test_a_scan_of_the_day_of_which_only_the_date_of_the_release_is_known_counts() -> None:
    """Silence counts after it, and a gap that may be none is not told."""
    released = scan(CLEARED, "2026-09-07 00:00", time_quality=TimeQuality.DATE_ONLY)

    assert Handover()(dossier(released, scan(MOVING, "2026-09-07 15:00", country="DE"))) is None


def test_it_yields_to_those_who_know_better_and_thresholds_are_options() -> None:
    assert Handover.yields_to == {"pickup", "delivery_failed", "returning", "lost"}
    episode = Handover(info=1, warning=2, critical=3)(dossier(MONDAY))
    assert [at[:10] for _, at in schedule(episode)] == ["2026-09-08", "2026-09-09", "2026-09-10"]
    assert episode is not None
    assert (episode.anchor, episode.subject) == ("handover", "parcel:7")


def test_where_nobody_knows_where_it_goes_a_scan_that_names_no_country_shows_nothing() -> None:
    known = dossier(scan(CLEARED, "2026-09-07 10:00"), later(MOVING), destination="")

    assert schedule(Handover()(known)) == AFTER_RELEASE


def test_all_that_is_said_of_a_gap() -> None:
    """It stands since the release; its silence counts from the sign of life elsewhere."""
    shown = moment("2026-09-07 12:00")
    released = scan(
        CLEARED, "2026-09-07 10:00", "Released", country="DE", place="Leipzig", unseen_until=shown
    )
    known = dossier(released, later(MOVING, country="NL", place="Schiphol"))
    rush = Season("the rush", date(2026, 9, 15), date(2026, 9, 30), factor=1.5)

    assert Handover(seasons=(rush,))(
        watched_by_two(known, "2026-09-12 10:00", "2026-09-11 10:00")
    ) == Episode(
        "handover",
        "parcel:7",
        "handover",
        since=shown,
        steps=(
            Step("quiet", moment("2026-09-10 10:00"), Severity.INFO, "handover_quiet", Witness.CHECK),
            Step("warning", moment("2026-09-14 10:00"), Severity.WARNING, "handover_silent", Witness.CHECK),
            Step("critical", moment("2026-09-22 10:00"), Severity.CRITICAL, "handover_stuck", Witness.CHECK),
        ),
        verified=moment("2026-09-12 10:00"),
        heard=moment("2026-09-11 10:00"),
        facts={
            "text": "Released",
            "at": "2026-09-07T10:00:00+00:00",
            "place": "Leipzig",
            "silent_since": "2026-09-08T10:00:00+00:00",
            "country": "DE",
            "season critical": "the rush",
        },
    )  # fmt: skip
