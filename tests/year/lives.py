"""Random lives of parcels: what carriers will have said, what the owner knows, and what the owner does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.sandbox.histories import ParcelHistory
from tests.year.journeys import Journey

if TYPE_CHECKING:
    from random import Random

DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
DESTINATIONS = ("DE", "DE", "US", "BR", "GB", "FR", "ES", "NL", "PL", "SE", "AU")
# How a shop counts, as its own pages say: the option its days are counted from, days, and whose midnight.
SHOPS = {
    "aliexpress": ("--shipped", 60, "America/Los_Angeles"),
    "temu": ("--ordered", 90, "America/New_York"),
    "ebay": ("--expected", 30, "America/Los_Angeles"),
    "taobao": ("--shipped", 20, "Asia/Shanghai"),
}


@dataclass(frozen=True)
class Deed:
    """What the owner types at a moment (UTC)."""

    at: datetime
    words: tuple[str, ...]


@dataclass(frozen=True)
class Deadline:
    """When the shop's protection closes, and from when until when the program was told so (UTC)."""

    closes: datetime
    known_from: datetime
    known_until: datetime


@dataclass
class Life:
    """One parcel; `delivered`: when it truly came to its owner, None where it never did."""

    number: str
    history: ParcelHistory
    added: datetime
    deeds: list[Deed]
    deadlines: list[Deadline] = field(default_factory=list)
    delivered: datetime | None = None
    done: datetime | None = None


def lives(chance: Random, count: int, days: int) -> list[Life]:
    """So many lives within so many days; each number once."""
    return [_life(chance, place, days) for place in range(count)]


def _life(chance: Random, place: int, days: int) -> Life:
    shipped = START + chance.uniform(-20, max(1, days - 20)) * DAY
    journey = Journey(chance, chance.choice(DESTINATIONS), shipped)
    journey.travel()
    late = chance.choice((0, 0, 0.5, 1, 3, 8, 20))
    added = max(START, shipped + late * DAY)
    # Numbers of YunExpress are 17TRACK's alone; those of Cainiao are looked at by both.
    number = (
        f"YT{10**15 + place * 7919:016d}" if place % 3 else f"LP{650000000000 + place * 7919:014d}"
    )
    carrier = 190008 if place % 3 else 190271
    history = ParcelHistory(
        number,
        carrier,
        tuple(journey.said),
        origin="CN",
        destination=journey.to,
        shipped=START.date(),
    )
    life = Life(number, history, added, [], delivered=journey.delivered)
    _bought(chance, life, shipped.date())
    _dealt_with(chance, life, max(journey.now, added))
    life.deeds.sort(key=lambda deed: deed.at)
    return life


def _bought(chance: Random, life: Life, shipped: date) -> None:
    """The `add`, and when it tells where the protection ends."""
    shop = chance.choice(("none", *SHOPS, "aliexpress", "aliexpress"))
    words = ["add", life.number, "--label", f"Parcel {life.number[-5:]}", "--shop", shop]
    if shop != "none" and chance.random() < 0.85:
        option, length, zone = SHOPS[shop]
        day = shipped + timedelta(days=30 if option == "--expected" else 0)
        words += [option, day.isoformat()]
        closes = datetime.combine(day + timedelta(days=length), time(), ZoneInfo(zone))
        life.deadlines.append(Deadline(closes.astimezone(UTC), life.added, FOREVER))
    life.deeds.append(Deed(life.added, tuple(words)))
    if shop != "none" and chance.random() < 0.15:
        _extended(chance, life, ZoneInfo(SHOPS[shop][2]))


FOREVER = datetime(2100, 1, 1, tzinfo=UTC)


def _extended(chance: Random, life: Life, zone: ZoneInfo) -> None:
    """The owner gives the date of the order page instead."""
    at = life.added + chance.uniform(3, 40) * DAY
    day = (at + chance.uniform(2, 50) * DAY).date()
    life.deadlines = [Deadline(d.closes, d.known_from, at) for d in life.deadlines]
    closes = datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
    life.deadlines.append(Deadline(closes, at, FOREVER))
    life.deeds.append(Deed(at, ("edit", life.number, "--protected-until", day.isoformat())))


def _dealt_with(chance: Random, life: Life, over: datetime) -> None:
    """Acknowledged, snoozed, and done with."""
    fate = chance.random()
    if life.delivered is not None and fate < 0.7:
        life.done = max(life.delivered, life.added) + chance.uniform(0.5, 10) * DAY
    elif fate < 0.9:
        life.done = over + chance.uniform(5, 90) * DAY
    end = life.done or over + 60 * DAY
    for _ in range(chance.choice((0, 0, 1, 2, 4))):
        at = life.added + chance.random() * (end - life.added)
        silence = ("ack", life.number) if chance.random() < 0.6 else _snooze(chance, life.number)
        life.deeds.append(Deed(at, silence))
    if life.done is not None:
        life.deeds.append(Deed(life.done, ("done", life.number)))
        life.deeds = [deed for deed in life.deeds if deed.at <= life.done]


def _snooze(chance: Random, number: str) -> tuple[str, ...]:
    return ("snooze", number, f"{chance.randint(1, 20)}d")
