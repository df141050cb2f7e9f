"""The table of policies on the page is that of the program, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.protection import exclusions, shipped_layers, shipped_policies
from monitor.rules.protection import START_KNOWN_BY
from tests.docs.blocks import REPOSITORY
from tests.docs.tables import rows

if TYPE_CHECKING:
    from monitor.protection import Policy

PAGE = (REPOSITORY / "docs/protection.md").read_text("utf-8")
KINDS = {
    "shop": list(shipped_policies().values()),
    "payment": [p for p in shipped_layers().values() if p.kind == "payment"],
    "law": [p for p in shipped_layers().values() if p.kind == "law"],
}


def row(policy: Policy) -> tuple[str, ...]:
    """One policy as the page shows it."""
    return (
        f"`{policy.id}`",
        policy.title,
        f"{policy.years} years" if policy.years else f"{policy.days} days" if policy.days else "no end",
        ", else ".join((policy.starts, *policy.otherwise)),
        _opens(policy),
        f"{policy.dispute_days} days" if policy.dispute_days else "",
        policy.zone,
        "; ".join(policy.prerequisites),
        policy.note,
        f"{policy.confidence}, {policy.verified_on}: {policy.source}",
    )  # fmt: skip


def _opens(policy: Policy) -> str:
    first = f"day {policy.opens_days}" if policy.opens_days else ""
    other = (
        f"day {policy.opens_otherwise_days} where assumed" if policy.opens_otherwise_days else ""
    )
    return ", ".join(filter(None, (first, other)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_policies_are_those_of_the_program(kind: str) -> None:
    assert rows(PAGE, kind) == [row(policy) for policy in KINDS[kind]]


def test_when_a_layer_counts_is_that_of_the_program() -> None:
    shown = rows(PAGE, "layer")
    assert shown == [
        (f"`{p.id}`", ", ".join(p.paid_with) or "any", _countries(p), _limits(p))
        for p in shipped_layers().values()
    ]


def _countries(policy: Policy) -> str:
    return ", ".join(policy.countries) or "any"


def _limits(policy: Policy) -> str:
    cap = f"at most {policy.cap_days} days after the payment" if policy.cap_days else ""
    direct = "paid directly to the seller" if policy.direct else ""
    price = (
        f"{policy.currency} {policy.price_over} to {policy.price_up_to}" if policy.currency else ""
    )
    return "; ".join(filter(None, (cap, direct, price)))


def test_what_excludes_what_is_that_of_the_program() -> None:
    shown = rows(PAGE, "one")
    assert shown == [
        (f"`{e.one}`", e.other, e.text, f"{e.confidence}: {e.source}") for e in exclusions()
    ]


def test_the_page_names_when_an_unknown_start_is_told() -> None:
    assert START_KNOWN_BY.days == 3
    assert "three days after adding" in PAGE
