"""The columns of a table of parcels: their names, several values in a cell, guarded formulas."""

from __future__ import annotations

import difflib
import re
import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.intake.words import of_dates, of_lines, of_numbers
from monitor.parcel import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Column -> fact of a parcel, in the order in which they are written.
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "number": "number",
        "label": "label",
        "shop": "shop",
        "ordered": "ordered",
        "paid": "paid",
        "paid_with": "paid_with",
        "shipped": "shipped",
        "expected": "expected",
        "protected_until": "protected_until",
        "protection_days": "protection_days",
        "cover": "covers",
        "from": "origin",
        "to": "destination",
        "order_id": "order_id",
        "price": "price",
        "currency": "currency",
        "seller": "seller",
        "url": "url",
        "adapter": "adapters",
        "carrier": "carrier",
        "extra": "extra",
        "added": "added",
        "done": "done",
        "done_as": "done_as",
    }
)
NAMES: Mapping[str, str] = MappingProxyType({fact: column for column, fact in COLUMNS.items()})
SEVERAL = frozenset({"cover", "adapter", "extra"})  # columns of which a cell may hold more than one
PAIRS = frozenset({"cover", "extra"})  # NAME=VALUE
_ALSO = MappingProxyType(
    {
        "covers": "cover",
        "adapters": "adapter",
        "extras": "extra",
        "origin": "from",
        "destination": "to",
        "tracking": "number",
        "tracking_no": "number",
        "tracking_nr": "number",
        "tracking_id": "number",
        "tracking_code": "number",
        "tracking_number": "number",
        "trackingnumber": "number",
        "numbers": "number",
        "order": "order_id",
        "order_no": "order_id",
        "order_number": "order_id",
        "item": "label",
        "title": "label",
        "store": "shop",
        "währung": "currency",
        "moneda": "currency",
        "divisa": "currency",
        "devise": "currency",
    }
)
# What a word beside a date or a number of a pasted order says, it says above a column, too: the kinds of
# words, of those of one column the best first.
_BY_WORDS = (
    ("number", of_numbers, "tracking"),
    ("order_id", of_numbers, "order"),
    ("label", of_lines, "label"),
    ("seller", of_lines, "seller"),
    ("price", of_lines, "total"),
    ("price", of_lines, "price"),
    *(
        (day, of_dates, day)
        for day in ("ordered", "paid", "shipped", "expected", "protected_until")
    ),
)
NAMED = 20
NEAR = 0.8  # so alike a name is a slip of the pen

_DIGIT = re.compile(r"\d")

# What a spreadsheet takes for the beginning of a formula, also behind blanks; the wide forms count in
# East Asia.
_FORMULA = r" *[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_GUARDED = re.compile(f"'+{_FORMULA}")
_DANGEROUS = re.compile(f"'*{_FORMULA}")


def column(name: str) -> str:
    """The column that is meant, whatever its case and its blanks, hyphens or underscores; "" is none."""
    plain = unicodedata.normalize("NFKC", name[:200]).strip().casefold().removeprefix("--")
    tidy = re.sub(r"[\s_-]+", "_", plain.strip(" \t#:.")).strip("_")
    return tidy if tidy in COLUMNS else _ALSO.get(tidy, "")


def meant(names: Sequence[str]) -> list[str]:
    """The column each name means, "" where none: by its own name, else by the words of `orders.toml` in
    several languages, where one name alone says so.
    """
    found = [column(name) for name in names]
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        if not found[place] and not _DIGIT.search(name):  # folding drops them: it may hold a number
            places.setdefault(fold(name[:200]), []).append(place)
    for wanted, words, kind in _BY_WORDS:
        if wanted not in found:
            kinds = words().kinds
            said = [p for name in places if kinds.get(name) == kind for p in places[name]]
            if len(said) == 1:
                found[said[0]] = wanted
    return found


def nearest(name: str) -> str:
    """The column a misspelt name may mean; "" where none is near."""
    tidy = re.sub(r"[\s_-]+", "_", name[:60].strip().casefold())
    near = difflib.get_close_matches(tidy, [*COLUMNS, *_ALSO], n=1, cutoff=NEAR)
    return _ALSO.get(near[0], near[0]) if near else ""


def unknown(names: Iterable[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Of unknown names: those that look misspelt, with the right spelling, and all others."""
    slips, others = [], []
    for name in dict.fromkeys(names):
        right = nearest(name)
        if right:
            slips.append((shown(name), right))
        elif name.strip():
            others.append(shown(name))
    return slips, others


def shown(name: str) -> str:
    return clean_text(name, 40)


def listed(names: Sequence[str]) -> str:
    """Names of columns as a sentence holds them: twenty at most, each cut."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{', '.join(map(shown, names[:NAMED]))}{more}"


def not_read(others: Sequence[str]) -> tuple[str, ...]:
    """The sentence on names that say nothing of a parcel; none where there is none of them."""
    return (f"Not read, since no fact of a parcel: {listed(others)}.",) if others else ()


# -- cells


def guarded(cell: str) -> str:
    """A cell no spreadsheet takes for a formula: one more apostrophe before what could begin one."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


def joined(values: Iterable[str]) -> str:
    r"""Several values in one cell, with `; ` between them; \\ stands before a ; or \\ of their own."""
    return "; ".join(v.replace("\\", "\\\\").replace(";", "\\;") for v in values)


def parted(cell: str) -> tuple[str, ...]:
    """What `joined` was given, without the blanks around each."""
    parts = [""]
    escaped = False
    for character in cell:
        if escaped:
            parts[-1] += character
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ";":
            parts.append("")
        else:
            parts[-1] += character
    return tuple(part.strip() for part in parts if part.strip())
