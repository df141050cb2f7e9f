"""A parcel as its owner knows it, and what a source may answer about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Alias:
    """Another number the same parcel goes by, and who said so."""

    number: str
    carrier: str
    source: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """What the owner told about one parcel. Dates are days in the zone of the policy they concern.

    `origin` and `destination` are alpha-2 codes ("" = unknown), `adapters` the sources the owner
    chose ("" tuple = whatever recognises the number), `carrier` a name or a source's own key.
    """

    id: int
    number: str
    added_at: datetime
    label: str = ""
    shop: str = ""
    ordered: date | None = None
    paid: date | None = None
    paid_with: str = ""
    shipped: date | None = None
    expected: date | None = None
    protected_until: date | None = None
    protection_days: int | None = None
    covers: tuple[tuple[str, date], ...] = ()
    origin: str = ""
    destination: str = ""
    order_id: str = ""
    price: str = ""
    currency: str = ""
    seller: str = ""
    url: str = ""
    adapters: tuple[str, ...] = ()
    carrier: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    done_at: datetime | None = None
    done_as: str = ""

    @property
    def name(self) -> str:
        return self.label or self.number
