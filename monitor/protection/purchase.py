"""What of a parcel decides about its deadlines: many parcels share one such purchase."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.parcel import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from monitor.parcel import Dossier, Parcel
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
    purchase = bought(dossier.parcel, dossier.destination)
    if instead_of is not None and not asks_first_event(purchase, instead_of):
        return purchase
    return purchase._replace(first_event=first_of(dossier.events))


def bought(parcel: Parcel, destination: str) -> Purchase:
    """The purchase as the owner told it, without a first event. `destination`: alpha-2, or ""."""
    return Purchase(
        parcel.shop,
        parcel.ordered,
        parcel.paid,
        parcel.shipped,
        parcel.expected,
        parcel.protected_until,
        parcel.protection_days,
        parcel.covers,
        parcel.paid_with,
        parcel.price,
        parcel.currency,
        destination,
    )


def asks_first_event(purchase: Purchase, instead_of: Iterable[tuple[str, ...]]) -> bool:
    """Whether the first event starts a window of this purchase; see `stand_ins`."""
    for facts in instead_of:  # of every parcel, whenever one is judged
        for fact in facts:
            if purchase.day_of(fact) is not None:
                break
        else:
            return True
    return False


def stand_ins(policies: Mapping[str, Policy]) -> frozenset[tuple[str, ...]]:
    """The facts for which the first tracking event stands where none of them is known."""
    starts = ((p.starts, *p.otherwise) for p in policies.values())
    return frozenset(s[: s.index(FIRST_EVENT)] for s in starts if FIRST_EVENT in s)
