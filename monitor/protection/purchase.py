"""What of a parcel decides about its deadlines: many parcels share one such purchase."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from monitor.parcel import Dossier
    from monitor.protection.policies import Policy

FIRST_EVENT = "first_event"
# The fields that hold a fact, by the names policies give to it.
_FIELDS = {
    "ordered": "ordered",
    "paid": "paid",
    "shipped": "shipped",
    "estimated_delivery": "expected",
}


class Purchase(NamedTuple):
    """The facts of a purchase as policies ask for them; None and "" are unknown.

    `destination` is an alpha-2 code, `first_event` the time (UTC) of the first tracking event.
    """

    shop: str
    ordered: date | None
    paid: date | None
    shipped: date | None
    expected: date | None
    protected_until: date | None
    protection_days: int | None
    covers: tuple[tuple[str, date], ...]
    paid_with: str
    price: str
    currency: str
    destination: str
    first_event: datetime | None = None

    def day_of(self, fact: str) -> date | None:
        """The day of a fact that the owner told."""
        field = _FIELDS.get(fact)
        known: date | None = None if field is None else getattr(self, field)
        return known


def purchase_of(dossier: Dossier, instead_of: Iterable[tuple[str, ...]] | None = None) -> Purchase:
    """The purchase a parcel comes from.

    `instead_of`: what `stand_ins` found; the first event is left out where it starts nothing, since
    hardly two parcels share it. None: it is always there.
    """
    known = dossier.parcel
    purchase = Purchase(
        known.shop,
        known.ordered,
        known.paid,
        known.shipped,
        known.expected,
        known.protected_until,
        known.protection_days,
        known.covers,
        known.paid_with,
        known.price,
        known.currency,
        dossier.destination,
    )
    if instead_of is not None and not any(_unknown(purchase, facts) for facts in instead_of):
        return purchase
    return purchase._replace(first_event=_first_event(dossier))


def stand_ins(policies: Mapping[str, Policy]) -> frozenset[tuple[str, ...]]:
    """The facts for which the first tracking event stands where none of them is known."""
    starts = ((p.starts, *p.otherwise) for p in policies.values())
    return frozenset(s[: s.index(FIRST_EVENT)] for s in starts if FIRST_EVENT in s)


def _unknown(purchase: Purchase, facts: Iterable[str]) -> bool:
    return all(purchase.day_of(fact) is None for fact in facts)


def _first_event(dossier: Dossier) -> datetime | None:
    return min((e.when for e in dossier.events if e.when is not None), default=None)
