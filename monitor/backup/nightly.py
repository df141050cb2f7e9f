"""The copy of every night: when it is due, what it is called, which old ones go."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.backup.copying import back_up, clear_leftovers, unheeded
from monitor.errors import ParcelsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo
    from pathlib import Path

    from monitor.backup.copying import Progress
    from monitor.history.copies import Contents

HOUR = time(3)  # of the owner's clock
LATE = timedelta(days=2)  # a newest copy older than this is a failure, not a night switched off
DAY = timedelta(days=1)
_STAMP = "%Y-%m-%dT%H%MZ"
_STAMPED = re.compile(r"-(\d{4}-\d\d-\d\dT\d{4}Z)\.db")


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy in the folder: when it was made (UTC, from its name) and its bytes."""

    path: Path
    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Made:
    """A new copy, and how many old ones went for it."""

    path: Path
    contents: Contents
    removed: int


def copies(folder: Path, database: Path) -> list[Kept]:
    """The nightly copies of this database, newest first; what is called otherwise is not ours.

    Raises ParcelsError where the folder cannot be read.
    """
    try:
        entries = list(folder.iterdir())
    except OSError as error:
        raise ParcelsError(f"{folder} cannot be read ({error.strerror}).") from None
    found = [kept for entry in entries if (kept := _kept(entry, database.stem)) is not None]
    return sorted(found, key=lambda kept: kept.made_at, reverse=True)


def _kept(entry: Path, stem: str) -> Kept | None:
    stamp = _STAMPED.fullmatch(entry.name.removeprefix(stem))
    if not entry.name.startswith(stem) or stamp is None:
        return None
    try:
        made_at = datetime.strptime(stamp[1], _STAMP).replace(tzinfo=UTC)
        if entry.is_symlink() or not entry.is_file():
            return None
        return Kept(entry, made_at, entry.stat().st_size)
    except (ValueError, OSError):  # no such day; or it has just gone
        return None


def is_due(newest: datetime | None, now: datetime, zone: tzinfo) -> bool:
    """Whether no copy was made since it was last three in the morning on the owner's clock.

    So a machine that was off at night makes its copy when it is on again. One that seems to be of
    the future was made while the clock was ahead, and does not count.
    """
    if newest is None or newest > now + DAY:
        return True
    local = now.astimezone(zone)
    night = datetime.combine(local.date(), HOUR, tzinfo=zone)
    if night > local:
        night = datetime.combine(local.date() - DAY, HOUR, tzinfo=zone)
    return newest < night


def newest_of(found: Sequence[Kept], now: datetime) -> datetime | None:
    """When the newest copy was made that is not of the future."""
    return next((kept.made_at for kept in found if kept.made_at <= now + DAY), None)


def make(
    database: Path, folder: Path, keep: int, now: datetime, progress: Progress = unheeded
) -> Made:
    """Make this night's copy, verify it, and only then delete the oldest beyond `keep`.

    The folder is made where only it is missing. Raises what `back_up` does.
    """
    _prepare(folder, now)
    path = folder / f"{database.stem}-{now.astimezone(UTC):{_STAMP}}.db"
    contents = back_up(database, path, progress=progress)
    old = [kept for kept in copies(folder, database) if kept.path != path]
    return Made(path, contents, _removed(old[keep - 1 :]))


def _prepare(folder: Path, now: datetime) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ParcelsError(
            f"[backup] path: {folder} cannot be made ({error.strerror}). Make it, or name another "
            "folder; is its disk there?"
        ) from None
    clear_leftovers(folder, now)


def _removed(old: Sequence[Kept]) -> int:
    gone = 0
    for kept in old:
        with suppress(OSError):
            kept.path.unlink()
            gone += 1
    return gone
