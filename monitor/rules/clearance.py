"""An open customs problem: held, delayed, asked for money or papers, or silent since it went in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Side, Stage
from monitor.rules.contract import subject_of
from monitor.rules.customs import Stay, Trouble, open_stay
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, Witness, ascending, working_days_after

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.parcel import Dossier, Event, WorkingDays


@dataclass(frozen=True, slots=True)
class Clearance:
    """Customs holds the parcel, asks for something, or has been silent for too long.

    Thresholds in working days of the country whose customs it is (`start_*`, `exception_*`), or in
    calendar days (`demand_warning`).
    """

    name: ClassVar[str] = "clearance"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    start_warning: int = 5
    start_critical: int = 10
    exception_warning: int = 3
    exception_critical: int = 7
    exception_again: int = 14
    demand_warning: int = 2

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        stay = open_stay(dossier)
        if stay is None:
            return None
        return episode_of(self.name, stay, self._steps(stay, dossier), dossier)

    def _steps(self, stay: Stay, dossier: Dossier) -> list[Step]:
        calendar = dossier.working_days(country_of(stay, dossier))
        if stay.trouble is Trouble.START:
            return self._after_start(stay.clock, calendar, economy=dossier.economy)
        told = [*_noticed(stay), *_asked(stay)]
        if stay.trouble is Trouble.DEMAND and stay.demand is not None:
            return [*told, self._unanswered(stay.demand, stay.clock)]
        return [*told, *self._after_exception(stay, calendar)]

    def _after_start(self, clock: datetime, calendar: WorkingDays, *, economy: bool) -> list[Step]:
        """Of an economy parcel the release is often not shown: what is silent there alarms less."""
        slow = working_days_after(clock, self.start_warning, calendar)
        stuck = working_days_after(clock, self.start_critical, calendar)
        if economy:
            return [
                Step("slow", slow, Severity.NOTICE, "import_slow", Witness.CHECK),
                Step("slow-critical", stuck, Severity.WARNING, "import_slow", Witness.CHECK),
            ]
        return [
            Step("slow", slow, Severity.WARNING, "import_slow", Witness.CHECK),
            Step("slow-critical", stuck, Severity.CRITICAL, "import_stuck", Witness.CHECK),
        ]

    def _after_exception(self, stay: Stay, calendar: WorkingDays) -> list[Step]:
        word = stay.side.value
        days = (self.exception_warning, self.exception_critical, self.exception_again)
        first, second, third = (working_days_after(stay.clock, n, calendar) for n in days)
        return [
            Step("warning", first, Severity.WARNING, f"{word}_silent", Witness.CHECK),
            Step("critical", second, Severity.CRITICAL, f"{word}_stuck", Witness.CHECK),
            Step("critical-again", third, Severity.CRITICAL, f"{word}_stuck", Witness.CHECK),
        ]

    def _unanswered(self, demand: Event, clock: datetime) -> Step:
        at = (demand.moment or clock) + timedelta(days=self.demand_warning)
        return Step("unanswered", at, Severity.WARNING, f"{_thing(demand)}_unanswered")


def _noticed(stay: Stay) -> list[Step]:
    """The notice at once, where the trouble began as an exception and not as a demand."""
    event = stay.exception
    if event is None or event.moment is None or event in stay.demands[:1]:
        return []
    return [Step("notice", event.moment, Severity.NOTICE, f"{stay.side.value}_exception")]


def _asked(stay: Stay) -> list[Step]:
    return [
        Step(_thing(event), event.moment, Severity.NOTICE, f"{_thing(event)}_asked")
        for event in stay.demands
        if event.moment is not None
    ]


def _thing(demand: Event) -> str:
    return "payment" if demand.stage is Stage.CLEARANCE_PAYMENT_DUE else "documents"


def episode_of(rule: str, stay: Stay, steps: Iterable[Step], dossier: Dossier) -> Episode:
    """A stay in customs as the matter of a rule, with the steps the rule makes of it."""
    return Episode(
        rule,
        subject_of(dossier.parcel.id),
        anchor=stay.side.value,
        since=stay.since,
        steps=ascending(stay.since, steps),
        verified=dossier.witnessed,
        facts=facts_of(stay, dossier),
    )


def country_of(stay: Stay, dossier: Dossier) -> str:
    """The alpha-2 code of the country whose customs it is, "" when unknown."""
    if stay.side is Side.IMPORT:
        return dossier.destination
    if stay.side is Side.EXPORT:
        return dossier.origin
    return stay.last.country


def facts_of(stay: Stay, dossier: Dossier) -> dict[str, str]:
    """What a message about this stay needs to know; strings only."""
    first = stay.refusal or stay.demand or stay.exception or stay.opened
    return {
        "text": first.text,
        "at": first.when.isoformat() if first.when else "",
        "place": first.place,
        "last_text": stay.last.text,
        "silent_since": stay.clock.isoformat(),
        "country": country_of(stay, dossier),
        "side": stay.side.value,
        "trouble": stay.trouble.value,
    }
