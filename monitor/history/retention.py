"""How long what only serves as proof is kept; parcels, events and what was told of them stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.history.columns import seconds

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.history.connection import Store

KEPT_PASSES = timedelta(days=90)
# No claim shipped with the program that counts in days is open longer (card schemes: 540 days); a
# longer deadline of the owner's own keeps the answers until it is over.
KEPT_ANSWERS = timedelta(days=730)  # after the parcel was done
KEPT_LETTERS = timedelta(days=730)  # after they were written
PLAIN_ANSWERS = 50  # per parcel and source, of those with which nothing about the parcel changed
AT_ONCE = 200  # rows one call deletes: a few milliseconds


@dataclass(frozen=True, slots=True)
class Kept:
    """How many raw answers are kept, and their bytes as they are stored."""

    answers: int
    bytes: int


class Retention:
    """Each method is one short transaction and deletes a part; call it until it answers 0."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def thin_answers(self, now: datetime) -> int:
        """Delete raw answers nobody will need; how many this time.

        Those of a parcel done two years ago, unless a deadline the owner gave still lies ahead. Of
        any other parcel, per source, those beyond the newest 50 with which nothing changed: the
        first one, the newest one, and every answer that first showed an event or first left one out
        stay, as a dispute may turn on them.
        """
        today = f"{now:%Y-%m-%d}"
        with self._store.joined_tx():
            old = self._store.run(_OLD_ANSWERS, (seconds(now - KEPT_ANSWERS), today, AT_ONCE))
            return old or self._store.run(_PLAIN_ANSWERS, (PLAIN_ANSWERS, AT_ONCE))

    def forget_letters(self, now: datetime) -> int:
        """Delete alerts written two years ago that left, or were not to leave any more; how many.

        Those of a matter that is still open stay: what was told of it decides what is told next.
        """
        with self._store.joined_tx():
            return self._store.run(_OLD_LETTERS, (seconds(now - KEPT_LETTERS), AT_ONCE))

    def kept(self) -> Kept:
        ((answers, size),) = self._store.tuples(
            "SELECT count(*), coalesce(sum(length(body)), 0) FROM answer"
        )
        return Kept(int(answers), int(size))


# A cover is [name, day].
_OLD_ANSWERS = """
DELETE FROM answer WHERE id IN (
    SELECT answer.id FROM answer JOIN parcel ON parcel.id = answer.parcel_id
    WHERE parcel.done_at < ?1 AND coalesce(parcel.protected_until, '') < ?2
        AND NOT EXISTS (SELECT 1 FROM json_each(parcel.covers) AS cover
            WHERE json_extract(cover.value, '$[1]') >= ?2)
    LIMIT ?3
)
"""
_PLAIN_ANSWERS = """
DELETE FROM answer WHERE id IN (
    SELECT id FROM (
        SELECT answer.id, row_number() OVER (
            PARTITION BY answer.parcel_id, answer.source ORDER BY answer.id DESC
        ) AS place
        FROM answer
        WHERE NOT EXISTS (
            SELECT 1 FROM event
            WHERE event.parcel_id = answer.parcel_id AND event.source = answer.source
                AND (event.first_seen = answer.at OR event.superseded_at = answer.at)
        )
        AND answer.id NOT IN (SELECT min(id) FROM answer GROUP BY parcel_id, source)
        AND answer.id NOT IN (SELECT max(id) FROM answer GROUP BY parcel_id, source)
    )
    WHERE place > ?1 LIMIT ?2
)
"""
_OLD_LETTERS = """
DELETE FROM outbox WHERE id IN (
    SELECT outbox.id FROM outbox LEFT JOIN episode ON episode.id = outbox.episode_id
    WHERE outbox.created_at < ?1 AND outbox.state IN ('sent', 'dropped')
        AND (episode.id IS NULL OR episode.closed_at IS NOT NULL)
    LIMIT ?2
)
"""
