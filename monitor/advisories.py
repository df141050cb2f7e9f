"""Lasting changes of customs law per lane, which explain why a parcel costs more or takes longer."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Advisory:
    """What holds from the day `since` on for parcels to `countries` (alpha-2) from elsewhere.

    `explains` are beginnings of the names of advices it helps to understand; `confidence` A to C.
    """

    since: date
    countries: frozenset[str]
    text: str
    explains: tuple[str, ...] = ()
    source: str = ""
    verified_on: date | None = None
    confidence: str = "C"

    def concerns(self, origin: str, destination: str) -> bool:
        return destination in self.countries and origin not in self.countries


def advisories(origin: str, destination: str, today: date) -> tuple[Advisory, ...]:
    """What holds today for a parcel from `origin` to `destination` (alpha-2, "" = unknown)."""
    return tuple(
        row
        for row in shipped_advisories()
        if row.since <= today and row.concerns(origin, destination)
    )


def explaining(advice: str, origin: str, destination: str, today: date) -> tuple[Advisory, ...]:
    """Those of them that help to understand an alert with this advice."""
    known = advisories(origin, destination, today)
    return tuple(row for row in known if advice.startswith(row.explains) and row.explains)


@cache
def shipped_advisories() -> tuple[Advisory, ...]:
    """The changes that come with the program, from data/advisories.toml."""
    table = tomllib.loads(files("monitor").joinpath("data/advisories.toml").read_text("utf-8"))
    return tuple(
        Advisory(
            since=row["from"],
            countries=frozenset(row["countries"]),
            text=row["text"],
            explains=tuple(row["explains"]),
            source=row["source"],
            verified_on=row["verified_on"],
            confidence=row["confidence"],
        )
        for row in table["advisory"]
    )
