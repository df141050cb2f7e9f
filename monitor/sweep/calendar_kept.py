"""The calendar of all watched parcels: what goes into it, and the file it is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.standing import standing
from monitor.errors import ParcelsError
from monitor.files import must_be_a_file, publish
from monitor.message.texts import Style
from monitor.pages.calendar import Due, calendar_text, entries_of, is_ours
from monitor.protection import stack
from monitor.rules.doubts import settled
from monitor.rules.precedence import yields_to
from monitor.sweep.dossiers import dossiers
from monitor.sweep.policies import policies

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from monitor.history import History
    from monitor.history.schedules import Matter
    from monitor.pages.calendar import Entry
    from monitor.schedule import Episode
    from monitor.settings import Settings

LIMIT = 16 << 20  # bytes of a file as it was; ten thousand parcels need fewer


def calendar_entries(history: History, settings: Settings, now: datetime) -> list[Entry]:
    """The entries of all watched parcels, of what the last pass stored."""
    ids = [parcel.id for parcel in history.parcels.watched()]
    matters, known = history.matters.of(ids), policies(settings.protection.shops)
    found = [
        Due(
            dossier.parcel,
            () if settled(dossier) else stack(dossier, known).dated,
            _speaking(matters.get(parcel_id, {}), now),
        )
        for parcel_id, dossier in dossiers(history, ids, country=settings.country).items()
    ]
    return entries_of(found, now, Style(settings.zone, settings.alerts.redact))


def _speaking(matters: Mapping[str, Matter], now: datetime) -> dict[str, Episode]:
    """The episodes at a step, without those that a stronger rule silences."""
    found = {
        rule: matter.episode
        for rule, matter in matters.items()
        if matter.episode is not None and standing(matter.episode, matter.memory, now) is not None
    }
    return {rule: episode for rule, episode in found.items() if not yields_to(rule) & found.keys()}


def write_calendar(history: History, settings: Settings, now: datetime, path: Path) -> int:
    """Write the calendar into `path`; how many entries it has.

    Raises ParcelsError where it cannot be written, or where something else lies there.
    """
    entries = calendar_entries(history, settings, now)
    publish(path, calendar_text(entries, now, _before(path)).encode("utf-8", "replace"))
    return len(entries)


def _before(path: Path) -> str:
    """The file as it was written last, "" where there is none."""
    must_be_a_file(path)  # to read a pipe lasts until somebody writes
    try:
        with path.open("rb") as file:
            text = file.read(LIMIT).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ParcelsError(f"{path} cannot be read ({error.strerror}).") from None
    if text and not is_ours(text):
        raise ParcelsError(
            f"{path} exists and was not written by this program. It was not touched; name another."
        )
    return text
