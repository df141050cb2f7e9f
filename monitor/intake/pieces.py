"""The numbers in one line of a text, what each is, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from monitor.intake import dates, prices
from monitor.intake.values import Confidence, Reason
from monitor.intake.words import of_carriers, of_dates, of_numbers
from monitor.numbers import LONGEST, candidates, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.numbers import Form

LINE_LIMIT = 1_000  # characters; a longer line is read in parts
_LEAST_DIGITS = 4  # of what a word calls a tracking number
_PHONE = (7, 15)  # digits, after ITU-T E.164
_ORDER = (15, 19)  # digits of order numbers, as AliExpress has them
_SPELT = re.compile(r"[A-Za-z0-9]")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,1000}|[^\s<>@]{1,64}@[\w.-]{1,200}", re.IGNORECASE
)
_IN_ADDRESS = re.compile(r"[A-Za-z0-9]{8,50}", re.ASCII)
_ASKED = re.compile(r"(?:nums?|mail_?nos?|track\w{0,20}|t?labels?|piececode|barcode|colis|ids?|q|/)[=/]?$", re.IGNORECASE)  # fmt: skip
_ORDER_IN = re.compile(r"order_?(?:id|no|number)?=$", re.IGNORECASE)
_POSTAL = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[ -]?(?:[0-9][ -]?){9}[A-Z]{2}(?![A-Za-z0-9])")
_UPS = re.compile(r"(?<![A-Za-z0-9])1Z(?: ?[A-Z0-9]){16}(?![A-Za-z0-9])")
_DIAL = re.compile(
    r"(?<![\w+])(?:\+\(?[0-9](?:[ ()/.\u00a0-]{0,2}[0-9]){6,14}"
    r"|\([0-9]{2,5}\)[ /-]?(?:[ ()/.-]?[0-9]){5,10})(?![\w])"
)
# Order numbers no carrier writes so: Amazon, eBay, Temu.
_ORDERS = re.compile(
    r"(?<![\w-])(?:(?P<amazon>[0-9D][0-9]{2}-[0-9]{7}-[0-9]{7})|(?P<ebay>[0-9]{2}-[0-9]{5}-[0-9]{5})"
    r"|(?P<temu>PO-[0-9]{2,4}-[0-9]{10,24}))(?![\w-])"
)
_GROUPS = re.compile(
    r"(?<![\w+/.-])(?<!\d,)[0-9]{1,22}(?:[ \u00a0/.-][0-9]{1,14}){1,9}(?![\w/-]|[.,]\d)"
)
_LONG_GROUP = 10  # digits; no number is printed with two groups of so many
_TOKEN = re.compile(r"(?<![\w-])[A-Za-z0-9](?:[A-Za-z0-9-]{3,48}[A-Za-z0-9])(?![\w-])")


class Sort(Enum):
    TAKEN = auto()
    PASSED = auto()
    ORDER = auto()  # an order's number, which is a fact of the parcel
    DATE = auto()
    SUM = auto()
    ADDRESS = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line. `number` is normalised; `shop` is the one whose orders are written so."""

    start: int
    end: int
    text: str
    sort: Sort
    number: str = ""
    because: str = ""
    confidence: Confidence = Confidence.LOW
    reason: Reason = Reason.OTHER
    shop: str = ""
    date: dates.Written | None = None
    sum: prices.Sum | None = None


def pieces(line: str, above: str = "") -> list[Piece]:
    """What stands in a line (at most LINE_LIMIT characters), in its order.

    `above` is the line before, where that is a heading such as "Tracking number:".
    """
    taken: list[Piece] = []
    for find in (_addresses, _dates, _sums, _postal, _parcels_of_ups, _dialled, _orders):
        for piece in find(line):
            if _free(taken, piece) and not _is_no_date(piece, line, above):
                taken.append(piece)
    for match in (*_grouped(line), *_TOKEN.finditer(line)):
        if all(match.end() <= p.start or p.end <= match.start() for p in taken):
            piece_ = _number(line, match, taken, above)
            if piece_ is not None:
                taken.append(piece_)
    return sorted(taken, key=lambda piece: piece.start)


def _grouped(line: str) -> Iterator[re.Match[str]]:
    """Digits in groups, as numbers are printed; two that are long each are two numbers."""
    for match in _GROUPS.finditer(line):
        if sum(len(group) >= _LONG_GROUP for group in match[0].split()) <= 1:
            yield match


def _free(taken: list[Piece], piece: Piece) -> bool:
    return all(piece.end <= p.start or p.end <= piece.start for p in taken)


def _dates(line: str) -> Iterator[Piece]:
    for each in dates.written(line):
        yield Piece(each.start, each.end, each.text, Sort.DATE, date=each)


def _is_no_date(piece: Piece, line: str, above: str) -> bool:
    """Without a year, "may 5" is a date only where something is said to have happened on one."""
    yearless = piece.date is not None and piece.date.of_year is not None
    return yearless and not of_dates().last(line) and not of_dates().last(above)


def _sums(line: str) -> Iterator[Piece]:
    for each in prices.sums(line):
        yield Piece(each.start, each.end, line[each.start : each.end], Sort.SUM, sum=each)


def _orders(line: str) -> Iterator[Piece]:
    for match in _ORDERS.finditer(line):
        shop = match.lastgroup or ""
        yield Piece(
            match.start(), match.end(), match[0], Sort.ORDER, match[0],
            f"it is written as {shop} writes order numbers", reason=Reason.ORDER, shop=shop,
        )  # fmt: skip


def _dialled(line: str) -> Iterator[Piece]:
    for match in _DIAL.finditer(line):
        digits = sum(c.isdigit() for c in match[0])
        if _PHONE[0] <= digits <= _PHONE[1]:
            why = "it is written as a telephone number"
            yield Piece(match.start(), match.end(), match[0], Sort.PASSED, because=why, reason=Reason.PHONE)  # fmt: skip


def _postal(line: str) -> Iterator[Piece]:
    """Postal numbers, whose groups may stand apart."""
    return (_by_digit(match) for match in _POSTAL.finditer(line))


def _parcels_of_ups(line: str) -> Iterator[Piece]:
    return (_by_digit(match) for match in _UPS.finditer(line))


def _by_digit(match: re.Match[str]) -> Piece:
    return _judged(match.start(), match.end(), match[0], "", "")


def _addresses(line: str) -> Iterator[Piece]:
    """Links: a tracking page names the number, an order page the order; all other digits are theirs."""
    if not any(
        sign in line for sign in ("://", "@", "www.", "WWW.")
    ):  # most lines, and sooner told
        return
    for address in _ADDRESS.finditer(line):
        found = list(_in_address(address))
        yield from found or [Piece(address.start(), address.end(), address[0], Sort.ADDRESS)]


def _in_address(address: re.Match[str]) -> Iterator[Piece]:
    for match in _IN_ADDRESS.finditer(address[0]):
        before = address[0][max(0, match.start() - 40) : match.start()]
        start, end = address.start() + match.start(), address.start() + match.end()
        if _ORDER_IN.search(before):
            yield Piece(start, end, match[0], Sort.ORDER, match[0], "the link says so", reason=Reason.ORDER)  # fmt: skip
        elif any(not form.shared for form in candidates(match[0].translate(_UPPER))):
            piece = _judged(start, end, match[0], "tracking" if _ASKED.search(before) else "", "")
            if piece.sort is Sort.TAKEN:
                yield piece


def _number(line: str, match: re.Match[str], taken: list[Piece], above: str) -> Piece | None:
    """What a run of digits or letters is; None for a word, a size, a year."""
    text = match[0]
    digits = sum(c.isdigit() for c in text)
    if digits < _LEAST_DIGITS:
        return None
    gap = line[max((p.end for p in taken if p.end <= match.start()), default=0) : match.start()]
    headed = above if not _SPELT.search(gap) and not _SPELT.search(line[: match.start()]) else ""
    said = of_numbers().last(gap) or of_numbers().last(headed)
    near = f"{headed} {line}"
    piece = _judged(match.start(), match.end(), text, said, near)
    silent = piece.reason is Reason.OTHER and (not said or digits < _PHONE[0])
    return None if piece.sort is Sort.PASSED and silent else piece


def _judged(start: int, end: int, text: str, said: str, near: str) -> Piece:
    number = re.sub(r"[\s\u00a0/.]", "", text).translate(_UPPER)
    if not number.replace("-", "").isalpha() and _by_form(number.replace("-", "")):
        number = number.replace("-", "")
    sort, reason, because, confidence = _verdict(number[: LONGEST + 1], said, near, text)
    return Piece(start, end, text, sort, number, because, confidence, reason)


def _by_form(number: str) -> bool:
    return number.isdigit() or bool(candidates(number))


_Verdict = tuple[Sort, Reason, str, Confidence]


def _verdict(number: str, said: str, near: str, text: str) -> _Verdict:
    form = next(iter(candidates(number)), None)
    if number.isdigit() and said in _CALLED:
        sort = Sort.ORDER if said == "order" else Sort.PASSED
        return sort, _CALLED[said][0], _CALLED[said][1], Confidence.LOW
    if form is not None and _speaks_for_itself(form, said, near):
        return _of_form(number, re.split(r";| \(", form.meaning)[0])
    if said == "tracking" and LONGEST >= len(number) >= 8 and not text.startswith(("+", "(")):  # noqa: PLR2004 - the shortest in use
        return _taken("the text calls it a tracking number", Confidence.LOW)
    if form is not None:
        return _passed(
            Reason.AMBIGUOUS, f"it may be of {form.meaning}, and others have this form, too"
        )
    if said in _CALLED:
        return (Sort.ORDER if said == "order" else Sort.PASSED), *_CALLED[said], Confidence.LOW
    return _by_length(number, text)


def _speaks_for_itself(form: Form, said: str, near: str) -> bool:
    """A form of one carrier alone, or a fitting check digit beside a word that says so."""
    return not form.shared or (
        form.check != "" and (said == "tracking" or of_carriers().last(near) != "")
    )


def _of_form(number: str, meaning: str) -> _Verdict:
    verdict = check(number)
    if verdict.valid is False:
        return _passed(
            Reason.CHECK_DIGIT, f"its check digit is wrong (expected {verdict.expected})"
        )
    if verdict.valid:
        return _taken(f"its check digit is right: {meaning}", Confidence.HIGH)
    return _taken(f"its form: {meaning}", Confidence.MEDIUM)


def _by_length(number: str, text: str) -> _Verdict:
    if number.isdigit() and _ORDER[0] <= len(number) <= _ORDER[1]:
        return _passed(
            Reason.ORDER, "it is as long as an order number, and nothing calls it anything else"
        )
    digits = number.replace("-", "")
    grouped = not text.isdigit()
    if digits.isdigit() and 9 <= len(digits) <= _PHONE[1] and (grouped or text.startswith("0")):  # noqa: PLR2004 - the shortest national numbers
        return _passed(
            Reason.PHONE, "it may be a telephone number, and nothing calls it anything else"
        )
    if number.isdigit() and len(number) >= 9:  # noqa: PLR2004 - shorter ones are quantities, sizes, postcodes
        return _passed(Reason.AMBIGUOUS, "nothing says what this number is")
    return _passed(Reason.OTHER, "nothing says what this is")


def _taken(because: str, confidence: Confidence) -> _Verdict:
    return Sort.TAKEN, Reason.OTHER, because, confidence


def _passed(reason: Reason, because: str) -> _Verdict:
    return Sort.PASSED, reason, because, Confidence.LOW


_CALLED = {
    "order": (Reason.ORDER, "the text calls it an order number"),
    "phone": (Reason.PHONE, "the text calls it a telephone number"),
    "other": (Reason.OTHER, "the text calls it an invoice, an account or the like"),
}
