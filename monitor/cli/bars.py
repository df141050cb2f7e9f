"""How much of a protection is used up: the day it is at, and a small bar of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.message.texts import days_until

if TYPE_CHECKING:
    from monitor.cli.screen import Screen
    from monitor.sweep.stands import Stand

SHORT, LONG = 5, 10  # cells of a bar
EARLY, LATE = 0.6, 0.85  # shares of the protection from which the bar changes its colour


@dataclass(frozen=True, slots=True)
class Used:
    """Day `day` of `days` of a protection, counting begun ones; `day` is larger once it is over."""

    day: int
    days: int

    @property
    def over(self) -> bool:
        return self.day > self.days

    @property
    def share(self) -> float:
        return min(1.0, max(0.0, self.day / self.days))

    @property
    def short(self) -> str:
        return "over" if self.over else f"{self.day}/{self.days}"

    @property
    def words(self) -> str:
        return "protection is over" if self.over else f"day {self.day} of {self.days}"


def used_of(view: Stand) -> Used | None:
    """How far the shop's protection is used; None where its end is not known.

    Where only its end was told, it is counted from the first day that is known of the purchase.
    """
    end = view.shop_end
    if end is None:
        return None
    zone, parcel = end.closes.tzinfo, view.parcel
    known = (end.basis.day, parcel.shipped, parcel.paid, parcel.ordered)
    start = next((day for day in known if day), view.parcel.added_at.astimezone(zone).date())
    last = end.day
    start = min(start, last)
    days = (last - start) // timedelta(days=1) + 1
    if end.closes <= view.now:
        return Used(days + 1, days)
    return Used(max(0, days + 1 - days_until(end.closes, view.now)), days)


def bar(used: Used, cells: int, screen: Screen) -> str:
    """A bar of so many cells; anything that is used shows, and only the whole is full."""
    full = cells if used.over else min(cells - 1, -int(-used.share * cells // 1))
    drawn = screen.ink(screen.signs.full * full, colour_of(used))
    return drawn + screen.ink(screen.signs.rest * (cells - full), dim=True)


def colour_of(used: Used) -> str:
    if used.share >= LATE:
        return "red"
    return "yellow" if used.share >= EARLY else "green"
