"""Released by customs, and then nobody has it: the gap before the carrier at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Side, Stage
from monitor.rules.arrivals import has_arrived, is_dated, is_there
from monitor.rules.contract import subject_of
from monitor.rules.customs import ENDS_IMPORT, IMPORT_LABELS, open_stay, side_of
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, Witness, ascending
from monitor.seasons import Season, after, lane, shipped_seasons, told

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.parcel import Dossier, Event


@dataclass(frozen=True, slots=True)
class Handover:
    """Cleared by import customs, and not scanned in the country since.

    Thresholds in working days of the destination after the release, stretched by the seasons.
    """

    name: ClassVar[str] = "handover"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    info: int = 2
    """Working days after the release without a scan in the country."""
    warning: int = 4
    """The same, for a warning."""
    critical: int = 8
    """The same, for a critical alert."""
    seasons: tuple[Season, ...] = field(default_factory=shipped_seasons, repr=False)

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        found = _released(dossier)
        if found is None or found[0].moment is None:
            return None
        release, clock = found
        days = {"quiet": self.info, "warning": self.warning, "critical": self.critical}
        ends = lane(dossier.origin, dossier.destination)
        calendar = dossier.working_days(dossier.destination)
        dates = {key: after(clock, n, self.seasons, ends, calendar) for key, n in days.items()}
        said = _SAID_OF_ECONOMY if dossier.economy else _SAID
        steps = [Step(key, dates[key].at, *said[key], Witness.CHECK) for key in days]
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="handover",
            since=release.moment or clock,
            steps=ascending(clock, steps),
            verified=dossier.witnessed,
            heard=dossier.heard,
            facts=_facts(release, clock, dossier) | told(dates),
        )


_SAID = {
    "quiet": (Severity.INFO, "handover_quiet"),
    "warning": (Severity.WARNING, "handover_silent"),
    "critical": (Severity.CRITICAL, "handover_stuck"),
}
_SAID_OF_ECONOMY = {
    "quiet": (Severity.INFO, "handover_untracked"),
    "warning": (Severity.WARNING, "handover_untracked"),
    "critical": (Severity.CRITICAL, "handover_untracked_long"),
}


def _released(dossier: Dossier) -> tuple[Event, datetime] | None:
    """The release after which nothing shows that anybody took the parcel over, and since when (UTC)
    nothing is heard of it.
    """
    if Stage.CLEARANCE_SUCCESS not in dossier.stages:
        return None
    gap = _Gap(dossier)
    for event in dossier.events:
        if event.moment is None:
            continue
        if event.stage in ENDS_IMPORT:
            return None  # whoever brought it that far has it; releases told late change nothing
        gap.note(event, event.moment)
    if gap.release is None or gap.clock is None or _in_customs_again(dossier):
        return None
    return gap.release, gap.clock


@dataclass(slots=True)
class _Gap:
    """The gap as it stands after some of the events, which come in order of time."""

    dossier: Dossier
    release: Event | None = None
    clock: datetime | None = None
    taken_in_again: bool = False

    def note(self, event: Event, moment: datetime) -> None:
        if _releases(event, self.dossier):
            # Between two releases customs may have had it once more; else the same is said again.
            if self.release is None or self.taken_in_again:
                self.release, self.clock, self.taken_in_again = event, moment, False
        elif self.clock is None:
            return
        elif _taken_over(event, self.dossier):
            self.release = self.clock = None
        elif event.stage is Stage.IN_TRANSIT and is_dated(event) and event.place:
            # Elsewhere, of a parcel cleared ahead of its arrival: a sign of life.
            self.clock = max(self.clock, moment)
        elif event.stage in IMPORT_LABELS and side_of(event, self.dossier) is Side.IMPORT:
            self.taken_in_again = True


def _releases(event: Event, dossier: Dossier) -> bool:
    return event.stage is Stage.CLEARANCE_SUCCESS and side_of(event, dossier) is Side.IMPORT


def _taken_over(event: Event, dossier: Dossier) -> bool:
    """A scan in the destination country or by the carrier at the door; announced data are none."""
    if event.stage is not Stage.IN_TRANSIT or not is_dated(event):
        return False
    return is_there(event, dossier) or has_arrived(event, dossier)


def _in_customs_again(dossier: Dossier) -> bool:
    stay = open_stay(dossier)
    return stay is not None and stay.side is Side.IMPORT


def _facts(release: Event, clock: datetime, dossier: Dossier) -> dict[str, str]:
    return {
        "text": release.text,
        "at": release.when.isoformat() if release.when else "",
        "place": release.place,
        "silent_since": clock.isoformat(),
        "country": dossier.destination,
    }
