"""`parcels calendar`: the dates by which something can still be done, as iCalendar."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.office import json_option, office_of, print_json, utc

if TYPE_CHECKING:
    from monitor.pages.calendar import Entry


@click.command("calendar", epilog="Example: parcels calendar -o parcels.ics")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write this file instead, or update it.",
)
@json_option
@click.pass_context
def calendar_command(ctx: click.Context, output: Path | None, as_json: bool) -> None:
    """The dates of all watched parcels as iCalendar with alarms: until when money can be got back,
    duty be paid, a parcel be collected. Written after each pass where [calendar] path is set."""
    from monitor.message.texts import count
    from monitor.pages.calendar import calendar_text
    from monitor.sweep.calendar_kept import calendar_entries, write_calendar

    with office_of(ctx, only_reads=True) as office:
        if output is not None:
            path = output.expanduser()
            written = write_calendar(office.history, office.settings, office.now, path)
            click.echo(f"{count(written, 'date')} written to {path}.", err=True)
        if output is not None and not as_json:
            return
        entries = calendar_entries(office.history, office.settings, office.now)
        if as_json:
            print_json([_json(entry) for entry in entries])
        else:
            click.echo(calendar_text(entries, office.now), nl=False)


def _json(entry: Entry) -> dict[str, Any]:
    at = entry.at
    return {
        "uid": entry.uid,
        "number": entry.number,
        "key": entry.key,
        "at": utc(at) if isinstance(at, datetime) else at.isoformat(),
        "title": entry.title,
        "assumed": entry.assumed,
    }
