"""`parcels plan`: what will happen when, if nothing moves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.dates import any_day
from monitor.cli.office import json_option, office_of, print_json, utc
from monitor.cli.refs import watched
from monitor.cli.screen import cut, padded, screen_of, wide, wrapped
from monitor.cli.views import views
from monitor.cli.wording import COLOURS, IF_SILENT, WAITS, mark_of
from monitor.message.texts import shown_time
from monitor.protection import end_of_day
from monitor.schedule import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.cli.screen import Screen
    from monitor.parcel import Parcel
    from monitor.schedule import Step
    from monitor.sweep.views import View

NAME_WIDTH, TIME_WIDTH, SEVERITY_WIDTH = 22, 22, 9


@dataclass(frozen=True, slots=True)
class Entry:
    """One step to come: of which parcel, by which rule, and what to do then."""

    view: View
    rule: str
    step: Step
    action: str

    @property
    def condition(self) -> str:
        """A look at that time has to find nothing newer, or the step does not come."""
        return IF_SILENT if self.step.witness is Witness.CHECK else ""


@click.command(
    "plan", epilog="\b\nExamples:\n  parcels plan\n  parcels plan kettle --until 2026-12-31"
)
@click.argument("ref", metavar="[REF]", required=False, shell_complete=watched)
@click.option("--until", metavar="DATE", default="", help="Only what comes before this day ends.")
@json_option
@click.pass_context
def plan_command(ctx: click.Context, ref: str | None, until: str, as_json: bool) -> None:
    """What will happen when, if nothing moves. What says "if still silent" comes only when a source
    has looked by then and found nothing newer."""
    with office_of(ctx, only_looks=True) as office:
        history = office.history
        parcels = [history.parcels.find(ref)] if ref else history.parcels.watched()
        shown = views(office, parcels)
        entries = _planned(shown, until, office)
        screen = screen_of()
        if as_json:
            print_json([_plan_json(entry) for entry in entries])
        elif not entries:
            said = _nothing(ref, until, shown)
            click.echo("\n".join(wrapped(said, screen)), err=True)
        else:
            drawn = _calendar(entries, office, screen) if screen.drawn else _plain(entries, office)
            click.echo("\n".join(drawn))


def _planned(shown: Sequence[View], until: str, office: Office) -> list[Entry]:
    day = any_day(until, "--until")
    end = None if day is None else end_of_day(day, office.surroundings.zone)
    entries = [Entry(view, *row) for view in shown for row in view.to_come()]
    wanted = [entry for entry in entries if end is None or entry.step.at <= end]
    return sorted(wanted, key=lambda entry: entry.step.at)


def _nothing(ref: str | None, until: str, shown: Sequence[View]) -> str:
    if not shown:
        return "No parcel is being watched. Add one: parcels add NUMBER --label WHAT --shipped DATE"
    if ref and shown[0].over:
        return _ended(shown[0].parcel)
    if until:
        return f"Nothing is planned until then. All of it: parcels plan{f' {ref}' if ref else ''}"
    return (
        "Nothing is planned: no deadline and no silence to watch yet. "
        "Has every source been asked? parcels poll"
    )


def _ended(one: Parcel) -> str:
    if one.done_at is not None:
        again = f"To watch it again: parcels undo {one.number}"
        return f"Nothing is planned: {one.name} is finished ({one.done_as}). {again}"
    return (
        f"Nothing is planned: {one.name} was delivered. If you have it: parcels done {one.number}"
    )


def _plain(entries: Sequence[Entry], office: Office) -> Iterator[str]:
    """One line a step, whole."""
    names = max(wide(entry.view.parcel.name) for entry in entries)
    for entry in entries:
        when = padded(shown_time(entry.step.at, office.style), TIME_WIDTH)
        name = padded(entry.view.parcel.name, min(names, NAME_WIDTH))
        said = WAITS if entry.step.at <= office.now else entry.condition
        condition = f" {said}" if said else ""
        severity = f"{entry.step.severity!s:{SEVERITY_WIDTH}}"
        yield f"{when}  {name}  {severity}{entry.rule}{condition}: {entry.action}"


def _calendar(entries: Sequence[Entry], office: Office, screen: Screen) -> Iterator[str]:
    """Days as headings, and below each what it brings."""
    zone = office.surroundings.zone
    today = office.now.astimezone(zone).date()
    room = (screen.width or 0) // 3
    name_width = min(room, max(wide(entry.view.parcel.name) for entry in entries))
    by_day = groupby(entries, key=lambda entry: entry.step.at.astimezone(zone).date())
    for number, (day, of_day) in enumerate(by_day):
        if number:
            yield ""
        heading = f"{day:%a} {day.day} {day:%b %Y}"
        away = f"  {screen.signs.dot} {_away((day - today).days)}"
        yield screen.ink(heading, bold=True) + screen.ink(away, dim=True)
        for entry in of_day:
            yield from _entry(entry, name_width, office, screen)


def _entry(entry: Entry, name_width: int, office: Office, screen: Screen) -> Iterator[str]:
    severity = entry.step.severity
    colour = COLOURS.get(severity)
    mark = mark_of(severity, screen)
    time = office.clock_time(entry.step.at)
    name = padded(cut(entry.view.parcel.name, name_width, screen), name_width)
    condition = f", {entry.condition}" if entry.condition else ""
    yield from wrapped(
        f"{entry.action}{condition}",
        screen,
        f"  {time}  {mark} {name}  ",
        inked=f"  {screen.ink(time, dim=True)}  {screen.ink(mark, colour, bold=True)} "
        f"{screen.ink(name, bold=True)}  ",
    )


def _away(days: int) -> str:
    if days < 1:
        return "today" if days == 0 else WAITS
    return "tomorrow" if days == 1 else f"in {days} days"


def _plan_json(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.view.parcel.number,
        "at": utc(entry.step.at),
        "rule": entry.rule,
        "severity": str(entry.step.severity),
        "action": entry.action,
        "witness": entry.step.witness.value,
    }
