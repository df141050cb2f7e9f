"""The `protection` rule: the countdown to the last day on which the money can be got back."""

from __future__ import annotations

import time
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

import pytest

from monitor.parcel import Event, Stage
from monitor.rules.protection import Protection
from monitor.schedule import Episode, Severity, Step, Witness, due
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED: dict[str, Any] = {
    "shop": "aliexpress",
    "shipped": date(2026, 9, 5),
}  # ends 4 Nov 2026 00:00 PST
COUNTDOWN = [
    ("last-14", "2026-10-21 07:00"),
    ("last-7", "2026-10-28 07:00"),
    ("last-3", "2026-11-01 07:00"),
    ("last-1", "2026-11-03 08:00"),
    ("dispute", "2026-11-04 08:00"),
    ("dispute-last-1", "2026-11-18 08:00"),
]
END = "2026-11-19 08:00"


def test_the_countdown_keeps_the_wall_clock_of_the_policy_over_a_dst_day() -> None:
    assert schedule(Protection()(dossier(**SHIPPED))) == COUNTDOWN


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        pytest.param("2026-10-21 07:00", "", "last-14", id="notice 14 days before"),
        pytest.param("2026-10-28 07:00", "last-14", "last-7", id="warning 7 days before"),
        pytest.param("2026-11-01 07:00", "last-7", "last-3", id="critical 3 days before"),
        pytest.param("2026-11-03 08:00", "last-3", "last-1", id="critical 1 day before"),
        pytest.param("2026-11-04 08:00", "last-1", "dispute", id="only the dispute is left"),
        pytest.param(
            "2026-11-18 08:00", "dispute", "dispute-last-1", id="1 day before the dispute ends"
        ),
        pytest.param(END, "dispute-last-1", "", id="over"),
    ],
)
def test_a_step_comes_at_its_second_and_not_before(at: str, before: str, after: str) -> None:
    episode = Protection()(dossier(**SHIPPED))

    assert due_key(episode, moment(at) - SECOND) == before
    assert due_key(episode, moment(at)) == after


def steps(**facts: Any) -> list[Step]:
    episode = Protection()(dossier(**facts))
    return [] if episode is None else list(episode.steps)


def test_severities_rise_and_only_the_critical_ones_insist() -> None:
    found = steps(**SHIPPED)
    critical = Severity.CRITICAL

    assert [s.severity for s in found] == [Severity.NOTICE, Severity.WARNING, *[critical] * 4]
    assert all(s.insists is (s.severity is critical) for s in found)
    assert {s.witness for s in found} == {Witness.CLOCK}


@pytest.mark.parametrize(
    ("days", "severities"),
    [
        pytest.param((10, 8), ["notice", "notice"], id="more than 7 days: notice"),
        pytest.param((7, 5, 4), ["warning", "warning", "warning"], id="7 to 4 days: warning"),
        pytest.param((3, 2), ["critical", "critical"], id="3 or fewer: critical"),
        pytest.param((1, 14, 14), ["notice", "critical"], id="any order, doubles once"),
        pytest.param((), [], id="none: only the dispute"),
    ],
)
def test_the_days_before_are_an_option(days: tuple[int, ...], severities: list[str]) -> None:
    episode = Protection(warn_days_before=days)(dossier(**SHIPPED))

    assert episode is not None
    assert [str(s.severity) for s in episode.steps if s.key.startswith("last")] == severities


@pytest.mark.parametrize(
    ("added", "step"),
    [
        pytest.param("2026-10-20 10:00", "", id="before all of it"),
        pytest.param("2026-10-30 10:00", "last-7", id="between two warnings"),
        pytest.param("2026-11-03 10:00", "last-1", id="on the last day"),
        pytest.param("2026-11-10 10:00", "dispute", id="in the dispute window"),
        pytest.param("2026-11-18 10:00", "dispute-last-1", id="on its last day"),
        pytest.param("2026-12-24 10:00", "", id="when all is over"),
    ],
)
def test_a_parcel_added_late_gets_the_one_step_it_is_at(added: str, step: str) -> None:
    episode = Protection()(dossier(added_at=moment(added), **SHIPPED))

    assert due_key(episode, moment(added)) == step


@pytest.mark.parametrize(
    ("events", "silent"),
    [
        pytest.param([scan(Stage.DELIVERED, "2026-10-01 10:00")], True, id="delivered"),
        pytest.param(
            [scan(Stage.DELIVERED, "2026-10-01 10:00"), scan(Stage.OTHER, "2026-10-02 10:00")],
            True,
            id="delivered, then a remark",
        ),
        pytest.param(
            [scan(Stage.DELIVERED, "2026-10-01 10:00"), scan(Stage.IN_TRANSIT, "2026-10-02 10:00")],
            False,
            id="delivered by mistake, moving again",
        ),
        pytest.param([scan(Stage.OUT_FOR_DELIVERY, "2026-10-01 10:00")], False, id="almost there"),
        pytest.param(
            [scan(Stage.RETURNED, "2026-10-01 10:00")], False, id="returned to the seller"
        ),
        pytest.param([], False, id="never seen"),
    ],
)
def test_only_a_delivered_parcel_is_silent(events: list[Event], silent: bool) -> None:
    assert (Protection()(dossier(*events, **SHIPPED)) is None) is silent


@pytest.mark.parametrize(
    ("facts", "anchor"),
    [
        pytest.param(SHIPPED, "aliexpress", id="the policy"),
        pytest.param(
            SHIPPED | {"protected_until": date(2027, 1, 1)},
            "aliexpress",
            id="also with a date given",
        ),
        pytest.param(
            {"covers": (("insurance", date(2026, 12, 1)),)}, "cover", id="a deadline without a shop"
        ),
    ],
)
def test_the_anchor_is_the_policy_and_never_a_date(facts: dict[str, Any], anchor: str) -> None:
    episode = Protection()(dossier(**facts))

    assert episode is not None
    assert episode.anchor == anchor


def test_a_date_from_the_order_page_moves_every_step() -> None:
    moved = steps(**SHIPPED, protected_until=date(2026, 12, 31))

    assert [s.key for s in moved] == [key for key, _ in COUNTDOWN]
    assert moved[0].at == moment("2026-12-18 07:59:59")


COVERED: dict[str, Any] = SHIPPED | {"covers": (("paypal", date(2027, 2, 1)),)}


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program runs on a machine whose clock on the wall is not UTC."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("facts", "until"),
    [
        pytest.param(SHIPPED, END, id="to the end of the dispute"),
        pytest.param(COVERED, "2027-02-02 07:59:59", id="to the end of a cover after it"),
    ],
)
def test_every_moment_is_in_utc(facts: dict[str, Any], until: str) -> None:
    """Two moments of one zone are compared by their wall clock, which an hour may share."""
    episode = Protection()(dossier(**facts))

    assert episode is not None
    moments = [*(s.at for s in episode.steps), *(at for _, at in episode.deadlines), episode.until]
    assert {m.tzinfo for m in moments if m is not None} == {UTC}
    assert episode.until == moment(until)


@pytest.mark.parametrize(
    ("now", "step", "severity"),
    [
        pytest.param(
            "2026-11-18 10:00", "dispute-last-1", Severity.CRITICAL, id="the shop's last day"
        ),
        pytest.param(
            "2026-11-20 10:00", "dispute-over", Severity.INFO, id="after the shop nothing presses"
        ),
        pytest.param(
            "2027-01-20 10:00", "paypal-last-14", Severity.NOTICE, id="then the next countdown"
        ),
        pytest.param(
            "2027-02-01 10:00", "paypal-last-1", Severity.CRITICAL, id="up to its last day"
        ),
    ],
)
def test_a_deadline_that_is_over_presses_no_more_while_another_is_ahead(
    now: str, step: str, severity: Severity
) -> None:
    episode = Protection()(dossier(**COVERED))

    assert episode is not None
    come = due(episode, moment(now))
    assert come is not None
    assert (come.key, come.severity) == (step, severity)


def test_a_cover_before_the_shops_end_gives_way_to_it() -> None:
    facts = SHIPPED | {"covers": (("insurance", date(2026, 10, 1)),)}
    episode = Protection()(dossier(**facts))

    assert due_key(episode, moment("2026-10-01 12:00")) == "insurance-last-1"
    assert due_key(episode, moment("2026-10-03 12:00")) == "insurance-last-over"
    assert due_key(episode, moment("2026-10-22 12:00")) == "last-14"


def test_a_countdown_without_days_is_no_countdown() -> None:
    ebay = dossier(shop="ebay", expected=date(2026, 10, 1))

    assert Protection(warn_days_before=())(ebay) is None


LAYERED = SHIPPED | {
    "paid": date(2026, 9, 1),
    "paid_with": "paypal",
    "covers": (("insurance", date(2027, 5, 1)),),
    "destination": "US",
}


def test_all_steps_of_three_layers_with_what_each_says_and_whether_it_insists() -> None:
    found = [(s.key, str(s.severity), s.advice, s.nags, s.insists) for s in steps(**LAYERED)]
    assert found == [
        ("last-14", "notice", "protection_notice", True, False),
        ("last-7", "warning", "protection_warning", True, False),
        ("last-3", "critical", "protection_critical", True, True),
        ("last-1", "critical", "protection_last", True, True),
        ("dispute", "critical", "dispute_only", True, True),
        ("dispute-last-1", "critical", "dispute_ends", True, True),
        ("dispute-over", "info", "protection_over", False, False),
        ("paypal-last-14", "notice", "claim_notice", True, False),
        ("paypal-last-7", "warning", "claim_warning", True, False),
        ("paypal-last-3", "critical", "claim_critical", True, True),
        ("paypal-last-1", "critical", "claim_last", True, True),
        ("paypal-last-over", "info", "claim_over", False, False),
        ("insurance-last-14", "notice", "cover_notice", True, False),
        ("insurance-last-7", "warning", "cover_warning", True, False),
        ("insurance-last-3", "critical", "cover_critical", True, True),
        ("insurance-last-1", "critical", "cover_last", True, True),
    ]


def test_all_that_a_message_about_three_layers_is_told() -> None:
    found = Protection()(dossier(**LAYERED))
    assert found is not None
    assert found.facts == {
        "shop": "AliExpress",
        "closes": "2026-11-03",
        "act_by": "2026-11-02",
        "source": "60 days after shipping on 2026-09-05",
        "assumed": "",
        "dispute_closes": "2026-11-18",
        "claim": "PayPal",
        "claim_closes": "2027-02-27",
        "claim_act_by": "2027-02-26",
        "cover insurance": "2027-05-01",
    }


def test_a_start_that_is_assumed_is_called_so() -> None:
    found = Protection()(dossier(shop="aliexpress", ordered=date(2026, 9, 1)))
    assert found is not None
    assert found.facts["assumed"] == "yes"
    assert found.facts["source"] == "60 days after the order of 2026-09-01 (assumed)"


def test_parcels_bought_on_the_same_day_share_one_countdown_whenever_they_were_scanned() -> None:
    """After an update everything is judged at once, and hardly two were scanned first alike."""
    rule = Protection()
    scanned = [scan(Stage.IN_TRANSIT, f"2026-09-{day:02} 10:00") for day in (7, 8)]
    found, other = (rule(dossier(event, **SHIPPED)) for event in scanned)

    assert found is not None
    assert other is not None
    assert found.steps is other.steps


def test_all_that_is_said_of_a_protection() -> None:
    """It stands since the parcel was added, which was before its first step."""
    grave = Severity.CRITICAL

    assert Protection(warn_days_before=(1,))(dossier(**SHIPPED, looked="2026-09-09 10:00")) == Episode(
        "protection",
        "parcel:7",
        "aliexpress",
        since=moment("2026-09-01 08:00"),
        steps=(
            Step("last-1", moment("2026-11-03 08:00"), grave, "protection_last", insists=True),
            Step("dispute", moment("2026-11-04 08:00"), grave, "dispute_only", insists=True),
            Step("dispute-last-1", moment("2026-11-18 08:00"), grave, "dispute_ends", insists=True),
        ),
        deadlines=(
            ("aliexpress", moment("2026-11-04 08:00")),
            ("aliexpress_dispute", moment("2026-11-19 08:00")),
        ),
        facts={
            "shop": "AliExpress",
            "closes": "2026-11-03",
            "act_by": "2026-11-02",
            "source": "60 days after shipping on 2026-09-05",
            "assumed": "",
            "dispute_closes": "2026-11-18",
        },
        until=moment(END),
    )  # fmt: skip
