"""What is stored of some parcels and one source before an answer, and whether the answer is newer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.history import events
from monitor.history.columns import id_list

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from monitor.history.connection import Store


@dataclass(slots=True)
class Before:
    """What is stored of one parcel and one source before the answer. Times are seconds."""

    check_at: int | None
    looked_at: int | None = None
    fingerprint: str | None = None
    stored: list[events.Stored] = field(default_factory=list)
    looks: dict[str, int] = field(default_factory=dict)

    @property
    def standing(self) -> bool:
        return any(row.superseded_at is None for row in self.stored)

    @property
    def providers(self) -> set[str]:
        return {row.provider for row in self.stored if row.superseded_at is None}

    def knows_newer_than(self, looks: Mapping[str, int]) -> bool:
        """Whether looks of these moments (seconds, per provider) were made before those known: one is
        older than its like, and none newer.

        An answer that was on its way while a push came in shows less than the push did.
        """
        pairs = self._alike(looks)
        return any(at < known for at, known in pairs) and all(at <= known for at, known in pairs)

    def seen_later(self, looks: Mapping[str, int]) -> set[str]:
        """The providers of whom a later look is known than these (seconds, per provider)."""
        return {name for name, at in looks.items() if at < self.looks.get(name, at)}

    def is_followed_by(
        self, looks: Mapping[str, int], unheard: Collection[str] = frozenset()
    ) -> bool:
        """Whether looks of these moments were certainly made after those known: none is older than
        its like and one is newer; where all are as old, or none has its like, the newest decides.
        True where nothing is known that could be taken back; what is known of those that are
        `unheard` is none of it.

        Pushes are repeated, overtake each other, and can be sent again by whoever has kept them.
        """
        if all(row.provider in unheard for row in self.stored):
            return True
        pairs = self._alike(looks)
        if any(at != known for at, known in pairs):
            return all(at >= known for at, known in pairs)
        known = (at for name, at in self.looks.items() if name not in unheard)
        newest = max(known, default=None)
        return bool(looks) and (newest is None or max(looks.values()) > newest)

    def _alike(self, looks: Mapping[str, int]) -> list[tuple[int, int]]:
        return [(at, self.looks[name]) for name, at in looks.items() if name in self.looks]


def read_before(
    store: Store, parcel_ids: Collection[int], source: str, now: int
) -> dict[int, Before]:
    """What is stored of these parcels and this source; parcels that are gone are left out.

    A look later than `now` (seconds) was stored while a clock was ahead: it is none, and of a
    provider one of now.
    """
    ids = id_list(parcel_ids)
    found = {parcel_id: Before(at) for parcel_id, at in store.tuples(_CHECK_TIMES, (ids,))}
    for parcel_id, looked_at in store.tuples(_LOOKED, (source, ids)):
        found[parcel_id].looked_at = looked_at if (looked_at or 0) <= now else None
    for parcel_id, provider, looked_at in store.tuples(_LOOKS, (source, ids)):
        found[parcel_id].looks[provider] = min(looked_at, now)
    for parcel_id, fingerprint in store.tuples(_NEWEST_ANSWERS, (source, ids)):
        found[parcel_id].fingerprint = fingerprint
    for parcel_id, *rest in store.tuples(_STORED, (source, ids)):
        found[parcel_id].stored.append(events.Stored(*rest))
    return found


_CHECK_TIMES = "SELECT id, check_at FROM parcel WHERE id IN (SELECT value FROM json_each(?))"
_LOOKED = (
    "SELECT parcel_id, looked_at FROM source "
    "WHERE adapter = ? AND parcel_id IN (SELECT value FROM json_each(?))"
)
_LOOKS = (
    "SELECT parcel_id, provider, looked_at FROM look "
    "WHERE source = ? AND parcel_id IN (SELECT value FROM json_each(?))"
)
_NEWEST_ANSWERS = (
    "SELECT parcel_id, fingerprint FROM answer WHERE id IN (SELECT max(id) FROM answer "
    "WHERE source = ? AND parcel_id IN (SELECT value FROM json_each(?)) GROUP BY parcel_id)"
)
_STORED = (
    "SELECT parcel_id, id, provider, raw_time, code, text, first_seen, unseen_until, superseded_at "
    "FROM event WHERE source = ? AND parcel_id IN (SELECT value FROM json_each(?))"
)
