"""Working days per country, from the `holidays` package; the only importer of it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from monitor.parcel import MondayToFriday

if TYPE_CHECKING:
    from datetime import date

    from holidays import HolidayBase

    from monitor.parcel import WorkingDays


class CountryDays:
    """The working days of one country. Loads its holidays at the first question, not before."""

    def __init__(self, country: str) -> None:
        self._country = country
        self._calendar: HolidayBase | None = None
        self._known: dict[date, bool] = {}

    def is_working(self, day: date, /) -> bool:
        if day not in self._known:
            self._known[day] = self._loaded().is_working_day(day)
        return self._known[day]

    def _loaded(self) -> HolidayBase:
        if self._calendar is None:
            import holidays  # noqa: PLC0415 - 0.4 s that most commands never need

            try:
                self._calendar = holidays.country_holidays(self._country)
            except NotImplementedError:  # unknown to the package: weekends, no holidays
                self._calendar = holidays.HolidayBase()
        return self._calendar


@cache
def working_days(country: str) -> WorkingDays:
    """The calendar of a country by alpha-2 code; Monday to Friday for ""."""
    return CountryDays(country) if country else MondayToFriday()
