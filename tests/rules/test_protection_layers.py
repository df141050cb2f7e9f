"""The `protection` rule over several layers: one episode, in which the gravest speaks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind
from monitor.alerts.values import Manners, Present
from monitor.parcel import Stage
from monitor.protection import stack
from monitor.rules.protection import Protection
from monitor.schedule import Episode, Severity, due
from tests.dossiers import SECOND, dossier, due_key, moment, scan, schedule

RULE = Protection()
START = date(2026, 9, 5)
ALIEXPRESS: dict[str, Any] = {"shop": "aliexpress", "shipped": START}
PAYPAL = ALIEXPRESS | {"paid": START, "paid_with": "paypal"}
VISA = ALIEXPRESS | {"expected": date(2026, 10, 15), "paid_with": "visa"}
EBAY: dict[str, Any] = {"shop": "ebay", "added_at": moment("2026-09-01 08:00")}


def episode_of(**facts: Any) -> Episode:
    episode = RULE(dossier(**facts))
    assert episode is not None
    return episode


@pytest.mark.parametrize(
    ("now", "step", "severity", "advice"),
    [
        pytest.param("2026-11-18 10:00", "dispute-last-1", "critical", "dispute_ends", id="the shop's last day"),
        pytest.param("2026-11-19 08:00", "dispute-over", "info", "protection_over", id="then nothing presses"),
        pytest.param("2027-02-17 23:59", "dispute-over", "info", "protection_over", id="just before PayPal's notice"),
        pytest.param("2027-02-18 00:00", "paypal-last-14", "notice", "claim_notice", id="14 days before PayPal's end"),
        pytest.param("2027-02-25 00:00", "paypal-last-7", "warning", "claim_warning", id="7 days before"),
        pytest.param("2027-03-01 00:00", "paypal-last-3", "critical", "claim_critical", id="3 days before"),
        pytest.param("2027-03-03 00:00", "paypal-last-1", "critical", "claim_last", id="the last day"),
    ],
)  # fmt: skip
def test_the_next_layer_is_a_further_step_of_the_same_episode(
    now: str, step: str, severity: str, advice: str
) -> None:
    episode = episode_of(**PAYPAL)
    come = due(episode, moment(now))

    assert come is not None
    assert (come.key, str(come.severity), come.advice) == (step, severity, advice)
    assert come.insists is (severity == "critical")
    assert (episode.anchor, episode.until) == ("aliexpress", moment("2027-03-04 00:00"))


def test_a_milder_step_of_another_layer_does_not_cover_a_graver_one() -> None:
    """A claim with an insurance ends two days after the dispute: its notices come meanwhile."""
    episode = episode_of(**ALIEXPRESS, covers=(("insurance", date(2026, 11, 25)),))

    assert [key for key, _ in schedule(episode)] == [
        "last-14", "last-7", "last-3", "last-1", "dispute", "dispute-last-1", "dispute-over",
        "insurance-last-3", "insurance-last-1",
    ]  # fmt: skip
    after = due(episode, moment("2026-11-19 08:00"))
    assert after is not None
    assert (after.severity, after.advice) == (Severity.WARNING, "cover_warning")


def test_a_graver_step_of_another_layer_speaks_at_once() -> None:
    """An insurance ends while the shop's protection is at its notice, which then goes on."""
    episode = episode_of(**ALIEXPRESS, covers=(("insurance", date(2026, 10, 24)),))
    at = [
        due(episode, moment(m))
        for m in ("2026-10-22 08:00", "2026-10-25 06:59:58", "2026-10-25 07:00", "2026-10-28 07:00")
    ]

    assert [(s.key, s.advice) for s in at if s] == [
        ("insurance-last-3", "cover_critical"),
        ("insurance-last-1", "cover_last"),
        ("insurance-last-over", "protection_notice"),
        ("last-7", "protection_warning"),
    ]


def test_a_cover_called_dispute_does_not_take_the_keys_of_the_dispute_window() -> None:
    keys = [
        k for k, _ in schedule(episode_of(**ALIEXPRESS, covers=(("dispute", date(2027, 1, 1)),)))
    ]

    assert len(keys) == len(set(keys))
    assert "cover-dispute-last-1" in keys


@pytest.mark.parametrize(
    ("facts", "unknown"),
    [
        pytest.param(EBAY, True, id="eBay counts from a date nobody gave"),
        pytest.param(EBAY | {"expected": START}, False, id="that date is given"),
        pytest.param(EBAY | {"protected_until": date(2026, 12, 1)}, False, id="the end itself is given"),
        pytest.param({"shop": "aliexpress", "ordered": START}, False, id="an assumed start is none"),
        pytest.param({"shop": "aliexpress"}, True, id="nothing to assume a start from"),
        pytest.param({"shop": "none"}, False, id="no shop is watched"),
        pytest.param({"shop": "none", "paid_with": "paypal"}, True, id="PayPal without the payment"),
        pytest.param({"shop": "none", "paid_with": "transfer"}, False, id="a transfer, of which nothing is known"),
        pytest.param(ALIEXPRESS | {"paid_with": "visa"}, True, id="Visa without the promised day"),
        pytest.param(ALIEXPRESS | {"paid_with": "amex", "paid": START, "destination": "US"}, False,
                     id="the first bill of a card is nobody's homework"),
    ],
)  # fmt: skip
def test_a_start_still_unknown_after_three_days_is_a_notice(
    facts: dict[str, Any], unknown: bool
) -> None:
    episode = RULE(dossier(**facts))
    at = moment("2026-09-04 08:00")  # three days after adding

    assert due_key(episode, at - SECOND) == ""
    assert due_key(episode, at) == ("start-unknown" if unknown else "")


@pytest.mark.parametrize(
    ("facts", "missing", "set_with", "or_until"),
    [
        pytest.param(EBAY, "eBay Money Back Guarantee", "--expected DATE", "yes", id="a shop"),
        pytest.param({"shop": "none", "paid_with": "paypal"}, "PayPal", "--paid DATE", "", id="a payment"),
        pytest.param(EBAY | {"paid_with": "visa"}, "eBay Money Back Guarantee\nVisa chargeback",
                     "--expected DATE", "yes", id="one date for two"),
        pytest.param(EBAY | {"paid_with": "paypal"}, "eBay Money Back Guarantee\nPayPal",
                     "--expected DATE\n--paid DATE", "yes", id="two dates"),
    ],
)  # fmt: skip
def test_an_unknown_start_names_the_command_that_sets_it(
    facts: dict[str, Any], missing: str, set_with: str, or_until: str
) -> None:
    episode = episode_of(**facts)

    told = tuple(episode.facts[name] for name in ("missing", "set_with", "or_until"))
    assert told == (missing, set_with, or_until)
    assert [(s.severity, s.advice) for s in episode.steps] == [(Severity.NOTICE, "start_unknown")]
    assert episode.until is None


def test_what_is_missing_is_told_beside_the_dates_that_are_known() -> None:
    facts = episode_of(**ALIEXPRESS, paid_with="paypal").facts

    assert facts == {
        "shop": "AliExpress",
        "closes": "2026-11-03",
        "act_by": "2026-11-02",
        "source": "60 days after shipping on 2026-09-05",
        "assumed": "",
        "dispute_closes": "2026-11-18",
        "missing": "PayPal",
        "set_with": "--paid DATE",
        "or_until": "",
    }


def test_an_unknown_start_ends_with_the_delivery() -> None:
    assert RULE(dossier(scan(Stage.DELIVERED, "2026-09-20 10:00"), **EBAY)) is None


def test_an_unknown_start_goes_on_after_another_deadline_is_over() -> None:
    episode = episode_of(**EBAY, covers=(("insurance", date(2026, 10, 1)),))
    after = due(episode, moment("2027-06-01 10:00"))

    assert after is not None
    assert (after.key, after.advice) == ("insurance-last-over", "start_unknown")


def told(before: Episode, after: Episode, first: str, then: str) -> list[Kind]:
    """What is said when the schedule changes between two moments."""
    known = decide("protection", None, before, Present(moment(first)), Manners())
    verdict = decide("protection", known.memory, after, Present(moment(then)), Manners())
    return [t.kind for t in verdict.tellings]


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        pytest.param({"protected_until": date(2026, 12, 1)}, [Kind.NEWS], id="the seller extended it"),
        pytest.param({"expected": date(2026, 10, 31)}, [Kind.NEWS], id="the promised day moved, and with it Visa's end"),
        pytest.param({"protected_until": date(2026, 10, 26)}, [Kind.ESCALATED], id="it ends earlier: a later step is due"),
        pytest.param({}, [], id="nothing moved"),
    ],
)  # fmt: skip
def test_a_deadline_that_moved_is_told_once(change: dict[str, Any], kinds: list[Kind]) -> None:
    before, after = episode_of(**VISA), episode_of(**(VISA | change))

    assert told(before, after, "2026-10-22 10:00", "2026-10-23 10:00") == kinds


def test_a_first_date_is_no_deadline_that_moved() -> None:
    after = episode_of(**EBAY, expected=date(2026, 10, 1))

    assert told(episode_of(**EBAY), after, "2026-09-05 10:00", "2026-09-06 10:00") == []


days = st.none() | st.dates(date(2026, 6, 1), date(2027, 6, 1))
covers = st.dictionaries(
    st.sampled_from(["insurance", "dispute", "paypal"]),
    st.dates(date(2026, 6, 1), date(2027, 6, 1)),
)


@settings(max_examples=120)
@given(
    shop=st.sampled_from(["aliexpress", "ebay", "amazon", "temu", "none"]),
    method=st.sampled_from(["", "paypal", "visa", "debit"]),
    facts=st.fixed_dictionaries(dict.fromkeys(("ordered", "paid", "shipped", "expected"), days)),
    given_covers=covers,
    minutes=st.integers(0, 800 * 24 * 60),
)
def test_the_schedule_ascends_and_never_says_less_than_what_stands(
    shop: str,
    method: str,
    facts: dict[str, date | None],
    given_covers: dict[str, date],
    minutes: int,
) -> None:
    known = dossier(
        shop=shop, paid_with=method, destination="GB", covers=tuple(given_covers.items()), **facts
    )
    episode = RULE(known)
    if episode is None:
        return
    keys = [s.key for s in episode.steps]
    assert len(keys) == len(set(keys))
    assert [s.at for s in episode.steps] == sorted(s.at for s in episode.steps)
    now = moment("2026-06-01 00:00") + timedelta(minutes=minutes)
    come = due(episode, now)
    said = 0 if come is None else int(come.severity)
    assert said >= _gravest(known, now) or now < episode.since


def _gravest(known: Any, now: datetime) -> int:
    """The severity of the nearest end that is ahead, straight from the dates."""
    ends = [d for d in stack(known, RULE.policies).dated if d.kind != "dispute"]
    left = [(d.closes, d.closes.astimezone(UTC) - now) for d in ends if now < d.closes]
    reached = [
        (Severity.CRITICAL if days <= 3 else Severity.WARNING if days <= 7 else Severity.NOTICE)
        for closes, _ in left
        for days in (14, 7, 3, 1)
        if now >= (closes - timedelta(days=days)).astimezone(UTC)
    ]
    return max(reached, default=0)
