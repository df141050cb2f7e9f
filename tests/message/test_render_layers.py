"""What an alert says of the layers beside the shop's protection."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.alerts.memory import Kind
from monitor.alerts.values import Telling
from monitor.message.layout import TITLE_LIMIT, Words
from monitor.message.render import Matter, render
from monitor.message.texts import Style
from monitor.protection import deadlines
from monitor.rules.protection import Protection
from monitor.schedule import due
from tests.dossiers import dossier, moment

START = date(2026, 9, 5)
ALIEXPRESS: dict[str, Any] = {"label": "Lamp", "shop": "aliexpress", "shipped": START}
PAYPAL = ALIEXPRESS | {"paid": START, "paid_with": "paypal"}
RULE = Protection()


def written(now: str, **facts: Any) -> Words:
    known, at = dossier(**facts), moment(now)
    episode = RULE(known)
    step = due(episode, at) if episode else None
    assert step is not None
    telling = Telling(Kind.OPENED, step.severity, "it has come", episode, step)
    return render(
        Matter("protection", telling, known, deadlines(known, RULE.policies), at), Style(UTC)
    )


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        pytest.param(PAYPAL, "AliExpress dispute window: 22 days left, until 18 Nov 2026 (15 days after the end of the "
                     "protection). After that: PayPal until 3 Mar 2027.", id="PayPal after the dispute window"),
        pytest.param(ALIEXPRESS, "AliExpress dispute window: 22 days left, until 18 Nov 2026 (15 days after the end of the "
                     "protection).", id="nothing after it"),
        pytest.param(ALIEXPRESS | {"covers": (("insurance", date(2026, 12, 1)),)},
                     "After that: insurance until 1 Dec 2026.", id="a deadline of the owner's"),
        pytest.param(ALIEXPRESS | {"covers": (("early", date(2026, 11, 2)),)},
                     "protection).", id="one that is over before is not after that"),
    ],
)  # fmt: skip
def test_with_the_shops_last_date_stands_what_is_left_then(
    facts: dict[str, Any], line: str
) -> None:
    body = written("2026-10-28 08:00", **facts).body

    assert any(each.endswith(line) for each in body.splitlines())
    assert ("After that" in body) is ("After that" in line)


def test_a_step_of_another_layer_counts_the_days_of_that_layer() -> None:
    words = written("2027-02-18 00:00", **PAYPAL)

    assert words.title == "Lamp: payment protection ends in 14 days"
    assert "PayPal takes a claim only until 2027-03-03" in words.body
    assert "AliExpress: ended on 3 Nov 2026." in words.body


def test_what_excludes_what_is_said_once() -> None:
    body = written("2026-10-28 08:00", **PAYPAL).body

    assert body.count("pick one of the two") == 1


@pytest.mark.parametrize(
    ("shop", "said"),
    [pytest.param("temu", True, id="Temu: C"), pytest.param("aliexpress", False, id="AliExpress: B")],
)  # fmt: skip
def test_little_certainty_is_said(shop: str, said: bool) -> None:
    end = datetime(2026, 9, 5, tzinfo=UTC) + timedelta(days=60 if shop == "aliexpress" else 90)
    facts = {"ordered": START, "shipped": START, "shop": shop}
    body = written(f"{end - timedelta(days=5):%Y-%m-%d %H:%M}", **facts).body

    assert ("Little is certain about this one" in body) is said


def test_two_unknown_starts_are_named_together_with_the_options_for_both() -> None:
    body = written("2026-09-10 08:00", shop="ebay", paid_with="paypal").body

    assert "What it means: eBay Money Back Guarantee and PayPal: the end is counted" in body
    assert "--expected DATE --paid DATE (or --protected-until DATE)" in body


def test_an_unknown_start_says_what_to_type() -> None:
    words = written("2026-09-10 08:00", shop="ebay", label="Lamp")

    command = "parcels edit LB123456789CN --expected DATE (or --protected-until DATE)"
    assert words.title == "Lamp: start of the protection not known"
    assert f"Do now: Tell it: {command}" in words.body
    assert len(words.title) <= TITLE_LIMIT
