"""Everything the reader of an alert reads, by language: one file `data/messages.LANGUAGE.toml` each."""

from __future__ import annotations

import re
import tomllib
from collections import UserDict
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime

Table = Mapping[str, Any]
NOT_READ: Table = {}

ENGLISH = "en"
# Tables of words for what the files of facts say in English, by names that stay.
OF_FACTS = ("layers", "exclusions", "advisories", "seasons", "roles")
_BEFORE, _AFTER = "messages.", ".toml"


@dataclass(frozen=True, slots=True)
class Language:
    """The words of one language. What its file lacks is said in English.

    `advices`: title, means, do and action, by the name of the advice. `words`: by table and key.
    """

    code: str
    advices: MutableMapping[str, Table]
    words: Mapping[str, Table]

    def phrase(self, key: str, /, **facts: str) -> str:
        """A text with its facts. Raises KeyError for a text or a fact that is not there."""
        return str(self.words["phrases"][key]).format_map(facts)

    def counted(self, key: str, number: int, /, **facts: str) -> str:
        """A text in the form its number asks for; the number stands in it as `{number}`."""
        form = self.words["phrases"][key]["one" if number == 1 else "other"]
        return str(form).format_map({"number": str(number), **facts})

    def stage(self, name: str) -> str:
        """What a stage is called where a source gave no words for it."""
        return str(self.words["stages"][name])

    def fact(self, english: str) -> str:
        """What a file of facts says in English, in this language; an owner's own words as they are."""
        table, key = _facts().get(english, ("", ""))
        return str(self.words[table][key]) if table else english

    def day(self, day: date) -> str:
        """A day, for instance `3 Nov 2026`."""
        return self._date("day", day)

    def day_of_advice(self, day: date) -> str:
        """The same as it stands within the texts of the advices."""
        return self._date("day_of_advice", day)

    def moment(self, local: datetime) -> str:
        """A moment by the clock it is given in, for instance `Mon 14 Sep 2026, 10:20`."""
        return self._date("moment", local)

    def _date(self, form: str, at: date) -> str:
        dates = self.words["dates"]
        return str(dates[form]).format(
            weekday=dates["weekdays"][at.weekday()],
            day=at.day,
            month=dates["months"][at.month - 1],
            year=at.year,
            time=f"{at:%H:%M}",
            iso=f"{at:%Y-%m-%d}",
        )


@cache
def language(code: str) -> Language:
    """The language of that name (ISO 639-1). Raises KeyError for one that has no file."""
    advices, words = _cut(_files()[code].read_text("utf-8"))
    if code == ENGLISH:
        return Language(code, advices, words)
    english = language(ENGLISH)
    return Language(code, _over(english.advices, advices), _over(english.words, words))


_HEADING = re.compile(r"^\[(words\.)?(\w+)\]", re.MULTILINE)


def _cut(text: str) -> tuple[Tables, Tables]:
    """The tables of the advices and those of other words, by name."""
    advices: dict[str, str] = {}
    words: dict[str, str] = {}
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        of_words, name = heading.groups()
        (words if of_words else advices)[name] = text[heading.end() : end]
    return Tables(advices), Tables(words)


class Tables(UserDict[str, Table]):
    """The tables of a file, each read when it is first asked for: a list needs ten of some hundred."""

    def __init__(self, unread: dict[str, str]) -> None:
        super().__init__(dict.fromkeys(unread, NOT_READ))
        self._unread = unread

    def __getitem__(self, name: str) -> Table:
        text = self._unread.get(name)
        if text is not None:
            # In this order: of two threads that ask at once both may read it, and none finds nothing.
            self.data[name] = tomllib.loads(text)
            self._unread.pop(name, None)
        return self.data[name]


def _over(english: Mapping[str, Table], own: Mapping[str, Table]) -> dict[str, Table]:
    """The texts of a language, and those of English where it has none."""
    return {name: {**rows, **own.get(name, {})} for name, rows in english.items()}


def languages() -> tuple[str, ...]:
    """The languages alerts can be written in, English first."""
    return tuple(sorted(_files(), key=lambda code: (code != ENGLISH, code)))


@cache
def _files() -> Mapping[str, Path]:
    # By its path: importlib.resources brings archives and temporary files, and a list would wait.
    found = Path(__file__).parents[1].joinpath("data").iterdir()
    return {
        file.name.removeprefix(_BEFORE).removesuffix(_AFTER): file
        for file in found
        if file.name.startswith(_BEFORE) and file.name.endswith(_AFTER)
    }


@cache
def _facts() -> Mapping[str, tuple[str, str]]:
    """The table and the name of every sentence of the files of facts, by its English words."""
    words = language(ENGLISH).words
    return {text: (table, key) for table in OF_FACTS for key, text in words[table].items()}
