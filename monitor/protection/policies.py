"""The places money can be got back from: shops, payment services and laws, as rows of a table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

NO_SHOP = "none"
STARTS = ("ordered", "paid", "shipped", "estimated_delivery", "delivered")
SHOP, PAYMENT, LAW = "shop", "payment", "law"
CERTAIN = frozenset({"A", "B"})  # the owner's own page, or several copies that agree


@dataclass(frozen=True, slots=True)
class Policy:
    """One window of protection; see `data/protection.toml` for what each field means."""

    id: str
    days: int
    starts: str
    zone: str = "UTC"
    name: str = ""
    otherwise: tuple[str, ...] = ()
    dispute_days: int = 0
    opens_days: int = 0
    source: str = "your configuration"
    verified_on: date | None = None
    confidence: str = "A"
    note: str = ""
    kind: str = SHOP
    group: str = ""
    marketplace: bool = False
    years: int = 0
    opens_otherwise_days: int = 0
    cap_days: int = 0
    paid_with: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    direct: bool = False
    price_over: int = 0
    price_up_to: int = 0
    currency: str = ""
    prerequisites: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two places that cannot both be turned to; each is a policy, or the kind or group of some."""

    one: str
    other: str
    text: str
    source: str
    verified_on: date
    confidence: str

    def between(self, one: Policy, other: Policy) -> bool:
        return (_is(one, self.one) and _is(other, self.other)) or (
            _is(one, self.other) and _is(other, self.one)
        )


def _is(policy: Policy, name: str) -> bool:
    return name in (policy.id, policy.kind, policy.group)


@cache
def shipped_policies() -> Mapping[str, Policy]:
    """The shops that come with the program, by the name `--shop` takes."""
    return {name: policy_from(name, row) for name, row in _data()["shops"].items()}


@cache
def shipped_layers() -> Mapping[str, Policy]:
    """What comes with the program beside the shops: payment services first, then laws."""
    rows = [(PAYMENT, _data()["payments"]), (LAW, _data()["laws"])]
    return {
        name: policy_from(name, {**row, "kind": kind})
        for kind, table in rows
        for name, row in table.items()
    }


@cache
def exclusions() -> tuple[Exclusion, ...]:
    """Which places exclude each other."""
    return tuple(Exclusion(**row) for row in _data()["exclusions"])


def policy_from(name: str, row: Mapping[str, Any]) -> Policy:
    given: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    return Policy(id=name, **given)


@cache
def _data() -> Mapping[str, Any]:
    # By its path: importlib.resources brings archives and temporary files, and a list would wait.
    table = Path(__file__).parents[1] / "data" / "protection.toml"
    return tomllib.loads(table.read_text(encoding="utf-8"))
