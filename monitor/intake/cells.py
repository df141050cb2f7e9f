"""Cells as spreadsheets of several countries write them, as an option of `add` takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.intake.dates import written
from monitor.intake.prices import amount, sums
from monitor.intake.words import currencies

if TYPE_CHECKING:
    from monitor.intake.values import Value

_DAYS = frozenset({"ordered", "paid", "shipped", "expected", "protected_until"})
# What a spreadsheet makes of a long number it was not told to leave alone.
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.ASCII | re.IGNORECASE)
_PLAIN = re.compile(r"\d+(?:\.\d+)?", re.ASCII)  # stays as it was written: an export gives it back
ROUNDED = (
    "a spreadsheet has rounded it, so that digits are lost. Make the column one of text, and enter the "
    "number anew."
)


def rounded(cell: str) -> bool:
    """Whether the digits of a number are lost."""
    return _ROUNDED.fullmatch(cell.strip()) is not None


def take(values: dict[str, Value], name: str, cell: str) -> None:
    """Put a cell into `values`: a day as 2026-11-01, a sum as 12.34 with its currency.

    What could be two days or two sums stays as it is, to be refused.
    """
    text = cell.strip()
    if name in _DAYS:
        values[name] = _day(text) or cell
    elif name == "currency":
        values[name] = currencies().get(text, cell)
    elif name == "price":
        value, currency = _sum(text)
        values[name] = value or cell
        if currency:
            values.setdefault("currency", currency)
    else:
        values[name] = cell


def _day(text: str) -> str:
    found = written(text)
    whole = len(found) == 1 and (found[0].start, found[0].end) == (0, len(text))
    return found[0].day.isoformat() if whole and found[0].day is not None else ""


def _sum(text: str) -> tuple[str, str]:
    found = sums(text)
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)):
        return found[0].amount, found[0].currency
    return ("" if _PLAIN.fullmatch(text) else amount(text) or ""), ""
