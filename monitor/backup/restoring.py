"""The way back: a verified copy takes the place of the database, which is kept aside."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from itertools import chain, count
from typing import TYPE_CHECKING

from monitor.backup.copying import clear_leftovers, copied, unheeded
from monitor.errors import BadDatabase, BadInput, DiskTrouble
from monitor.files import sync
from monitor.history.connection import ADVICE
from monitor.history.copies import BESIDE, Contents, settle
from monitor.history.opening import mark, missing

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from monitor.backup.copying import Progress


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now. `before` is what the old database held, None where that cannot be told;
    `aside` where it is kept now, None where there was none.
    """

    contents: Contents
    before: Contents | None
    aside: Path | None


def restore(source: Path, database: Path, now: datetime, progress: Progress = unheeded) -> Restored:
    """Put a verified copy of `source` in the place of the database, whatever state that is in.

    Only while nothing else uses the database: the caller holds the locks of the service and of
    passes. Until the copy is whole and verified nothing is touched. Raises BadInput for a source
    that cannot be meant, BadDatabase for one that is damaged, foreign or newer, and Busy.
    """
    _refuse_source(source, database)
    missing(database)  # refuses another user's
    place = database.resolve()
    clear_leftovers(place.parent, now)
    fresh = place.with_name(f".{place.name}.restored")
    try:
        contents = _taken_from(source, fresh, progress)
        before = settle(place)
        aside = _set_aside(place, now)
        fresh.replace(place)
        sync(place.parent)
    except OSError as error:
        raise DiskTrouble(
            f"{place.parent} cannot be written to ({error.strerror}); nothing was replaced."
        ) from None
    finally:
        fresh.unlink(missing_ok=True)
    if contents.parcels:
        mark(database, now)
    return Restored(contents, before, aside)


def _refuse_source(source: Path, database: Path) -> None:
    if not source.exists():
        raise BadInput(f"There is no file {source}.")
    if not source.is_file():
        raise BadInput(f"{source} is not a file; name the copy itself.")
    with suppress(OSError):
        if source.samefile(database):
            raise BadInput(f"{source} is the database itself; name a copy of it.")


def _taken_from(source: Path, fresh: Path, progress: Progress) -> Contents:
    """Copied and not renamed: the source may lie on another disk, and stays where it is."""
    try:
        return copied(source, fresh, progress, at_rest=True)
    except BadDatabase as error:
        said = str(error).removesuffix(ADVICE).rstrip()
        raise BadDatabase(f"It cannot be restored, and nothing was changed: {said}") from None


def _set_aside(place: Path, now: datetime) -> Path | None:
    """Keep the old database, and what SQLite has left beside it, under a dated name.

    A log must not stay: SQLite would play it into the new database, whose pages it does not fit.
    The database itself gets a second name, so that its own is never without a file.
    """
    kept = [end for end in ("", *BESIDE) if place.with_name(f"{place.name}{end}").exists()]
    if not kept:
        return None
    aside = _free_name(place, now)
    for end in kept:
        old, new = place.with_name(f"{place.name}{end}"), aside.with_name(f"{aside.name}{end}")
        if end:
            old.rename(new)
            continue
        try:
            os.link(old, new)
        except OSError:  # a file system without hard links
            old.rename(new)
    return aside


def _free_name(place: Path, now: datetime) -> Path:
    name = f"{place.name}.replaced-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    found = (place.with_name(each) for each in names)
    return next(
        path
        for path in found
        if not any(path.with_name(f"{path.name}{end}").exists() for end in ("", *BESIDE))
    )
