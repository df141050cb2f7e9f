"""`parcels backup` and `parcels restore`: the database as one file, and the way back."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.office import office_of
from monitor.cli.progress import shown_progress
from monitor.message.texts import count

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.history.copies import Contents

OTHERS_PASS = 5.0  # seconds `restore` waits for a pass that is about to end


@click.command("backup", epilog="Example: parcels backup /media/usb/parcels.db")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE even if it is no copy of this program.")
@click.pass_context
def backup_command(ctx: click.Context, file: Path, force: bool) -> None:
    """Copy the database to FILE, while the service runs or not, and read the copy back before it is
    called one. FILE gets mode 0600; an earlier copy there is replaced when the new one is whole."""
    from monitor.backup.copying import back_up

    gc.enable()
    file = file.expanduser()
    with office_of(ctx) as office, shown_progress("copying") as progress:
        database = office.settings.database.path
        found = back_up(database, file, force=force, progress=progress)
    click.echo(f"Copied and verified: {held(found)}, {size_of(found)} in {file}")


@click.command("restore", epilog="Example: parcels restore /media/usb/parcels.db")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def restore_command(ctx: click.Context, file: Path) -> None:
    """Put the copy in FILE in the place of the database, whatever state that is in: sound, damaged or
    lost. Only while nothing else of `parcels` runs. The copy is verified first, and the database that
    was there is kept under another name."""
    from monitor.backup.restoring import restore

    gc.enable()
    with office_of(ctx) as office:
        database, now = office.settings.database.path, office.now
        with _alone(database, now), shown_progress("restoring") as progress:
            done = restore(file.expanduser(), database, now, progress)
    click.echo(f"Restored and verified: {held(done.contents)} in {database}")
    if done.aside is not None:
        before = "" if done.before is None else f" ({held(done.before)})"
        click.echo(f"What was there{before} is kept as {done.aside}")
    click.echo(
        "What was added, changed or told since the copy was made is not in it; an alert sent since "
        "then may come again."
    )


@contextmanager
def _alone(database: Path, now: datetime) -> Iterator[None]:
    """Hold what the service and a pass hold, so that neither runs nor begins."""
    from monitor.history.opening import missing
    from monitor.sweep.instance import pass_lock, take_post

    missing(database)  # for another user it is refused before anything is left beside it
    post = take_post(database, now)  # first: of the two it is the service that can be named
    try:
        with pass_lock(database, patience=OTHERS_PASS, wait=time.sleep):
            yield
    finally:
        post.leave()


def held(contents: Contents) -> str:
    return f"{count(contents.parcels, 'parcel')}, {count(contents.events, 'event')}"


def size_of(contents: Contents) -> str:
    return f"{contents.size:,} bytes"
