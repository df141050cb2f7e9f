"""Many journeys put together: medians, percentiles, and nothing claimed of a few."""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from monitor.experience.journeys import Leg, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.experience.journeys import Journey, Stay

ENOUGH = 5  # parcels; of fewer nothing is claimed
NINTH = 0.9

Group = TypeVar("Group")


@dataclass(frozen=True, slots=True)
class Spread:
    """How long one leg took, in days, ascending. `ended`: of those that came to its end. `running`:
    so far, of parcels that are on it now. `never`: how many never came to its end.

    A stay that has not ended counts in no median, as nobody knows how long it will be; so medians
    lean to the short side while many are under way. Hence `slower`.
    """

    ended: tuple[float, ...]
    running: tuple[float, ...] = ()
    never: int = 0

    @property
    def enough(self) -> bool:
        return len(self.ended) >= ENOUGH

    @property
    def median(self) -> float | None:
        """The middle one, or the mean of the two in the middle; None of fewer than five."""
        return statistics.median(self.ended) if self.enough else None

    @property
    def ninth(self) -> float | None:
        """The 90th percentile by nearest rank: the smallest that at least nine of ten do not exceed."""
        if not self.enough:
            return None
        return self.ended[math.ceil(NINTH * len(self.ended)) - 1]

    @property
    def slower(self) -> int:
        """How many of those under way have taken longer already than nine of ten that ended."""
        ninth = self.ninth
        return 0 if ninth is None else sum(days > ninth for days in self.running)


@dataclass(frozen=True, slots=True)
class Ended:
    """How many parcels ended, and how many of them badly."""

    ended: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A stay beside those of one's other parcels on the same leg of the same route, in days."""

    leg: Leg
    route: tuple[str, str]
    days: float
    shorter: int  # so many of them took less
    of: int


def spreads(
    journeys: Iterable[Journey], by: Callable[[Journey], Group | None]
) -> dict[Group, dict[Leg, Spread]]:
    """Each leg of each group `by` names; what belongs to no group (None) is left out."""
    found: dict[Group, dict[Leg, list[Stay]]] = defaultdict(lambda: defaultdict(list))
    for journey in journeys:
        group = by(journey)
        if group is not None:
            for stay in journey.stays:
                found[group][stay.leg].append(stay)
    return {
        group: {leg: _spread(legs[leg]) for leg in Leg if leg in legs}
        for group, legs in found.items()
    }


def _spread(stays: Iterable[Stay]) -> Spread:
    stays = list(stays)
    return Spread(
        tuple(sorted(stay.days for stay in stays if stay.ended is not None)),
        tuple(sorted(stay.days for stay in stays if stay.ended is None and stay.seen is not None)),
        sum(stay.ended is None and stay.seen is None for stay in stays),
    )


def endings(
    journeys: Iterable[Journey], by: Callable[[Journey], Group | None]
) -> dict[Group, Ended]:
    """Of each group how many ended and how many badly; those under way or cancelled do not count."""
    found: dict[Group, list[bool]] = defaultdict(list)
    for journey in journeys:
        group = by(journey)
        if group is not None and journey.outcome in (Outcome.RECEIVED, Outcome.WRONG):
            found[group].append(journey.outcome is Outcome.WRONG)
    return {group: Ended(len(wrong), sum(wrong)) for group, wrong in found.items()}


def compared(journey: Journey, leg: Leg, others: Iterable[Journey]) -> Compared | None:
    """How long this parcel has been on a leg, beside one's others that came to its end there.

    None where it is not on that leg, where its route is not known, or where fewer than five can be
    compared.
    """
    stay, route = journey.stay(leg), journey.route
    if stay is None or route is None or stay.ended is not None or stay.seen is None:
        return None
    known = [other for other in others if other.number != journey.number and other.route == route]
    spread = spreads(known, lambda _: route).get(route, {}).get(leg)
    if spread is None or not spread.enough:
        return None
    return Compared(leg, route, stay.days, bisect_left(spread.ended, stay.days), len(spread.ended))
