"""What is stored of a parcel, put together for people and for programs; the keys are a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.alerts.standing import standing
from monitor.cli.office import utc
from monitor.message.texts import action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.cli.office import Office
    from monitor.history.schedules import Matter
    from monitor.history.sources import SourceState
    from monitor.parcel import Event, Parcel
    from monitor.protection import Deadline, Undated
    from monitor.sweep.stands import Stand
    from monitor.sweep.views import View

__all__ = ["event_json", "parcel_json", "row_json", "shown_json", "views"]


def views(office: Office, parcels: Sequence[Parcel]) -> list[View]:
    """A view of each parcel, read in a handful of queries."""
    from monitor.sweep.views import views_of

    country = office.surroundings.country
    return views_of(office.history, parcels, office.policies, office.now, country=country)


def parcel_json(office: Office, parcel: Parcel) -> dict[str, Any]:
    return row_json(views(office, [parcel])[0])


def row_json(view: Stand) -> dict[str, Any]:
    """The object of `list --json`."""
    parcel, outline = view.parcel, view.outline
    step = view.next_step()
    return {
        "id": parcel.id,
        "number": parcel.number,
        "label": parcel.label or None,
        "shop": parcel.shop or None,
        "adapters": list(parcel.adapters) or list(view.asked),
        "stage": outline.stage.value if outline.stage else "unknown",
        "stage_since": utc(outline.stage_since),
        "last_change": utc(outline.last_change),
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
