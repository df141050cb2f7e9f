"""How long what only serves as proof is kept; parcels, events and what was told of them stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.history.columns import id_list, seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.history.connection import Store

KEPT_PASSES = timedelta(days=90)
KEPT_DRIFTS = timedelta(days=90)  # after they were seen
# No claim shipped with the program that counts in days is open longer (card schemes: 540 days); a
# longer deadline of the owner's own keeps the answers until it is over.
KEPT_ANSWERS = timedelta(days=730)  # after the parcel was done
KEPT_LETTERS = timedelta(days=730)  # after they were written
PLAIN_ANSWERS = 50  # per parcel and source, of those with which nothing about the parcel changed
AT_ONCE = 200  # rows in one transaction: a few milliseconds


@dataclass(frozen=True, slots=True)
class Kept:
    """How many raw answers are kept, and their bytes as they are stored."""

    answers: int
    bytes: int


class Retention:
    """What may go is looked for without keeping anybody from writing, and deleted a little at a time:
    each method that deletes is one short transaction.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def idle_answers(self, now: datetime) -> list[int]:
        """The ids of raw answers nobody will need.

        Those of a parcel done two years ago, unless a deadline the owner gave still lies ahead. Of
        any other parcel, per source, those beyond the newest 50 with which nothing changed: the
        first one, the newest one, and every answer that first showed an event or first left one out
        stay, as a dispute may turn on them.
        """
        old = self._store.tuples(_OLD_ANSWERS, (seconds(now - KEPT_ANSWERS), f"{now:%Y-%m-%d}"))
        plain = self._store.tuples(_PLAIN_ANSWERS, (PLAIN_ANSWERS,))
        return sorted({answer_id for (answer_id,) in (*old, *plain)})

    def delete_answers(self, ids: Sequence[int]) -> int:
        """Delete these answers; how many were still there. Not more than a few hundred at once."""
        with self._store.joined_tx():
            return self._store.run(
                "DELETE FROM answer WHERE id IN (SELECT value FROM json_each(?))", (id_list(ids),)
            )

    def idle_letters(self, now: datetime) -> list[int]:
        """The ids of alerts written two years ago that left, or were not to leave any more.

        Those of a matter that is still open stay: what was told of it decides what is told next.
        """
        rows = self._store.tuples(_OLD_LETTERS, (seconds(now - KEPT_LETTERS),))
        return [letter_id for (letter_id,) in rows]

    def delete_letters(self, ids: Sequence[int]) -> int:
        """As `delete_answers`."""
        with self._store.joined_tx():
            return self._store.run(
                "DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))", (id_list(ids),)
            )

    def kept(self) -> Kept:
        ((answers, size),) = self._store.tuples(
            "SELECT count(*), coalesce(sum(length(body)), 0) FROM answer"
        )
        return Kept(int(answers), int(size))


# A cover is [name, day].
_OLD_ANSWERS = """
SELECT answer.id FROM answer JOIN parcel ON parcel.id = answer.parcel_id
WHERE parcel.done_at < ?1 AND coalesce(parcel.protected_until, '') < ?2
    AND NOT EXISTS (SELECT 1 FROM json_each(parcel.covers) AS cover
        WHERE json_extract(cover.value, '$[1]') >= ?2)
"""
# Looked at closely only where there are more than are kept in any case.
_PLAIN_ANSWERS = """
SELECT id FROM (
    SELECT answer.id, row_number() OVER (
        PARTITION BY answer.parcel_id, answer.source ORDER BY answer.id DESC
    ) AS place
    FROM answer JOIN (
        SELECT parcel_id, source, min(id) AS first, max(id) AS newest FROM answer
        GROUP BY parcel_id, source HAVING count(*) > ?1
    ) AS many ON many.parcel_id = answer.parcel_id AND many.source = answer.source
    WHERE answer.id NOT IN (many.first, many.newest) AND NOT EXISTS (
        SELECT 1 FROM event
        WHERE event.parcel_id = answer.parcel_id AND event.source = answer.source
            AND (event.first_seen = answer.at OR event.superseded_at = answer.at)
    )
)
WHERE place > ?1
"""
_OLD_LETTERS = """
SELECT outbox.id FROM outbox LEFT JOIN episode ON episode.id = outbox.episode_id
WHERE outbox.created_at < ?1 AND outbox.state IN ('sent', 'dropped')
    AND (episode.id IS NULL OR episode.closed_at IS NOT NULL)
"""
