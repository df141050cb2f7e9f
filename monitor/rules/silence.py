"""Nothing has moved for long: how long is long depends on where the parcel is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.rules.contract import subject_of
from monitor.rules.never_shipped import unshipped
from monitor.rules.precedence import yields_to
from monitor.rules.whereabouts import Leg, leg
from monitor.schedule import Episode, Severity, Step, Witness, ascending
from monitor.seasons import Season, after, lane, shipped_seasons, told

if TYPE_CHECKING:
    from monitor.parcel import Dossier

# After these nothing more is expected to be said.
LAST_WORDS = frozenset({Stage.DELIVERED, Stage.RETURNED, Stage.LOST_OR_DAMAGED})


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing has been heard of a parcel under way for long. Counted from its last event.

    Thresholds in calendar days: `origin_*` in the country it comes from, export customs included;
    `line_haul_*` after it has left there; the others at any other stage.
    """

    name: ClassVar[str] = "silence"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    origin_warning: int = 10
    """Days of silence in the country it comes from."""
    origin_critical: int = 14
    """The same, for a critical alert."""
    line_haul_info: int = 10
    """Days of silence after it has left there."""
    line_haul_warning: int = 14
    """The same, for a warning."""
    line_haul_critical: int = 21
    """The same, for a critical alert."""
    other_warning: int = 14
    """Days of silence at any other stage."""
    other_critical: int = 20
    """The same, for a critical alert."""
    seasons: tuple[Season, ...] = field(default_factory=shipped_seasons, repr=False)

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        since = dossier.last_change
        newest = dossier.stage_event
        if since is None or unshipped(dossier):
            return None
        if newest is not None and newest.stage in LAST_WORDS:
            return None
        where = leg(dossier)
        ends = lane(dossier.origin, dossier.destination)
        dates, steps = {}, []
        for severity, days in self._days(where):
            key, advice = _SAID[where, severity]
            dates[key] = date = after(since, days, self.seasons, ends)
            steps.append(Step(key, date.at, severity, advice, Witness.CHECK))
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="journey",
            since=since,
            steps=ascending(since, steps),
            verified=dossier.witnessed,
            heard=dossier.heard,
            facts={"leg": where.value, "silent_since": since.isoformat()} | told(dates),
        )

    def _days(self, where: Leg) -> tuple[tuple[Severity, int], ...]:
        """The threshold of each severity on that leg, mildest first."""
        if where is Leg.ORIGIN:
            return (
                (Severity.WARNING, self.origin_warning),
                (Severity.CRITICAL, self.origin_critical),
            )
        if where is Leg.LINE_HAUL:
            return (
                (Severity.INFO, self.line_haul_info),
                (Severity.WARNING, self.line_haul_warning),
                (Severity.CRITICAL, self.line_haul_critical),
            )
        return (Severity.WARNING, self.other_warning), (Severity.CRITICAL, self.other_critical)


# The key of each step, and what is advised at it.
_SAID = {
    (leg, severity): (str(severity), f"silence_{leg.value}_{severity}")
    for leg in Leg
    for severity in Severity
}
