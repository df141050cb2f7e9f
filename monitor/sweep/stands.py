"""Where one parcel stands and what comes next, as far as one line needs it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from monitor.alerts.standing import standing
from monitor.message.texts import action
from monitor.parcel import Outline
from monitor.protection import NO_SHOP, Alike
from monitor.rules.precedence import STUCK_RULES, yields_to
from monitor.schedule import Severity, ahead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.alerts.standing import ToldLast
    from monitor.history import History
    from monitor.history.sources import Note
    from monitor.parcel import Parcel
    from monitor.protection import Deadline, Policy, Stack, Undated
    from monitor.schedule import Episode, Step

DAY = timedelta(days=1)


class Matter(Protocol):
    """What is asked of a matter here; the history has two kinds, one of which is read faster."""

    @property
    def schedule(self) -> Episode | None: ...
    @property
    def told_last(self) -> ToldLast: ...
    @property
    def facts(self) -> Mapping[str, str]: ...
    def rests_until(self, now: datetime, /) -> bool: ...


class Stand:
    """Where one parcel stands at `now`, and what comes next.

    `outline` is what its events come to, `layers` its protection, `matters` what each rule has with
    it; `asked` names the sources that were asked, `last_checked` the last of their answers (UTC).
    """

    parcel: Parcel
    matters: Mapping[str, Matter]
    layers: Stack
    now: datetime
    _steps_at: dict[str, Step | None]

    @property
    def outline(self) -> Outline:
        raise NotImplementedError

    @property
    def asked(self) -> Sequence[str]:
        raise NotImplementedError

    @property
    def last_checked(self) -> datetime | None:
        raise NotImplementedError

    @cached_property
    def due(self) -> dict[str, Step]:
        """The step each rule is at, without those that a stronger rule silences."""
        found = {}
        for rule in self.matters:
            if not self._silenced(rule):
                step = self._at(rule)
                if step is not None:
                    found[rule] = step
        return found

    def _silenced(self, rule: str) -> bool:
        """Whether a rule that this one yields to has something due."""
        stronger = yields_to(rule)
        return bool(stronger) and any(r in stronger and self._at(r) for r in self.matters)

    def _at(self, rule: str) -> Step | None:
        """The step a rule is at; what a stronger one silences is not even read."""
        known = self._steps_at
        if rule not in known:
            known[rule] = self._worked_out(self.matters[rule])
        return known[rule]

    def _worked_out(self, matter: Matter) -> Step | None:
        # A clock that was set back may make a step stand that was told.
        if matter.rests_until(self.now + DAY):
            return None
        schedule = matter.schedule
        return None if schedule is None else standing(schedule, matter.told_last, self.now)

    @property
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

    @property
    def settled(self) -> bool:
        """Whether it was delivered, and nothing speaks against it."""
        raise NotImplementedError

    @property
    def over(self) -> bool:
        """Finished, or delivered for good: no deadline is watched any more."""
        return self.parcel.done_at is not None or self.settled

    @cached_property
    def shop_end(self) -> Deadline | None:
        return next((d for d in self.ends if d.policy == self.parcel.shop), None)

    @property
    def days_silent(self) -> int:
        since = self.outline.last_change or self.parcel.added_at
        return max(0, (self.now - since) // DAY)

    @property
    def days_left(self) -> int | None:
        return None if self.shop_end is None else (self.shop_end.closes - self.now) // DAY

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
        number = self.parcel.number
        return action(step.advice, lambda: {"number": number, **self.matters[rule].facts})

    def _ahead(self) -> Iterator[tuple[str, Step]]:
        due = self.due
        for rule, matter in self.matters.items():
            schedule = matter.schedule
            if schedule is None or yields_to(rule) & due.keys():
                continue
            for step in ahead(schedule, self.now):
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


@dataclass(frozen=True)
class Glimpse(Stand):
    """One parcel in a list, with no more of it than one line says."""

    parcel: Parcel
    outlined: Outline
    matters: Mapping[str, Matter]
    notes: Sequence[Note]
    layers: Stack
    now: datetime
    arrived: bool  # as `settled`
    _steps_at: dict[str, Step | None] = field(default_factory=dict, init=False, repr=False)

    @property
    def outline(self) -> Outline:
        return self.outlined

    @property
    def settled(self) -> bool:
        return self.arrived

    @property
    def asked(self) -> Sequence[str]:
        return [note.adapter for note in self.notes]

    @property
    def last_checked(self) -> datetime | None:
        return max((note.last_ok for note in self.notes if note.last_ok), default=None)


def glimpses_of(
    history: History,
    parcels: Sequence[Parcel],
    policies: Mapping[str, Policy],
    now: datetime,
    *,
    country: str = "",
) -> list[Glimpse]:
    """A glimpse of each parcel, read in a handful of queries. They say what the views of
    `views_of` say.
    """
    ids = [p.id for p in parcels]
    notes = history.sources.notes(ids)
    carriers = {i: _first(note.carrier for note in notes.get(i, ())) for i in ids}
    outlines = history.timeline.outlines(carriers)
    matters = history.matters.gists(ids)
    alike = Alike(policies)
    arrived = _settled(history, [p for p in parcels if outlines.get(p.id, NOTHING_KNOWN).delivered])
    found = []
    for parcel in parcels:
        asked, outline = notes.get(parcel.id, ()), outlines.get(parcel.id, NOTHING_KNOWN)
        seen = parcel.destination or _first(note.seen_destination for note in asked)
        layers = alike.of(parcel, seen or country, outline.first_event)
        mine, there = matters.get(parcel.id, {}), parcel.id in arrived
        found.append(Glimpse(parcel, outline, mine, asked, layers, now, there))
    return found


def _settled(history: History, delivered: Sequence[Parcel]) -> frozenset[int]:
    """The ids of those of which nothing speaks against the delivery."""
    doubtful = [p.id for p in delivered if p.done_at is None]
    if not doubtful:
        return frozenset()
    from monitor.rules.doubts import settled  # noqa: PLC0415 - few lists have any of these
    from monitor.sweep.dossiers import dossiers  # noqa: PLC0415 - as above

    return frozenset(i for i, d in dossiers(history, doubtful).items() if settled(d))


NOTHING_KNOWN = Outline()


def _first(values: Iterator[str]) -> str:
    return next((v for v in values if v), "")
