"""What one batch of answers changes, collected as rows and written in a handful of statements."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from monitor.history import events
from monitor.history.before import Before, read_before
from monitor.history.columns import not_before, seconds, storable
from monitor.parcel.outcomes import Failure, NotYet, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.history.connection import Store
    from monitor.parcel.outcomes import Outcome

    Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording one outcome has changed; counts are events.

    `emptied`: the source shows nothing although it did before, which is not believed. `outdated`: it
    shows what it saw before a look that is known already. `gone`: the parcel was removed while its
    source was asked, and nothing was stored.
    """

    parcel_id: int
    new: int = 0
    edited: int = 0
    superseded: int = 0
    reappeared: int = 0
    emptied: bool = False
    outdated: bool = False
    gone: bool = False

    @property
    def changed(self) -> bool:
        return bool(self.new or self.edited or self.superseded or self.reappeared)


@dataclass(slots=True)
class Entries:
    """The rows a batch leads to. `add` decides, `write` stores.

    `asked` False: the source sent it of its own accord, which says nothing of whether it answers.
    """

    source: str
    now: int
    asked: bool = True
    new: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    back: list[Row] = field(default_factory=list)
    looks: list[Row] = field(default_factory=list)
    aliases: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    shown: list[Row] = field(default_factory=list)
    pushed: list[Row] = field(default_factory=list)
    unbelieved: list[Row] = field(default_factory=list)
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
        emptied = not snapshot.events and before.standing
        dated = self.dated(snapshot)
        outdated = before.knows_newer_than(dated)
        if emptied or outdated:
            self.unbelieved.append((parcel_id, self.source, self.now))
            return Recorded(parcel_id, emptied=emptied, outdated=outdated and not emptied)
        # Of one provider the answer may be older than a push was that came in meanwhile.
        unheard = snapshot.unheard | before.seen_later(dated)
        heard = [row for row in before.stored if row.provider not in unheard]
        shown = [each for each in snapshot.events if storable(each.provider) not in unheard]
        changed = events.difference(heard, shown, before.looks, self.now)
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
            return self.dated(snapshot)
        at = self._clamped(snapshot.looked_at)
        if at is None:
            return {}
        shown = {storable(event.provider) for event in snapshot.events}
        known = (before.providers | before.looks.keys()) - snapshot.unheard
        return dict.fromkeys(shown | known or {""}, at)

    def dated(self, snapshot: Snapshot) -> dict[str, int]:
        """The looks a source tells apart, as they are stored (seconds)."""
        return {storable(p): self._clamp(seconds(at)) for p, at in snapshot.looks.items()}

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
        rows = self.shown if self.asked else self.pushed
        rows.append((parcel_id, self.source, *map(storable, facts), *rest))
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
            (_PUSHED, self.pushed),
            (_ANSWERED, self.unbelieved),
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
_SHOWS = """
    carrier = coalesce(nullif(excluded.carrier, ''), carrier),
    status = excluded.status,
    seen_origin = coalesce(nullif(excluded.seen_origin, ''), seen_origin),
    seen_destination = coalesce(nullif(excluded.seen_destination, ''), seen_destination),
    looked_at = CASE WHEN looked_at > ?8 THEN excluded.looked_at
        ELSE coalesce(max(looked_at, excluded.looked_at), looked_at, excluded.looked_at) END,
    economy = excluded.economy, not_yet = 0
"""
_ANSWERS = """
    last_ok = excluded.last_ok,
    last_error = '', last_error_kind = NULL, failures = 0, retry_at = NULL
"""
_SHOWN = f"""
INSERT INTO source (parcel_id, adapter, carrier, status, seen_origin, seen_destination, looked_at,
    last_ok, economy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET {_SHOWS}, {_ANSWERS}
"""  # noqa: S608 - constants only
_PUSHED = f"""
INSERT INTO source (parcel_id, adapter, carrier, status, seen_origin, seen_destination, looked_at,
    economy) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9)
ON CONFLICT DO UPDATE SET {_SHOWS}
"""  # noqa: S608 - constants only
_ANSWERED = f"""
INSERT INTO source (parcel_id, adapter, last_ok) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET {_ANSWERS}
"""  # noqa: S608 - constants only
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


def record_push(
    store: Store, parcel_id: int, snapshot: Snapshot, source: str, now: datetime
) -> Recorded:
    """Store what a source sent of its own accord, in the open transaction, if it certainly shows what
    was seen after all that is known. It moves no next look, and takes no failure of the source back.
    """
    at = seconds(now)
    before = read_before(store, [parcel_id], source, at).get(parcel_id)
    if before is None:
        return Recorded(parcel_id, gone=True)
    entries = Entries(source, at, asked=False)
    later = before.is_followed_by(entries.dated(snapshot), snapshot.unheard)
    if not snapshot.events or not later:
        return Recorded(parcel_id, outdated=True)
    found = entries.add(parcel_id, before, snapshot)
    entries.write(store)
    return found
