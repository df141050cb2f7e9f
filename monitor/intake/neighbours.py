"""What the lines around a tracking number say about its parcel."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.intake.dates import nearest, written as dates_in
from monitor.intake.pieces import Piece, Sort
from monitor.intake.words import of_any, of_carriers, of_dates, of_lines, of_spans
from monitor.parcel import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from monitor.intake.dates import Written
    from monitor.intake.texts import Line
    from monitor.intake.values import Value

ADDRESS_LIMIT = 200  # characters
_AHEAD = frozenset({"expected", "protected_until"})  # dates of what is still to come
_BY_THE_LAST = frozenset({"expected"})  # as eBay counts from the latest day it promised
_DASHES = "-–—~"  # noqa: RUF001 - of all lengths
LABEL_LIMIT = 80  # characters of a title; shops make them longer than anybody reads
_DOMAIN = re.compile(r"(?<![\w-])(?:[\w-]{1,40}\.){0,4}([a-z0-9-]{2,40})\.[a-z]{2,6}(?:\.[a-z]{2})?(?![\w-])", re.IGNORECASE)  # fmt: skip
_WORD = re.compile(r"\w+")
_PLAIN_WORDS = frozenset({"wish"})  # a shop only as a domain: people wish all sorts of things
_TIMES = re.compile(r"(?:(?<!\w)[x×]\s?\d{1,3}|\d{1,3}\s?[x×])(?!\w)", re.IGNORECASE)  # noqa: RUF001 - as shops write it
_EDGES = " \t:;,|–—-·•*#>()[]\"'“”„«»"  # noqa: RUF001 - all sorts of dashes and quotes
_PARTS = re.compile(r"\s[–—-]{1,2}\s|[|;:\t]|,\s")  # noqa: RUF001 - dashes of all lengths
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_ORDER_PAGE = re.compile(r"order|bestell|pedido|commande|purchase", re.IGNORECASE)


def facts_of(
    own: Sequence[Line],
    block: Sequence[Line],
    shops: Sequence[str],
    everywhere: str,
    today: date | None,
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Facts by the names of `Parcel`, and sentences on what could not be used.

    `own` lines tell of this number alone, those of the `block` of all its numbers. By `today` a date
    without a year gets one; without it there is none.
    """
    remarks: list[str] = []
    facts: dict[str, Value] = {}
    order = next((p for line in block for p in line.pieces if p.sort is Sort.ORDER), None)
    if order is not None:
        facts["order_id"] = order.number
    shop = (
        shop_of(block, shops) or (order.shop if order and order.shop in shops else "") or everywhere
    )
    if shop:
        facts["shop"] = shop
    facts |= _days([line for line in block if line in own or not line.taken], today, remarks)
    facts |= _price(own, remarks)
    facts |= _named(own, block, shops)
    return facts, tuple(dict.fromkeys(remarks))


def shop_of(lines: Sequence[Line], shops: Sequence[str]) -> str:
    """The one shop that is named, by its domain or its name; "" for none and for several."""
    known = frozenset(shops)
    found = frozenset[str]().union(*(_shops_in(line.text, known) for line in lines))
    return next(iter(found)) if len(found) == 1 else ""


@lru_cache(maxsize=4096)  # a line is asked for all the numbers around it
def _shops_in(line: str, known: frozenset[str]) -> frozenset[str]:
    text = line.casefold()
    domains = {domain[1] for domain in _DOMAIN.finditer(text)}
    return (known & domains) | (known.intersection(_WORD.findall(text)) - _PLAIN_WORDS)


# -- dates


def _days(block: Sequence[Line], today: date | None, remarks: list[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for kind, first, last in _dated(block):
        if not kind or kind in found:  # nothing is said of a day that does not count
            continue
        chosen, other = (last, first) if kind in _BY_THE_LAST else (first, last)
        if first.text != last.text and kind in _BY_THE_LAST:
            remarks.append(f"{_said(kind, first)} - {last.text}: the last day counts.")
        day = _day(kind, chosen, other, today, remarks)
        if day is not None and kind == "delivered":
            remarks.append(
                f"It was delivered on {day.isoformat()}, the text says. If so: parcels done NUMBER"
            )
        elif day is not None:
            found[kind] = day.isoformat()
    return found


def _day(
    kind: str, written: Written, other: Written, today: date | None, remarks: list[str]
) -> date | None:
    """The day that is meant; what is not certain of it is said. `other` is the other end of its span."""
    said = _said(kind, written)
    if written.day is not None:
        return written.day
    if written.of_year is None:
        remarks.append(f"{said} could be two days; write it as 2026-09-02.")
        return None
    if other.day is not None:
        day = nearest(written.of_year, other.day, past=False)
    elif today is not None:
        day = nearest(written.of_year, today, past=kind not in _AHEAD)
    else:
        remarks.append(f"{said} has no year; write it as 2026-09-02.")
        return None
    remarks.append(f"{said} has no year; {day.year} is meant, it seems.")
    return day


def _said(kind: str, written: Written) -> str:
    return f"{kind.replace('_', ' ')} {written.text}"


def _dated(block: Sequence[Line]) -> Iterator[tuple[str, Written, Written]]:
    """The first and the last day of each span, nearly always the same, with what happened then: the
    word before it, else after it, else in the line above.
    """
    above = ""
    for line in block:
        spans = _spans(line)
        beside = _beside_spans(line, spans)
        if spans and not beside[0]:
            beside = _headed(above, beside)
        for kind, (first, last) in zip(beside, spans, strict=True):
            yield kind, first, last
        if line.text.strip():
            above = "" if line.pieces else line.text


def _beside_spans(line: Line, spans: Sequence[tuple[Written, Written]]) -> list[str]:
    """What each span is of. A line such as "5 Nov: shipped, 9 Nov: delivery" has its words after them."""
    before, after = [], []
    for first, last in spans:
        earlier = max((p.end for p in line.pieces if p.end <= first.start), default=0)
        later = min((p.start for p in line.pieces if p.start >= last.end), default=len(line.text))
        before.append(of_dates().last(line.text[earlier : first.start]))
        after.append(of_dates().first(line.text[last.end : later]))
    trailing = bool(spans) and not before[0] and after[0] != "" and after[-1] != ""
    pairs = zip(before, after, strict=True)
    return [(a or b) if trailing else (b or a) for b, a in pairs]


def _headed(above: str, beside: list[str]) -> list[str]:
    """The same with what the line above says: of the first span, or of each where it has as many words."""
    kinds = of_dates().all(above)
    if len(kinds) == len(beside) and not any(beside):
        return kinds
    return [kinds[0] if len(set(kinds)) == 1 else "", *beside[1:]]


def _spans(line: Line) -> list[tuple[Written, Written]]:
    found: list[tuple[Written, Written]] = []
    for day in (piece.date for piece in line.pieces if piece.date is not None):
        if found and _spans_over(line.text[found[-1][1].end : day.start]):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _spans_over(between: str) -> bool:
    """Whether two dates with this between them are a span, as in "Wed, Nov 26 - Mon, Dec 1"."""
    words = fold(between).split()
    others = [word for word in words if word not in of_spans()]
    joined = len(others) < len(words) or any(dash in between for dash in _DASHES)
    return joined and len(others) <= 1 and not of_dates().last(between)  # at most a day of the week


# -- money


def _price(own: Sequence[Line], remarks: list[str]) -> dict[str, Value]:
    """The total where one is called so, else the only sum there is."""
    sums = [(line, piece) for line in own for piece in line.pieces if piece.sum is not None]
    named = [piece for line, piece in sums if _is_total(line, piece, own)]
    amounts = {(p.sum.amount, p.sum.currency) for p in named or [p for _, p in sums] if p.sum}
    if len(amounts) > 1:
        remarks.append("Several sums stand there; give the one that was paid with --price.")
    if len(amounts) != 1:
        return {}
    ((amount, currency),) = amounts
    if currency:
        return {"price": amount, "currency": currency}
    sign = clean_text((named or [piece for _, piece in sums])[0].text, 20)
    remarks.append(f"{sign} does not say whose currency; give it with --currency.")
    return {"price": amount}


def _is_total(line: Line, piece: Piece, own: Sequence[Line]) -> bool:
    earlier = max((p.end for p in line.pieces if p.end <= piece.start), default=0)
    before = line.text[earlier : piece.start]
    if before.strip(_EDGES):
        return of_lines().last(before) == "total"
    at = own.index(line)
    above = own[at - 1] if at and not own[at - 1].pieces else None
    return above is not None and of_lines().last(above.text) == "total"


# -- what it is, who sold it, where the order stands


def _named(own: Sequence[Line], block: Sequence[Line], shops: Sequence[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    told = {kind: text for line in block for kind, text in _told(line)}
    if told.get("seller"):
        found["seller"] = told["seller"]
    label = next((text for line in own for kind, text in _told(line) if kind == "label"), "")
    label = label or _beside(own, shops) or _title(own, shops)
    if label:
        found["label"] = label
    page = next((match[0] for line in block for match in _ADDRESS.finditer(line.text)
                 if _ORDER_PAGE.search(match[0]) and len(match[0]) <= ADDRESS_LIMIT), "")  # fmt: skip
    if page:
        found["url"] = page.rstrip(".,;)>]")
    return found


def _told(line: Line) -> Iterator[tuple[str, str]]:
    """A line such as "Item: Blue kettle"."""
    head, colon, _tail = line.text.partition(":")
    kind = of_lines().last(head) if colon and len(head) <= 40 else ""  # noqa: PLR2004 - a heading is short
    if kind in ("label", "seller"):
        text = _trimmed(_without(line.text, line.pieces, " ")[len(head) + 1 :])
        if _is_name(text):
            yield kind, text


def _beside(own: Sequence[Line], shops: Sequence[str]) -> str:
    """What stands in the line of the number besides the number, where nothing else explains it."""
    for line in own:
        if line.taken:
            parts = _PARTS.split(_without(line.text, line.pieces, "|"))
            free = (text for text in map(_trimmed, parts) if _is_free(text, shops))
            return next((text for text in free if not text.endswith((".", "!", "?"))), "")
    return ""


def _title(own: Sequence[Line], shops: Sequence[str]) -> str:
    """The only line that could be a title, or of several the only one with a price below it."""
    titles: dict[str, bool] = {}
    texts = [line for line in own if line.text.strip()]
    for line, below in zip(texts, [*texts[1:], None], strict=True):
        if any(piece.sort is not Sort.SUM for piece in line.pieces):
            continue
        text = _trimmed(_without(line.text, line.pieces, " "))
        if " " in text and not text.endswith((".", "!", "?")) and _is_free(text, shops):
            priced = any(p.sum for p in (*line.pieces, *(below.pieces if below else ())))
            titles[text] = titles.get(text, False) or priced
    for found in (list(titles), [text for text, priced in titles.items() if priced]):
        if len(found) == 1:
            return found[0]
    return ""


def _is_free(text: str, shops: Sequence[str]) -> bool:
    """Whether a text could be the name of a thing: it says nothing else, and names nobody."""
    rest = text
    for day in dates_in(text):
        rest = rest.replace(day.text, " ")
    if not _is_name(rest) or of_any().last(text) or of_carriers().last(text):
        return False
    return not frozenset(shops).intersection(re.findall(r"\w+", text.casefold()))


def _without(text: str, found: Sequence[Piece], filler: str) -> str:
    for piece in found:
        text = text[: piece.start] + filler * (piece.end - piece.start) + text[piece.end :]
    return text


def _trimmed(text: str) -> str:
    tidy = _TIMES.sub(" ", clean_text(text, 4 * LABEL_LIMIT)).strip(_EDGES)
    return clean_text(tidy, LABEL_LIMIT)


def _is_name(text: str) -> bool:
    return len(text) >= 3 and sum(c.isalpha() for c in text) >= 3  # noqa: PLR2004 - shorter ones are units
