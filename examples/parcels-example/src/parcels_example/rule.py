"""A parcel comes to the same place again and again: sorted wrongly, and sent round in circles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from monitor.rules.contract import subject_of
from monitor.schedule import Episode, Severity, Step, Witness, ascending

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.parcel import Dossier, Event

# What is said at each step, and when the matter is over. In braces: facts of the episode.
TEXTS: Mapping[str, Mapping[str, Any]] = {
    "circling_warning": {
        "title": "going in circles",
        "means": "It has come to {place} {visits} times. Such parcels usually carry a label that "
        "machines read wrongly, and somebody has to take them out by hand.",
        "do": [
            "Tell the carrier that it goes in circles, with the dates of the visits.",
            "Write to the seller, and ask for an inquiry with the carrier.",
        ],
        "action": "tell the carrier that it goes in circles",
    },
    "circling_critical": {
        "title": "still going in circles",
        "means": "It has come to {place} {visits} times, and nothing has changed that for days.",
        "do": ["Open the dispute while the protection runs: this does not end by itself."],
        "action": "open the dispute",
    },
    "resolved_circling": {
        "title": "no longer going in circles",
        "means": "It has come to a place it had not been to before.",
        "do": ["Nothing. The watch goes on until it is delivered."],
        "action": "nothing",
    },
}


@dataclass(frozen=True, slots=True)
class Circling:
    """The parcel comes to the same place again and again.

    `visits` to one place, with others in between; critical so many `days` later, if a source has
    looked by then and still shows it.
    """

    api_version: ClassVar[int] = 1  # the interface this was written for: a number, not a constant
    name: ClassVar[str] = "circling"
    # While one of these speaks, there is nothing to add.
    yields_to: ClassVar[frozenset[str]] = frozenset({"delivered", "returning", "lost"})
    texts: ClassVar[Mapping[str, Mapping[str, Any]]] = TEXTS

    visits: int = 3
    days: int = 5

    def __post_init__(self) -> None:
        if self.visits < 2:  # noqa: PLR2004 - once is no circle
            raise ValueError("visits must be at least 2")

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        way = _way(dossier)
        count = Counter(event.place for event in way)
        if not way or count[way[-1].place] < 2:  # noqa: PLR2004 - it is somewhere new
            return None
        visit = self._visit_too_many(way)
        if visit is None or visit.moment is None:
            return None
        since = visit.moment
        steps = (
            Step("warning", since, Severity.WARNING, "circling_warning"),
            Step(
                "critical",
                since + timedelta(days=self.days),
                Severity.CRITICAL,
                "circling_critical",
                Witness.CHECK,
            ),
        )
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="circle",
            since=since,
            steps=ascending(since, steps),
            verified=dossier.witnessed,
            facts={"place": visit.place, "visits": str(count[visit.place]), "text": visit.text},
        )

    def _visit_too_many(self, way: list[Event]) -> Event | None:
        seen: Counter[str] = Counter()
        for event in way:
            seen[event.place] += 1
            if seen[event.place] == self.visits:
                return event
        return None


def _way(dossier: Dossier) -> list[Event]:
    """The dated events that came to another place than the one before."""
    there = [e for e in dossier.events if e.place and e.moment is not None]
    came = zip(there[1:], there, strict=False)
    return [*there[:1], *(event for event, before in came if event.place != before.place)]
