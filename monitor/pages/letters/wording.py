"""The sentences of the letters, by language: one file `data/letters.LANGUAGE.toml` each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

LANGUAGES = ("en", "de", "es", "zh")


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language, by table and key."""

    code: str
    tables: Mapping[str, Mapping[str, Any]]

    def __call__(self, table: str, key: str, /, **facts: str) -> str:
        """A sentence with its facts. Raises KeyError for a sentence or a fact that is not there."""
        return str(self.tables[table][key]).format_map(facts)

    def counted(self, table: str, key: str, number: int, /, **facts: str) -> str:
        """A sentence in the form its number asks for; the number stands in it as `{number}`."""
        form = self.tables[table][key]["one" if number == 1 else "other"]
        return str(form).format_map({"number": str(number), **facts})

    def day(self, day: date) -> str:
        """A day with its month as a word, or as that language writes it without doubt."""
        month = self.tables["dates"]["months"][day.month - 1]
        return self("dates", "day", day=str(day.day), month=month, year=str(day.year))

    def case(self, name: str, part: str) -> str:
        """`subject` or `problem` of what is open."""
        return str(self.tables["cases"][name][part])

    def meaning(self, stage: str) -> str:
        """What a stage is called; "" for one that says nothing."""
        return str(self.tables["stages"].get(stage, ""))


def languages() -> tuple[str, ...]:
    """The languages a letter can be written in, English first."""
    return LANGUAGES


@cache
def wording(code: str) -> Wording:
    """The language of that name (ISO 639-1). Raises FileNotFoundError for one without a file."""
    return Wording(code, _table(f"letters.{code}.toml"))


def asked(recipient: str, case: str) -> Sequence[str]:
    """The names of the sentences that ask for something, in their order."""
    wanted: Sequence[str] = _plan().get(recipient, {}).get(case, ())
    return wanted


def extended_by_seller(policy: str) -> bool:
    """Whether it is the seller who can extend this protection."""
    return policy in _plan()["extended_by_seller"]


def _plan() -> Mapping[str, Any]:
    return _table("letters.toml")


@cache
def _table(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files("monitor").joinpath("data", name).read_text("utf-8"))
