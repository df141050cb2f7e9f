"""What the rules have with each subject, what was told of it, and the history of both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from monitor.alerts.memory import Memory
from monitor.history import schedules
from monitor.history.columns import id_list

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.history.connection import Store
    from monitor.history.outbox import Message, Outbox
    from monitor.history.schedules import Gist, Matter
    from monitor.schedule import Episode

_INSERT = (
    f"INSERT INTO episode (subject, parcel_id, rule, {schedules.MEMORY}) "  # noqa: S608 - constants only
    f"VALUES ({', '.join('?' * 18)})"
)
_SET_MEMORY = f"UPDATE episode SET ({schedules.MEMORY}) = ({', '.join('?' * 15)}) WHERE id = ?"  # noqa: S608 - as above
_SET_SCHEDULE = f"UPDATE episode SET ({schedules.SCHEDULE}) = ({', '.join('?' * 9)}) WHERE id = ?"  # noqa: S608 - as above
_OF_PARCELS = """
SELECT * FROM episode
WHERE closed_at IS NULL AND parcel_id IN (SELECT value FROM json_each(?))
ORDER BY parcel_id, rule
"""
_GISTS = f"""
SELECT parcel_id, {schedules.GIST} FROM episode
WHERE closed_at IS NULL AND parcel_id IN (SELECT value FROM json_each(?))
ORDER BY parcel_id, rule
"""  # noqa: S608 - constants only
_OF_SERVICE = """
SELECT * FROM episode WHERE closed_at IS NULL AND parcel_id IS NULL ORDER BY subject, rule
"""
_OF_SUBJECT = "SELECT * FROM episode WHERE closed_at IS NULL AND subject = ? ORDER BY rule"
_OF_RULE = "SELECT * FROM episode WHERE closed_at IS NULL AND subject = ? AND rule = ?"


def subject_of(parcel: int | str) -> str:
    """How a parcel (by id) is written as the subject of an episode; other subjects as they are."""
    return f"parcel:{parcel}" if isinstance(parcel, int) else parcel


class Matters:
    """One open row per subject and rule; a closed one stays as history, a new matter is a new row.

    A subject is a parcel's id, or the name of an adapter or a channel. Each method is one
    transaction, or part of the one the caller has opened: who decides from `of` and then saves
    does both in one `write_tx`, or an acknowledgement given in between would be lost.
    """

    def __init__(self, store: Store, outbox: Callable[[], Outbox]) -> None:
        self._store = store
        self._outbox = outbox

    def of(self, parcel_ids: Iterable[int]) -> dict[int, dict[str, Matter]]:
        """The open matters per parcel and rule; parcels without any are left out."""
        rows = self._store.rows(_OF_PARCELS, (id_list(parcel_ids),))
        found: dict[int, dict[str, Matter]] = {}
        for row in rows:
            found.setdefault(row["parcel_id"], {})[row["rule"]] = schedules.matter(row)
        return found

    def gists(self, parcel_ids: Iterable[int]) -> dict[int, dict[str, Gist]]:
        """What a list asks of the open matters per parcel and rule; parcels without any are left out."""
        found: dict[int, dict[str, Gist]] = {}
        for parcel_id, *row in self._store.tuples(_GISTS, (id_list(parcel_ids),)):
            found.setdefault(parcel_id, {})[row[0]] = schedules.Gist(*row)
        return found

    def of_service(self) -> dict[str, dict[str, Matter]]:
        """The open matters of adapters and channels, per subject and rule."""
        rows = self._store.rows(_OF_SERVICE)
        found: dict[str, dict[str, Matter]] = {}
        for row in rows:
            found.setdefault(row["subject"], {})[row["rule"]] = schedules.matter(row)
        return found

    def history(self, subject: int | str) -> tuple[Matter, ...]:
        """Every matter there ever was with this subject, closed ones included, oldest first."""
        rows = self._store.rows(
            "SELECT * FROM episode WHERE subject = ? ORDER BY id", (subject_of(subject),)
        )
        return tuple(schedules.matter(row) for row in rows)

    def save(
        self,
        subject: int | str,
        rule: str,
        episode: Episode | None,
        memory: Memory | None,
        messages: Sequence[Message],
        now: datetime,
    ) -> None:
        """Store a verdict, and in the same transaction put its messages into the outbox.

        A memory with `closed_at` closes the matter; None ends it without a word. `memory.told`
        counts this telling: saving the same verdict twice sends nothing twice. Nothing is stored
        for a parcel that was removed or done meanwhile.
        """
        with self._store.joined_tx():
            if not self._watched(subject):
                return
            row = self._open(subject, rule)
            if memory is None:
                self._end(row, now)
                if episode is not None:
                    self._plan(subject, rule, episode, None, now)
                return
            if row is not None and row["anchor"] != memory.anchor and memory.closed_at is None:
                self._end(row, now)
                row = None
            if row is None and memory.closed_at is not None:
                return  # closed already, by another pass
            matter_id = row["id"] if row else self._insert(subject, rule, memory)
            self._store.run(_SET_MEMORY, (*schedules.memory_row(memory), matter_id))
            self._schedule(matter_id, episode)
            if memory.closed_at is not None:
                self._outbox().drop_unsent(matter_id)
            self._outbox().put(matter_id, rule, memory.told, messages, now)

    def refresh(
        self,
        subject: int | str,
        episodes: Mapping[str, Episode],
        now: datetime,
        *,
        untouched: Collection[str] = (),
    ) -> None:
        """Store the schedules by rule as they are now, without touching what was told.

        A rule that has nothing now loses its row when nothing was ever told of it. `untouched`:
        rules that could not be asked.
        """
        with self._store.joined_tx():
            if not self._watched(subject):
                return
            rows = self._store.rows(_OF_SUBJECT, (subject_of(subject),))
            known = {row["rule"]: row for row in rows}
            for rule in known.keys() - episodes.keys() - set(untouched):
                if known[rule]["told"]:
                    self._schedule(known[rule]["id"], None)
                else:
                    self._end(known[rule], now)
            for rule, episode in episodes.items():
                self._plan(subject, rule, episode, known.get(rule), now)

    def close_all(self, subject: int | str, now: datetime) -> None:
        """Everything with this subject ends without a word, and what was not sent is not sent."""
        with self._store.joined_tx():
            for row in self._store.rows(_OF_SUBJECT, (subject_of(subject),)):
                self._outbox().drop_unsent(row["id"], doubtful=True)
                self._end(row, now)

    def _watched(self, subject: int | str) -> bool:
        if isinstance(subject, str):
            return True
        statement = "SELECT 1 FROM parcel WHERE id = ? AND done_at IS NULL"
        return self._store.row(statement, (subject,)) is not None

    def _open(self, subject: int | str, rule: str) -> sqlite3.Row | None:
        return self._store.row(_OF_RULE, (subject_of(subject), rule))

    def _insert(self, subject: int | str, rule: str, memory: Memory) -> int:
        parcel_id = subject if isinstance(subject, int) else None
        row: tuple[Any, ...] = (subject_of(subject), parcel_id, rule)
        return self._store.insert(_INSERT, (*row, *schedules.memory_row(memory)))

    def _plan(
        self,
        subject: int | str,
        rule: str,
        episode: Episode,
        row: sqlite3.Row | None,
        now: datetime,
    ) -> None:
        """Store a schedule; one of another matter replaces a row nobody was told of."""
        if row is not None and not row["told"] and row["anchor"] != episode.anchor:
            self._end(row, now)
            row = None
        untold = Memory(anchor=episode.anchor, opened_at=now)
        matter_id = row["id"] if row else self._insert(subject, rule, untold)
        self._schedule(matter_id, episode)

    def _schedule(self, matter_id: int, episode: Episode | None) -> None:
        """Without an episode the last schedule stays for the history, marked as not holding."""
        if episode is None:
            self._store.run("UPDATE episode SET holds = 0 WHERE id = ?", (matter_id,))
        else:
            self._store.run(_SET_SCHEDULE, (*schedules.schedule_row(episode), matter_id))

    def _end(self, row: sqlite3.Row | None, now: datetime) -> None:
        """Close what was told, forget what was not."""
        if row is None:
            return
        self._outbox().drop_unsent(row["id"])
        if row["told"]:
            closed = replace(schedules.matter(row).memory, closed_at=now)
            self._store.run(_SET_MEMORY, (*schedules.memory_row(closed), row["id"]))
        else:
            self._store.run("DELETE FROM episode WHERE id = ?", (row["id"],))
