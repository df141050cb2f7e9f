"""Commands that show where the parcels stand; they read what the last pass stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.cli.dates import any_day
from monitor.cli.office import json_option, office_of, print_json, utc
from monitor.cli.views import as_json, shown_json, views
from monitor.message import SOURCE_NAMES, shown_day, shown_time
from monitor.parcel import Stage
from monitor.protection import end_of_day
from monitor.schedule import Severity, Witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.cli.office import Office
    from monitor.cli.views import View
    from monitor.parcel import Event
    from monitor.schedule import Step

STAGE_WORDS = {
    Stage.UNKNOWN: "nothing known yet",
    Stage.INFO_RECEIVED: "announced, not scanned",
    Stage.IN_TRANSIT: "on its way",
    Stage.EXPORT_CLEARANCE: "export customs",
    Stage.EXPORT_CLEARANCE_EXCEPTION: "stopped, export customs",
    Stage.CLEARANCE_START: "in customs",
    Stage.CLEARANCE_EXCEPTION: "stopped at customs",
    Stage.CLEARANCE_PAYMENT_DUE: "customs wants money",
    Stage.CLEARANCE_DOCUMENTS_NEEDED: "customs wants papers",
    Stage.CLEARANCE_FAILURE: "refused by customs",
    Stage.CLEARANCE_SUCCESS: "through customs",
    Stage.OUT_FOR_DELIVERY: "out for delivery",
    Stage.PICKUP: "waits to be collected",
    Stage.DELIVERED: "delivered",
    Stage.DELIVERY_FAILED: "delivery failed",
    Stage.RETURNING: "going back",
    Stage.RETURNED: "back with the sender",
    Stage.LOST_OR_DAMAGED: "lost or damaged",
    Stage.OTHER: "see its events",
}
COLOURS = {Severity.CRITICAL: "red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
MARKS = {Severity.CRITICAL: "!!", Severity.WARNING: "! ", Severity.NOTICE: "· "}
NAME_WIDTH, PLACE_WIDTH = 22, 24


@click.command("list", epilog="Example: parcels list --stuck")
@click.option("--all", "everything", is_flag=True, help="Finished parcels, too.")
@click.option("--stuck", is_flag=True, help="Only parcels that are stuck.")
@click.option(
    "--sort", type=click.Choice(["urgency", "label", "age"]), default="urgency", show_default=True
)
@json_option
@click.pass_context
def list_command(
    ctx: click.Context, everything: bool, stuck: bool, sort: str, as_json: bool
) -> None:
    """One line a parcel: what it is, where it stands, days silent, days of protection left, and
    what to do next. !! critical, ! warning, · notice."""
    with office_of(ctx) as office:
        parcels = office.history.parcels.all() if everything else office.history.parcels.watched()
        shown = [v for v in views(office, parcels) if v.stuck or not stuck]
        shown.sort(key=_ORDERS[sort])
        if as_json:
            print_json([_as_json(v) for v in shown])
            return
        if not shown:
            click.echo(_nothing(office, stuck=stuck), err=True)
            return
        click.echo(_row("  ", "PARCEL", "WHERE IT STANDS", "SILENT", "LEFT", "NEXT"))
        for view in shown:
            click.echo(_line(view, office))


_as_json = as_json


def _nothing(office: Office, *, stuck: bool) -> str:
    if stuck and office.history.parcels.watched():
        return "No parcel is stuck."
    return "No parcel is being watched. Add one: parcels add NUMBER --label WHAT --shipped DATE"


def _urgency(view: View) -> tuple[bool, int, int, int]:
    left = view.days_left
    severity = view.severity
    return (
        view.parcel.done_at is not None,
        0 if severity is None else -int(severity),
        10**6 if left is None else left,
        view.parcel.id,
    )


_ORDERS: dict[str, Any] = {
    "urgency": _urgency,
    "label": lambda view: view.parcel.name.casefold(),
    "age": lambda view: view.parcel.added_at,
}


def _line(view: View, office: Office) -> str:
    newest = view.dossier.stage_event
    place = STAGE_WORDS[newest.stage if newest else Stage.UNKNOWN]
    if view.parcel.done_at is not None:
        place = f"done ({view.parcel.done_as})"
    left = "" if view.days_left is None else f"{view.days_left}d"
    row = _row(
        MARKS.get(view.severity, "  ") if view.severity else "  ",
        view.parcel.name,
        place,
        f"{view.days_silent}d",
        left,
        _next(view, office),
    )
    colour = COLOURS.get(view.severity) if view.severity else None
    return click.style(row, fg=colour) if colour else row


def _row(mark: str, name: str, place: str, silent: str, left: str, then: str) -> str:
    cells = f"{mark} {_cell(name, NAME_WIDTH)} {_cell(place, PLACE_WIDTH)} {silent:>6} {left:>5}"
    return f"{cells}  {then}".rstrip()


def _cell(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def _next(view: View, office: Office) -> str:
    if view.parcel.done_at is not None:
        return ""
    step = view.next_step()
    if step is None:
        return _unknown_start(view)
    when = "" if step[0] in view.due.values() else f"{_day(step[0], office)}: "
    return f"{when}{step[1]}"


def _unknown_start(view: View) -> str:
    watched = view.parcel.shop not in ("", "none")
    delivered = view.dossier.stage_event is not None and (
        view.dossier.stage_event.stage is Stage.DELIVERED
    )
    if watched and view.shop_end is None and not delivered:
        return "tell when it was shipped: parcels edit … --shipped DATE"
    return ""


def _day(step: Step, office: Office) -> str:
    return f"{step.at.astimezone(office.settings.zone):%d %b}"


@click.command("show", epilog="Example: parcels show kettle")
@click.argument("ref", metavar="REF")
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
        f"{place}; silent for {_days(view.days_silent)}",
        *_facts(view),
    ]
    aliases = office.history.parcels.aliases([parcel.id]).get(parcel.id, ())
    if aliases:
        yield ["Also known as", *(f"  {a.number}  {a.carrier}".rstrip() for a in aliases)]
    yield ["Timeline", *(_timeline(view, office) or ["  no tracking event yet"])]
    yield ["Deadlines", *(_deadlines(view) or ["  none known"])]
    yield ["Now and next", *(_steps(view, office) or ["  nothing to do"])]
    yield ["Sources", *(_sources(view, office) or ["  none asked yet"])]


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


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
    }
    known = [f"{name} {value}" for name, value in facts.items() if value]
    return [f"{' · '.join(known)}"] if known else []


def _timeline(view: View, office: Office) -> list[str]:
    style = office.court.style
    return [
        f"  {_when(e, style)}  {_cell(STAGE_WORDS[e.stage], PLACE_WIDTH)} {_words(e)}"
        for e in view.dossier.events
    ]


def _when(event: Event, style: Any) -> str:
    return "no date".ljust(22) if event.when is None else shown_time(event.when, style).ljust(22)


def _words(event: Event) -> str:
    place = f" ({event.place})" if event.place else ""
    meaning = f" [{event.translation}]" if event.translation else ""
    return f"{event.text}{meaning}{place}"


def _deadlines(view: View) -> list[str]:
    return [
        f"  {shown_day(d)}  {d.title}: act by {d.act_by.isoformat()}; {d.source}" for d in view.ends
    ]


def _steps(view: View, office: Office) -> list[str]:
    style = office.court.style
    due = [
        f"  now ({step.severity}, {rule}): {_action(view, rule, step)}"
        for rule, step in sorted(view.due.items(), key=lambda row: -row[1].severity)
    ]
    coming = [
        f"  {shown_time(step.at, style)} ({step.severity}, {rule}): {text}"
        for rule, step, text in view.to_come()
    ]
    return [*due, *coming]


def _action(view: View, rule: str, step: Step) -> str:
    from monitor.message import action

    episode = view.matters[rule].episode
    return action(step.advice, episode.facts if episode else {})


def _sources(view: View, office: Office) -> list[str]:
    style = office.court.style
    return [
        f"  {SOURCE_NAMES.get(s.adapter, s.adapter)}: {s.enrolment}"
        + (f", last answer {shown_time(s.last_ok, style)}" if s.last_ok else "")
        + (f", last asked the carrier {shown_time(s.looked_at, style)}" if s.looked_at else "")
        + (f"; {s.last_error or s.detail}" if s.last_error or s.detail else "")
        for s in view.sources.values()
    ]


@click.command("plan", epilog="Example: parcels plan kettle --until 2026-12-31")
@click.argument("ref", metavar="[REF]", required=False)
@click.option("--until", metavar="DATE", default="", help="Only what comes before this day ends.")
@json_option
@click.pass_context
def plan_command(ctx: click.Context, ref: str | None, until: str, as_json: bool) -> None:
    """What will happen when, if nothing moves."""
    with office_of(ctx) as office:
        history = office.history
        parcels = [history.parcels.find(ref)] if ref else history.parcels.watched()
        rows = _planned(views(office, parcels), until, office)
        if as_json:
            print_json([_plan_json(view, rule, step, text) for view, rule, step, text in rows])
        elif not rows:
            click.echo("Nothing is planned: no deadline and no silence to watch yet.", err=True)
        for view, rule, step, text in () if as_json else rows:
            when = shown_time(step.at, office.court.style)
            condition = " if still silent" if step.witness is Witness.CHECK else ""
            click.echo(
                f"{when}  {_cell(view.parcel.name, NAME_WIDTH)} {step.severity!s:9}"
                f"{rule}{condition}: {text}"
            )


_Row = tuple["View", str, "Step", str]


def _planned(shown: Sequence[View], until: str, office: Office) -> list[_Row]:
    day = any_day(until, "--until")
    end = None if day is None else end_of_day(day, office.settings.zone)
    rows = [(view, *row) for view in shown for row in view.to_come()]
    return sorted(
        (row for row in rows if end is None or row[2].at <= end), key=lambda row: row[2].at
    )


def _plan_json(view: View, rule: str, step: Step, text: str) -> dict[str, Any]:
    return {
        "number": view.parcel.number,
        "at": utc(step.at),
        "rule": rule,
        "severity": str(step.severity),
        "action": text,
        "witness": step.witness.value,
    }
