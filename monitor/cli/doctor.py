"""`parcels doctor`: whether everything the monitor stands on is in order; changes nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import textwrap
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

import click

from monitor.cli import care, checks, plugged, vitals
from monitor.cli.checks import Finding, State
from monitor.cli.office import json_option, office_of, print_json
from monitor.cli.waiting import Waiting
from monitor.errors import BadConfiguration, ParcelsError
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from monitor.cli.office import Office
    from monitor.history import History
    from monitor.settings import Settings

STATE_WIDTH, MIN_WIDTH = 9, 30
DETAIL_LIMIT = 2000
COLOURS = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "red", State.NOTE: None}


@click.command("doctor", epilog="\b\nExamples:\n  parcels doctor\n  parcels doctor --online")
@click.option("--online", is_flag=True, help="Also try to reach each source; asks it nothing.")
@json_option
@click.pass_context
def doctor_command(ctx: click.Context, online: bool, as_json: bool) -> None:
    """Check configuration, file modes, database, clock, SQLite, disk, sources, channels, the
    service and backups, and say what to do. Changes nothing itself, and sends nothing: for that there is
    `parcels notify-test`. Exit code 1 when something needs you."""
    with office_of(ctx) as office:
        findings = list(_examined(office, office.now, online=online))
    if as_json:
        print_json(
            [
                {
                    "check": f.check,
                    "state": f.state.value,
                    "detail": f.detail,
                    "remedy": f.remedy or None,
                }
                for f in findings
            ]
        )
    else:
        width = max(len(finding.check) for finding in findings) + 2
        for finding in findings:
            click.echo(_shown(finding, width))
    if any(finding.state is State.PROBLEM for finding in findings):
        ctx.exit(1)


def _shown(finding: Finding, width: int) -> str:
    word = finding.state.upper() if finding.state is State.PROBLEM else finding.state.value
    margin = STATE_WIDTH + width
    detail = clean_text(_sentence(finding), DETAIL_LIMIT)
    if sys.stdout.isatty():  # in a file or a pipe, each check is one line
        room = max(MIN_WIDTH, shutil.get_terminal_size().columns - 1 - margin)
        lines = textwrap.wrap(detail, room, break_long_words=False, break_on_hyphens=False)
        detail = f"\n{' ' * margin}".join(lines)
    state = click.style(f"{word:{STATE_WIDTH}}", fg=COLOURS[finding.state])
    return f"{state}{finding.check:{width}}{detail}"


def _sentence(finding: Finding) -> str:
    if not finding.remedy:
        return finding.detail
    return f"{finding.detail.rstrip('.')}; {finding.remedy}"


def _examined(office: Office, now: datetime, *, online: bool) -> Iterator[Finding]:
    """Each thing in turn; what is wrong with one keeps no other from being looked at."""
    from monitor.history import SQLITE_VERSION

    try:
        settings = office.settings
    except ParcelsError as error:
        for line in str(error).splitlines():
            yield Finding("configuration", State.PROBLEM, line)
        yield checks.sqlite(SQLITE_VERSION)
        yield checks.clock(now, "UTC", None)
        yield Finding("the rest", State.NOTE, "cannot be looked at before the configuration loads")
        return
    yield from _guarded(_machine(settings))
    yield from _by_the_history(office)
    yield checks.http(settings, os.environ)
    if online:
        yield from _reached(office)


def _machine(settings: Settings) -> Iterator[Finding]:
    from monitor.history import SQLITE_VERSION

    yield checks.configuration(settings)
    yield from checks.own_words(settings)
    yield from checks.private_files(settings)
    yield checks.file_system(settings.database.path)
    yield checks.disk(settings.database.path)
    yield checks.sqlite(SQLITE_VERSION)


def _by_the_history(office: Office) -> Iterator[Finding]:
    """The database, and what it tells of the rest; a damaged one is not believed."""
    from monitor.history import History

    path = office.settings.database.path
    try:
        history = History.read(path)
    except ParcelsError as error:
        yield checks.unreadable(error)
        yield from _guarded(_rest(office, None))
        return
    with closing(history) if history else nullcontext():
        found = list(_guarded(checks.database(path, history)))
        yield from found
        sound = all(finding.state is not State.PROBLEM for finding in found)
        yield from _guarded(_rest(office, history if sound else None))


def _guarded(findings: Iterator[Finding]) -> Iterator[Finding]:
    """What cannot be looked at is a finding, too."""
    try:
        yield from findings
    except ParcelsError as error:
        yield checks.unreadable(error)
    except OSError as error:
        yield Finding("files", State.PROBLEM, f"{error.filename}: {error.strerror}")


def _rest(office: Office, history: History | None) -> Iterator[Finding]:
    newest = None if history is None else checks.newest_moment(history)
    yield checks.clock(office.now, office.settings.timezone, newest)
    yield from vitals.sources(office, history)
    yield from plugged.findings(office.settings, history)
    yield from vitals.channels(office, history)
    yield vitals.service(office, history)
    yield from care.passes(office, history)
    yield care.heartbeat(office)
    yield from care.webhook(office)
    yield from care.backups(office)
    yield from care.published(office)


def _reached(office: Office) -> Iterator[Finding]:
    """A connection to each source that is switched on, all at once; no request is sent."""
    from monitor.sweep.sources import base_url_of, sources_of
    from monitor.transport.reach import unreachable

    async def tried(urls: Sequence[str]) -> list[str]:
        return await asyncio.gather(*map(unreachable, urls))

    try:
        names = [source.name for source in sources_of(office.settings) if source.enabled]
    except BadConfiguration:
        return  # said already
    with Waiting("trying to reach the sources"):
        found = asyncio.run(tried([base_url_of(office.settings, name) for name in names]))
    for name, trouble in zip(names, found, strict=True):
        if trouble:
            hint = "check the network, the name server and base_url"
            yield Finding("online", State.PROBLEM, f"{name}: {trouble}", hint)
        else:
            yield Finding("online", State.OK, f"{name} can be reached (nothing was asked)")
