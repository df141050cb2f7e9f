"""What is stored of parcels, put together: where each one stands, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.protection import Alike
from monitor.rules.doubts import settled
from monitor.sweep.dossiers import dossier_of
from monitor.sweep.stands import Stand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.history import History
    from monitor.history.schedules import Matter
    from monitor.history.sources import SourceState
    from monitor.parcel import Dossier, Outline, Parcel
    from monitor.protection import Policy, Stack
    from monitor.schedule import Step


@dataclass(frozen=True)
class View(Stand):
    """One parcel with all that is stored of it, as it stands at `now`."""

    parcel: Parcel
    dossier: Dossier
    matters: Mapping[str, Matter]
    sources: Mapping[str, SourceState]
    layers: Stack
    now: datetime
    _steps_at: dict[str, Step | None] = field(default_factory=dict, init=False, repr=False)

    @property
    def outline(self) -> Outline:
        return self.dossier.outline

    @cached_property
    def settled(self) -> bool:
        return settled(self.dossier)

    @property
    def asked(self) -> Sequence[str]:
        return sorted(self.sources)

    @property
    def last_checked(self) -> datetime | None:
        return max((s.last_ok for s in self.sources.values() if s.last_ok), default=None)


def views_of(
    history: History,
    parcels: Sequence[Parcel],
    policies: Mapping[str, Policy],
    now: datetime,
    *,
    country: str = "",
) -> list[View]:
    """A view of each parcel, read in a handful of queries. `country` (alpha-2) is where parcels
    usually come to.
    """
    ids = [p.id for p in parcels]
    events = history.timeline.standing(ids)
    sources = history.sources.of(ids)
    matters = history.matters.of(ids)
    alike = Alike(policies)
    found = []
    for parcel in parcels:
        asked = sources.get(parcel.id, {})
        dossier = dossier_of(parcel, events.get(parcel.id, ()), asked, country=country)
        layers = alike.of(parcel, dossier.destination, dossier.outline.first_event)
        found.append(View(parcel, dossier, matters.get(parcel.id, {}), asked, layers, now))
    return found
