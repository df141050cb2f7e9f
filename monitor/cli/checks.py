"""What `parcels doctor` finds out about the machine: files, database, clock, disk, SQLite."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.cli.dates import LAST_YEAR
from monitor.errors import Busy, ParcelsError
from monitor.message.texts import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from monitor.history import History
    from monitor.settings import Settings

MIB = 1024 * 1024
LEAST_FREE = 200 * MIB
LARGEST_LOG = 16 * MIB  # bytes; `parcels run` empties it at 4 MiB
OLDEST = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that goes right shows less
_BESIDE = ("-wal", "-shm")
SLACK = timedelta(minutes=10)  # a stored moment may be ahead by so much


class State(StrEnum):
    """How much a finding matters; only a problem needs the owner."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and what to do about it, "" where nothing is."""

    check: str
    state: State
    detail: str
    remedy: str = ""


def configuration(settings: Settings) -> Finding:
    if settings.file is None:
        return Finding(
            "configuration",
            State.NOTE,
            "there is no file, so the defaults and the environment count",
            "to have one written: parcels init",
        )
    return Finding("configuration", State.OK, f"{settings.file} can be read as meant")


def own_words(settings: Settings) -> Iterator[Finding]:
    """A file that cannot be used keeps everything from running. Nothing where none is named."""
    from monitor.sweep.understanding import reading_of

    if settings.reading.extra is None:
        return
    try:
        reading_of(settings)
    except ParcelsError as error:
        yield Finding("own words", State.PROBLEM, str(error))
    else:
        yield Finding("own words", State.OK, f"{settings.reading.extra} can be read as meant")


def private_files(settings: Settings) -> Iterator[Finding]:
    """Secrets are private, or nothing would have been loaded; the database must be, too."""
    kept = ", ".join(str(path) for path in settings.secret_files)
    said = f"private: {kept}" if kept else "no file holds a secret"
    yield Finding("file modes", State.OK, said)
    database = settings.database.path
    for path in (database, *(database.with_name(f"{database.name}{end}") for end in _BESIDE)):
        mode = _mode(path)
        if mode & 0o077:
            yield Finding(
                "file modes",
                State.WARNING,
                f"others may read what is kept of your parcels in {path} (mode {mode:04o})",
                f"chmod 600 {shlex.quote(str(path))}",
            )


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def database(path: Path, history: History | None) -> Iterator[Finding]:
    """Reads the whole file. Raises ParcelsError where it cannot be read."""
    if history is None:
        yield Finding(
            "database",
            State.NOTE,
            f"there is none yet; the first command that needs it makes {path}",
        )
        return
    damage = history.damage()
    if damage:
        yield Finding(
            "database",
            State.PROBLEM,
            f"{path} is damaged ({damage[0]}{', and more' if damage[1:] else ''})",
            "stop what uses it and put a backup copy in its place: parcels restore FILE",
        )
    else:
        yield Finding("database", State.OK, f"{path} is sound: {_held(path, history)}")
    yield _log(history)


def _held(path: Path, history: History) -> str:
    watched = count(history.parcels.count_watched(), "parcel")
    kept = history.retention.kept()
    answers = f"{count(kept.answers, 'answer')} kept as evidence: {kept.bytes / MIB:.1f} MiB"
    return f"{watched} watched, {path.stat().st_size / MIB:.1f} MiB ({answers})"


def _log(history: History) -> Finding:
    size = history.log_bytes()
    if size > LARGEST_LOG:
        return Finding(
            "log",
            State.WARNING,
            f"the database's log has grown to {size // MIB} MiB, so some program keeps the database "
            "open and does not let it be emptied",
            "end that program, or start `parcels run` anew",
        )
    return Finding("log", State.OK, f"the database's log has {size / MIB:.1f} MiB")


def unreadable(error: ParcelsError) -> Finding:
    """A database that cannot be read now, or at all."""
    from monitor.history.connection import ADVICE

    said, state = str(error), State.WARNING if isinstance(error, Busy) else State.PROBLEM
    if not said.endswith(ADVICE):
        return Finding("database", state, said)
    said = said.removesuffix(ADVICE).rstrip()
    return Finding("database", state, said, "put a backup copy in its place: parcels restore FILE")


def file_system(path: Path) -> Finding:
    from monitor.cli.mounts import NETWORK, kind_of

    kind = kind_of(path)
    if kind in NETWORK:
        return Finding(
            "file system",
            State.WARNING,
            f"{path} lies on a network file system ({kind}), where SQLite can lose or damage data",
            "set [database] path to a disk of this machine",
        )
    return Finding("file system", State.OK, f"the database lies on {kind or 'a local disk'}")


def disk(path: Path) -> Finding:
    folder = next(place for place in path.absolute().parents if place.is_dir())
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        return Finding(
            "disk",
            State.PROBLEM,
            f"only {free // MIB} MiB are free where the database lies ({folder}), so that soon "
            "nothing can be stored",
            "free some space",
        )
    return Finding("disk", State.OK, f"{free // MIB:,} MiB are free where the database lies")


def clock(now: datetime, zone: str, newest: datetime | None) -> Finding:
    """`newest` is the latest moment that was ever stored as past."""
    shown = f"{now:%Y-%m-%dT%H:%M:%SZ}"
    if now < OLDEST or now.year > LAST_YEAR:
        return Finding("clock", State.PROBLEM, f"it shows {shown}, which cannot be", "set it")
    if newest is not None and newest > now + SLACK:
        return Finding(
            "clock",
            State.PROBLEM,
            f"it shows {shown}, but something was stored at {newest:%Y-%m-%dT%H:%M:%SZ}: it is slow "
            "now, or was fast then",
            "compare it with a clock that is right, and set it",
        )
    return Finding("clock", State.OK, f"it shows {shown}; dates are shown in {zone}")


def newest_moment(history: History) -> datetime | None:
    """The latest moment at which a source, a channel or a pass left a trace."""
    found = [m for h in history.sources.healths().values() for m in (h.last_ok, h.last_failure)]
    found += [m for c in history.outbox.channels().values() for m in (c.last_sent, c.last_failure)]
    found += [done.started_at for done in history.passes.recent(1)]
    return max((moment for moment in found if moment is not None), default=None)


def sqlite(version: str) -> Finding:
    """SQLite's page on write-ahead logs, "The WAL-reset bug": 3.7.0 to 3.51.2, mended in 3.51.3 and
    carried back to 3.50.7 and 3.44.6.
    """
    numbers = tuple(int(part) for part in version.split(".")[:3])
    if mended(numbers):
        return Finding("SQLite", State.OK, version)
    return Finding(
        "SQLite",
        State.WARNING,
        f"{version} has a rare fault that can damage a database to which two programs write at the "
        "same moment; the monitor goes out of its way",
        "keep backups ([backup] path); a Python with SQLite 3.51.3 or newer is free of it",
    )


def mended(version: tuple[int, ...]) -> bool:
    return (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )


def http(settings: Settings, environ: Mapping[str, str] = os.environ) -> Finding:
    """What may surprise on the way to a source."""
    proxies = [name for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY") if environ.get(name)]
    if proxies:
        return Finding(
            "http",
            State.NOTE,
            f"{proxies[0]} is set and not used: requests to sources go out directly",
        )
    plain = [name for name, url in _addresses(settings) if url.startswith("http://")]
    if plain:
        return Finding(
            "http",
            State.NOTE,
            f"{plain[0]} is asked on this machine (adapters.{plain[0]}.base_url), not at its own host",
        )
    return Finding("http", State.OK, "every source is asked directly, over https")


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    adapters = settings.adapters
    yield "cainiao", adapters.cainiao.base_url
    for name, keyed in adapters.keyed.items():
        yield name, keyed.base_url
    for name, own in adapters.others.items():
        yield name, own.base_url
    for name, plugged in settings.plugged.adapters.items():
        if plugged.made is not None:
            yield name, plugged.options["base_url"]
