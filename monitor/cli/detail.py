"""`parcels show`: everything about one parcel, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.layers import deadline_lines
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.refs import all_parcels
from monitor.cli.views import shown_json, views
from monitor.cli.wording import PLACE_WIDTH, STAGE_WORDS, TIME_WIDTH, cell
from monitor.message.texts import AGGREGATORS, action, count, is_foreign, shown_time, source_name
from monitor.parcel import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.cli.office import Office
    from monitor.cli.views import View
    from monitor.history.sources import SourceState
    from monitor.message.texts import Style
    from monitor.parcel import Alias, Event
    from monitor.schedule import Step


@click.command("show", epilog="Example: parcels show kettle")
@click.argument("ref", metavar="REF", shell_complete=all_parcels)
@json_option
@click.pass_context
def show_command(ctx: click.Context, ref: str, as_json: bool) -> None:
    """Facts, timeline, deadlines, alerts and next steps of one parcel."""
    with office_of(ctx) as office:
        view = views(office, [office.history.parcels.find(ref)])[0]
        if as_json:
            print_json(shown_json(office, view))
            return
        for paragraph in _shown(view, office):
            click.echo("\n".join(paragraph))
            click.echo()


def _shown(view: View, office: Office) -> Iterable[list[str]]:
    parcel = view.parcel
    newest = view.dossier.stage_event
    place = STAGE_WORDS[newest.stage if newest else Stage.UNKNOWN]
    yield [
        f"{parcel.name} ({parcel.number})" if parcel.label else parcel.number,
        f"{place}; silent for {count(view.days_silent, 'day')}",
        *_facts(view),
    ]
    aliases = office.history.parcels.aliases([parcel.id]).get(parcel.id, ())
    if aliases:
        told = office.history.paid_aliases.told(parcel.id)
        yield ["Also known as", *(_alias(a, told.get(a.number, ())) for a in aliases)]
    yield ["Timeline", *(_timeline(view, office) or ["  no tracking event yet"])]
    yield ["Deadlines", *(deadline_lines(view) or ["  none known"])]
    yield ["Now and next", *(_steps(view, office) or ["  nothing to do"])]
    yield ["Told", *(_told(view, office) or ["  nothing so far"])]
    yield ["Sources", *(_sources(view, office) or ["  none asked yet"])]


def _alias(alias: Alias, told: Sequence[str]) -> str:
    """`told`: the sources that were told of it because you said so."""
    said_by = source_name(alias.source)
    line = f"  {alias.number}  {f'{alias.carrier}, ' if alias.carrier else ''}named by {said_by}"
    return f"{line}; registered at {', '.join(map(source_name, told))}" if told else line


def _facts(view: View) -> list[str]:
    parcel = view.parcel
    facts = {
        "shop": parcel.shop,
        "ordered": parcel.ordered,
        "paid": parcel.paid,
        "paid with": parcel.paid_with,
        "shipped": parcel.shipped,
        "expected": parcel.expected,
        "from": view.dossier.origin,
        "to": view.dossier.destination,
        "order": parcel.order_id,
        "price": f"{parcel.price} {parcel.currency}".strip(),
        "seller": parcel.seller,
        "page": parcel.url,
        "economy service": "few scans after the hand-over abroad" if view.dossier.economy else "",
    }
    known = [f"{name} {value}" for name, value in facts.items() if value]
    return [f"{' · '.join(known)}"] if known else []


def _timeline(view: View, office: Office) -> list[str]:
    style = office.style
    return [
        f"  {_when(e, style)}  {cell(STAGE_WORDS[e.stage], PLACE_WIDTH)} {_words(e)}"
        for e in view.dossier.events
    ]


def _when(event: Event, style: Style) -> str:
    return (
        "no date".ljust(TIME_WIDTH)
        if event.when is None
        else shown_time(event.when, style).ljust(TIME_WIDTH)
    )


def _words(event: Event) -> str:
    place = f" ({event.place})" if event.place else ""
    meaning = f" [{event.translation}]" if event.translation and is_foreign(event) else ""
    return f"{event.text}{meaning}{place}"


def _steps(view: View, office: Office) -> list[str]:
    style = office.style
    due = [
        f"  now ({step.severity}, {rule}): {_action(view, rule, step)}"
        for rule, step in sorted(view.due.items(), key=lambda row: -row[1].severity)
    ]
    coming = [
        f"  {shown_time(step.at, style)} ({step.severity}, {rule}): {text}"
        for rule, step, text in view.to_come()
    ]
    return [*due, *coming]


def _told(view: View, office: Office) -> list[str]:
    rows = office.history.outbox.of_parcel(view.parcel.id)
    return [
        f"  {shown_time(row.sent_at or row.created_at, office.style)}  {row.kind}, {row.severity}"
        f" ({row.channel}, {row.state}): {row.title}"
        for row in rows
        if row.state != "dropped"
    ]


def _action(view: View, rule: str, step: Step) -> str:
    episode = view.matters[rule].episode
    return action(step.advice, episode.facts if episode else {})


def _sources(view: View, office: Office) -> list[str]:
    return [_source(state, office.style) for state in view.sources.values()]


def _source(state: SourceState, style: Style) -> str:
    """A source that needs no registration is not "new" for want of one."""
    told = [] if state.enrolment == "new" and state.last_ok else [state.enrolment]
    if state.last_ok:
        told.append(f"last answer {shown_time(state.last_ok, style)}")
    if state.looked_at and state.adapter in AGGREGATORS:
        told.append(f"last asked the carrier {shown_time(state.looked_at, style)}")
    told += _tracking(state, style)
    trouble = state.last_error or state.detail
    name = source_name(state.adapter)
    return f"  {name}: {', '.join(told)}" + (f"; {trouble}" if trouble else "")


def _tracking(state: SourceState, style: Style) -> list[str]:
    """Where the source itself has stopped looking, or was asked to go on; and what it is still owed."""
    told = []
    if state.stopped_at:
        told.append(f"stopped tracking {shown_time(state.stopped_at, style)}")
    if state.retrack == "done":
        at = f" {shown_time(state.retrack_at, style)}" if state.retrack_at else ""
        told.append(f"tracked again{at} (once, free)")
    elif state.retrack:
        said = "asked to go on" if state.retrack == "sending" else "not tracked again"
        told.append(f"{said}{f': {state.retrack_said}' if state.retrack_said else ''}")
    if state.owes:
        told.append("a change is still to be made there")
    return told
