"""What the words beside a number, a date or a sum say about it, in four languages."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from monitor.parcel import fold

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One set of words: which kind each stands for, and one pattern for all of them."""

    kinds: Mapping[str, str]
    pattern: re.Pattern[str]

    @lru_cache(maxsize=4096)  # noqa: B019 - there are six of them, for as long as the program runs
    def last(self, text: str) -> str:
        """The kind of the last word in the text; "" where there is none."""
        found = self.pattern.findall(f" {fold(text)} ")
        return self.kinds[found[-1]] if found else ""

    def first(self, text: str) -> str:
        """The kind of the first word in the text; "" where there is none."""
        found = self.pattern.search(f" {fold(text)} ")
        return self.kinds[found[1]] if found else ""

    def all(self, text: str) -> list[str]:
        """The kind of each word in the text."""
        return [self.kinds[word] for word in self.pattern.findall(f" {fold(text)} ")]


def _words(table: Mapping[str, list[str]]) -> Words:
    kinds: dict[str, str] = {}
    for kind, words in table.items():
        for word in words:
            kinds.setdefault(fold(word), kind)
    # The longest first, so that "order date" is not read as an order.
    ordered = sorted(kinds, key=len, reverse=True)
    return Words(kinds, re.compile(rf"(?<= )({'|'.join(map(re.escape, ordered))})(?= )"))


@cache
def _data() -> Mapping[str, Mapping[str, object]]:
    text = (resources.files("monitor") / "data" / "orders.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def of_numbers() -> Words:
    """What a number is: tracking, order, phone, other."""
    return _words(_data()["numbers"])  # type: ignore[arg-type]


@cache
def of_dates() -> Words:
    """What happened on a date, by the names of facts; `delivered` is none."""
    return _words(_data()["dates"])  # type: ignore[arg-type]


@cache
def of_lines() -> Words:
    """What a line tells: total, label, seller."""
    return _words(_data()["words"])  # type: ignore[arg-type]


@cache
def of_any() -> Words:
    """Any word that says what something is, so that it is no name of a thing."""
    data = _data()
    return _words({**data["numbers"], **data["dates"], **data["words"]})  # type: ignore[dict-item]


@cache
def of_spans() -> frozenset[str]:
    """What stands between the first and the last day of a span."""
    return frozenset(map(fold, _data()["spans"]["words"]))  # type: ignore[call-overload]


@cache
def of_carriers() -> Words:
    return _words({"carrier": _data()["carriers"]["names"]})  # type: ignore[dict-item]


@cache
def months() -> Mapping[str, int]:
    """Each name of a month, folded, with its number."""
    names: list[list[str]] = _data()["months"]["names"]  # type: ignore[assignment]
    return {fold(name): month for month, row in enumerate(names, 1) for name in row}


@cache
def currencies() -> Mapping[str, str]:
    """Each sign of a currency with its code, "" where several use it."""
    return dict(_data()["currencies"])  # type: ignore[arg-type]
