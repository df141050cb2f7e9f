"""Reads stored events anew, with the vocabulary as it is now, and stores what they mean by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.history.readings import Change
from monitor.sweep.sources import sources_of
from monitor.sweep.understanding import reading_of, understood_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from monitor.history import History
    from monitor.settings import Settings

BATCH = 1000  # events read between two reports of progress
CHUNK = 200  # events stored in one transaction, so that nobody waits long for the lock


@dataclass(slots=True)
class Rereading:
    """How many events were read, and of which another reading would be stored."""

    read: int = 0
    changes: list[Change] = field(default_factory=list)

    @property
    def of_meaning(self) -> list[Change]:
        return [change for change in self.changes if change.of_meaning]


def reread(history: History, settings: Settings, progress: Callable[[int], None]) -> Rereading:
    """Read every stored event as a source's answer would be read now; nothing is stored.

    `progress` is told how many were read. Raises BadConfiguration for words of one's own that
    cannot be used.
    """
    reads = reading_of(settings)
    codes = {source.name: source.adapter.codes for source in sources_of(settings)}
    found = Rereading()
    last = 0
    while batch := history.readings.after(last, BATCH):
        for kept in batch:
            after = understood_event(kept.event, codes.get(kept.event.source, {}), reads)
            if after != kept.event:
                found.changes.append(Change(kept, after))
        last = batch[-1].id
        found.read += len(batch)
        progress(found.read)
    return found


def store(
    history: History, found: Rereading, now: datetime, progress: Callable[[int], None]
) -> int:
    """Store the new readings, in short transactions; how many events changed."""
    stored = 0
    for chunk in _chunks(found.changes):
        stored += history.readings.change(chunk, now)
        progress(stored)
    return stored


def _chunks(changes: list[Change]) -> Iterator[list[Change]]:
    for start in range(0, len(changes), CHUNK):
        yield changes[start : start + CHUNK]
