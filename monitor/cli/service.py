"""Commands of the service: a pass, what was told, and the configuration."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.office import json_option, office_of, print_json, utc
from monitor.cli.refs import watched
from monitor.cli.waiting import Waiting
from monitor.errors import ParcelsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.cli.office import Office
    from monitor.history.outbox import OutboxRow
    from monitor.parcel import Parcel
    from monitor.sweep.office import Pass, PassReport
    from monitor.sweep.rounds import Round

_REPORT_IT = "it is tried again in an hour. This is a fault of this program, please report it."
NO_SIGN = "No sign of life was given to heartbeat.url, as no source gave a whole answer."
MOST_REHEARSED = 10_000  # messages a rehearsal shows
PATIENCE = 30.0  # seconds a pass waits for another one to end
NO_SOURCE = (
    "No source that is switched on knows these numbers: Cainiao knows those of AliExpress, 17TRACK "
    "most others, and needs a key. Set adapters.seventeentrack.api_key in the configuration, or "
    "PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY. Deadlines are watched all the same."
)


@click.command("run", epilog="Example: parcels run")
@click.pass_context
def run_command(ctx: click.Context) -> None:
    """The service: asks each source at its pace, judges, tells, until SIGTERM or Ctrl-C, and then
    ends within 25 seconds. New parcels are picked up within a minute. Usually systemd starts it."""
    from monitor.daemon.running import run_service

    gc.enable()  # off since the start; this runs for months
    with office_of(ctx) as office:
        ctx.exit(run_service(office.settings, partial(click.echo)))


@click.command("poll", epilog="\b\nExamples:\n  parcels poll\n  parcels poll kettle --dry-run")
@click.argument("refs", nargs=-1, metavar="[REF…]", shell_complete=watched)
@click.option("--dry-run", is_flag=True, help="Ask, but register, store and send nothing.")
@json_option
@click.pass_context
def poll_command(ctx: click.Context, refs: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """One pass now: ask the sources about every watched parcel (or those named), judge, and send
    all that is due; what quiet hours and the digest hold back waits for its hour. Exit code 1 when a
    source or a channel failed."""
    from monitor.cli.plugged import failed
    from monitor.sweep.instance import pass_lock

    gc.enable()  # off since the start; a pass over many parcels makes garbage
    with office_of(ctx) as office:
        # Opened first: for another user it is refused before anything is left beside it.
        database = office.history.path
        with (
            Waiting("waiting for the sources") as waiting,
            pass_lock(database, patience=PATIENCE, wait=time.sleep),
        ):
            parcels = _wanted(office, refs)
            whole = _pass(office, waiting, as_json=as_json)
            done = _rehearse(office, whole, parcels) if dry_run else _run(office, whole, parcels)
        report = done.report
        blind = bool(parcels) and not report.rounds
        broken = office.settings.plugged.broken
        if as_json:
            print_json(_report_json(done, dry_run=dry_run))
        else:
            _print_report(done, office, dry_run=dry_run)
        said = (NO_SOURCE if blind else "", done.no_sign, *broken, *report.unwritten)
        for sentence in filter(None, said):
            click.echo(f"parcels: {sentence}", err=True)
        if report.failed or blind or broken or failed(office.court):
            ctx.exit(1)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a pass did, what a rehearsed one would have sent, and why no sign of life was given."""

    report: PassReport
    unsent: Sequence[OutboxRow] = ()
    no_sign: str = ""


def _wanted(office: Office, refs: Sequence[str]) -> list[Parcel]:
    if not refs:
        return office.history.parcels.watched()
    found = {parcel.id: parcel for parcel in map(office.history.parcels.find, refs)}
    return [parcel for parcel in found.values() if parcel.done_at is None]


def _pass(office: Office, waiting: Waiting, *, as_json: bool) -> Pass:
    """With JSON on standard output, alerts that have no channel go to standard error."""
    from monitor.sweep.instance import alive, holder
    from monitor.sweep.office import Pass, shared_pace, speakers_of
    from monitor.sweep.understanding import reading_of

    return Pass(
        history=office.history,
        settings=office.settings,
        court=office.court,
        speakers=speakers_of(office.settings, waiting.echo(partial(click.echo, err=as_json))),
        holder=holder(),
        alive=alive,
        pace_of=shared_pace(office.settings),
        progress=partial(_progress, waiting),
        reads=reading_of(office.settings),
    )


def _progress(waiting: Waiting, done: Round) -> None:
    """How far a source is, for somebody who watches."""
    waiting.doing = f"{done.source}: {done.answered} of {done.asked} answered"


def _run(office: Office, whole: Pass, parcels: Sequence[Parcel]) -> _Done:
    return asyncio.run(_whole_pass(office, whole, parcels))


async def _whole_pass(office: Office, whole: Pass, parcels: Sequence[Parcel]) -> _Done:
    """The pass, and its sign of life where the owner wants one and the pass was complete."""
    from monitor.sweep.heartbeat import ping

    report = await whole.run(parcels, office.now)
    if not report.complete:
        return _Done(report, no_sign=NO_SIGN if office.settings.heartbeat.url is not None else "")
    try:
        await ping(office.settings)
    except ParcelsError as error:
        return _Done(report, no_sign=str(error))
    return _Done(report)


def _rehearse(office: Office, whole: Pass, parcels: Sequence[Parcel]) -> _Done:
    """The same pass over a copy of the database, without registering and without channels."""
    from monitor.history import History
    from monitor.sweep.judge import judge_due
    from monitor.sweep.office import PassReport

    with tempfile.TemporaryDirectory(prefix="parcels-") as folder:
        copy = Path(folder) / "rehearsal.db"
        office.history.copy_to(copy)
        with History.open(copy, now=office.now) as rehearsal:
            rounds = asyncio.run(whole.on(rehearsal).poll(parcels, office.now, register=False))
            told = judge_due(rehearsal, office.court, office.now)
            unsent = rehearsal.outbox.rows(pending=True, limit=MOST_REHEARSED)
    return _Done(PassReport(rounds, told), unsent[::-1])


def _print_report(done: _Done, office: Office, *, dry_run: bool) -> None:
    report = done.report
    for asked in report.rounds:
        _print_round(asked, office)
    for row in done.unsent:
        click.echo(f"would tell {row.channel}: {row.title}\n\n{row.body}\n")
    for number, kind in report.broken:
        click.echo(f"parcels: {number} could not be judged ({kind}); {_REPORT_IT}", err=True)
    for spoken in report.spoken:
        if spoken.delivery.value == "sent":
            click.echo(f"told {spoken.channel}: {spoken.title}")
        else:
            click.echo(f"parcels: channel {spoken.channel}: {spoken.detail}", err=True)
    for words in report.unsaid:
        click.echo(f"parcels: {words.title}\n\n{words.body}", err=True)
    for until, messages in report.waiting.items():
        click.echo(f"{_messages(messages)} until {office.clock_time(until)}")
    if not (report.told or report.spoken or done.unsent or report.waiting):
        click.echo("Nothing would be told." if dry_run else "Nothing to tell.")


def _messages(number: int) -> str:
    return "1 message waits" if number == 1 else f"{number} messages wait"


def _print_round(asked: Round, office: Office) -> None:
    from monitor.message.texts import shown_time

    if asked.resting:
        click.echo(
            f"{asked.source}: {asked.resting} asked about lately; it blocks who asks more often"
        )
    if asked.barred_until is not None:
        until = shown_time(asked.barred_until, office.style)
        why = asked.barred_by.partition(". ")[0].rstrip(".")
        click.echo(f"parcels: {asked.source} is left alone until {until}: {why}.", err=True)
    if asked.barred_until is not None or (asked.resting and not asked.asked):
        return
    new = f"{asked.new_events} new event{'' if asked.new_events == 1 else 's'}"
    click.echo(f"{asked.source}: asked about {asked.asked}, {asked.answered} answered, {new}")
    for number, note in asked.notes:
        click.echo(f"{number}: {note}")
    for detail in dict.fromkeys(trouble.detail for trouble in asked.troubles):
        click.echo(f"parcels: {asked.source} failed: {detail}", err=True)
    for number, detail in asked.problems:
        click.echo(f"parcels: {number}: {detail}", err=True)


def _report_json(done: _Done, *, dry_run: bool) -> dict[str, Any]:
    report = done.report
    return {
        "dry_run": dry_run,
        "sources": [
            {
                "adapter": r.source,
                "asked": r.asked,
                "answered": r.answered,
                "new_events": r.new_events,
                "errors": [t.detail for t in r.troubles],
                "problems": [{"number": n, "detail": d} for n, d in r.problems],
                "notes": [{"number": n, "detail": d} for n, d in r.notes],
                "resting": r.resting,
                "barred_until": utc(r.barred_until),
            }
            for r in report.rounds
        ],
        "told": report.told,
        "messages": [
            {
                "channel": s.channel,
                "title": s.title,
                "delivery": s.delivery.value,
                "error": s.detail or None,
            }
            for s in report.spoken
        ],
        "waiting": [{"until": utc(at), "messages": n} for at, n in report.waiting.items()],
        "would_tell": [
            {"channel": row.channel, "title": row.title, "body": row.body} for row in done.unsent
        ],
    }


@click.command("config", epilog="Example: parcels --config my.toml config")
@json_option
@click.pass_context
def config_command(ctx: click.Context, as_json: bool) -> None:
    """The effective configuration, secrets masked, with the origin of each value."""
    from monitor.settings.explaining import explain

    with office_of(ctx) as office:
        options = explain(office.settings)
        if as_json:
            keys = ("path", "value", "origin", "note")
            print_json([{key: getattr(o, key) or None for key in keys} for o in options])
            return
        for option in options:
            note = f"; {option.note}" if option.note else ""
            click.echo(f"{option.path} = {option.value}  # {option.origin}{note}")
