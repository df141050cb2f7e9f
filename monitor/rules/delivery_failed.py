"""The carrier was at the door in vain: what it does next is often said on a card only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.rules.contract import subject_of
from monitor.rules.customs import IMPORT_LABELS
from monitor.rules.door import GOING_BACK, facts_of, run_of, spoken
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, Witness, ascending, working_days_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.parcel import Dossier, Event

ENDS = frozenset(
    {
        *GOING_BACK,
        Stage.DELIVERED,
        Stage.PICKUP,
        Stage.LOST_OR_DAMAGED,
        *(IMPORT_LABELS.keys() - {Stage.CLEARANCE_START}),  # customs has the word now
    }
)
APART = timedelta(hours=12)  # nearer than this, two rows speak of one attempt
ATTEMPTS = 3  # told of; carriers send it back after the second or third


@dataclass(frozen=True, slots=True)
class DeliveryFailed:
    """A delivery failed, and nothing has followed. Thresholds in working days of the destination."""

    name: ClassVar[str] = "delivery_failed"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    warning: int = 1
    """Working days of silence after a failed delivery."""
    critical: int = 3
    """The same, for a critical alert."""

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        run = run_of(dossier, {Stage.DELIVERY_FAILED}, lambda event, _: event.stage in ENDS)
        if not run or run[0].moment is None:
            return None
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor="door",
            since=run[0].moment,
            steps=ascending(run[0].moment, [*_attempts(run), *self._silence(run, dossier)]),
            verified=dossier.witnessed,
            heard=dossier.heard,
            facts=facts_of(run[-1]),
        )

    def _silence(self, run: Sequence[Event], dossier: Dossier) -> list[Step]:
        clock = _clock(run, dossier)
        calendar = dossier.working_days(run[-1].country or dossier.destination)
        silent = working_days_after(clock, self.warning, calendar)
        stuck = working_days_after(clock, self.critical, calendar)
        return [
            Step("warning", silent, Severity.WARNING, "attempt_silent", Witness.CHECK),
            Step("critical", stuck, Severity.CRITICAL, "attempt_stuck", Witness.CHECK),
        ]


def _attempts(run: Sequence[Event]) -> list[Step]:
    """A notice for each attempt; a row without a date is no further one."""
    found: list[Event] = list(run[:1])
    for event in run[1:]:
        before = found[-1].when
        if event.at is None or event.when is None or before is None:
            continue
        if event.when >= before + APART and len(found) < ATTEMPTS:
            found.append(event)
    return [
        Step("attempt", event.moment, Severity.NOTICE, "attempt_failed")
        if number == 1
        else Step(f"attempt-{number}", event.moment, Severity.NOTICE, "attempt_again")
        for number, event in enumerate(found, 1)
        if event.moment is not None
    ]


def _clock(run: Sequence[Event], dossier: Dossier) -> datetime:
    """The last sign of life: an attempt, or any dated movement after the first of them."""
    events = spoken(dossier)
    later = [e for e in events[events.index(run[0]) + 1 :] if e.at is not None]
    return max(e.moment for e in (run[0], *later) if e.moment is not None)
