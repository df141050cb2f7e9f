"""Passes, the sign of life and backups, as `parcels doctor` tells of them."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.cli.checks import Finding, State
from monitor.errors import BadConfiguration, ParcelsError
from monitor.message.texts import shown_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.backup.nightly import Kept
    from monitor.cli.office import Office
    from monitor.history import History

LATE = timedelta(days=1)  # beyond the longest pause between two looks at a parcel
FIRST_COPY = timedelta(hours=1)  # the service has made one by then


def passes(office: Office, history: History | None) -> Iterator[Finding]:
    """When a source last answered a whole pass; nothing where no parcel is watched."""
    if history is None or not history.parcels.count_watched():
        return
    last = history.passes.last_complete()
    if last is None:
        yield Finding("passes", State.NOTE, "none was complete yet", "to make one: parcels poll")
        return
    shown = f"the last complete one was on {shown_time(last, office.style)}"
    late = office.now - last > LATE + _longest_pause(office)
    yield Finding("passes", State.WARNING if late else State.OK, shown, _poll(late=late))


def _poll(*, late: bool) -> str:
    return "to see what is in the way: parcels poll" if late else ""


def _longest_pause(office: Office) -> timedelta:
    from monitor.sweep.sources import adapters_of, rhythm_of

    every = rhythm_of(office.settings).every
    try:
        pauses = [
            max(every or a.capability.every, a.capability.floor)
            for a in adapters_of(office.settings)
        ]
    except BadConfiguration:  # said elsewhere
        return timedelta(0)
    return max(pauses, default=timedelta(0))


def heartbeat(office: Office) -> Finding:
    """Whether somebody else's machine hears that all is well."""
    from monitor.sweep.instance import watcher

    if office.settings.heartbeat.url is None:
        said = (
            "heartbeat.url is not set, so nobody elsewhere notices when this machine stands still"
        )
        return Finding("heartbeat", State.NOTE, said)
    running = watcher(office.settings.database.path)
    if running is None:
        return Finding("heartbeat", State.OK, "given after each complete pass of `parcels poll`")
    trouble = running.notes.get("heartbeat")
    if trouble is None:
        return Finding("heartbeat", State.OK, "given by `parcels run`, at most once a minute")
    remedy = "mend what is wrong" if trouble.startswith("withheld") else "check heartbeat.url"
    return Finding("heartbeat", State.PROBLEM, trouble, remedy)


def webhook(office: Office) -> Iterator[Finding]:
    """Whether pushes can come, and whether they do; nothing where none are wanted."""
    from monitor.sweep.instance import PUSH_REFUSED, PUSH_TAKEN, WEBHOOK, watcher
    from monitor.sweep.pushes import pushing_of

    address = office.settings.webhook.listen
    if address is None:
        return
    try:
        pushing_of(office.settings)
    except BadConfiguration as error:
        yield Finding(WEBHOOK, State.PROBLEM, str(error))
        return
    running = watcher(office.settings.database.path)
    if running is None:
        said = f"`parcels run` listens on {address}, and does not run: nothing can be pushed"
        yield Finding(WEBHOOK, State.NOTE, said)
        return
    stands = running.notes.get(WEBHOOK, "")
    if not stands.startswith("listens"):
        why = stands or f"`parcels run` does not listen on {address}: it was started without that"
        yield Finding(WEBHOOK, State.PROBLEM, why, "then start it anew (systemctl restart parcels)")
        return
    taken = _moment(running.notes.get(PUSH_TAKEN, ""))
    refused = _moment(running.notes.get(PUSH_REFUSED, ""))
    yield _pushes(office, stands, taken, refused, running.notes.get(PUSH_REFUSED, ""))


def _pushes(
    office: Office, stands: str, taken: datetime | None, refused: datetime | None, note: str
) -> Finding:
    parts = [stands]
    if taken is not None:
        parts.append(f"last push taken on {shown_time(taken, office.style)}")
    if refused is not None:
        why = note.partition(" ")[2].rstrip(".")
        parts.append(f"last one refused on {shown_time(refused, office.style)}: {why}")
    if taken is None and refused is None:
        parts.append("nothing was pushed since it was started")
    if refused is None or (taken is not None and taken >= refused):
        return Finding("webhook", State.OK, "; ".join(parts))
    remedy = "see docs/webhook.md; what was refused is learnt by asking, as ever"
    return Finding("webhook", State.WARNING, "; ".join(parts), remedy)


def _moment(note: str) -> datetime | None:
    """The time a note of the service begins with."""
    try:
        return datetime.fromisoformat(note.partition(" ")[0])
    except ValueError:
        return None


def backups(office: Office) -> Iterator[Finding]:
    """How old the newest copy is, and whether the next one can be made."""
    folder, database = office.settings.backup.path, office.settings.database.path
    if folder is None:
        yield Finding(
            "backup",
            State.NOTE,
            "no copies are made at night",
            "set [backup] path to a folder, best on another disk; or by hand: parcels backup FILE",
        )
        return
    try:
        yield from _copies(office, folder, database)
    except ParcelsError as error:
        yield Finding("backup", State.PROBLEM, str(error), "check [backup] path")


def _copies(office: Office, folder: Path, database: Path) -> Iterator[Finding]:
    from monitor.backup import nightly

    hindrance = _hindrance(folder, database)
    if hindrance is not None:
        yield hindrance
    elif trouble := _trouble_of_the_service(office, "backup"):
        yield Finding("backup", State.PROBLEM, trouble, "then look again; it is tried every hour")
    found = nightly.copies(folder, database) if folder.is_dir() else []
    newest = nightly.newest_of(found, office.now)
    if newest is not None and office.now - newest <= nightly.LATE:
        yield _newest(office, found, folder, database)
        return
    age = (
        "there is none"
        if newest is None
        else f"the newest is of {shown_time(newest, office.style)}"
    )
    waits = newest is None and not _runs_for(office, FIRST_COPY)
    remedy = "`parcels run` makes one a night; at once and by hand: parcels backup FILE"
    state = State.NOTE if waits else State.PROBLEM
    yield Finding("backup", state, f"no copy of the last two days in {folder}: {age}", remedy)


def _newest(office: Office, found: list[Kept], folder: Path, database: Path) -> Finding:
    number = "1 copy" if len(found) == 1 else f"{len(found)} copies"
    shown = f"{number} in {folder}, the newest of {shown_time(found[0].made_at, office.style)}"
    if folder.stat().st_dev != database.parent.stat().st_dev:
        return Finding("backup", State.OK, shown)
    same = "they lie on the disk of the database and would be lost with it"
    return Finding("backup", State.NOTE, f"{shown}; {same}", "set [backup] path to another disk")


def _hindrance(folder: Path, database: Path) -> Finding | None:
    """What keeps the next copy from being made."""
    from monitor.backup.copying import SPARE, mib

    place = folder if folder.is_dir() else folder.parent
    if not place.is_dir():
        said = f"{folder} cannot be made: there is no {place}"
        return Finding("backup", State.PROBLEM, said, "make it, or mount its disk")
    if not os.access(place, os.W_OK | os.X_OK):
        said = f"{place} cannot be written to"
        return Finding("backup", State.PROBLEM, said, "check whose it is, or name another folder")
    need = SPARE + (database.stat().st_size if database.exists() else 0)
    free = shutil.disk_usage(place).free
    if free < need:
        said = f"{mib(free)} are free in {place}, and the next copy needs up to {mib(need)}"
        return Finding("backup", State.PROBLEM, said, "free some space, or set [backup] keep lower")
    return None


def _trouble_of_the_service(office: Office, about: str) -> str:
    from monitor.sweep.instance import watcher

    running = watcher(office.settings.database.path)
    return "" if running is None else running.notes.get(about, "")


def _runs_for(office: Office, time: timedelta) -> bool:
    from monitor.sweep.instance import watcher

    running = watcher(office.settings.database.path)
    return running is not None and office.now - running.since > time


def published(office: Office) -> Iterator[Finding]:
    """Whether the board and the calendar can be written; nothing where none is wanted."""
    from monitor.sweep.published import PAGES

    for page in PAGES:
        path = page.path_in(office.settings)
        if path is not None:
            yield _published(office, page.name, path)


def _published(office: Office, name: str, path: Path) -> Finding:
    folder = path.parent
    remedy = f"check [{name}] path, whose folder it is, and ReadWritePaths of the unit"
    if not folder.is_dir():
        said = f"{path} cannot be written: there is no folder {folder}"
        return Finding(name, State.PROBLEM, said, "make it, or mount its disk")
    if path.is_dir():
        said = f"{path} cannot be written: it is a folder"
        return Finding(name, State.PROBLEM, said, f"let [{name}] path name a file in it")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(name, State.PROBLEM, f"{path} cannot be written", remedy)
    if trouble := _trouble_of_the_service(office, name):
        return Finding(name, State.PROBLEM, trouble, remedy)
    if not path.exists():
        return Finding(name, State.NOTE, f"{path} is written by the next pass")
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Finding(name, State.OK, f"{path} has last changed on {shown_time(at, office.style)}")
