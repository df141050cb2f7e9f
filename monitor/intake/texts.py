"""Any pasted text: the tracking numbers in it, and which of its facts belong to which number."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.intake.neighbours import facts_of, shop_of
from monitor.intake.pieces import LINE_LIMIT, Piece, Sort, pieces
from monitor.intake.values import (
    ROWS_LIMIT,
    Confidence,
    Found,
    PassedOver,
    Reason,
    Understood,
    Unreadable,
)
from monitor.intake.words import of_any
from monitor.numbers import LONGEST, SHORTEST, candidates
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_DIGIT = re.compile("[0-9]")
_BETWEEN = re.compile(r"[\s,;|]+")
_LISTED = re.compile(rf"[A-Za-z0-9-]{{{SHORTEST},{LONGEST}}}", re.ASCII)
_LEAST_LISTED = 8  # characters of a number in a list that no carrier's form fits
_LONGEST_NATIONAL = 11  # digits of a telephone number without its country
_PASSED_LIMIT = 1_000
_TEXT_LIMIT = 1024 * 1024  # characters; some hundred printed pages
_AROUND = 60  # lines before and after a number that may tell of it
_PLACES = 50  # of one number in an order; what so many do not tell, no other does


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was looked through; `heads`: it may name what stands in the next one."""

    number: int
    text: str
    pieces: tuple[Piece, ...]

    @property
    def taken(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.sort is Sort.TAKEN]

    @property
    def heads(self) -> bool:
        return not self.pieces and of_any().last(self.text) != ""


def read_text(text: str, shops: Sequence[str], today: date | None = None) -> Understood:
    """The parcels in a text; `shops` are the names that may be meant. Raises Unreadable when endless.

    `today` gives a date without a year its year.
    """
    if len(text) > _TEXT_LIMIT:
        raise Unreadable(f"The text is longer than {_TEXT_LIMIT // 2**20} MiB; import it in parts.")
    lines = _lines(text)
    if _is_list(lines):
        return _listed(lines)
    found: dict[str, Found] = {}
    everywhere = shop_of(lines, shops)
    blocks = _blocks(lines)
    shared = any(_is_without_number(block) for block in blocks)
    for block in blocks:
        for each in _of_block(block, shops, everywhere, today, shared=shared):
            before = found.get(each.number)
            found[each.number] = _joined(before, each) if before else each
            if len(found) > ROWS_LIMIT:
                raise Unreadable(
                    f"There are more than {ROWS_LIMIT:,} numbers; import them in parts."
                )
    return Understood("text", tuple(found.values()), _passed(lines))


def _lines(text: str) -> list[Line]:
    """The lines as they are compared, those without end in parts, each with what stands in it."""
    found: list[Line] = []
    heading = ""
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            if found and found[-1].text:  # of several empty lines one says all
                found.append(Line(number, "", ()))
            continue
        tidy = _INVISIBLE.sub("", unicodedata.normalize("NFKC", raw))
        for part in _parts(tidy):
            line = Line(number, part, tuple(pieces(part, heading)) if _speaks(part) else ())
            heading = part if line.heads else ""
            found.append(line)
    return found


def _speaks(text: str) -> bool:
    """Whether a line could hold a number or a sum; most do not, and need no closer look."""
    return len(text) > 2 and _DIGIT.search(text) is not None  # noqa: PLR2004 - as in "1 €"


def _parts(line: str) -> Iterator[str]:
    while len(line) > LINE_LIMIT:
        cut = line.rfind(" ", LINE_LIMIT // 2, LINE_LIMIT)
        cut = cut if cut > 0 else LINE_LIMIT
        yield line[:cut]
        line = line[cut:]
    yield line


# -- a mere list of numbers


def _words(lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    for line in lines:
        for word in _BETWEEN.split(line.text.strip()):
            if word:
                yield line.number, word


def _is_list(lines: Sequence[Line]) -> bool:
    words = list(_words(lines))
    return (
        bool(words)
        and all(_LISTED.fullmatch(word) and any(c.isdigit() for c in word) for _, word in words)
        and not any(piece.date for line in lines for piece in line.pieces)
    )


def _listed(lines: Sequence[Line]) -> Understood:
    """Many numbers and nothing else: what no form fits is taken, too, unless it may be a telephone."""
    found: dict[str, Found] = {}
    passed: list[PassedOver] = []
    for place, word in _words(lines):
        piece = next(iter(pieces(word)), None)
        if piece is not None and piece.text == word and piece.sort is Sort.TAKEN:
            found.setdefault(piece.number, _found(piece, place))
        elif _alone(word, piece):
            number = word.upper()
            found.setdefault(
                number, Found(number, place, "it stands in a list of numbers", _likely(number))
            )
        else:
            why, reason = _why_not(piece)
            passed.append(PassedOver(clean_text(word, 60), place, reason, why))
        if len(found) > ROWS_LIMIT:
            raise Unreadable(f"There are more than {ROWS_LIMIT:,} numbers; import them in parts.")
    return Understood("numbers", tuple(found.values()), tuple(passed[:_PASSED_LIMIT]))


def _alone(word: str, piece: Piece | None) -> bool:
    """Whether a word of no known form may be a tracking number by itself."""
    if len(word) < _LEAST_LISTED:
        return False
    if piece is None or piece.reason is Reason.OTHER:
        return True
    plain = piece.reason is Reason.AMBIGUOUS and not candidates(word)
    return plain and word.isdigit() and len(word) > _LONGEST_NATIONAL


def _likely(number: str) -> Confidence:
    return Confidence.MEDIUM if candidates(number) else Confidence.LOW


def _why_not(piece: Piece | None) -> tuple[str, Reason]:
    if piece is None:
        return "it is too short for a tracking number of no known form", Reason.AMBIGUOUS
    return piece.because, piece.reason


# -- blocks of a text: an order each


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each order. Orders begin where an order's number stands, else at a blank line.

    A text with one tracking number is one block, whatever it looks like.
    """
    numbers = {piece.number for line in lines for piece in line.taken}
    orders = {p.number for line in lines for p in line.pieces if p.sort is Sort.ORDER}
    if len(numbers) <= 1 and len(orders) <= 1:
        return [list(lines)]
    paragraphs = _paragraphs(lines)
    return _by_order(paragraphs) if len(orders) > 1 else paragraphs


def _paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    found: list[list[Line]] = [[]]
    for line in lines:
        if line.text.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [paragraph for paragraph in found if paragraph]


def _by_order(paragraphs: list[list[Line]]) -> list[list[Line]]:
    """Paragraphs joined until the next one with another order's number."""
    found: list[list[Line]] = []
    current = ""
    for paragraph in paragraphs:
        orders = [p.number for line in paragraph for p in line.pieces if p.sort is Sort.ORDER]
        if len(set(orders)) > 1:
            found += _by_line(paragraph)
            current = ""
            continue
        if not found or (orders and orders[0] != current):
            found.append([])
        current = orders[0] if orders else current
        found[-1] += paragraph
    return found


def _by_line(paragraph: list[Line]) -> list[list[Line]]:
    """A paragraph of several orders: each begins at the line with its number."""
    found: list[list[Line]] = [[]]
    current = ""
    for line in paragraph:
        orders = [p.number for p in line.pieces if p.sort is Sort.ORDER]
        if orders and orders[0] != current and current:
            found.append([])
        current = orders[0] if orders else current
        found[-1].append(line)
    return found


def _is_without_number(block: Sequence[Line]) -> bool:
    """Whether an order stands there whose tracking number stands elsewhere, if anywhere."""
    sorts = {piece.sort for line in block for piece in line.pieces}
    return Sort.ORDER in sorts and Sort.TAKEN not in sorts


def _of_block(
    block: Sequence[Line],
    shops: Sequence[str],
    everywhere: str,
    today: date | None,
    *,
    shared: bool,
) -> Iterator[Found]:
    """The parcels of an order; with `shared` several may be those of other orders, too."""
    taken = {piece.number for line in block for piece in line.taken}
    places: Counter[str] = Counter()
    for at, line in enumerate(block):
        places.update(piece.number for piece in line.taken)
        telling = [piece for piece in line.taken if places[piece.number] <= _PLACES]
        around = block[max(0, at - _AROUND) : at + _AROUND + 1] if telling else ()
        for piece in telling:
            # With several numbers in one order, a line tells of its own number only.
            own = around if len(taken) == 1 else [line]
            facts, remarks = facts_of(own, around, shops, everywhere, today)
            if shared and len(taken) > 1:
                facts.pop("order_id", None)
            base = _found(piece, line.number)
            yield Found(base.number, base.line, base.because, base.confidence, facts, remarks)


def _found(piece: Piece, line: int) -> Found:
    return Found(piece.number, line, piece.because, piece.confidence)


def _joined(before: Found, again: Found) -> Found:
    """A number that stands there twice: what the first place does not tell, the second does."""
    remarks = tuple(dict.fromkeys((*before.remarks, *again.remarks)))
    return Found(
        before.number, before.line, before.because, before.confidence,
        {**again.facts, **before.facts}, remarks,
    )  # fmt: skip


def _passed(lines: Sequence[Line]) -> tuple[PassedOver, ...]:
    found: dict[tuple[str, Reason], PassedOver] = {}
    for line in lines:
        for p in line.pieces:
            if p.sort in (Sort.PASSED, Sort.ORDER) and len(found) < _PASSED_LIMIT:
                text = clean_text(p.text, 60)
                found.setdefault(
                    (text, p.reason), PassedOver(text, line.number, p.reason, p.because)
                )
    return tuple(found.values())
