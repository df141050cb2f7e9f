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
from monitor.protection.stack import Stack, Undated, deadlines, stack

__all__ = [
    "NO_SHOP",
    "STARTS",
    "Basis",
    "Deadline",
    "Exclusion",
    "Policy",
    "Stack",
    "Undated",
    "deadlines",
    "end_of_day",
    "exclusions",
    "policy_from",
    "shipped_layers",
    "shipped_policies",
    "shop_deadline",
    "stack",
]
