"""What one batch of answers changes, collected as rows and written in a handful of statements."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from monitor.history import events
from monitor.history.columns import id_list, not_before, seconds, storable
from monitor.parcel.outcomes import Failure, NotYet, Snapshot

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from monitor.history.connection import Store
    from monitor.parcel.outcomes import Outcome

    Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording one outcome has changed; counts are events.

    `emptied`: the source shows nothing although it did before, which is not believed. `gone`: the
    parcel was removed while its source was asked, and nothing was stored.
    """

    parcel_id: int
    new: int = 0
    edited: int = 0
    superseded: int = 0
    reappeared: int = 0
    emptied: bool = False
    gone: bool = False

    @property
    def changed(self) -> bool:
        return bool(self.new or self.edited or self.superseded or self.reappeared)


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


@dataclass(slots=True)
class Entries:
    """The rows a batch leads to. `add` decides, `write` stores."""

    source: str
    now: int
    new: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    back: list[Row] = field(default_factory=list)
    looks: list[Row] = field(default_factory=list)
    aliases: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    shown: list[Row] = field(default_factory=list)
    emptied: list[Row] = field(default_factory=list)
    not_yet: list[Row] = field(default_factory=list)
    failures: list[Row] = field(default_factory=list)
    touched: list[Row] = field(default_factory=list)

    def add(self, parcel_id: int, before: Before, outcome: Outcome) -> Recorded:
        match outcome:
            case Snapshot():
                return self._add_snapshot(parcel_id, before, outcome)
            case NotYet():
                self._add_not_yet(parcel_id, before, outcome)
            case Failure():
                self._add_failure(parcel_id, outcome)
        return Recorded(parcel_id)

    def _add_snapshot(self, parcel_id: int, before: Before, snapshot: Snapshot) -> Recorded:
        if not snapshot.events and before.standing:
            self.emptied.append((parcel_id, self.source, self.now))
            return Recorded(parcel_id, emptied=True)
        heard = [row for row in before.stored if row.provider not in snapshot.unheard]
        changed = events.difference(heard, snapshot.events, before.looks, self.now)
        self.new += [events.to_row(parcel_id, self.source, new) for new in changed.new]
        self.gone += [(self.now, event_id) for event_id in changed.gone]
        self.back += [(event_id,) for event_id in changed.back]
        looks = self._looks(before, snapshot)
        self.looks += [(parcel_id, self.source, name, at, self.now) for name, at in looks.items()]
        looked_at = self._clamped(snapshot.looked_at) or max(looks.values(), default=None)
        self._add_source(parcel_id, snapshot, looked_at)
        self._add_answer(parcel_id, before, snapshot)
        if changed or self._awaited(before):
            self.touched.append((self.now, parcel_id))
        edited = sum(new.edited for new in changed.new)
        return Recorded(
            parcel_id,
            new=len(changed.new) - edited,
            edited=edited,
            superseded=len(changed.gone),
            reappeared=len(changed.back),
        )

    def _looks(self, before: Before, snapshot: Snapshot) -> dict[str, int]:
        """The look per provider; a source that does not tell them apart has looked at all."""
        if snapshot.looks:
            return {storable(p): self._clamp(seconds(at)) for p, at in snapshot.looks.items()}
        at = self._clamped(snapshot.looked_at)
        if at is None:
            return {}
        shown = {storable(event.provider) for event in snapshot.events}
        known = (before.providers | before.looks.keys()) - snapshot.unheard
        return dict.fromkeys(shown | known or {""}, at)

    def _awaited(self, before: Before) -> bool:
        """Whether an answer that shows nothing new lets some step come: one that waits for a look, or
        for this source to have been asked, too.
        """
        return before.check_at is not None and before.check_at <= self.now

    def _clamped(self, looked_at: datetime | None) -> int | None:
        return None if looked_at is None else self._clamp(seconds(looked_at))

    def _clamp(self, at: int) -> int:
        """No source has looked later than now, whatever its clock says."""
        return min(at, self.now)

    def _add_source(self, parcel_id: int, snapshot: Snapshot, looked_at: int | None) -> None:
        facts = (snapshot.carrier, snapshot.status, snapshot.origin, snapshot.destination)
        rest = (looked_at, self.now, int(snapshot.economy))
        self.shown.append((parcel_id, self.source, *map(storable, facts), *rest))
        self.aliases += [
            (parcel_id, storable(alias.number), storable(alias.carrier), self.source)
            for alias in snapshot.aliases
            if alias.number != snapshot.number
        ]

    def _add_answer(self, parcel_id: int, before: Before, snapshot: Snapshot) -> None:
        """Keep the answer as evidence when it differs from the newest one kept."""
        body = snapshot.evidence
        if not body or snapshot.fingerprint == before.fingerprint:
            return
        digest = hashlib.sha256(body).hexdigest()
        packed = zlib.compress(body)
        print_ = snapshot.fingerprint
        self.answers.append((parcel_id, self.source, self.now, print_, digest, len(body), packed))

    def _add_not_yet(self, parcel_id: int, before: Before, outcome: NotYet) -> None:
        """A source that forgets what it has shown witnesses nothing."""
        looked_at = None if before.standing else self._clamped(outcome.looked_at)
        self.not_yet.append((parcel_id, self.source, looked_at, self.now))
        if self._awaited(before):
            self.touched.append((self.now, parcel_id))

    def _add_failure(self, parcel_id: int, outcome: Failure) -> None:
        detail, until = storable(outcome.detail), not_before(outcome.until)
        self.failures.append((parcel_id, self.source, detail, outcome.kind.value, self.now, until))

    def write(self, store: Store) -> None:
        for statement, rows in (
            (events.INSERT, self.new),
            (_GONE, self.gone),
            (_BACK, self.back),
            (_LOOK, self.looks),
            (_ALIAS, self.aliases),
            (_ANSWER, self.answers),
            (_SHOWN, self.shown),
            (_EMPTIED, self.emptied),
            (_NOT_YET, self.not_yet),
            (_FAILURE, self.failures),
            (_TOUCHED, self.touched),
        ):
            if rows:
                store.run_many(statement, rows)


_GONE = "UPDATE event SET superseded_at = ? WHERE id = ?"
_BACK = "UPDATE event SET superseded_at = NULL WHERE id = ?"
_LOOK = (
    "INSERT INTO look (parcel_id, source, provider, looked_at) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT DO UPDATE SET looked_at = max(min(looked_at, ?5), excluded.looked_at)"
)
_ALIAS = (
    "INSERT INTO alias (parcel_id, number, carrier, source) VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)
_ANSWER = (
    "INSERT INTO answer (parcel_id, source, at, fingerprint, sha256, size, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# A look never goes back, but one from the future is of a wrong clock and proves nothing; SQLite's
# max() of two is NULL when either is. "" says nothing new.
_SHOWN = """
INSERT INTO source (parcel_id, adapter, carrier, status, seen_origin, seen_destination, looked_at,
    last_ok, economy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
    carrier = coalesce(nullif(excluded.carrier, ''), carrier),
    status = excluded.status,
    seen_origin = coalesce(nullif(excluded.seen_origin, ''), seen_origin),
    seen_destination = coalesce(nullif(excluded.seen_destination, ''), seen_destination),
    looked_at = CASE WHEN looked_at > excluded.last_ok THEN excluded.looked_at
        ELSE coalesce(max(looked_at, excluded.looked_at), looked_at, excluded.looked_at) END,
    last_ok = excluded.last_ok, economy = excluded.economy, not_yet = 0,
    last_error = '', last_error_kind = NULL, failures = 0, retry_at = NULL
"""
_EMPTIED = """
INSERT INTO source (parcel_id, adapter, last_ok) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET last_ok = excluded.last_ok,
    last_error = '', last_error_kind = NULL, failures = 0, retry_at = NULL
"""
_NOT_YET = """
INSERT INTO source (parcel_id, adapter, looked_at, last_ok, not_yet) VALUES (?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET
    looked_at = CASE WHEN looked_at > excluded.last_ok THEN excluded.looked_at
        ELSE coalesce(max(looked_at, excluded.looked_at), looked_at, excluded.looked_at) END,
    last_ok = excluded.last_ok, not_yet = 1,
    last_error = '', last_error_kind = NULL, failures = 0, retry_at = NULL
"""
_FAILURE = """
INSERT INTO source (parcel_id, adapter, last_error, last_error_kind, last_error_at, retry_at,
    failures) VALUES (?, ?, ?, ?, ?, ?, 1)
ON CONFLICT DO UPDATE SET
    last_error = excluded.last_error, last_error_kind = excluded.last_error_kind,
    last_error_at = excluded.last_error_at, retry_at = excluded.retry_at, failures = failures + 1
"""
_TOUCHED = "UPDATE parcel SET touched_at = ? WHERE id = ?"


def record(
    store: Store, items: Sequence[tuple[int, Outcome]], source: str, now: datetime
) -> list[Recorded]:
    """Store what a source answered about these parcels, each named once, in the open transaction."""
    at = seconds(now)
    before = read_before(store, [parcel_id for parcel_id, _ in items], source, at)
    entries = Entries(source, at)
    found = [
        entries.add(parcel_id, before[parcel_id], outcome)
        if parcel_id in before
        else Recorded(parcel_id, gone=True)
        for parcel_id, outcome in items
    ]
    entries.write(store)
    return found
