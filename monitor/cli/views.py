"""What is stored of a parcel, put together for people and for programs; the keys are a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.alerts.standing import standing
from monitor.cli.office import utc
from monitor.message.texts import action
from monitor.parcel import Stage
from monitor.protection import NO_SHOP, stack
from monitor.rules.precedence import STUCK_RULES, yields_to
from monitor.schedule import Severity, ahead
from monitor.sweep.dossiers import dossier_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.cli.office import Office
    from monitor.history.schedules import Matter
    from monitor.history.sources import SourceState
    from monitor.parcel import Dossier, Event, Parcel
    from monitor.protection import Deadline, Stack, Undated
    from monitor.schedule import Step

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class View:
    """One parcel with all that is stored of it, as it stands at `now`."""

    parcel: Parcel
    dossier: Dossier
    matters: Mapping[str, Matter]
    sources: Mapping[str, SourceState]
    layers: Stack
    now: datetime

    @property
    def due(self) -> dict[str, Step]:
        """The step each rule is at, without those that a stronger rule silences."""
        found = {}
        for rule, matter in self.matters.items():
            if matter.episode is not None:
                step = standing(matter.episode, matter.memory, self.now)
                if step is not None:
                    found[rule] = step
        return {rule: step for rule, step in found.items() if not yields_to(rule) & found.keys()}

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
    def over(self) -> bool:
        """Finished, or delivered by its newest event: no deadline is watched any more."""
        newest = self.dossier.stage_event
        delivered = newest is not None and newest.stage is Stage.DELIVERED
        return delivered or self.parcel.done_at is not None

    @property
    def shop_end(self) -> Deadline | None:
        return next((d for d in self.ends if d.policy == self.parcel.shop), None)

    @property
    def days_silent(self) -> int:
        since = self.dossier.last_change or self.parcel.added_at
        return max(0, (self.now - since) // DAY)

    @property
    def days_left(self) -> int | None:
        return None if self.shop_end is None else (self.shop_end.closes - self.now) // DAY

    @property
    def last_checked(self) -> datetime | None:
        return max((s.last_ok for s in self.sources.values() if s.last_ok), default=None)

    def to_come(self) -> list[tuple[str, Step, str]]:
        """The steps ahead if nothing moves, in order of time: rule, step, and what to do then."""
        due = self.due
        silenced = {rule for rule in self.matters if yields_to(rule) & due.keys()}
        found = [
            (rule, step, action(step.advice, matter.episode.facts))
            for rule, matter in self.matters.items()
            if matter.episode is not None and rule not in silenced
            for step in ahead(matter.episode, self.now)
            if step.at > self.now or rule not in due
        ]
        return sorted(found, key=lambda row: row[1].at)

    def next_step(self) -> tuple[Step, str] | None:
        """What to do now where something is due, else the first step to come."""
        due = self.due
        if due:
            rule, step = max(due.items(), key=lambda row: (row[1].severity, row[1].at))
            episode = self.matters[rule].episode
            return step, action(step.advice, episode.facts if episode else {})
        coming = self.to_come()
        return (coming[0][1], coming[0][2]) if coming else None


def views(office: Office, parcels: Sequence[Parcel]) -> list[View]:
    """A view of each parcel, read in a handful of queries."""
    ids = [p.id for p in parcels]
    events = office.history.timeline.standing(ids)
    sources = office.history.sources.of(ids)
    matters = office.history.matters.of(ids)
    return [
        _view(office, p, events.get(p.id, ()), sources.get(p.id, {}), matters.get(p.id, {}))
        for p in parcels
    ]


def _view(
    office: Office,
    parcel: Parcel,
    events: tuple[Event, ...],
    sources: Mapping[str, SourceState],
    matters: Mapping[str, Matter],
) -> View:
    dossier = dossier_of(parcel, events, sources, country=office.settings.country)
    layers = stack(dossier, office.policies)
    return View(parcel, dossier, matters, sources, layers, office.now)


def parcel_json(office: Office, parcel: Parcel) -> dict[str, Any]:
    return row_json(views(office, [parcel])[0])


def row_json(view: View) -> dict[str, Any]:
    """The object of `list --json`."""
    parcel, newest = view.parcel, view.dossier.stage_event
    step = view.next_step()
    return {
        "id": parcel.id,
        "number": parcel.number,
        "label": parcel.label or None,
        "shop": parcel.shop or None,
        "adapters": list(parcel.adapters) or sorted(view.sources),
        "stage": newest.stage.value if newest else "unknown",
        "stage_since": utc(newest.when) if newest else None,
        "last_change": utc(view.dossier.last_change),
        "last_checked": utc(view.last_checked),
        "days_silent": view.days_silent,
        "protected_until": utc(view.shop_end.closes) if view.shop_end else None,
        "days_left": view.days_left,
        "stuck": view.stuck,
        "severity": str(view.severity) if view.severity is not None else None,
        "next_step": {"at": utc(step[0].at), "action": step[1]} if step else None,
        "done": parcel.done_at is not None,
    }


def shown_json(office: Office, view: View) -> dict[str, Any]:
    """The object of `show --json`."""
    events = office.history.timeline.everything(view.parcel.id)
    aliases = office.history.parcels.aliases([view.parcel.id]).get(view.parcel.id, ())
    return {
        **row_json(view),
        "events": [event_json(event) for event in events],
        "episodes": [
            _episode_json(m, view) for m in office.history.matters.history(view.parcel.id)
        ],
        "deadlines": [_deadline_json(d, view.now) for d in view.ends],
        "protection": _protection_json(view),
        "aliases": [
            {"number": a.number, "carrier": a.carrier, "source": a.source} for a in aliases
        ],
        "sources": [_source_json(s) for s in view.sources.values()],
        "economy": view.dossier.economy,
    }


def event_json(event: Event) -> dict[str, Any]:
    return {
        "at": utc(event.at),
        "raw_time": event.raw_time or None,
        "time_quality": event.time_quality.value,
        "stage": event.stage.value,
        "text": event.text,
        "place": event.place or None,
        "code": event.code or None,
        "source": event.source,
        "first_seen": utc(event.first_seen),
        "superseded": utc(event.superseded),
    }


def _episode_json(matter: Matter, view: View) -> dict[str, Any]:
    episode, memory = matter.episode, matter.memory
    resolved = memory.closed_at is not None
    step = standing(episode, memory, view.now) if episode and not resolved else None
    return {
        "rule": matter.rule,
        "since": utc(episode.since if episode else memory.opened_at),
        "severity": str(step.severity) if step else None,
        "step": step.key if step else None,
        "acknowledged": memory.acknowledged_at is not None,
        "snoozed_until": utc(memory.snoozed_until),
        "resolved_at": utc(memory.closed_at),
        "steps": [
            {
                "key": s.key,
                "at": utc(s.at),
                "severity": str(s.severity),
                "action": action(s.advice, episode.facts),
                "witness": s.witness.value,
            }
            for s in (episode.steps if episode else ())
            if episode is not None
        ],
    }


def _deadline_json(deadline: Deadline, now: datetime) -> dict[str, Any]:
    return {
        "policy": deadline.policy,
        "title": deadline.title,
        "opens": utc(deadline.opens),
        "closes": utc(deadline.closes),
        "act_by": deadline.act_by.isoformat(),
        "source": deadline.source,
        "assumed": deadline.assumed,
        "confidence": deadline.confidence or None,
        "prerequisites": list(deadline.prerequisites),
        "excludes": list(deadline.excludes),
        "usable": deadline.usable(now),
    }


def _protection_json(view: View) -> dict[str, Any]:
    following, last = view.layers.next_usable(view.now), view.layers.last_line(view.now)
    return {
        "next": following.policy if following else None,
        "last": last.policy if last else None,
        "paid_with": view.parcel.paid_with or None,
        "undated": [_undated_json(u) for u in view.layers.undated],
    }


def _undated_json(layer: Undated) -> dict[str, Any]:
    return {
        "policy": layer.policy.id,
        "title": layer.policy.title,
        "opens": utc(layer.opens),
        "missing": layer.missing or None,
        "barred": layer.barred or None,
        "confidence": layer.policy.confidence,
        "prerequisites": list(layer.policy.prerequisites),
    }


def _source_json(state: SourceState) -> dict[str, Any]:
    return {
        "adapter": state.adapter,
        "state": state.enrolment,
        "last_ok": utc(state.last_ok),
        "last_error": state.last_error or state.detail or None,
        "carrier": state.carrier or None,
        "stopped_at": utc(state.stopped_at),
        "retrack": state.retrack or None,
        "retracked_at": utc(state.retrack_at) if state.retrack == "done" else None,
        "owed": state.owes,
    }
