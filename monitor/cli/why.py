"""`parcels why`: which rule spoke, from which event, by which threshold, who bore it out, what next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from monitor.alerts.decision import remind_at
from monitor.alerts.standing import standing
from monitor.cli.comparing import as_json_keys, comparisons, in_words
from monitor.cli.office import json_option, office_of, print_json, utc
from monitor.cli.refs import watched
from monitor.cli.views import views
from monitor.message.texts import action, count, shown_time, source_name
from monitor.rules.precedence import yields_to
from monitor.schedule import Witness, ahead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.cli.office import Office
    from monitor.experience import Compared
    from monitor.history.outbox import OutboxRow
    from monitor.history.schedules import Matter
    from monitor.parcel import Event, SourceLook
    from monitor.schedule import Step
    from monitor.sweep.views import View

HOUR, DAY = 3600, 86400  # seconds


@dataclass(frozen=True, slots=True)
class Reason:
    """All there is to say of one rule about one parcel; times aware UTC.

    `step` has come; `counted_from` is what it is counted from, and `deadline` what it counts down to.
    """

    matter: Matter
    step: Step | None
    event: Event | None
    counted_from: datetime | None
    deadline: tuple[str, datetime] | None
    look: SourceLook | None
    silenced_by: tuple[str, ...]
    told: tuple[OutboxRow, ...]
    reminder: datetime | None
    coming: tuple[Step, ...]
    compared: Compared | None = None


@click.command("why", epilog="Example: parcels why kettle")
@click.argument("ref", metavar="REF", shell_complete=watched)
@json_option
@click.pass_context
def why_command(ctx: click.Context, ref: str, as_json: bool) -> None:
    """Why you were told: the rule, the event, the threshold, the look that bore it out, what was sent
    when, and when the next reminder comes. And what is not said, because another rule speaks."""
    with office_of(ctx, only_reads=True) as office:
        view = views(office, [office.history.parcels.find(ref)])[0]
        reasons = reasons_of(view, office)
        if as_json:
            print_json([_json(reason) for reason in reasons])
            return
        for reason in reasons:
            click.echo("\n".join(_shown(reason, office)))
            click.echo()
        if not reasons:
            click.echo(
                f"{view.parcel.name}: no rule has anything to say, nor anything to watch.", err=True
            )


def reasons_of(view: View, office: Office) -> list[Reason]:
    """What speaks first, then what is silent because of it, then what only waits."""
    rows = office.history.outbox.of_parcel(view.parcel.id)
    due = {
        rule: step
        for rule, matter in view.matters.items()
        if matter.episode is not None
        and (step := standing(matter.episode, matter.memory, view.now)) is not None
    }
    known = comparisons(view, office)
    found = [
        _reason(view, matter, due.get(rule), yields_to(rule) & due.keys(), rows, office, known)
        for rule, matter in view.matters.items()
        if matter.episode is not None
    ]
    return sorted(found, key=_order)


def _order(reason: Reason) -> tuple[bool, bool, int, str]:
    severity = 0 if reason.step is None else int(reason.step.severity)
    return (reason.step is None, bool(reason.silenced_by), -severity, reason.matter.rule)


def _reason(
    view: View,
    matter: Matter,
    step: Step | None,
    silenced_by: frozenset[str],
    rows: Sequence[OutboxRow],
    office: Office,
    known: Mapping[str, Compared],
) -> Reason:
    episode = matter.episode
    assert episode is not None, "asked only of a rule with a schedule"  # noqa: S101 - for types
    text = episode.facts.get("text", "")
    event = next((e for e in reversed(view.dossier.events) if text and e.text == text), None)
    looks = [k for k in view.dossier.looks if k.shows_change and k.looked_at is not None]
    told = tuple(r for r in rows if r.episode_id == matter.id and r.state != "dropped")
    return Reason(
        matter=matter,
        step=step,
        event=event,
        counted_from=_counted_from(matter, step),
        deadline=_deadline(matter, step),
        look=max(looks, key=lambda k: k.looked_at or view.now, default=None),
        silenced_by=tuple(sorted(silenced_by)),
        told=told,
        reminder=None if silenced_by else remind_at(matter.memory, step, office.court.manners),
        coming=ahead(episode, view.now) if step is None else _after(matter, step),
        compared=known.get(matter.rule),
    )


def _after(matter: Matter, step: Step) -> tuple[Step, ...]:
    steps = () if matter.episode is None else matter.episode.steps
    return steps[steps.index(step) + 1 :]


def _counted_from(matter: Matter, step: Step | None) -> datetime | None:
    """The last event of the matter, or its beginning; what counts down to a deadline has neither."""
    episode = matter.episode
    if episode is None or step is None or episode.deadlines:
        return None
    from datetime import datetime

    said = episode.facts.get("silent_since", "")
    last = datetime.fromisoformat(said) if said else episode.since
    return last if last <= step.at else episode.since


def _deadline(matter: Matter, step: Step | None) -> tuple[str, datetime] | None:
    """The first named date after the step, which it announces."""
    if matter.episode is None or step is None:
        return None
    after = [row for row in matter.episode.deadlines if row[1] > step.at]
    return min(after, key=lambda row: row[1], default=None)


# -- for people


def _shown(reason: Reason, office: Office) -> Iterator[str]:
    matter, step = reason.matter, reason.step
    if step is None:
        yield f"{matter.rule}: nothing yet"
    elif reason.silenced_by:
        verb = "speaks" if len(reason.silenced_by) == 1 else "speak"
        yield f"{matter.rule}: silent, because {' and '.join(reason.silenced_by)} {verb}"
    else:
        yield f"{matter.rule}: {step.severity}, since {_time(step.at, office)}"
    yield from (f"  {line}" for line in _lines(reason, office))


def _lines(reason: Reason, office: Office) -> Iterator[str]:
    if reason.event is not None and reason.event.when is not None:
        source = source_name(reason.event.source)
        when = _time(reason.event.when, office)
        yield f'event      {when}  "{reason.event.text}" ({source})'
    if reason.step is not None:
        yield f"threshold  {_threshold(reason, reason.step, office)}"
        yield f"witness    {_witness(reason, reason.step, office)}"
    if reason.compared is not None:
        yield f"compared   {in_words(reason.compared)}"
    yield from _told_lines(reason, office)
    if reason.step is not None and not reason.silenced_by:
        yield f"reminder   {_reminder(reason, reason.step, office)}"
    if reason.coming:
        yield f"next       {_coming(reason, reason.coming[0], office)}"


def _told_lines(reason: Reason, office: Office) -> Iterator[str]:
    for row in reason.told:
        when = _time(row.sent_at or row.created_at, office)
        state = "" if row.state == "sent" else f", {row.state}"
        yield f"told       {when}  {row.kind}, {row.severity} ({row.channel}{state}): {row.title}"
    if not reason.told:
        yield "told       nothing so far"


def _threshold(reason: Reason, step: Step, office: Office) -> str:
    at = _time(step.at, office)
    if reason.deadline is not None:
        name, closes = reason.deadline
        left = _span((closes - step.at).total_seconds())
        return f"{step.key}: {left} before {name} ends on {_time(closes, office)}"
    if reason.counted_from is None or reason.counted_from == step.at:
        return f"{step.key}: at once, {at}"
    after = _span((step.at - reason.counted_from).total_seconds())
    return f"{step.key}: {after} after {_time(reason.counted_from, office)}, which was {at}"


def _span(seconds: float) -> str:
    days, hours = int(seconds // DAY), int(seconds % DAY // HOUR)
    parts = [count(n, thing) for n, thing in ((days, "day"), (hours, "hour")) if n]
    return " and ".join(parts) or "less than an hour"


def _witness(reason: Reason, step: Step, office: Office) -> str:
    if step.witness is Witness.CLOCK:
        return "the clock: it holds by its date alone"
    look = reason.look
    if look is None or look.looked_at is None:
        return "a look after that date, by a source that has been forgotten since"
    source = source_name(look.source)
    return f"{source} looked on {_time(look.looked_at, office)} and showed nothing newer"


def _reminder(reason: Reason, step: Step, office: Office) -> str:
    memory = reason.matter.memory
    if memory.snoozed_until is not None and memory.snoozed_until > office.now:
        return f"snoozed until {_time(memory.snoozed_until, office)}"
    if memory.acknowledged_at is not None:
        acknowledged = _time(memory.acknowledged_at, office)
        return f"none: acknowledged on {acknowledged}, until something changes"
    if reason.reminder is None:
        return "none"
    look = " and a look after it" if step.witness is Witness.CHECK else ""
    return f"{_time(reason.reminder, office)}{look}, if nothing changes"


def _coming(reason: Reason, step: Step, office: Office) -> str:
    episode = reason.matter.episode
    what = action(step.advice, episode.facts if episode else {})
    condition = " if still silent" if step.witness is Witness.CHECK else ""
    return f"{_time(step.at, office)}  {step.severity}{condition}: {what}"


def _time(moment: datetime, office: Office) -> str:
    return shown_time(moment, office.style)


# -- for programs


def _json(reason: Reason) -> dict[str, Any]:
    step, memory, episode = reason.step, reason.matter.memory, reason.matter.episode
    checked = step is not None and step.witness is Witness.CHECK and reason.look is not None
    next_step = reason.coming[0] if reason.coming else None
    return {
        "rule": reason.matter.rule,
        "severity": str(step.severity) if step else None,
        "step": step.key if step else None,
        "step_at": utc(step.at) if step else None,
        "since": utc(episode.since) if episode else None,
        "event": _event_json(reason.event),
        "counted_from": utc(reason.counted_from),
        "deadline": (
            {"policy": reason.deadline[0], "closes": utc(reason.deadline[1])}
            if reason.deadline
            else None
        ),
        "witness": step.witness.value if step else None,
        "witnessed": (
            {"source": reason.look.source, "looked_at": utc(reason.look.looked_at)}
            if checked and reason.look
            else None
        ),
        "compared": as_json_keys(reason.compared),
        "silenced_by": list(reason.silenced_by),
        "told": [
            {
                "kind": str(row.kind),
                "severity": str(row.severity),
                "channel": row.channel,
                "title": row.title,
                "state": row.state,
                "at": utc(row.sent_at or row.created_at),
            }
            for row in reason.told
        ],
        "acknowledged": memory.acknowledged_at is not None,
        "snoozed_until": utc(memory.snoozed_until),
        "next_reminder": utc(reason.reminder),
        "next_step": (
            {"at": utc(next_step.at), "severity": str(next_step.severity)} if next_step else None
        ),
    }


def _event_json(event: Event | None) -> dict[str, Any] | None:
    if event is None:
        return None
    return {"at": utc(event.when), "text": event.text, "source": event.source}
