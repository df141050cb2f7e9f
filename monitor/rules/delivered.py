"""It was delivered, says a source: news, or a word that something else speaks against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.rules.contract import subject_of
from monitor.rules.door import delivery, denial, facts_of, owner_has_it
from monitor.rules.doubts import SOON, doubt_of
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, ascending

if TYPE_CHECKING:
    from monitor.parcel import Dossier, Event


@dataclass(frozen=True, slots=True)
class Delivered:
    """The parcel was delivered. Critical where something speaks against it, else news."""

    name: ClassVar[str] = "delivered"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    office_minutes: int = SOON // timedelta(minutes=1)
    """Minutes: so soon after the inward office of exchange a delivery is doubted."""

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        said = delivery(dossier)
        if said is None or said.moment is None or owner_has_it(dossier):
            return None
        denied = denial(dossier, said)
        news = Step("delivered", said.moment, Severity.NOTICE, "delivered_news", nags=False)
        doubts = self._doubts(said, denied, dossier)
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="delivery",
            since=said.moment,
            steps=ascending(said.moment, [news, *doubts]),
            verified=dossier.witnessed,
            facts=facts_of(denied or said) | {"said_on": _day(said), "said_at": _moment(said)},
        )

    def _doubts(self, said: Event, denied: Event | None, dossier: Dossier) -> list[Step]:
        found = []
        doubt = doubt_of(dossier, said, timedelta(minutes=self.office_minutes))
        if doubt is not None and said.moment is not None:
            advice = f"delivered_{doubt}"
            found.append(Step(f"suspicious-{doubt}", said.moment, Severity.CRITICAL, advice))
        if denied is not None and denied.moment is not None:
            at = denied.moment
            found.append(Step("denied", at, Severity.CRITICAL, "delivered_denied"))
        return found


def _moment(event: Event) -> str:
    return event.when.isoformat() if event.when else ""


def _day(event: Event) -> str:
    return event.when.date().isoformat() if event.when else ""
