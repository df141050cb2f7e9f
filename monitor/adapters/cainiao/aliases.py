"""The other numbers of a parcel that Cainiao names, in fields of their own or in a carrier's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.entries import same_number, text_or_nothing
from monitor.errors import BadInput
from monitor.numbers import normalise, postal_numbers
from monitor.parcel import Alias, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.adapters.entries import Entry

SOURCE = "cainiao"
ALIASES_LIMIT = 5
NAME_LIMIT = 60  # characters of a carrier's name
# A clean number, and where it is missing the display text it can be cut out of.
_REAL = (("copyRealMailNo", "realMailNo"), ("copyVirtualMailNo", "virtualMailNo"))


def aliases(number: str, entry: Entry, texts: Iterable[str]) -> tuple[Alias, ...]:
    """At most five other numbers, those in fields of their own first; never the number itself.

    The carrier is said of the real number alone. A postal number in free `texts` counts only with a
    right check digit: references and batches have the same form.
    """
    carrier = clean_text(text_or_nothing(entry.get("destCpInfo"), "cpName"), NAME_LIMIT)
    found: dict[str, str] = {}
    for place, fields in enumerate(_REAL):
        for name in fields:
            for other in _cut_out(text_or_nothing(entry, name)):
                found.setdefault(other, "" if place else carrier)
    for text in texts:
        for other in postal_numbers(text):
            found.setdefault(other, "")
    found.pop(same_number(number), None)
    return tuple(Alias(n, by, SOURCE) for n, by in list(found.items())[:ALIASES_LIMIT])


def _cut_out(text: str) -> Iterator[str]:
    """The number in a text such as "Latest Tracking Number:<TAB>RC…EE", or a number by itself."""
    last = text.rpartition("\t")[2].strip() if "\t" in text else text.strip().rpartition(" ")[2]
    try:
        number = normalise(last)
    except BadInput:
        return
    if any(c.isdigit() for c in number):
        yield number
