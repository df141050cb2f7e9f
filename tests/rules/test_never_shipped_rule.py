"""The `never_shipped` rule as tables: nothing known at all, or nothing beyond a label."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from monitor.parcel import HAND, Dossier, Event, SourceLook, Stage
from monitor.rules.never_shipped import NeverShipped
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.seasons import Season
from monitor.workdays import working_days
from tests.dossiers import (
    SECOND,
    dossier,
    due_key,
    moment,
    parcel,
    scan,
    schedule,
    watched_by_two,
)

if TYPE_CHECKING:
    from datetime import datetime

LABEL = Stage.INFO_RECEIVED
MONDAY = "2026-08-03 10:00"
LABELLED = scan(LABEL, MONDAY)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            {"added_at": moment("2026-08-05 08:00"), "ordered": date(2026, 8, 1)},
            [
                ("info", "2026-08-06 00:00"),
                ("warning", "2026-08-08 00:00"),
                ("critical", "2026-08-15 00:00"),
            ],
            id="counted from the day of the order: 5, 7 and 14 days",
        ),
        pytest.param(
            {"added_at": moment("2026-08-05 08:00")},
            [
                ("info", "2026-08-10 08:00"),
                ("warning", "2026-08-12 08:00"),
                ("critical", "2026-08-19 08:00"),
            ],
            id="else from when it was added",
        ),
    ],
)
def test_nothing_known_is_a_schedule(
    facts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert schedule(NeverShipped()(dossier(**facts))) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [LABELLED],
            [
                ("info", "2026-08-07 10:00"),
                ("warning", "2026-08-12 10:00"),
                ("critical", "2026-08-17 10:00"),
            ],
            id="4 and 7 working days, then 14 calendar days",
        ),
        pytest.param(
            [LABELLED, scan(LABEL, "2026-08-05 10:00", "picked up by nobody yet")],
            [
                ("info", "2026-08-11 10:00"),
                ("warning", "2026-08-14 10:00"),
                ("critical", "2026-08-19 10:00"),
            ],
            id="another announcement counts anew",
        ),
        pytest.param(
            [LABELLED, scan(LABEL, "2026-08-05 10:00")],
            [
                ("info", "2026-08-07 10:00"),
                ("warning", "2026-08-12 10:00"),
                ("critical", "2026-08-17 10:00"),
            ],
            id="the same announcement again does not",
        ),
        pytest.param(
            [LABELLED, scan(Stage.OTHER, "2026-08-05 10:00", "asked", source=HAND)],
            [
                ("info", "2026-08-07 10:00"),
                ("warning", "2026-08-12 10:00"),
                ("critical", "2026-08-17 10:00"),
            ],
            id="nor does a remark of the owner",
        ),
    ],
)
def test_a_label_is_a_schedule(events: list[Event], expected: list[tuple[str, str]]) -> None:
    assert schedule(NeverShipped()(dossier(*events))) == expected


@pytest.mark.parametrize(
    ("origin", "when", "info", "warning"),
    [
        pytest.param("CN", "2026-09-22 10:00", "2026-09-29 10:00", "2026-10-09 10:00", id="China: mid-autumn and the October week"),
        pytest.param("DE", "2026-04-01 10:00", "2026-04-09 10:00", "2026-04-14 10:00", id="Germany: Good Friday and Easter Monday"),
        pytest.param("US", "2026-07-01 10:00", "2026-07-08 10:00", "2026-07-13 10:00", id="US: the Fourth on a Saturday is kept on Friday"),
        pytest.param("BR", "2026-09-03 10:00", "2026-09-10 10:00", "2026-09-15 10:00", id="Brazil: 7 September"),
        pytest.param("", "2026-08-07 10:00", "2026-08-13 10:00", "2026-08-18 10:00", id="unknown origin: Monday to Friday"),
    ],
)  # fmt: skip
def test_the_working_days_are_those_of_the_origin(
    origin: str, when: str, info: str, warning: str
) -> None:
    made = dossier(scan(LABEL, when), origin=origin, working_days=working_days)

    assert schedule(NeverShipped()(made))[:2] == [("info", info), ("warning", warning)]


@pytest.mark.parametrize(
    ("events", "at", "before", "after"),
    [
        pytest.param([], "2026-08-10 08:00", "", "info", id="nothing known, 5 days"),
        pytest.param([], "2026-08-12 08:00", "info", "warning", id="nothing known, 7 days"),
        pytest.param([], "2026-08-19 08:00", "warning", "critical", id="nothing known, 14 days"),
        pytest.param([LABELLED], "2026-08-07 10:00", "", "info", id="label, 4 working days"),
        pytest.param([LABELLED], "2026-08-12 10:00", "info", "warning", id="label, 7 working days"),
        pytest.param([LABELLED], "2026-08-17 10:00", "warning", "critical", id="label, 14 days"),
    ],
)
def test_a_step_comes_at_its_second_and_not_before(
    events: list[Event], at: str, before: str, after: str
) -> None:
    """With a source that looks at every moment."""
    added = moment("2026-08-05 08:00")

    def step(now: datetime) -> str:
        return due_key(NeverShipped()(dossier(*events, looked=now, added_at=added)), now)

    assert [step(moment(at) - SECOND), step(moment(at)), step(moment(at) + SECOND)] == [
        before,
        after,
        after,
    ]


def test_a_source_that_knows_nothing_bears_out_that_nothing_is_known() -> None:
    looked = moment("2026-08-13 08:00")
    look = SourceLook("seventeentrack", looked, shows_change=True, not_yet=True)
    unknown = Dossier(parcel(added_at=moment("2026-08-05 08:00")), looks=(look,))

    assert due_key(NeverShipped()(unknown), looked) == "warning"


def test_a_source_that_has_lost_a_label_bears_out_nothing() -> None:
    looked = moment("2026-09-13 08:00")
    look = SourceLook("cainiao", looked, shows_change=False, not_yet=True)
    labelled = Dossier(parcel(), (LABELLED,), (look,))

    assert due_key(NeverShipped()(labelled), looked) == ""


def test_nobody_looked_and_nothing_is_said() -> None:
    assert due_key(NeverShipped()(dossier()), moment("2027-01-01 00:00")) == ""


@pytest.mark.parametrize(
    ("events", "open_"),
    [
        pytest.param([], True, id="nothing"),
        pytest.param([scan(Stage.OTHER, MONDAY, "a note", source=HAND)], True, id="a remark of the owner alone"),
        pytest.param([LABELLED], True, id="a label"),
        pytest.param([LABELLED, scan(Stage.OTHER, MONDAY, "note")], True, id="a label and a remark"),
        pytest.param([scan(Stage.OTHER, MONDAY, "a remark of a source")], False, id="a remark of a source alone"),
        pytest.param([LABELLED, scan(Stage.UNKNOWN, MONDAY)], False, id="what nobody understands may be a scan"),
        pytest.param([LABELLED, scan(Stage.IN_TRANSIT, MONDAY)], False, id="a scan"),
        pytest.param([scan(Stage.DELIVERED, MONDAY)], False, id="delivered"),
        pytest.param([scan(Stage.IN_TRANSIT, MONDAY), scan(LABEL, "2026-08-05 10:00")], False, id="a label after a scan: it is shipped"),
    ],
)  # fmt: skip
def test_what_counts_as_not_shipped(events: list[Event], open_: bool) -> None:
    assert (NeverShipped()(dossier(*events)) is not None) is open_


def test_a_label_goes_on_with_the_same_matter() -> None:
    """What was told while nothing was known is not told again as another matter."""
    episodes = [NeverShipped()(dossier()), NeverShipped()(dossier(LABELLED))]

    assert len({e.anchor for e in episodes if e}) == 1
    assert len({tuple(s.key for s in e.steps) for e in episodes if e}) == 1


def test_a_warning_that_falls_behind_the_critical_step_is_drawn_to_it() -> None:
    """Seven working days end on 9 October there, fourteen days on the 6th."""
    made = dossier(scan(LABEL, "2026-09-22 10:00"), working_days=working_days)

    assert schedule(NeverShipped(seasons=())(made))[1:] == [
        ("warning", "2026-10-06 10:00"),
        ("critical", "2026-10-06 10:00"),
    ]


def test_severities_words_and_witnesses() -> None:
    episode = NeverShipped()(dossier(LABELLED))

    assert episode is not None
    assert [(s.severity, s.advice, s.witness) for s in episode.steps] == [
        (Severity.INFO, "never_shipped_label_info", Witness.CHECK),
        (Severity.WARNING, "never_shipped_label_warning", Witness.CHECK),
        (Severity.CRITICAL, "never_shipped_label_critical", Witness.CHECK),
    ]


@pytest.mark.parametrize(
    ("origin", "warning", "season"),
    [
        pytest.param("CN", "2026-02-15 08:00", "Chinese New Year", id="from China"),
        pytest.param("", "2026-02-15 08:00", "Chinese New Year", id="from nobody knows where"),
        pytest.param("KR", "2026-02-13 08:00", "", id="from elsewhere"),
    ],
)
def test_chinese_new_year_stretches_what_comes_from_china(
    origin: str, warning: str, season: str
) -> None:
    """Seven days from 6 February: three before the season, then six for four."""
    episode = NeverShipped()(dossier(added_at=moment("2026-02-06 08:00"), origin=origin))

    assert episode is not None
    assert ("warning", warning) in schedule(episode)
    assert episode.facts.get("season warning", "") == season


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [],
            Episode(
                "never_shipped",
                "parcel:7",
                "shipping",
                since=moment("2026-08-01 00:00"),
                steps=(
                    Step("info", moment("2026-08-06 00:00"), Severity.INFO, "never_shipped_unknown_info", Witness.CHECK),
                    Step("warning", moment("2026-08-08 00:00"), Severity.WARNING, "never_shipped_unknown_warning", Witness.CHECK),
                    Step("critical", moment("2026-08-19 00:00"), Severity.CRITICAL, "never_shipped_unknown_critical", Witness.CHECK),
                ),
                verified=moment("2026-08-20 10:00"),
                heard=moment("2026-08-19 10:00"),
                facts={"known": "unknown", "season critical": "the rush"},
            ),
            id="of which nobody knows anything",
        ),
        pytest.param(
            [LABELLED],
            Episode(
                "never_shipped",
                "parcel:7",
                "shipping",
                since=moment("2026-08-03 10:00"),
                steps=(
                    Step("info", moment("2026-08-07 10:00"), Severity.INFO, "never_shipped_label_info", Witness.CHECK),
                    Step("warning", moment("2026-08-13 10:00"), Severity.WARNING, "never_shipped_label_warning", Witness.CHECK),
                    Step("critical", moment("2026-08-23 10:00"), Severity.CRITICAL, "never_shipped_label_critical", Witness.CHECK),
                ),
                verified=moment("2026-08-20 10:00"),
                heard=moment("2026-08-19 10:00"),
                facts={"known": "label", "season warning": "the rush", "season critical": "the rush"},
            ),
            id="of which there is a label",
        ),
    ],
)  # fmt: skip
def test_all_that_is_said_of_a_parcel(events: list[Event], expected: Episode) -> None:
    """From 12 August on a day counts as half of one."""
    rush = Season("the rush", date(2026, 8, 12), date(2026, 8, 31), factor=2)
    known = dossier(*events, ordered=date(2026, 8, 1))
    watched = watched_by_two(known, "2026-08-20 10:00", "2026-08-19 10:00")

    assert NeverShipped(seasons=(rush,))(watched) == expected
