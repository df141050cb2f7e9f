"""An open customs problem: held, delayed, or silent since it went in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from monitor.rules.customs import Stay, Trouble, open_stay
from monitor.rules.customs_episode import country_of, episode_of
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, Witness, working_days_after
from monitor.seasons import Season, Stretch, after, lane, shipped_seasons, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.parcel import Dossier, WorkingDays


@dataclass(frozen=True, slots=True)
class Clearance:
    """Customs holds the parcel, or has said nothing for too long since it was handed in.

    Thresholds in working days of the country whose customs it is: `start_*` after a mere start,
    which the seasons stretch, `exception_*` after a word of trouble.
    """

    name: ClassVar[str] = "clearance"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    start_info: int = 3
    """Working days of silence after a start at import customs."""
    start_warning: int = 5
    """The same, for a warning."""
    start_critical: int = 10
    """The same, for a critical alert."""
    exception_warning: int = 3
    """Working days of silence after a word of trouble."""
    exception_critical: int = 7
    """The same, for a critical alert."""
    exception_again: int = 14
    """The same, for the critical alert said once more."""
    seasons: tuple[Season, ...] = field(default_factory=shipped_seasons, repr=False)

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        """Nothing while money or papers are asked for: that is the matter of `clearance_due`."""
        stay = open_stay(dossier)
        if stay is None or stay.trouble is Trouble.DEMAND:
            return None
        calendar = dossier.working_days(country_of(stay, dossier))
        if stay.trouble is Trouble.START:
            return self._started(stay, dossier, calendar)
        steps = [*_noticed(stay), *self._after_exception(stay, calendar)]
        return episode_of(self.name, stay, steps, dossier)

    def _started(self, stay: Stay, dossier: Dossier, calendar: WorkingDays) -> Episode:
        days = {"slow": self.start_warning, "slow-critical": self.start_critical}
        if not dossier.economy:
            days = {"quiet": self.start_info, **days}
        ends = lane(dossier.origin, dossier.destination)
        dates = {k: after(stay.clock, n, self.seasons, ends, calendar) for k, n in days.items()}
        steps = _after_start(dates, economy=dossier.economy)
        return episode_of(self.name, stay, steps, dossier, facts=told(dates))

    def _after_exception(self, stay: Stay, calendar: WorkingDays) -> list[Step]:
        word = stay.side.value
        days = (self.exception_warning, self.exception_critical, self.exception_again)
        first, second, third = (working_days_after(stay.clock, n, calendar) for n in days)
        return [
            Step("warning", first, Severity.WARNING, f"{word}_silent", Witness.CHECK),
            Step("critical", second, Severity.CRITICAL, f"{word}_stuck", Witness.CHECK),
            Step("critical-again", third, Severity.CRITICAL, f"{word}_stuck", Witness.CHECK),
        ]


def _after_start(dates: Mapping[str, Stretch], *, economy: bool) -> list[Step]:
    """Of an economy parcel the release is often not shown: what is silent there alarms less."""
    said = _SAID_OF_ECONOMY if economy else _SAID
    return [Step(key, dates[key].at, *said[key], Witness.CHECK) for key in dates]


_SAID = {
    "quiet": (Severity.INFO, "import_quiet"),
    "slow": (Severity.WARNING, "import_slow"),
    "slow-critical": (Severity.CRITICAL, "import_stuck"),
}
_SAID_OF_ECONOMY = {
    "slow": (Severity.NOTICE, "import_slow"),
    "slow-critical": (Severity.WARNING, "import_slow"),
}


def _noticed(stay: Stay) -> list[Step]:
    """The notice at once, unless something was asked for: then `clearance_due` spoke in its time."""
    event = stay.exception
    if event is None or event.moment is None or stay.demands or stay.was_asked:
        return []
    return [Step("notice", event.moment, Severity.NOTICE, f"{stay.side.value}_exception")]
