"""17TRACK stops asking about a number of which nothing new was heard for 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.rules.contract import subject_of
from monitor.rules.precedence import yields_to
from monitor.rules.silence import LAST_WORDS
from monitor.schedule import Episode, Severity, Step, Witness

if TYPE_CHECKING:
    from monitor.parcel import Dossier

SOURCE = "seventeentrack"
STOPS_AFTER = 30  # days without a new event (17TRACK's help centre on automatic stops)


@dataclass(frozen=True, slots=True)
class SourceGivesUp:
    """17TRACK is about to stop asking the carrier. Calendar days after the last event.

    It only says so: nothing is paid and nothing is registered anew.
    """

    name: ClassVar[str] = "source_gives_up"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    warning: int = 25
    """Days of silence; 17TRACK stops asking at 30."""

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        since, newest = dossier.last_change, dossier.stage_event
        looks = any(k.source == SOURCE and k.looked_at is not None for k in dossier.looks)
        if since is None or not looks:
            return None
        if newest is not None and newest.stage in LAST_WORDS:
            return None
        at = since + timedelta(days=self.warning)
        stops = since + timedelta(days=STOPS_AFTER)
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="source",
            since=since,
            steps=(Step("warning", max(at, since), Severity.WARNING, self.name, Witness.CHECK),),
            verified=dossier.witnessed,
            facts={"stops_on": stops.date().isoformat()},
        )
