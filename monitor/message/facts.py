"""The facts of a matter as the texts of a language take them."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.message.language import Language

_DAY = r"\d{4}-\d{2}-\d{2}"


def worded(facts: Mapping[str, str], words: Language) -> dict[str, str]:
    """Facts of an episode in a language: names that are the program's own, days, and lists.

    What the owner or a carrier wrote stays as it is.
    """
    found = {name: _one(fact, words) for name, fact in facts.items()}
    if "missing" in facts:
        titles = map(words.fact, facts["missing"].split("\n"))
        found["missing"] = reduce(lambda a, b: words.phrase("both", one=a, other=b), titles)
    if "set_with" in facts:
        found["set_with"] = _options(facts, words)
    return found


def _one(fact: str, words: Language) -> str:
    if re.fullmatch(_DAY, fact):
        with suppress(ValueError):
            return words.day_of_advice(date.fromisoformat(fact))
    return words.fact(fact)


def _options(facts: Mapping[str, str], words: Language) -> str:
    """The options that tell a date, as one types them."""
    day = words.phrase("date")
    options = [option.replace("DATE", day) for option in facts["set_with"].split("\n")]
    if facts.get("or_until"):
        options.append(words.phrase("or_until", date=day))
    return " ".join(options)
