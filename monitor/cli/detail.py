"""`parcels show`: everything about one parcel, as a person reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from monitor.cli.bars import LONG, bar, used_of
from monitor.cli.journey import Way, heading, timeline
from monitor.cli.layers import deadline_lines
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.refs import all_parcels
from monitor.cli.screen import screen_of, wrapped
from monitor.cli.views import shown_json, views
from monitor.cli.wording import COLOURS, STAGE_WORDS, have_it, mark_of
from monitor.message.texts import AGGREGATORS, count, days_until, shown_time, source_name
from monitor.parcel import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.cli.office import Office
    from monitor.cli.screen import Screen
    from monitor.history.sources import SourceState
    from monitor.message.texts import Style
    from monitor.parcel import Alias
    from monitor.sweep.views import View


# What a line begins with that stands in a column of its own, as a date does.
_COLUMN = re.compile(r" *(?:\S+(?: \S+)* {2,})?")
TOLD = 5  # alerts a screen gets without --all


@click.command("show", epilog="\b\nExamples:\n  parcels show kettle\n  parcels show LP0012 --all")
@click.argument("ref", metavar="REF", shell_complete=all_parcels)
@click.option(
    "--all", "everything", is_flag=True, help="Every event, those taken back, and every alert."
)
@json_option
@click.pass_context
def show_command(ctx: click.Context, ref: str, everything: bool, as_json: bool) -> None:
    """Everything about one parcel: its way so far and what lies ahead, deadlines, sources, what you
    were told, and what to do now."""
    with office_of(ctx, only_looks=True) as office:
        view = views(office, [office.history.parcels.find(ref)])[0]
        if as_json:
            print_json(shown_json(office, view))
            return
        page = _Page(view, office, screen_of(), everything)
        for paragraph in page.paragraphs():
            click.echo("\n".join(paragraph))
            click.echo()


class _Page:
    """What `show` prints of one parcel."""

    def __init__(self, view: View, office: Office, screen: Screen, everything: bool) -> None:
        self._view, self._office, self._screen, self._whole = view, office, screen, everything

    def paragraphs(self) -> Iterator[list[str]]:
        view, office = self._view, self._office
        yield self._head()
        aliases = office.history.parcels.aliases([view.parcel.id]).get(view.parcel.id, ())
        if aliases:
            told = office.history.paid_aliases.told(view.parcel.id)
            names = (_alias(alias, told.get(alias.number, ())) for alias in aliases)
            yield [self._bold("Also known as"), *self._fitting(names)]
        seen = office.history.timeline.everything(view.parcel.id)
        way = Way(view, seen, office, self._whole)
        yield [self._bold(heading(way)), *timeline(way, self._screen)]
        yield self._part("Deadlines", deadline_lines(view) or ["  none known"])
        yield self._part("Sources", _sources(view, office) or ["  none asked yet: parcels poll"])
        yield self._part("Told", self._told() or ["  nothing so far"])
        yield [self._bold("Now and next"), *self._steps()]

    def _head(self) -> list[str]:
        view, screen = self._view, self._screen
        parcel, newest = view.parcel, view.dossier.stage_event
        place = STAGE_WORDS[newest.stage if newest else Stage.UNKNOWN]
        done = f"done ({parcel.done_as}); last heard: " if parcel.done_at is not None else ""
        name = f"{parcel.name} ({parcel.number})" if parcel.label else parcel.number
        colour = COLOURS.get(view.severity) if view.severity else None
        return [
            *wrapped(name, screen, paint=lambda text: screen.ink(text, colour, bold=True)),
            *wrapped(f"{done}{place}; silent for {count(view.days_silent, 'day')}", screen),
            *self._protection(),
            *self._fitting(_facts(view)),
        ]

    def _protection(self) -> list[str]:
        used, end = used_of(self._view), self._view.shop_end
        if used is None or end is None:
            return []
        words = used.words.removeprefix("protection ")
        left = "" if used.over else f", {count(days_until(end.closes, self._view.now), 'day')} left"
        if not self._screen.drawn:
            return [f"protection {words}{left}"]
        # The bar is put in afterwards: how wide it is does not depend on its colour.
        plain = f"protection {self._screen.signs.full * LONG} "
        inked = f"protection {bar(used, LONG, self._screen)} "
        return list(wrapped(f"{words}{left}", self._screen, plain, inked=inked))

    def _part(self, title: str, lines: Iterable[str]) -> list[str]:
        return [self._bold(title), *self._fitting(lines)]

    def _bold(self, title: str) -> str:
        return self._screen.ink(title, bold=True)

    def _fitting(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines as the screen is wide; what goes on below is set in a little."""
        for line in lines:
            column = _COLUMN.match(line)
            before = column[0] if column else ""
            set_in = len(before) if before.strip() else len(before) + 2
            yield from wrapped(line[len(before) :], self._screen, before, indent=set_in)

    def _told(self) -> list[str]:
        rows = self._office.history.outbox.of_parcel(self._view.parcel.id)
        told = [
            f"  {shown_time(row.sent_at or row.created_at, self._office.style):22}  {row.kind},"
            f" {row.severity} ({row.channel}, {row.state}): {row.title}"
            for row in rows
            if row.state != "dropped"
        ]
        if not self._screen.drawn or self._whole or len(told) <= TOLD:
            return told
        earlier = f"  {count(len(told) - TOLD, 'earlier alert')}: parcels show"
        return [f"{earlier} {self._view.parcel.number} --all", *told[-TOLD:]]

    def _steps(self) -> Iterator[str]:
        view, screen = self._view, self._screen
        due = sorted(view.due.items(), key=lambda row: -row[1].severity)
        for rule, step in due:
            colour, mark = COLOURS.get(step.severity), mark_of(step.severity, screen)
            said = f"now ({step.severity}, {rule}): {view.action(rule, step)}"
            ink = screen.ink(mark, colour, bold=True)
            yield from wrapped(said, screen, f"  {mark} ", inked=f"  {ink} ")
        coming = view.to_come()[:1]
        if not due and not coming:
            parcel = view.parcel
            waits_for_you = view.settled and parcel.done_at is None
            yield f"  {have_it(parcel.number) if waits_for_you else 'nothing to do'}"
        for rule, step, text in coming:
            waits = step.at <= view.now  # for a source to look, since it is not due
            when = "at the next look" if waits else shown_time(step.at, self._office.style)
            yield from wrapped(f"{when} ({step.severity}, {rule}): {text}", screen, "     ")


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
