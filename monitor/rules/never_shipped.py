"""Paid for, and not on its way: no tracking at all, or nothing beyond a label."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.rules.contract import subject_of
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, Witness, ascending
from monitor.seasons import Season, after, lane, shipped_seasons, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.parcel import Dossier, WorkingDays
    from monitor.seasons import Stretch


@dataclass(frozen=True, slots=True)
class NeverShipped:
    """No carrier has had the parcel yet, for long.

    `unknown_*`: no source knows anything; calendar days from the order, else from adding.
    `label_*`: there is a label and nothing else; from that event, in working days of the country it
    comes from, `label_critical` in calendar days.
    """

    name: ClassVar[str] = "never_shipped"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    unknown_info: int = 5
    """Days without any tracking."""
    unknown_warning: int = 7
    """The same, for a warning."""
    unknown_critical: int = 14
    """The same, for a critical alert."""
    label_info: int = 4
    """Working days after a mere label."""
    label_warning: int = 7
    """The same, for a warning."""
    label_critical: int = 14
    """Calendar days after a mere label."""
    seasons: tuple[Season, ...] = field(default_factory=shipped_seasons, repr=False)

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        if not unshipped(dossier):
            return None
        labelled = dossier.last_change
        if labelled is None:
            return self._episode(dossier, "unknown", _bought(dossier), self._unknown(dossier))
        return self._episode(dossier, "label", labelled, self._label(dossier, labelled))

    def _unknown(self, dossier: Dossier) -> Mapping[Severity, Stretch]:
        days = {
            Severity.INFO: self.unknown_info,
            Severity.WARNING: self.unknown_warning,
            Severity.CRITICAL: self.unknown_critical,
        }
        return {s: self._after(dossier, _bought(dossier), n) for s, n in days.items()}

    def _label(self, dossier: Dossier, labelled: datetime) -> Mapping[Severity, Stretch]:
        working = dossier.working_days(dossier.origin)
        return {
            Severity.INFO: self._after(dossier, labelled, self.label_info, working),
            Severity.WARNING: self._after(dossier, labelled, self.label_warning, working),
            Severity.CRITICAL: self._after(dossier, labelled, self.label_critical),
        }

    def _after(
        self, dossier: Dossier, start: datetime, days: int, calendar: WorkingDays | None = None
    ) -> Stretch:
        ends = lane(dossier.origin, dossier.destination)
        return after(start, days, self.seasons, ends, calendar)

    def _episode(
        self, dossier: Dossier, known: str, since: datetime, dates: Mapping[Severity, Stretch]
    ) -> Episode:
        steps = (
            Step(str(s), date.at, s, f"never_shipped_{known}_{s}", Witness.CHECK)
            for s, date in dates.items()
        )
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="shipping",
            since=since,
            steps=ascending(since, steps),
            verified=dossier.witnessed,
            heard=dossier.heard,
            facts={"known": known} | told({str(s): date for s, date in dates.items()}),
        )


_ANNOUNCED = frozenset({Stage.INFO_RECEIVED, Stage.OTHER})  # a remark hands nothing over


def unshipped(dossier: Dossier) -> bool:
    """Whether nothing was ever heard of the parcel but that it is announced.

    What nobody understands is a sign that a carrier has it: then silence counts instead.
    """
    if not dossier.stages <= _ANNOUNCED:
        return False
    return Stage.INFO_RECEIVED in dossier.stages or not dossier.changes


def _bought(dossier: Dossier) -> datetime:
    """From when nothing known counts (UTC): the day of the order, else when it was added."""
    ordered = dossier.parcel.ordered
    if ordered is None:
        return dossier.parcel.added_at
    return datetime.combine(ordered, time(), UTC)
