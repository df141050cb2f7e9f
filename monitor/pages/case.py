"""One parcel as it stands, in plain values: what every page is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.parcel import Dossier, Parcel
    from monitor.protection import Deadline, Stack
    from monitor.schedule import Severity


@dataclass(frozen=True, slots=True)
class Asked:
    """What one source was asked about a parcel, and when (UTC).

    `answered`: when it last gave an answer, None: never. `looked`: when it itself last asked the
    carrier, None where that is the same or not known. `trouble`: why it could not tell last, "" where it
    could. `carrier`: the carrier it asks, in its own words or key.
    """

    source: str
    answered: datetime | None = None
    looked: datetime | None = None
    trouble: str = ""
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One parcel at `now` (UTC): what is known, where its money can be got back, what to do.

    `severity` is the worst of what is due. `advice` says what to do, from `advice_at` on; None: now.
    `shop_end` is the end of the shop's protection; `over`: finished, or delivered with nothing
    that speaks against it, so that no deadline is watched any more. `days_silent`: whole days since anything changed.
    """

    dossier: Dossier
    layers: Stack
    now: datetime
    severity: Severity | None = None
    advice: str = ""
    advice_at: datetime | None = None
    shop_end: Deadline | None = None
    over: bool = False
    days_silent: int = 0
    asked: tuple[Asked, ...] = ()

    @property
    def parcel(self) -> Parcel:
        return self.dossier.parcel
