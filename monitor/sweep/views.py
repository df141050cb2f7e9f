"""What is stored of parcels, put together: where each one stands, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.alerts.standing import standing
from monitor.message.texts import action
from monitor.protection import NO_SHOP, stack
from monitor.rules.doubts import settled
from monitor.rules.precedence import STUCK_RULES, yields_to
from monitor.schedule import Severity, ahead
from monitor.sweep.dossiers import dossier_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.history import History
    from monitor.history.schedules import Matter
    from monitor.history.sources import SourceState
    from monitor.parcel import Dossier, Parcel
    from monitor.protection import Deadline, Policy, Stack, Undated
    from monitor.schedule import Step

DAY = timedelta(days=1)


@dataclass(frozen=True)
class View:
    """One parcel with all that is stored of it, as it stands at `now`."""

    parcel: Parcel
    dossier: Dossier
    matters: Mapping[str, Matter]
    sources: Mapping[str, SourceState]
    layers: Stack
    now: datetime

    @cached_property
    def due(self) -> dict[str, Step]:
        """The step each rule is at, without those that a stronger rule silences."""
        found = {}
        latest = self.now + DAY  # a clock that was set back may make a step stand that was told
        for rule, matter in self.matters.items():
            if not matter.rests_until(latest) and matter.episode is not None:
                step = standing(matter.episode, matter.memory, self.now)
                if step is not None:
                    found[rule] = step
        return {rule: step for rule, step in found.items() if not yields_to(rule) & found.keys()}

    @cached_property
    def severity(self) -> Severity | None:
        return max((step.severity for step in self.due.values()), default=None)

    @property
    def stuck(self) -> bool:
        steps = self.due
        return any(r in STUCK_RULES and s.severity >= Severity.WARNING for r, s in steps.items())

    @property
    def ends(self) -> tuple[Deadline, ...]:
        return self.layers.dated

    @property
    def start_unknown(self) -> Undated | None:
        """A place whose end is not known for want of a date the owner has; none once delivered."""
        return None if self.over else next((u for u in self.layers.undated if u.pressing), None)

    @property
    def asks_how_paid(self) -> bool:
        """How it was paid would add a deadline, and nobody has told."""
        watched = self.parcel.shop not in ("", NO_SHOP)
        return watched and not self.parcel.paid_with and not self.over

    @cached_property
    def over(self) -> bool:
        """Finished, or delivered and nothing speaks against it: no deadline is watched any more."""
        return self.parcel.done_at is not None or settled(self.dossier)

    @cached_property
    def shop_end(self) -> Deadline | None:
        return next((d for d in self.ends if d.policy == self.parcel.shop), None)

    @property
    def days_silent(self) -> int:
        since = self.dossier.last_change or self.parcel.added_at
        return max(0, (self.now - since) // DAY)

    @cached_property
    def days_left(self) -> int | None:
        return None if self.shop_end is None else (self.shop_end.closes - self.now) // DAY

    @property
    def last_checked(self) -> datetime | None:
        return max((s.last_ok for s in self.sources.values() if s.last_ok), default=None)

    def to_come(self) -> list[tuple[str, Step, str]]:
        """The steps ahead if nothing moves, in order of time: rule, step, and what to do then."""
        found = sorted(self._ahead(), key=lambda row: row[1].at)
        return [(rule, step, self.action(rule, step)) for rule, step in found]

    def next_step(self) -> tuple[Step, str] | None:
        """What to do now where something is due, else the first step to come."""
        if self.due:
            rule, step = max(self.due.items(), key=lambda row: (row[1].severity, row[1].at))
            return step, self.action(rule, step)
        first = min(self._ahead(), key=lambda row: row[1].at, default=None)
        return None if first is None else (first[1], self.action(*first))

    def action(self, rule: str, step: Step) -> str:
        """What to do at a step of a rule, in a few words."""
        episode = self.matters[rule].episode
        facts = episode.facts if episode else {}
        return action(step.advice, {"number": self.parcel.number, **facts})

    def _ahead(self) -> Iterator[tuple[str, Step]]:
        due = self.due
        for rule, matter in self.matters.items():
            if matter.episode is None or yields_to(rule) & due.keys():
                continue
            for step in ahead(matter.episode, self.now):
                if step.at > self.now or rule not in due:
                    yield rule, step

    @property
    def urgency(self) -> tuple[bool, int, int, int]:
        """The smaller, the more urgent: by severity, then by the days of protection that are left."""
        left = self.days_left
        severity = self.severity
        return (
            self.parcel.done_at is not None,
            0 if severity is None else -int(severity),
            10**6 if left is None else left,
            self.parcel.id,
        )


def views_of(
    history: History,
    parcels: Sequence[Parcel],
    policies: Mapping[str, Policy],
    now: datetime,
    *,
    country: str = "",
) -> list[View]:
    """A view of each parcel, read in a handful of queries. `country` (alpha-2) is where parcels
    usually come to.
    """
    ids = [p.id for p in parcels]
    events = history.timeline.standing(ids)
    sources = history.sources.of(ids)
    matters = history.matters.of(ids)
    found = []
    for parcel in parcels:
        asked = sources.get(parcel.id, {})
        dossier = dossier_of(parcel, events.get(parcel.id, ()), asked, country=country)
        layers = stack(dossier, policies)
        found.append(View(parcel, dossier, matters.get(parcel.id, {}), asked, layers, now))
    return found
