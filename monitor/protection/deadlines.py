"""One policy and what is known of a purchase turned into the last moment that counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.protection.policies import CERTAIN, SHOP
from monitor.protection.purchase import FIRST_EVENT

if TYPE_CHECKING:
    from monitor.protection.policies import Policy
    from monitor.protection.purchase import Purchase

DISPUTE, COVER = "dispute", "cover"  # kinds of deadlines beside those of policies
ORDER_PAGE, OWNER, PROTECTION = "order_page", "owner", "protection"  # where a date is from


@dataclass(frozen=True, slots=True)
class Basis:
    """How a date was found, for whoever says so in words of their own.

    `by` is order_page, owner, protection (so many days after its end), days or years; of the last
    two `start` is the fact they are counted from, `day` the day of it.
    """

    by: str
    number: int = 0
    start: str = ""
    day: date | None = None
    assumed: bool = False

    @property
    def words(self) -> str:
        """The same in English."""
        if self.by in (ORDER_PAGE, OWNER):
            return _GIVEN[self.by]
        unit = "year" if self.by == "years" else "day"
        length = f"{self.number} {unit}" if self.number == 1 else f"{self.number} {unit}s"
        if self.day is None:
            return f"{length} after the end of the protection"
        source = f"{length} after {_STARTS[self.start]} {self.day.isoformat()}"
        return f"{source} (assumed)" if self.assumed else source


_GIVEN = {ORDER_PAGE: "the date on the order page", OWNER: "given by you"}
_STARTS = {
    "ordered": "the order of",
    "paid": "the payment of",
    "shipped": "shipping on",
    "estimated_delivery": "the expected delivery on",
    "delivered": "the delivery on",
    "first_event": "the first tracking event on",
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date until which something can still be done.

    `closes` is the last moment (aware, in the policy's zone), `day` that day as a person would
    write it, `act_by` a day earlier. `opens` is the first moment a claim is accepted, None when
    unknown. `basis` says how the date was found; `assumed` that its start was not given. `kind` is
    shop, dispute, payment, law or cover. `confidence` is that of the policy, "" where the owner gave
    the date; `excludes` names the policies of this parcel that cannot be used beside it, and
    `exclusions` says why.
    """

    policy: str
    title: str
    closes: datetime
    basis: Basis
    opens: datetime | None = None
    assumed: bool = False
    kind: str = SHOP
    confidence: str = ""
    prerequisites: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """How the date was found, in English."""
        return self.basis.words

    @property
    def day(self) -> date:
        # A window that ends at midnight ends with the day before.
        return (self.closes - timedelta(seconds=1)).date()

    @property
    def first_day(self) -> date | None:
        """The day from which a claim is accepted."""
        # A window that opens with the last second of a day opens with the next.
        return None if self.opens is None else (self.opens + timedelta(seconds=1)).date()

    @property
    def act_by(self) -> date:
        return self.day - timedelta(days=1)

    def past_act_by(self, now: datetime) -> bool:
        """Whether the day to act by is over, by the clock where it closes."""
        return self.act_by < now.astimezone(self.closes.tzinfo).date()

    @property
    def uncertain(self) -> bool:
        """Only one page of somebody else says so, or nobody."""
        return bool(self.confidence) and self.confidence not in CERTAIN

    def usable(self, now: datetime) -> bool:
        """Whether a claim is accepted at this moment, as far as dates tell."""
        return (self.opens is None or self.opens <= now) and now < self.closes


@dataclass(frozen=True, slots=True)
class Start:
    """When a window starts, in the policy's zone, and from which fact that is known."""

    at: datetime
    fact: str
    assumed: bool


def shop_deadline(purchase: Purchase, policy: Policy | None) -> Deadline | None:
    """The end of the shop's protection, None where it is not known or none is watched."""
    if policy is None:
        return None
    if purchase.protected_until is not None:
        closes = end_of_day(purchase.protected_until, ZoneInfo(policy.zone))
        basis = Basis(ORDER_PAGE)
        return Deadline(policy.id, policy.title, closes, basis, prerequisites=policy.prerequisites)
    return policy_deadline(purchase, policy, purchase.protection_days)


def policy_deadline(purchase: Purchase, policy: Policy, days: int | None = None) -> Deadline | None:
    """The end of a window (`days`: told by the owner), None where nothing known starts it.

    None, too, where the window has no end of its own.
    """
    start = start_of(purchase, policy)
    if start is None or not (days or policy.days or policy.years):
        return None
    by, number = ("years", policy.years) if policy.years else ("days", days or policy.days)
    return Deadline(
        policy.id,
        policy.title,
        _closes(purchase, policy, start, days or policy.days),
        Basis(by, number, start.fact, start.at.date(), start.assumed),
        opening(policy, start),
        start.assumed,
        policy.kind,
        "" if days else policy.confidence,
        policy.prerequisites,
    )


def dispute_deadline(shop: Deadline, policy: Policy) -> Deadline:
    """The window after the shop's protection in which a dispute can still be opened."""
    return Deadline(
        f"{shop.policy}_dispute",
        f"{shop.title} dispute window",
        days_later(shop.closes, policy.dispute_days),
        Basis(PROTECTION, policy.dispute_days),
        opens=shop.closes,
        assumed=shop.assumed,
        kind=DISPUTE,
        confidence=policy.confidence,
    )


def cover_deadline(name: str, day: date, policy: Policy | None) -> Deadline:
    """A further deadline the owner gave, a day of the zone of the shop's policy."""
    zone = ZoneInfo(policy.zone if policy else "UTC")
    return Deadline(name, name, end_of_day(day, zone), Basis(OWNER), kind=COVER)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day somebody named, in the zone that counts."""
    return datetime.combine(day, time(23, 59, 59), zone)


def start_of(purchase: Purchase, policy: Policy) -> Start | None:
    """What the window counts from: the policy's own start, else the first of what stands for it."""
    zone = ZoneInfo(policy.zone)
    for index, fact in enumerate((policy.starts, *policy.otherwise)):
        at = _known(purchase, fact, zone)
        if at is not None:
            return Start(at, fact, assumed=index > 0)
    return None


def opening(policy: Policy, start: Start) -> datetime | None:
    """The first moment a claim is accepted, None where nothing is known of it."""
    days = policy.opens_days
    if start.assumed and policy.opens_otherwise_days:
        days = policy.opens_otherwise_days
    return days_later(start.at, days) if days else None


def days_later(at: datetime, days: int) -> datetime:
    # Wall-clock arithmetic in the policy's zone: a day there may last 23 or 25 hours.
    return at + timedelta(days=days)


def _closes(purchase: Purchase, policy: Policy, start: Start, days: int) -> datetime:
    closes = _years_later(start.at, policy.years) if policy.years else days_later(start.at, days)
    paid = purchase.paid or purchase.ordered
    if not policy.cap_days or paid is None:
        return closes
    return min(closes, days_later(_midnight(paid, ZoneInfo(policy.zone)), policy.cap_days))


def _years_later(at: datetime, years: int) -> datetime:
    try:
        return at.replace(year=at.year + years)
    except ValueError:  # 29 February, in a year that has none: the day before is on the safe side
        return at.replace(year=at.year + years, day=28)


def _known(purchase: Purchase, fact: str, zone: ZoneInfo) -> datetime | None:
    if fact == FIRST_EVENT:
        first = purchase.first_event
        return None if first is None else first.astimezone(zone)
    day = purchase.day_of(fact)
    return None if day is None else _midnight(day, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
