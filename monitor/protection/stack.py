"""Every place one parcel's money can be got back from: what ends when, and what excludes what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.protection.deadlines import (
    COVER,
    DISPUTE,
    Deadline,
    cover_deadline,
    dispute_deadline,
    opening,
    policy_deadline,
    shop_deadline,
    start_of,
)
from monitor.protection.policies import PAYMENT, SHOP, Policy, exclusions, shipped_layers
from monitor.protection.purchase import asks_first_event, bought, purchase_of, stand_ins

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from monitor.parcel import Dossier, Parcel
    from monitor.protection.purchase import Purchase


START_UNKNOWN = "start-unknown"  # the key of the step that asks for what starts a window


@dataclass(frozen=True, slots=True)
class Undated:
    """A place without a date to count down to.

    `missing` is the option that would give it one ("" where none does), `opens` the first moment it
    can be used. `barred` says why it cannot be used for this purchase, "" where it can.
    """

    policy: Policy
    missing: str = ""
    opens: datetime | None = None
    barred: str = ""

    @property
    def pressing(self) -> bool:
        """Its start is a fact of the purchase that the owner has not told."""
        return bool(self.missing) and self.policy.kind in (SHOP, PAYMENT)


@dataclass(frozen=True, slots=True)
class Stack:
    """All layers of one parcel: the dated ones in order of time, then the others."""

    dated: tuple[Deadline, ...] = ()
    undated: tuple[Undated, ...] = ()

    def next_usable(self, now: datetime) -> Deadline | None:
        """The next date that is not over."""
        return next((d for d in self.dated if now < d.closes), None)

    def last_line(self, now: datetime) -> Deadline | None:
        """The last date of all, None when everything is over."""
        return next((d for d in reversed(self.dated) if now < d.closes), None)


def deadlines(dossier: Dossier, policies: Mapping[str, Policy]) -> tuple[Deadline, ...]:
    """The dated layers of one parcel in order of time.

    The shop's window, its dispute window, what `--paid-with` names, laws, and covers. Empty where
    no protection is watched or nothing known starts a window.
    """
    return stack(dossier, policies).dated


def stack(dossier: Dossier, policies: Mapping[str, Policy]) -> Stack:
    """Every layer that counts for this parcel; see `layers_of`."""
    return layers_of(purchase_of(dossier), policies)


class Alike:
    """The stacks of many parcels: those bought on the same terms share one, worked out once."""

    def __init__(self, policies: Mapping[str, Policy]) -> None:
        self._policies = policies
        self._first_event_for = stand_ins({**shipped_layers(), **policies})
        self._known: dict[Purchase, Stack] = {}

    def of(self, parcel: Parcel, destination: str, first_event: datetime | None) -> Stack:
        """As `stack`, of a parcel that goes to `destination` (alpha-2, or "") and whose first event
        was then (UTC).
        """
        purchase = bought(parcel, destination)
        if asks_first_event(purchase, self._first_event_for):
            purchase = purchase._replace(first_event=first_event)
        known = self._known.get(purchase)
        if known is None:
            known = self._known[purchase] = layers_of(purchase, self._policies)
        return known


def layers_of(purchase: Purchase, policies: Mapping[str, Policy]) -> Stack:
    """Every layer that counts for this purchase.

    A layer of payment counts only when the owner said how it was paid, a law where its country is
    the destination. A cover of the same name as a layer is the owner's own date for it.
    """
    policy = policies.get(purchase.shop)
    found = [cover_deadline(name, day, policy) for name, day in purchase.covers]
    without: list[Undated] = []
    shop = shop_deadline(purchase, policy)
    if policy is not None and shop is not None:
        found.append(shop)
        if policy.dispute_days:
            found.append(dispute_deadline(shop, policy))
    elif policy is not None:
        without.append(_undated(purchase, policy))
    open_to = [] if policy is None else [policy]
    for layer in _layers(purchase, policies):
        barred = _barred(purchase, policy, layer)
        if not barred:
            open_to.append(layer)
        end = None if barred else policy_deadline(purchase, layer)
        if end is None:
            without.append(_undated(purchase, layer, barred))
        else:
            found.append(end)
    dated = sorted((_with_exclusions(d, open_to) for d in found), key=lambda d: d.closes)
    return Stack(tuple(dated), tuple(without))


def _layers(purchase: Purchase, policies: Mapping[str, Policy]) -> Iterable[Policy]:
    taken = {purchase.shop, *(name for name, _ in purchase.covers)}
    for name, shipped in shipped_layers().items():
        layer = policies.get(name, shipped)
        if name in taken or (layer.paid_with and purchase.paid_with not in layer.paid_with):
            continue
        if not layer.countries or purchase.destination in layer.countries:
            yield layer


def _undated(purchase: Purchase, policy: Policy, barred: str = "") -> Undated:
    start = None if barred else start_of(purchase, policy)
    if start is not None:  # known, but there is no end of its own
        return Undated(policy, opens=opening(policy, start))
    missing = "" if barred else _OPTIONS.get(policy.starts, f"--cover {policy.id}=DATE")
    return Undated(policy, missing, barred=barred)


_OPTIONS = {
    "ordered": "--ordered DATE",
    "paid": "--paid DATE",
    "shipped": "--shipped DATE",
    "estimated_delivery": "--expected DATE",
    "delivered": "",  # not a fact that was not told, but one that has not come
}


def _barred(purchase: Purchase, shop: Policy | None, layer: Policy) -> str:
    """Why a layer cannot be used for this purchase, as far as is known; "" where it can."""
    if layer.direct and shop is not None and shop.marketplace:
        return f"paid through {shop.title}, not directly to the seller"
    price = _price(purchase) if layer.currency and purchase.currency == layer.currency else None
    if price is None:
        return ""
    if price <= layer.price_over:
        return f"only above {layer.currency} {layer.price_over}"
    return f"only up to {layer.currency} {layer.price_up_to}" if price > layer.price_up_to else ""


def _price(purchase: Purchase) -> Decimal | None:
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - few layers ask for a price

    try:
        return Decimal(purchase.price)
    except InvalidOperation:  # so is "", a price nobody told
        return None


def _with_exclusions(deadline: Deadline, open_to: Sequence[Policy]) -> Deadline:
    """The deadline with those places that cannot be turned to beside it."""
    if deadline.kind in (COVER, DISPUTE) or len(open_to) < 2:  # noqa: PLR2004 - itself, and another
        return deadline
    policies = {p.id: p for p in open_to}
    own = policies.pop(deadline.policy)
    pairs = [(p.id, e.text) for p in policies.values() for e in exclusions() if e.between(own, p)]
    if not pairs:
        return deadline
    names = tuple(dict.fromkeys(name for name, _ in pairs))
    words = tuple(dict.fromkeys(text for _, text in pairs))
    return replace(deadline, excludes=names, exclusions=words)
