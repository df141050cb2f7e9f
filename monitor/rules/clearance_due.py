"""Customs wants money or papers: what is asked for, and until when it can be given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.periods import Period, pay_period
from monitor.rules.customs import Trouble, open_stay
from monitor.rules.customs_episode import episode_of
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.parcel import Dossier, Event

LAST_DAY = 1  # so many days before the end, the words say that it is tomorrow


@dataclass(frozen=True, slots=True)
class ClearanceDue:
    """Import customs asks for duty, tax or papers. Counted in calendar days."""

    name: ClassVar[str] = "clearance_due"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    warning: int = 2
    """Calendar days after the newest demand of money or papers."""
    critical: int = 3
    """Calendar days before the carrier sends it back."""
    critical_again: int = 1
    """The same, for the critical alert said once more."""
    pay_days: int = 0
    """Calendar days the carrier waits; 0: what is known of it, else 14."""

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        stay = open_stay(dossier)
        if stay is None or stay.trouble is not Trouble.DEMAND or not stay.demands:
            return None
        first = stay.demands[0]
        newest = stay.demand or first
        if first.when is None or first.moment is None or newest.moment is None:
            return None
        period = self._period(dossier.destination)
        pay_by = first.when + timedelta(days=period.days)  # the carrier's clock, not ours
        steps = self._steps(stay.demands, first.moment, newest, pay_by, period)
        return episode_of(
            self.name,
            stay,
            steps,
            dossier,
            since=first.moment,
            deadlines=(("pay_by", pay_by),),
            facts={"pay_by": pay_by.date().isoformat(), "pay_days": str(period.days)}
            | period.facts,
        )

    def _period(self, country: str) -> Period:
        if self.pay_days:
            return Period(self.pay_days, "The carrier", assumed=False, source="your configuration")
        return pay_period(country)

    def _steps(
        self,
        demands: tuple[Event, ...],
        since: datetime,
        newest: Event,
        pay_by: datetime,
        period: Period,
    ) -> list[Step]:
        """By date, since papers may be asked for when the time to pay is nearly over."""
        thing, known = _thing(demands[0]), "_assumed" if period.assumed else ""
        soon = max(since, pay_by - timedelta(days=self.critical))
        last = max(soon, pay_by - timedelta(days=self.critical_again))
        late = min((newest.moment or since) + timedelta(days=self.warning), soon)
        steps = [
            *_asked(demands, soon, known),
            Step("unanswered", late, Severity.WARNING, f"{_thing(newest)}_unanswered{known}"),
            Step("last-3", soon, Severity.CRITICAL, f"{thing}_last{known}"),
            Step("last-1", last, Severity.CRITICAL, f"{thing}_{self._ending}{known}"),
        ]
        return sorted(steps, key=lambda step: step.at)

    @property
    def _ending(self) -> str:
        """What the last step says: that the last day is tomorrow, where it comes so late."""
        return "final" if self.critical_again <= LAST_DAY else "last"


def _asked(demands: tuple[Event, ...], soon: datetime, known: str) -> list[Step]:
    """The notice at once of each thing; in the last days one more thing does not matter less."""
    return [
        Step(
            _thing(event),
            event.moment,
            Severity.CRITICAL
            if event is not demands[0] and event.moment > soon
            else Severity.NOTICE,
            f"{_thing(event)}_asked{known}",
        )
        for event in demands
        if event.moment is not None
    ]


def _thing(demand: Event) -> str:
    return "payment" if demand.stage is Stage.CLEARANCE_PAYMENT_DUE else "documents"
