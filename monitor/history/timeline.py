"""The events of parcels: recorded in batches, never deleted, read back as values."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from monitor.history import events, outlines
from monitor.history.columns import id_list, moment, moment_or_none, seconds
from monitor.parcel import HAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.history.connection import Store
    from monitor.history.recording import Recorded
    from monitor.parcel import Event, Outline
    from monitor.parcel.outcomes import Outcome, Snapshot


@dataclass(frozen=True, slots=True)
class Looked:
    """The last look (UTC) of one provider of one source at one parcel.

    `provider` is "" where only the source as a whole is known; `not_yet`: it knows nothing so far.
    """

    source: str
    provider: str
    looked_at: datetime | None
    not_yet: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A kept answer without its body. `sha256` and `size` (bytes) are of the uncompressed body."""

    id: int
    parcel_id: int
    source: str
    at: datetime
    fingerprint: str
    sha256: str
    size: int


class Timeline:
    """Each method is one transaction, or part of the one the caller has opened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record_all(
        self, items: Sequence[tuple[int, Outcome]], source: str, now: datetime
    ) -> list[Recorded]:
        """Store what a source answered about these parcels, in the order given.

        One transaction for all. An event is never deleted: what a source no longer shows is marked
        superseded. Recording the same again changes nothing but the time of the last success.
        """
        from monitor.history.recording import record  # noqa: PLC0415 - a list must not wait for it

        with self._store.joined_tx():
            found: list[Recorded] = []
            for part in _without_repeats(items):
                found += record(self._store, part, source, now)
            return found

    def record_push(
        self, parcel_id: int, snapshot: Snapshot, source: str, now: datetime
    ) -> Recorded:
        """Store what a source sent of its own accord about one parcel. One that was seen before what
        is known changes nothing, so that it may come twice, late, or from whoever has kept it.
        """
        from monitor.history.recording import record_push  # noqa: PLC0415 - as in record_all

        with self._store.joined_tx():
            return record_push(self._store, parcel_id, snapshot, source, now)

    def add_hand(self, parcel_id: int, event: Event, now: datetime) -> None:
        """Store an event the owner wrote down. The same one written again stands again."""
        whole = events.as_storable(event)
        at = seconds(now)
        row = events.to_row(parcel_id, HAND, events.New(whole, at, None, edited=False))
        with self._store.joined_tx():
            self._store.run(f"{events.INSERT} ON CONFLICT DO UPDATE SET superseded_at = NULL", row)
            self._store.run("UPDATE parcel SET touched_at = ? WHERE id = ?", (at, parcel_id))

    def standing(self, parcel_ids: Iterable[int]) -> dict[int, tuple[Event, ...]]:
        """The events that stand, per parcel, oldest first by their own time; parcels without any
        are left out.
        """
        return self._read(parcel_ids, "AND superseded_at IS NULL")

    def outlines(self, preferred: Mapping[int, str]) -> dict[int, Outline]:
        """What a list says of the events that stand, per parcel: as `Dossier.outline`, at a third of
        the cost. `preferred`: the carrier of each parcel wanted, as `merged` takes it, or "".
        Parcels without any event are left out.
        """
        rows = self._store.tuples(
            f"SELECT {outlines.COLUMNS} FROM event "  # noqa: S608 - constants only
            "WHERE parcel_id IN (SELECT value FROM json_each(?)) AND superseded_at IS NULL "
            "ORDER BY parcel_id, coalesce(at, first_seen)",
            (id_list(preferred),),
        )
        return {
            parcel_id: outlines.outline(list(of_one), preferred[parcel_id])
            for parcel_id, of_one in groupby(rows, key=itemgetter(0))
        }

    def everything(self, parcel_id: int) -> tuple[Event, ...]:
        """All events ever seen, with the superseded ones, oldest first by their own time."""
        return self._read([parcel_id], "").get(parcel_id, ())

    def _read(self, parcel_ids: Iterable[int], which: str) -> dict[int, tuple[Event, ...]]:
        rows = self._store.tuples(
            f"SELECT parcel_id, {events.READ_COLUMNS} FROM event "  # noqa: S608 - constants only
            f"WHERE parcel_id IN (SELECT value FROM json_each(?)) {which} "
            f"ORDER BY parcel_id, coalesce(at, first_seen), id",
            (id_list(parcel_ids),),
        )
        return {
            parcel_id: tuple(events.from_row(row[1:]) for row in of_one)
            for parcel_id, of_one in groupby(rows, key=itemgetter(0))
        }

    def looks(self, parcel_ids: Iterable[int]) -> dict[int, tuple[Looked, ...]]:
        """How fresh every provider of every source is about these parcels."""
        rows = self._store.tuples(
            "SELECT source.parcel_id, source.adapter, coalesce(look.provider, ''), "
            "CASE source.not_yet WHEN 1 THEN coalesce(source.looked_at, look.looked_at) "
            "ELSE coalesce(look.looked_at, source.looked_at) END, source.not_yet "
            "FROM source LEFT JOIN look "
            "ON look.parcel_id = source.parcel_id AND look.source = source.adapter "
            "WHERE source.parcel_id IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3",
            (id_list(parcel_ids),),
        )
        found: dict[int, tuple[Looked, ...]] = {}
        for parcel_id, source, provider, at, not_yet in rows:
            look = Looked(source, provider, moment_or_none(at), bool(not_yet))
            found[parcel_id] = (*found.get(parcel_id, ()), look)
        return found

    def providers(self, parcel_id: int, source: str) -> list[str]:
        """Whoever a source has named for this parcel, by an event or by a look of theirs."""
        rows = self._store.tuples(
            "SELECT provider FROM event WHERE parcel_id = ?1 AND source = ?2 UNION "
            "SELECT provider FROM look WHERE parcel_id = ?1 AND source = ?2",
            (parcel_id, source),
        )
        return [str(provider) for (provider,) in rows]

    def answers(self, parcel_id: int) -> tuple[Answer, ...]:
        """The kept answers about a parcel, oldest first, without their bodies."""
        rows = self._store.rows(
            "SELECT id, parcel_id, source, at, fingerprint, sha256, size FROM answer "
            "WHERE parcel_id = ? ORDER BY id",
            (parcel_id,),
        )
        return tuple(Answer(**{**dict(row), "at": moment(row["at"])}) for row in rows)

    def body(self, answer: Answer) -> bytes:
        """The answer as it was kept (UTF-8 JSON); empty when its parcel was removed meanwhile."""
        row = self._store.row("SELECT body FROM answer WHERE id = ?", (answer.id,))
        return zlib.decompress(row["body"]) if row else b""


def _without_repeats(
    items: Sequence[tuple[int, Outcome]],
) -> list[list[tuple[int, Outcome]]]:
    """The items in parts that name no parcel twice: a part compares with what is stored."""
    parts: list[list[tuple[int, Outcome]]] = [[]]
    seen: set[int] = set()
    for item in items:
        if item[0] in seen:
            parts.append([])
            seen.clear()
        seen.add(item[0])
        parts[-1].append(item)
    return parts
