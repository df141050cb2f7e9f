"""A parcel as its owner knows it, and what a source may answer about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from monitor.errors import FailureKind
    from monitor.parcel.events import Event


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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All a source shows about one number.

    `looked_at` is when the source itself last asked the carrier with success, None when it does not
    say; `looks` the same per provider. `evidence` is the answer without personal fields (UTF-8
    JSON), `fingerprint` a hash of it without the source's own clock fields.
    """

    number: str
    looked_at: datetime | None
    events: tuple[Event, ...]
    looks: Mapping[str, datetime] = field(default_factory=dict)
    aliases: tuple[Alias, ...] = ()
    origin: str = ""
    destination: str = ""
    carrier: str = ""
    status: str = ""
    evidence: bytes = b""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class NotYet:
    """The source answered and knows nothing about the number so far. `looked_at`: when it said so."""

    number: str
    looked_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The source could not tell. `detail` is clean, without secrets, and says what to change.

    `gone`: the source no longer knows a number it was told of, so that asking again is no use.
    """

    number: str
    kind: FailureKind
    detail: str
    until: datetime | None = None
    gone: bool = False


Outcome = Snapshot | NotYet | Failure
