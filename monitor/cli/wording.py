"""Words and columns that several commands show alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.stands import STAGE_WORDS
from monitor.schedule import Severity

if TYPE_CHECKING:
    from monitor.cli.screen import Screen

__all__ = [
    "COLOURS",
    "IF_SILENT",
    "PAID_WITH",
    "STAGE_WORDS",
    "WAITS",
    "cell",
    "have_it",
    "mark_of",
]

PAID_WITH = ("paypal", "mastercard", "visa", "amex", "debit", "transfer", "other")
COLOURS = {Severity.CRITICAL: "red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
# Of a step that needs a look which finds nothing newer: before its day, and after it.
IF_SILENT, WAITS = "if still silent", "waits for a look"
MARKS = {Severity.CRITICAL: "!!", Severity.WARNING: "! "}


def mark_of(severity: Severity | None, screen: Screen) -> str:
    """Two cells that tell without colour how much something matters: !! critical, ! warning, · notice."""
    if severity is Severity.NOTICE:
        return f"{screen.signs.dot} "
    return "  " if severity is None else MARKS.get(severity, "  ")


def have_it(ref: str = "…") -> str:
    """What is left to do about a parcel that was delivered, as far as anybody knows."""
    return f"if you have it: parcels done {ref}"


def cell(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"
