"""The tables `[[seasons]]`: times of one's own in which parcels are slower."""

# Without postponed annotations: pydantic reads them while the classes are made.

from datetime import date
from typing import Annotated

from pydantic import Field, PlainValidator, model_validator

from monitor.seasons import Season
from monitor.settings import values, zones
from monitor.settings.table import Table

SLOWEST = 10  # times; whoever waits longer than that waits for nothing
LONGEST = 366  # days of one season

Day = Annotated[date, PlainValidator(values.day)]
Text = Annotated[str, PlainValidator(values.text)]


class OwnSeason(Table):
    """Days `from` to `to`, both included, on which a day counts as 1/`factor` of one."""

    name: Annotated[str, PlainValidator(values.title)]
    """What messages call it."""
    first: Day = Field(alias="from")
    """The first day."""
    last: Day = Field(alias="to")
    """The last day, within a year of the first."""
    countries: Annotated[tuple[str, ...], PlainValidator(zones.country_codes)] = ()
    """Either end of the way (ISO 3166, two letters); `[]` means everywhere."""
    factor: Annotated[float, PlainValidator(values.number(1, SLOWEST))] = 1.5
    """So many days count as one."""
    reason: Text = ""
    """For yourself."""

    @model_validator(mode="after")
    def _in_order(self) -> "OwnSeason":
        if not 0 <= (self.last - self.first).days < LONGEST:
            raise ValueError(f"it must end on a day from its first to {LONGEST - 1} days later")
        return self

    @property
    def season(self) -> Season:
        return Season(
            self.name,
            self.first,
            self.last,
            frozenset(self.countries),
            self.factor,
            self.reason,
            "your configuration",
        )
