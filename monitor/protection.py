"""Purchase facts and policies turned into the deadlines by which money can still be got back."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.parcel import Dossier, Parcel

NO_SHOP = "none"
STARTS = ("ordered", "paid", "shipped", "estimated_delivery", "delivered")


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

    @property
    def title(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date until which something can still be done.

    `closes` is the last moment (aware, in the policy's zone), `day` that day as a person would
    write it, `act_by` a day earlier. `opens` is the first moment a claim is accepted, None when
    unknown. `source` says how the date was found; `assumed` that its start was not given.
    """

    policy: str
    title: str
    closes: datetime
    source: str
    opens: datetime | None = None
    assumed: bool = False

    @property
    def day(self) -> date:
        # A window that ends at midnight ends with the day before.
        return (self.closes - timedelta(seconds=1)).date()

    @property
    def act_by(self) -> date:
        return self.day - timedelta(days=1)


@cache
def shipped_policies() -> Mapping[str, Policy]:
    """The policies that come with the program, by shop."""
    text = files("monitor").joinpath("data/protection.toml").read_text(encoding="utf-8")
    return {name: policy_from(name, row) for name, row in tomllib.loads(text).items()}


def policy_from(name: str, row: Mapping[str, Any]) -> Policy:
    given = {**row, "otherwise": tuple(row.get("otherwise", ()))}
    return Policy(id=name, **given)


def deadlines(dossier: Dossier, policies: Mapping[str, Policy]) -> tuple[Deadline, ...]:
    """The deadlines of one parcel in order of time: the shop's window, its dispute window, covers.

    Empty where no protection is watched or nothing known starts a window.
    """
    parcel = dossier.parcel
    policy = policies.get(parcel.shop)
    found = [_cover(name, day, policy) for name, day in parcel.covers]
    shop = shop_deadline(dossier, policy)
    if shop is not None and policy is not None:
        found.append(shop)
        if policy.dispute_days:
            found.append(_dispute(shop, policy))
    return tuple(sorted(found, key=lambda d: d.closes))


def shop_deadline(dossier: Dossier, policy: Policy | None) -> Deadline | None:
    """The end of the shop's protection, None where it is not known or none is watched."""
    parcel = dossier.parcel
    if policy is None:
        return None
    zone = ZoneInfo(policy.zone)
    if parcel.protected_until is not None:
        closes = end_of_day(parcel.protected_until, zone)
        return Deadline(policy.id, policy.title, closes, "the date on the order page")
    start = _start(dossier, policy, zone)
    if start is None:
        return None
    at, source, assumed = start
    closes = _days_later(at, parcel.protection_days or policy.days)
    opens = _days_later(at, policy.opens_days) if policy.opens_days else None
    return Deadline(policy.id, policy.title, closes, source, opens, assumed)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day somebody named, in the zone that counts."""
    return datetime.combine(day, time(23, 59, 59), zone)


def _start(dossier: Dossier, policy: Policy, zone: ZoneInfo) -> tuple[datetime, str, bool] | None:
    """When the window starts (in the policy's zone), how that is known, whether it is assumed."""
    for index, name in enumerate((policy.starts, *policy.otherwise)):
        at = (
            _first_event(dossier, zone)
            if name == "first_event"
            else _given(dossier.parcel, name, zone)
        )
        if at is None:
            continue
        assumed = index > 0
        days = dossier.parcel.protection_days or policy.days
        source = f"{days} days after {_WORDS[name]} {at.date().isoformat()}"
        return at, f"{source} (assumed)" if assumed else source, assumed
    return None


_WORDS = {
    "ordered": "the order of",
    "paid": "the payment of",
    "shipped": "shipping on",
    "estimated_delivery": "the expected delivery on",
    "delivered": "the delivery on",
    "first_event": "the first tracking event on",
}


def _given(parcel: Parcel, start: str, zone: ZoneInfo) -> datetime | None:
    day = {
        "ordered": parcel.ordered,
        "paid": parcel.paid,
        "shipped": parcel.shipped,
        "estimated_delivery": parcel.expected,
    }.get(start)
    return None if day is None else datetime.combine(day, time(), zone)


def _first_event(dossier: Dossier, zone: ZoneInfo) -> datetime | None:
    first = min((e.when for e in dossier.events if e.when is not None), default=None)
    return None if first is None else first.astimezone(zone)


def _days_later(at: datetime, days: int) -> datetime:
    # Wall-clock arithmetic in the policy's zone: a day there may last 23 or 25 hours.
    return at + timedelta(days=days)


def _dispute(shop: Deadline, policy: Policy) -> Deadline:
    return Deadline(
        f"{shop.policy}_dispute",
        f"{shop.title} dispute window",
        _days_later(shop.closes, policy.dispute_days),
        f"{policy.dispute_days} days after the end of the protection",
        opens=shop.closes,
        assumed=shop.assumed,
    )


def _cover(name: str, day: date, policy: Policy | None) -> Deadline:
    zone = ZoneInfo(policy.zone if policy else "UTC")
    return Deadline(name, name, end_of_day(day, zone), "given by you")
