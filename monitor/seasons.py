"""Times of the year in which parcels are slower than usual, so that silence says less."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from monitor.schedule import working_days_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.parcel import WorkingDays

DAY = timedelta(days=1)
LONGEST = 366  # counted days a silence is stretched by at most
STRETCHED = timedelta(days=3 * LONGEST)  # later than that none ends that a season has touched
HARDLY = 1e-6  # of a day: what rounding leaves of a sum of parts of days
# Where a parcel comes from that does not say so: this program watches what is bought in China.
USUAL_ORIGIN = "CN"


@dataclass(frozen=True, slots=True)
class Season:
    """Days `first` to `last`, both included, in which a day counts as 1/`factor` of one.

    `countries` are alpha-2 codes of either end of the lane; empty: everywhere.
    """

    name: str
    first: date
    last: date
    countries: frozenset[str] = frozenset()
    factor: float = 1.0
    reason: str = ""
    source: str = ""

    def slows(self, lane: frozenset[str], start: date, end: date) -> bool:
        """Whether it makes a parcel on that lane slower on a day after `start`, up to `end`."""
        if not start < self.last or not self.first <= end or self.factor <= 1:
            return False
        return not self.countries or not self.countries.isdisjoint(lane)

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


class Stretch(NamedTuple):
    """The moment a number of days have gone by (UTC), and the season that made it later, or ""."""

    at: datetime
    season: str = ""


def lane(origin: str, destination: str) -> frozenset[str]:
    """Both ends of a parcel's way, as seasons ask for them; the destination may be unknown ("")."""
    return frozenset({origin or USUAL_ORIGIN, destination} - {""})


def after(
    start: datetime,
    days: int,
    seasons: Iterable[Season],
    countries: Iterable[str],
    calendar: WorkingDays | None = None,
) -> Stretch:
    """`start`'s time of day on the day by which so many days have gone by.

    Calendar days, or working days of `calendar`. A day inside a season counts as 1/factor of one,
    by the slowest season that holds on either end of the lane (`countries`), and the last day is
    rounded up to a whole one. Never earlier than without seasons.
    """
    plain = start + days * DAY if calendar is None else working_days_after(start, days, calendar)
    ends, known = frozenset(countries), tuple(seasons)
    began, ended = start.date(), plain.date()
    for season in known:
        if season.first <= ended and began < season.last and season.slows(ends, began, ended):
            break
    else:
        return Stretch(plain)
    slow = tuple(season for season in known if season.slows(ends, began, ended + STRETCHED))
    if calendar is None:
        gone_by, named = _slow_days(began, days, slow)
    else:
        gone_by, named = _slowly(began, days, slow, calendar)
    return Stretch(start + gone_by * DAY, named)


def _slowly(
    began: date, days: int, slow: Iterable[Season], calendar: WorkingDays | None
) -> tuple[int, str]:
    """How many days later so many have gone by where seasons lie ahead, and the last of those."""
    known = sorted(slow, key=lambda season: season.factor, reverse=True)
    today, gone, counted, named = began, 0.0, 0, ""
    while gone < days - HARDLY and counted < days + LONGEST:
        today += DAY
        if calendar is not None and not calendar.is_working(today):
            continue
        counted += 1
        slowest = next((season for season in known if season.holds(today)), None)
        gone += 1.0 if slowest is None else 1 / slowest.factor
        named = named if slowest is None else slowest.name
    return (today - began).days, named


@lru_cache(maxsize=4096)
def _slow_days(began: date, days: int, slow: tuple[Season, ...]) -> tuple[int, str]:
    """The same in calendar days: many parcels share their dates, and everything is judged at once."""
    return _slowly(began, days, slow, None)


def told(stretches: Mapping[str, Stretch]) -> dict[str, str]:
    """The facts by which a message names the season that made a step later, by the step's key."""
    return {f"season {key}": s.season for key, s in stretches.items() if s.season}


def season_of(facts: Mapping[str, str], step: str) -> str:
    """The season that made this step later, as `told` put it into the facts; "" for none."""
    return facts.get(f"season {step}", facts.get("season", ""))


@cache
def shipped_seasons() -> tuple[Season, ...]:
    """The seasons that come with the program, from data/seasons.toml."""
    data = Path(__file__).parent / "data"
    table = tomllib.loads(data.joinpath("seasons.toml").read_text("utf-8"))
    return tuple(
        Season(
            name=row["name"],
            first=row["from"],
            last=row["to"],
            countries=frozenset(row.get("countries", ())),
            factor=float(row["factor"]),
            reason=row["reason"],
            source=row["source"],
        )
        for row in table["season"]
    )
