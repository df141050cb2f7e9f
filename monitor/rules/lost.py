"""The carrier itself says that it lost or damaged the parcel; silence is never called a loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.rules.contract import subject_of
from monitor.rules.door import facts_of, run_of, surely_after
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step

if TYPE_CHECKING:
    from monitor.parcel import Dossier, Event


@dataclass(frozen=True, slots=True)
class Lost:
    """A source says that the parcel is lost, damaged or destroyed."""

    name: ClassVar[str] = "lost"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        run = run_of(dossier, {Stage.LOST_OR_DAMAGED}, _found)
        if not run or run[0].moment is None:
            return None
        at = run[0].moment
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="loss",
            since=at,
            steps=(Step("lost", at, Severity.CRITICAL, "lost_reported"),),
            verified=dossier.witnessed,
            facts=facts_of(run[0]),
        )


def _found(event: Event, loss: Event) -> bool:
    """Delivered after all, or any movement that is surely later."""
    return event.stage is Stage.DELIVERED or surely_after(event, loss)
