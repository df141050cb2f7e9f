"""Commands that show where the parcels stand; they read what the last pass stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.alerts.standing import standing
from monitor.cli.dates import any_day
from monitor.cli.facts import PAID_WITH
from monitor.cli.office import json_option, office_of, print_json, utc
from monitor.cli.refs import watched
from monitor.cli.views import row_json, views
from monitor.cli.wording import (
    COLOURS,
    MARKS,
    NAME_WIDTH,
    PLACE_WIDTH,
    STAGE_WORDS,
    TIME_WIDTH,
    cell,
)
from monitor.message.stands import MISSING
from monitor.message.texts import days_until, shown_time
from monitor.parcel import Stage, clean_text
from monitor.protection import end_of_day
from monitor.rules.protection import START_UNKNOWN
from monitor.schedule import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.cli.views import View
    from monitor.schedule import Step


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
            print_json([row_json(v) for v in shown])
            return
        if not shown:
            click.echo(_nothing(office, stuck=stuck), err=True)
            return
        click.echo(_row("  ", "PARCEL", "WHERE IT STANDS", "SILENT", "LEFT", "NEXT"))
        for view in shown:
            click.echo(_line(view, office))
        for line in _questions(shown):
            click.echo(line, err=True)
        for line in _failing_channels(office):
            click.echo(line)


def _failing_channels(office: Office) -> Iterator[str]:
    """What the owner has to know of channels here, since it may reach nobody through them."""
    for subject, matters in office.history.matters.of_service().items():
        matter = matters.get("channel_failing")
        if matter is None or matter.episode is None:
            continue
        if standing(matter.episode, matter.memory, office.now) is not None:
            name, since = clean_text(subject, 40), shown_time(matter.episode.since, office.style)
            told = f"The channel {name} has not taken its messages since {since}."
            yield f"\n{told} Try it: parcels notify-test --channel {name}"


def _questions(shown: Sequence[View]) -> list[str]:
    """What only the owner can tell, asked for once below the list."""
    asked = [view for view in shown if view.asks_how_paid]
    if not asked:
        return []
    ref = asked[0].parcel.number if len(asked) == 1 else "REF"
    return [f"Paid with? parcels edit {ref} --paid-with {'|'.join(PAID_WITH)}"]


def _nothing(office: Office, *, stuck: bool) -> str:
    if stuck and office.history.parcels.watched():
        return "No parcel is stuck."
    return "No parcel is being watched. Add one: parcels add NUMBER --label WHAT --shipped DATE"


_ORDERS: dict[str, Any] = {
    "urgency": lambda view: view.urgency,
    "label": lambda view: view.parcel.name.casefold(),
    "age": lambda view: view.parcel.added_at,
}


def _line(view: View, office: Office) -> str:
    newest = view.dossier.stage_event
    place = STAGE_WORDS[newest.stage if newest else Stage.UNKNOWN]
    if view.parcel.done_at is not None:
        place = f"done ({view.parcel.done_as})"
    row = _row(
        MARKS.get(view.severity, "  ") if view.severity else "  ",
        view.parcel.name,
        place,
        f"{view.days_silent}d",
        _left(view),
        _next(view, office),
    )
    colour = COLOURS.get(view.severity) if view.severity else None
    return click.style(row, fg=colour) if colour else row


def _left(view: View) -> str:
    if view.days_left is None:
        return ""
    if view.days_left < 0 or view.shop_end is None:
        return "over"
    return f"{days_until(view.shop_end.closes, view.now)}d"  # as alerts count: begun days, too


def _row(mark: str, name: str, place: str, silent: str, left: str, then: str) -> str:
    cells = f"{mark} {cell(name, NAME_WIDTH)} {cell(place, PLACE_WIDTH)} {silent:>6} {left:>5}"
    return f"{cells}  {then}".rstrip()


def _next(view: View, office: Office) -> str:
    if view.parcel.done_at is not None:
        return ""
    step = view.next_step()
    if step is None or step[0].key == START_UNKNOWN:
        return _unknown_start(view)
    when = "" if step[0] in view.due.values() else f"{_day(step[0], office)}: "
    return f"{when}{step[1]}"


def _unknown_start(view: View) -> str:
    unknown = view.start_unknown
    if unknown is None:
        return ""
    return f"{MISSING.get(unknown.missing, 'tell the date')}: parcels edit … {unknown.missing}"


def _day(step: Step, office: Office) -> str:
    return f"{step.at.astimezone(office.settings.zone):%d %b}"


@click.command("plan", epilog="Example: parcels plan kettle --until 2026-12-31")
@click.argument("ref", metavar="[REF]", required=False, shell_complete=watched)
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
            when = shown_time(step.at, office.style).ljust(TIME_WIDTH)
            condition = " if still silent" if step.witness is Witness.CHECK else ""
            click.echo(
                f"{when}  {cell(view.parcel.name, NAME_WIDTH)} {step.severity!s:9}"
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
