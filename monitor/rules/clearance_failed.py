"""Import customs said no: the reason decides what to do, and some reasons leave no time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Cause, Side
from monitor.rules.customs import Stay, Trouble, open_stay
from monitor.rules.customs_episode import country_of, episode_of
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, Witness, working_days_after

if TYPE_CHECKING:
    from monitor.parcel import Dossier, Event


@dataclass(frozen=True, slots=True)
class ClearanceFailed:
    """Import customs refused the parcel. Threshold in working days of the destination country."""

    name: ClassVar[str] = "clearance_failed"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    critical: int = 3
    """Working days of silence after a refusal."""

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        stay = open_stay(dossier)
        if stay is None or stay.trouble is not Trouble.REFUSED or stay.side is not Side.IMPORT:
            return None
        return episode_of(self.name, stay, self._steps(stay, dossier), dossier)

    def _steps(self, stay: Stay, dossier: Dossier) -> list[Step]:
        steps = []
        if stay.refusal is not None and stay.refusal.moment is not None:
            advice = f"refused_{_reason(stay.refusal)}"
            steps.append(Step("refused", stay.refusal.moment, Severity.WARNING, advice))
        if stay.prohibited is not None and stay.prohibited.moment is not None:
            at = stay.prohibited.moment
            steps.append(Step("prohibited", at, Severity.CRITICAL, "prohibited"))
            return steps
        calendar = dossier.working_days(country_of(stay, dossier))
        at = working_days_after(stay.clock, self.critical, calendar)
        return [*steps, Step("critical", at, Severity.CRITICAL, "refused_silent", Witness.CHECK)]


def _reason(refusal: Event) -> str:
    known = refusal.cause in (Cause.PAYMENT, Cause.DOCUMENTS)
    return refusal.cause.value if known and refusal.cause else "unsaid"
