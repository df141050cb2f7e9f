"""The protection policies that hold for this owner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.protection import Policy, shipped_layers, shipped_policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import Shop


def policies(shops: Mapping[str, Shop]) -> Mapping[str, Policy]:
    """The policies that come with the program, changed and completed by those of `[protection.shops]`.

    A table of a layer's name (`[protection.shops.paypal]`) changes that layer; then it is here, too.
    """
    known = dict(shipped_policies())
    for name, shop in shops.items():
        given = {k: v for k, v in shop.model_dump().items() if v is not None}
        own = Policy(name, days=60, starts="shipped")
        before = known.get(name) or shipped_layers().get(name, own)
        known[name] = replace(before, **given, source="your configuration", confidence="A")
    return known
