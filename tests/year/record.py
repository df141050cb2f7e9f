"""What happened in a year, as the world around the program saw it: nothing here asks the program."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from tests.arrivals import Arrived
    from tests.year.lives import Life

_NUMBER = re.compile(r"(?:· )?((?:YT|LP)\d+)")
REPEAT = "(may be a repeat)\n\n"


@dataclass(frozen=True)
class Told:
    """One alert about a parcel as it arrived. `fact`: its title without label, count and "still"."""

    at: datetime
    number: str
    urgency: str
    fact: str
    happened: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.number} {self.urgency}: {self.fact}"


@dataclass(frozen=True)
class Look:
    """A check of one parcel that a source answered in earnest: when the source itself had looked, and
    when the newest scan it then showed was made (None: it showed none).
    """

    at: datetime
    looked_at: datetime
    newest: datetime | None
    delivered: bool


@dataclass
class Record:
    """By number where it is about parcels. `ears`: passes in which the receiver took messages;
    `did`: what the owner typed, when it was typed.
    """

    told: list[Told] = field(default_factory=list)
    looks: dict[str, list[Look]] = field(default_factory=dict)
    ears: list[datetime] = field(default_factory=list)
    deaf: list[datetime] = field(default_factory=list)
    did: dict[str, list[tuple[datetime, tuple[str, ...]]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    passes: int = 0

    def hear(self, now: datetime, arrived: Arrived) -> None:
        """An alert about the service itself names no parcel, and is not kept."""
        found = _NUMBER.search(arrived.text.partition("\n")[0])
        if found is None:
            return
        happened = next((x for x in arrived.text.splitlines() if x.startswith("What happened")), "")
        fact = arrived.title.partition(": ")[2]
        self.told.append(
            Told(
                now,
                found[1],
                arrived.urgency,
                re.sub(r"\d+", "N", fact.removeprefix("still ")),
                happened,
            )
        )

    def of(self, number: str) -> list[Told]:
        return [told for told in self.told if told.number == number]

    def typed(self, number: str, command: str) -> list[datetime]:
        return [at for at, words in self.did.get(number, ()) if words[0] == command]


@dataclass(frozen=True)
class Scale:
    """How much is lived: parcels, days, hours between two passes, and the seed of all chance."""

    seed: int
    parcels: int = 200
    days: int = 365
    hours: float = 6

    @property
    def passes(self) -> int:
        return int(self.days * 24 / self.hours)


@dataclass
class Year:
    """What was lived: the parcels as they truly went, and what was seen of the program."""

    scale: Scale
    lives: list[Life]
    record: Record
