"""What the lines around a tracking number say about its parcel."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.intake.dated import days_of
from monitor.intake.dates import written
from monitor.intake.pieces import Piece, Sort
from monitor.intake.words import of_any, of_carriers, of_lines, of_numbers
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from monitor.intake.texts import Line
    from monitor.intake.values import Value

ADDRESS_LIMIT = 200  # characters
LABEL_LIMIT = 80  # characters of a title; shops make them longer than anybody reads
_DOMAIN = re.compile(r"(?<![\w-])(?:[\w-]{1,40}\.){0,4}([a-z0-9-]{2,40})\.[a-z]{2,6}(?:\.[a-z]{2})?(?![\w-])", re.IGNORECASE)  # fmt: skip
_WORD = re.compile(r"\w+")
_PLAIN_WORDS = frozenset({"wish"})  # a shop only as a domain: people wish all sorts of things
_TIMES = re.compile(r"(?:(?<!\w)[x×]\s?\d{1,3}|\d{1,3}\s?[x×])(?!\w)", re.IGNORECASE)  # noqa: RUF001 - as shops write it
_EDGES = " \t:;,|–—-·•*#>()[]\"'“”„«»"  # noqa: RUF001 - all sorts of dashes and quotes
_PARTS = re.compile(r"\s[–—-]{1,2}\s|[|;:\t]|,\s")  # noqa: RUF001 - dashes of all lengths
_CALLS_A_NUMBER = re.compile(r"(?:nummer|number|n[uú]mero)$", re.IGNORECASE)  # of whatever it is
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
    order = _order(block)
    if order is not None:
        facts["order_id"] = order.number
    shop = (
        shop_of(block, shops) or (order.shop if order and order.shop in shops else "") or everywhere
    )
    if shop:
        facts["shop"] = shop
    facts |= days_of([line for line in block if line in own or not line.taken], today, remarks)
    facts |= _price(own, remarks)
    facts |= _named(own, block, shops)
    return facts, tuple(dict.fromkeys(remarks))


def _order(block: Sequence[Line]) -> Piece | None:
    """The order's number; but one among several tracking numbers is of no one of them, unless called so."""
    several = len({piece.number for line in block for piece in line.taken}) > 1
    above = ""
    for line in block:
        order = next((piece for piece in line.pieces if piece.sort is Sort.ORDER), None)
        if order is not None:
            said = "order" in of_numbers().all(f"{above} {line.text}")
            return order if said or not several else None
        above = "" if line.pieces else line.text
    return None


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


# -- money


def _price(own: Sequence[Line], remarks: list[str]) -> dict[str, Value]:
    """The total where one is called so, else the price of the thing, else the only sum there is."""
    by_name: dict[str, list[Piece]] = {}
    for line in own:
        for piece in line.pieces:
            if piece.sum is not None:
                by_name.setdefault(_called(line, piece, own), []).append(piece)
    named = by_name.get("total") or by_name.get("price") or by_name.get("") or []
    amounts = {(p.sum.amount, p.sum.currency) for p in named if p.sum}
    if len(amounts) > 1:
        remarks.append("Several sums stand there; give the one that was paid with --price.")
    if len(amounts) != 1:
        return {}
    ((amount, currency),) = amounts
    if currency:
        return {"price": amount, "currency": currency}
    sign = clean_text(named[0].text, 20)
    remarks.append(f"{sign} does not say whose currency; give it with --currency.")
    return {"price": amount}


def _called(line: Line, piece: Piece, own: Sequence[Line]) -> str:
    """What a sum is called, before it or in the line above: total, price, fee, or ""."""
    earlier = max((p.end for p in line.pieces if p.end <= piece.start), default=0)
    before = line.text[earlier : piece.start]
    if not before.strip(_EDGES):
        at = own.index(line)
        before = own[at - 1].text if at and not own[at - 1].pieces else ""
    kinds = of_lines().all(before)  # "total incl. shipping" is a total
    return next((kind for kind in ("total", "fee", "price") if kind in kinds), "")


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
    """The only line that could be a title, or of several the only one with a price below it; where
    such lines follow each other the longest, since between title and price stands the variant.
    """
    titles: dict[str, bool] = {}
    run: list[str] = []
    texts = [line for line in own if line.text.strip()]
    for line, below in zip(texts, [*texts[1:], None], strict=True):
        text = _trimmed(_without(line.text, line.pieces, " "))
        is_title = " " in text and not text.endswith((".", "!", "?")) and _is_free(text, shops)
        if not is_title or any(piece.sort is not Sort.SUM for piece in line.pieces):
            run = []
            continue
        run.append(text)
        titles.setdefault(text, False)
        if any(p.sum for p in (*line.pieces, *(below.pieces if below else ()))):
            titles[max(run, key=len)] = True
    for found in (list(titles), [text for text, priced in titles.items() if priced]):
        if len(found) == 1:
            return found[0]
    return ""


def _is_free(text: str, shops: Sequence[str]) -> bool:
    """Whether a text could be the name of a thing: it says nothing else, and names nobody."""
    rest = text
    for day in written(text):
        rest = rest.replace(day.text, " ")
    if (
        not _is_name(rest)
        or _CALLS_A_NUMBER.search(text)
        or of_any().last(text)
        or of_carriers().last(text)
    ):
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
