"""The `clearance_failed` rule: refused at import, and how little time some reasons leave."""

from __future__ import annotations

import pytest

from monitor.parcel import Cause, Event, Side, Stage
from monitor.rules.clearance import Clearance
from monitor.rules.clearance_due import ClearanceDue
from monitor.rules.clearance_failed import ClearanceFailed
from monitor.rules.registry import RULES
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.workdays import working_days
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule, watched_by_two

REFUSED = Stage.CLEARANCE_FAILURE
MONDAY = "2026-09-07 10:00"


def refusal(cause: Cause | None = None, when: str = MONDAY, text: str = "refused") -> Event:
    return scan(REFUSED, when, text, cause=cause)


@pytest.mark.parametrize(
    ("event", "step", "severity", "advice"),
    [
        pytest.param(refusal(), "refused", Severity.WARNING, "refused_unsaid", id="no reason said"),
        pytest.param(
            refusal(Cause.PAYMENT),
            "refused",
            Severity.WARNING,
            "refused_payment",
            id="duty is open",
        ),
        pytest.param(
            refusal(Cause.DOCUMENTS),
            "refused",
            Severity.WARNING,
            "refused_documents",
            id="papers missing",
        ),
        pytest.param(
            refusal(Cause.PROHIBITED),
            "prohibited",
            Severity.CRITICAL,
            "prohibited",
            id="forbidden goods",
        ),
    ],
)
def test_a_refusal_is_told_at_once(
    event: Event, step: str, severity: Severity, advice: str
) -> None:
    episode = ClearanceFailed()(dossier(event))

    assert episode is not None
    come = next(s for s in episode.steps if s.key == due_key(episode, moment(MONDAY)))
    assert (come.key, come.severity, come.advice) == (step, severity, advice)


def test_silence_after_a_refusal_is_critical_after_three_working_days() -> None:
    for seconds, step in ((-1, "refused"), (0, "critical"), (1, "critical")):
        now = moment("2026-09-10 10:00") + seconds * SECOND
        assert due_key(ClearanceFailed()(dossier(refusal(), looked=now)), now) == step


def test_silence_after_a_refusal_needs_a_look() -> None:
    unseen = dossier(refusal(), looked="2026-09-10 09:00")

    assert due_key(ClearanceFailed()(unseen), moment("2026-10-01 00:00")) == "refused"


def test_the_silence_counts_in_working_days_of_the_destination() -> None:
    refused = dossier(refusal(when="2026-12-23 10:00"), working_days=working_days)

    assert ("critical", "2026-12-29 10:00") in schedule(ClearanceFailed()(refused))


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(scan(Stage.CLEARANCE_SUCCESS, "2026-09-08 10:00"), id="released later"),
        pytest.param(scan(Stage.OUT_FOR_DELIVERY, "2026-09-08 10:00"), id="out for delivery"),
        pytest.param(scan(Stage.RETURNING, "2026-09-08 10:00"), id="going back"),
        pytest.param(scan(Stage.IN_TRANSIT, "2026-09-08 10:00", country="DE"), id="scanned there"),
    ],
)
def test_what_closes_an_import_problem_closes_a_refusal(event: Event) -> None:
    assert ClearanceFailed()(dossier(refusal(), event)) is None


@pytest.mark.parametrize(
    ("event", "critical"),
    [
        pytest.param(
            scan(Stage.CLEARANCE_START, "2026-09-09 10:00"),
            "2026-09-14 10:00",
            id="processed again",
        ),
        pytest.param(
            scan(Stage.CLEARANCE_EXCEPTION, "2026-09-09 10:00"),
            "2026-09-14 10:00",
            id="held after it",
        ),
        pytest.param(
            scan(REFUSED, "2026-09-09 10:00", "refused"), "2026-09-10 10:00", id="the same again"
        ),
        pytest.param(scan(Stage.OTHER, "2026-09-09 10:00"), "2026-09-10 10:00", id="a remark"),
    ],
)
def test_a_refusal_stands_while_customs_talks_on(event: Event, critical: str) -> None:
    episode = ClearanceFailed()(dossier(refusal(), event))

    assert schedule(episode) == [("refused", MONDAY), ("critical", critical)]


@pytest.mark.parametrize(
    "stage",
    [
        pytest.param(REFUSED, id="by a second refusal"),
        pytest.param(Stage.CLEARANCE_EXCEPTION, id="by a word that is no refusal"),
    ],
)
def test_forbidden_goods_are_critical_also_when_said_later(stage: Stage) -> None:
    seized = scan(stage, "2026-09-09 10:00", "seized", cause=Cause.PROHIBITED)
    episode = ClearanceFailed()(dossier(refusal(), seized))

    assert schedule(episode) == [("refused", MONDAY), ("prohibited", "2026-09-09 10:00")]


def test_an_undated_refusal_is_told_when_it_is_seen() -> None:
    held = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-04 10:00")
    undated = scan(REFUSED, None, first_seen=moment(MONDAY))

    assert schedule(ClearanceFailed()(dossier(held, undated)))[0] == ("refused", MONDAY)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(scan(REFUSED, MONDAY, side=Side.EXPORT), id="refused at export"),
        pytest.param(scan(REFUSED, MONDAY, country="NL"), id="refused on the way"),
        pytest.param(scan(Stage.CLEARANCE_EXCEPTION, MONDAY), id="merely held"),
    ],
)
def test_only_a_refusal_at_import_counts(event: Event) -> None:
    assert ClearanceFailed()(dossier(event)) is None
    assert Clearance()(dossier(event)) is not None


def test_a_demand_is_no_refusal() -> None:
    assert ClearanceFailed()(dossier(scan(Stage.CLEARANCE_PAYMENT_DUE, MONDAY))) is None


def test_clearance_yields_to_a_refusal() -> None:
    assert Clearance.yields_to == {"clearance_due", "clearance_failed"}
    assert ClearanceDue.yields_to == {"clearance_failed"}
    assert ClearanceFailed.yields_to == frozenset()


def test_every_rule_has_a_line_of_help_and_knows_whom_it_yields_to() -> None:
    for name, rule in RULES.items():
        assert rule.name == name
        assert (rule.__doc__ or "").strip()
        assert rule.yields_to <= RULES.keys()


def test_all_that_is_said_of_a_refusal() -> None:
    """It stands since customs has had the parcel, and its silence counts from the last word."""
    held = scan(Stage.CLEARANCE_EXCEPTION, "2026-09-04 10:00", "Held")
    refused = scan(REFUSED, MONDAY, "Refused: no invoice", place="Köln", cause=Cause.DOCUMENTS)
    again = scan(Stage.CLEARANCE_START, "2026-09-08 10:00", "Processed again")
    known = dossier(held, refused, again)

    assert ClearanceFailed()(
        watched_by_two(known, "2026-09-12 10:00", "2026-09-11 12:00")
    ) == Episode(
        "clearance_failed",
        "parcel:7",
        "import",
        since=moment("2026-09-04 10:00"),
        steps=(
            Step("refused", moment(MONDAY), Severity.WARNING, "refused_documents"),
            Step("critical", moment("2026-09-11 10:00"), Severity.CRITICAL, "refused_silent", Witness.CHECK),
        ),
        verified=moment("2026-09-12 10:00"),
        heard=moment("2026-09-11 12:00"),
        facts={
            "text": "Refused: no invoice",
            "at": "2026-09-07T10:00:00+00:00",
            "place": "Köln",
            "last_text": "Processed again",
            "silent_since": "2026-09-08T10:00:00+00:00",
            "country": "DE",
            "side": "import",
            "trouble": "refused",
        },
    )  # fmt: skip


def test_of_forbidden_goods_the_refusal_gives_no_reason_that_could_be_mended() -> None:
    found = ClearanceFailed()(dossier(refusal(Cause.PROHIBITED)))

    assert found is not None
    assert found.steps == (
        Step("refused", moment(MONDAY), Severity.WARNING, "refused_unsaid"),
        Step("prohibited", moment(MONDAY), Severity.CRITICAL, "prohibited"),
    )
