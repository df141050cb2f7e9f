"""How long a carrier keeps a parcel, or waits for money, before it sends it back."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN_PAY, UNKNOWN_HOLD = 14, 7  # calendar days where nothing is known of the carrier


@dataclass(frozen=True, slots=True)
class Period:
    """So many calendar days. `assumed`: nothing is known of this carrier; `source` says who says so."""

    days: int
    carrier: str = ""
    assumed: bool = True
    source: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What a message about it needs to know of the carrier; strings only."""
        assumed = "yes" if self.assumed else ""
        return {"carrier": self.carrier, "source": self.source, "assumed": assumed}


def pay_period(country: str) -> Period:
    """How long duty may stay unpaid in the country of destination (alpha-2, "" = unknown)."""
    return _period(country, "pay", UNKNOWN_PAY)


def hold_period(country: str) -> Period:
    """How long a parcel is kept for its recipient there."""
    return _period(country, "hold", UNKNOWN_HOLD)


def _period(country: str, kind: str, unknown: int) -> Period:
    row = _rows().get(country, {}).get(kind)
    if row is None:
        return Period(unknown)
    return Period(
        int(str(row["days"])), str(row["carrier"]), assumed=False, source=str(row["source"])
    )


@cache
def _rows() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """By country, then `pay` or `hold`: data/periods.toml."""
    return tomllib.loads(files("monitor").joinpath("data/periods.toml").read_text("utf-8"))
