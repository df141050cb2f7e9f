"""A source cannot be seen through: its parcels may be moving, and nobody would know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.errors import FailureKind
from monitor.schedule import Episode, Severity, Step, Witness

if TYPE_CHECKING:
    from monitor.circuit import SourceRecord


@dataclass(frozen=True, slots=True)
class Blind:
    """A tracking source gave no answer for long, or refuses. Counted from its last answer."""

    name: ClassVar[str] = "blind"
    news: ClassVar[bool] = False

    intervals: int = 3
    """So many of a source's own intervals without an answer."""
    at_least: int = 2
    """Hours without an answer, should the intervals be shorter."""

    def __call__(self, record: SourceRecord, /) -> Episode | None:
        """One step: at once where the owner can help or asking more does harm, else after long.

        It is borne out by a failed check after its date, so that a machine that slept is not told
        of the night.
        """
        health = record.health
        if health.failing_since is None:
            return None
        seen = health.last_ok or health.failing_since
        late = seen + max(self.intervals * record.every, timedelta(hours=self.at_least))
        late = max(late, health.failing_since)  # before that nobody knew of anything
        at = late if health.refused_since is None else min(late, health.refused_since)
        advice = f"blind_{health.reason}"
        nags = health.reason is not FailureKind.CHALLENGE  # which goes by itself, or not at all
        return Episode(
            rule=self.name,
            subject=record.name,
            anchor="source",
            since=health.failing_since,
            steps=(Step("blind", at, Severity.WARNING, advice, Witness.CHECK, nags=nags),),
            verified=health.last_failure,
        )
