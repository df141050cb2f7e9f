"""It waits to be collected, and not for long: then it goes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.periods import hold_period
from monitor.rules.contract import subject_of
from monitor.rules.door import GOING_BACK, facts_of, run_of, spoken, surely_after
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, ascending

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.parcel import Dossier, Event
    from monitor.periods import Period

ENDS = frozenset({*GOING_BACK, Stage.DELIVERED, Stage.LOST_OR_DAMAGED})
MOVES_ON = frozenset({Stage.OUT_FOR_DELIVERY, Stage.DELIVERY_FAILED})


@dataclass(frozen=True, slots=True)
class Pickup:
    """The parcel waits at a pickup point. Counted in calendar days before the end of the hold."""

    name: ClassVar[str] = "pickup"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    warning: int = 3
    """Calendar days before the end of the hold."""
    critical: int = 1
    """The same, for a critical alert."""
    hold: Callable[[str], Period] = field(default=hold_period, repr=False)

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        run = run_of(dossier, {Stage.PICKUP}, _ends)
        arrival = _arrival(run, dossier) if run else None
        if arrival is None or arrival.when is None or arrival.moment is None:
            return None
        period = self.hold(dossier.destination)
        closes = arrival.when + timedelta(days=period.days)  # the carrier's clock, not ours
        hold = {"hold_until": closes.date().isoformat(), "hold_days": str(period.days)}
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="pickup",
            since=arrival.moment,
            steps=ascending(arrival.moment, self._steps(arrival.moment, closes, period)),
            verified=dossier.witnessed,
            deadlines=(("hold", closes),),
            facts=facts_of(arrival) | hold | period.facts,
        )

    def _steps(self, arrived: datetime, closes: datetime, period: Period) -> list[Step]:
        known = "_assumed" if period.assumed else ""
        soon = closes - timedelta(days=self.warning)
        last = closes - timedelta(days=self.critical)
        return [
            Step("arrived", arrived, Severity.NOTICE, f"pickup_waiting{known}"),
            Step("warning", soon, Severity.WARNING, f"pickup_soon{known}"),
            Step("critical", last, Severity.CRITICAL, f"pickup_last{known}"),
        ]


def _ends(event: Event, waiting: Event) -> bool:
    """A scan on the way does not end it: many carriers go on scanning what lies in their shop."""
    return event.stage in ENDS or (event.stage in MOVES_ON and surely_after(event, waiting))


def _arrival(run: Sequence[Event], dossier: Dossier) -> Event:
    """The first word that it waits there: what repeats it, a reminder, starts no new hold.

    After a scan at another place it waits elsewhere, and the hold counts anew.
    """
    scans = [e for e in spoken(dossier) if e.stage is Stage.IN_TRANSIT and e.place]
    return next(e for e in run if not any(_between(e, scan, run[-1]) for scan in scans))


def _between(first: Event, scan: Event, last: Event) -> bool:
    return surely_after(scan, first) and surely_after(last, scan)
