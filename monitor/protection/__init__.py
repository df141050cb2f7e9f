"""Purchase facts and policies turned into the deadlines by which money can still be got back."""

from monitor.protection.deadlines import Basis, Deadline, end_of_day, shop_deadline
from monitor.protection.policies import (
    NO_SHOP,
    STARTS,
    Exclusion,
    Policy,
    exclusions,
    policy_from,
    shipped_layers,
    shipped_policies,
)
from monitor.protection.purchase import Purchase, purchase_of, stand_ins
from monitor.protection.stack import (
    START_UNKNOWN,
    Alike,
    Stack,
    Undated,
    deadlines,
    layers_of,
    stack,
)

__all__ = [
    "NO_SHOP",
    "STARTS",
    "START_UNKNOWN",
    "Alike",
    "Basis",
    "Deadline",
    "Exclusion",
    "Policy",
    "Purchase",
    "Stack",
    "Undated",
    "deadlines",
    "end_of_day",
    "exclusions",
    "layers_of",
    "policy_from",
    "purchase_of",
    "shipped_layers",
    "shipped_policies",
    "shop_deadline",
    "stack",
    "stand_ins",
]
