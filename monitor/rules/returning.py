"""It goes back: whoever waits for the seller to receive it may lose the protection meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.rules.contract import subject_of
from monitor.rules.door import facts_of, way_back
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, ascending

if TYPE_CHECKING:
    from monitor.parcel import Dossier

# From the mildest on: the first event of each is a step.
ADVICE = {
    Stage.RETURNING: ("returning", "return_begun"),
    Stage.RETURNED: ("returned", "return_ended"),
    Stage.DELIVERED: ("delivered", "return_delivered"),
}


@dataclass(frozen=True, slots=True)
class Returning:
    """The parcel goes back to the sender, or is back there."""

    name: ClassVar[str] = "returning"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        back = way_back(dossier)
        if not back or back[0].moment is None:
            return None
        steps = []
        for stage, (key, advice) in ADVICE.items():
            at = next((e.moment for e in back if e.stage is stage), None)
            if at is not None:
                steps.append(Step(key, at, Severity.CRITICAL, advice))
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="return",
            since=back[0].moment,
            steps=ascending(back[0].moment, steps),
            verified=dossier.witnessed,
            facts=facts_of(back[-1]),
        )
