"""Parcels out of whatever the owner has: a table, a list, a pasted order; and a table out of parcels."""

from monitor.intake.reading import KINDS, understand
from monitor.intake.values import (
    BYTES_LIMIT,
    Confidence,
    Fault,
    Found,
    PassedOver,
    Reason,
    Understood,
    Unreadable,
)

__all__ = [
    "BYTES_LIMIT",
    "KINDS",
    "Confidence",
    "Fault",
    "Found",
    "PassedOver",
    "Reason",
    "Understood",
    "Unreadable",
    "understand",
]
