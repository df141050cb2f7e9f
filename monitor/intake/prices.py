"""Sums of money as shops write them; one whose point could be either kind is not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from monitor.intake.words import currencies

if TYPE_CHECKING:
    from collections.abc import Iterator

CODES = (
    "EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "HUF", "RON", "BGN", "CAD", "AUD", "NZD",
    "JPY", "CNY", "BRL", "MXN", "CLP", "ILS", "TRY", "UAH", "KRW", "INR", "ZAR",
)  # fmt: skip
_AMOUNT = r"(\d{1,9}(?:[.,\u00a0 ']\d{3}){0,3}(?:[.,]\d{1,2})?)"
_CENTS = re.compile(r"(.*?)(?:[.,](\d{1,2}))?", re.DOTALL | re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,\u00a0 '])\d{3})(?:\1\d{3})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum in a line. `currency` is "" where its sign is that of several."""

    start: int
    end: int
    amount: str
    currency: str
    sign: str


def sums(line: str) -> list[Sum]:
    """Every sum with a currency beside it, in the order of the line."""
    found: list[Sum] = []
    for match in _pattern().finditer(line):
        sign, digits = match[1] or match[4], match[2] or match[3]
        read = amount(digits)
        if read is not None:
            code = currencies().get(_spaced(sign), sign.upper() if sign.upper() in CODES else "")
            found.append(Sum(match.start(), match.end(), read, code, sign))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    signs = sorted((*currencies(), *CODES), key=len, reverse=True)
    sign = "|".join(re.escape(each).replace(r"\ ", r"\s?") for each in signs)
    one = rf"(?<![\w])({sign})\s?{_AMOUNT}(?![\w.,]*\d)"
    other = rf"(?<![\w.,]){_AMOUNT}\s?({sign})(?!\w)"
    return re.compile(f"{one}|{other}", re.ASCII)


def _spaced(sign: str) -> str:
    return re.sub(r"\s", " ", sign)


def amount(text: str) -> str | None:
    """12.34 for 12,34 and 1234.50 for 1.234,50; None for 1.234, which could be either."""
    whole, cents = next(_parts(text), ("", None))
    plain = re.sub(r"[.,\u00a0 ']", "", whole)
    if not (plain.isascii() and plain.isdigit()):  # "²" is a digit, and no number
        return None
    grouped = _THOUSANDS.fullmatch(whole)
    if grouped and cents is None and grouped[1] in ".,":
        return None
    return f"{int(plain)}.{cents.ljust(2, '0')}" if cents else str(int(plain))


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    found = _CENTS.fullmatch(text)
    if found:
        yield found[1], found[2]
