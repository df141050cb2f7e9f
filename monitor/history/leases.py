"""Sending without losing: rows are leased before an attempt and settled after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.hours import OPEN
from monitor.alerts.memory import Kind
from monitor.history.columns import id_list, not_before, seconds, seconds_or_none, storable
from monitor.history.letters import ALONE_AFTER, ATTEMPTS, LEASE, Batch, given_up, outbox_row, pause

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.alerts.hours import Gate
    from monitor.history.connection import Store
    from monitor.history.letters import Delivery, OutboxRow

_CLAIM_LIMIT = 200  # rows offered to one batch
NEXT_BATCH = "SELECT coalesce(max(batch), 0) + 1 FROM outbox"


class Leases:
    """At least once; doubly only after a crash or an attempt without an answer, and then marked.

    Every method is a transaction of its own: a lease that is not committed is none.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(
        self,
        channel: str,
        now: datetime,
        holder: str,
        fits: Callable[[Sequence[OutboxRow]], int],
        *,
        gate: Gate = OPEN,
        ignore_backoff: bool = False,
    ) -> Batch | None:
        """Lease the rows of one message, committed before this returns; None: nothing is due.

        First a batch whose sender got no answer or died, the very same rows again; else what is
        due, most urgent first, as much of it as `fits` says. What `gate` holds waits for its hour,
        whatever `ignore_backoff` says. RuntimeError inside a transaction.
        """
        latest = None if ignore_backoff else seconds(now)
        with self._store.write_tx():
            number = self._lost_batch(channel, now, latest, int(gate.least))
            if number is None:
                hours = (int(gate.least), seconds_or_none(gate.info_until), seconds(now))
                number = self._new_batch(channel, latest, fits, hours)
            return None if number is None else self._lease(number, channel, now, holder)

    def _lost_batch(
        self, channel: str, now: datetime, latest: int | None, least: int
    ) -> int | None:
        parameters = (channel, seconds(now), ATTEMPTS)
        self._store.run(_GIVE_UP, parameters)
        row = self._store.row(_LOST, (channel, seconds(now), latest, least))
        return row["batch"] if row else None

    def _new_batch(
        self,
        channel: str,
        latest: int | None,
        fits: Callable[[Sequence[OutboxRow]], int],
        hours: tuple[int, int | None, int],
    ) -> int | None:
        rows = self._store.rows(_WAITING, (channel, latest, _CLAIM_LIMIT, ALONE_AFTER, *hours))
        waiting = [outbox_row(row) for row in rows]
        count = fits(waiting) if waiting else 0
        if count < 1:
            return None
        ((number,),) = self._store.tuples(NEXT_BATCH)
        chosen = id_list(row.id for row in waiting[:count])
        self._store.run(_GATHER, (number, chosen))
        return int(number)

    def _lease(self, number: int, channel: str, now: datetime, holder: str) -> Batch:
        rows = self._store.returning(_LEASE, (seconds(now + LEASE), holder, number, channel))
        leased = sorted((outbox_row(row) for row in rows), key=_urgency)
        return Batch(number, channel, tuple(leased), holder, any(r.maybe_sent for r in leased))

    def settle(self, batch: Batch, delivery: Delivery, error: str, now: datetime) -> None:
        """Store how sending a batch went. `error` is clean and without secrets.

        "sent" counts whoever holds the rows meanwhile; the others only for who still does.
        """
        ids = id_list(row.id for row in batch.rows)
        with self._store.write_tx():
            if delivery == "sent":
                self._store.run(_SENT, (seconds(now), ids, batch.id))
                return
            rows = self._store.rows(_HELD, (ids, batch.id, batch.holder))
            held = [outbox_row(row) for row in rows]
            self._failed(held, delivery, storable(error), now)
            for matter in {(row.episode_id, row.channel) for row in held}:
                self._store.run(_DROP_LATE, matter)
                self._store.run(_DROP_UNTOLD, matter)

    def _failed(
        self, held: Sequence[OutboxRow], delivery: Delivery, error: str, now: datetime
    ) -> None:
        if not held:
            return
        wait = pause(min(row.id for row in held), max(row.attempts for row in held))
        doubt = int(delivery == "unknown")
        rest = (doubt, doubt, not_before(now + wait), error, seconds(now))
        self._store.run_many(
            _FAILED,
            [("dead" if given_up(row, now) else "pending", *rest, row.id) for row in held],
        )

    def reclaim(self, alive: Callable[[str], bool], now: datetime) -> int:
        """Take back what dead senders had leased: due at once, as the same batch, perhaps sent."""
        with self._store.write_tx():
            holders = [holder for (holder,) in self._store.tuples(_HOLDERS)]
            dead = [holder for holder in holders if not alive(holder)]
            return sum(self._store.run(_RECLAIM, (seconds(now), holder)) for holder in dead)


def _urgency(row: OutboxRow) -> tuple[int, bool, int]:
    """The gravest first, of equals what is new: a last day must not stand behind a reminder."""
    return (-row.severity, row.kind is Kind.REMINDED, row.id)


# A batch without an answer keeps its number: as pending after one, or still leased by a dead sender.
_LOST = """
SELECT batch FROM outbox WHERE channel = ?1 AND batch IS NOT NULL AND severity >= ?4
    AND ((state = 'sending' AND lease_until < ?2)
        OR (state = 'pending' AND (?3 IS NULL OR next_at <= ?3)))
ORDER BY severity DESC, kind = 'reminded', id LIMIT 1
"""
# What kills its sender every time, so that no attempt ever ended, would be sent for ever.
_GIVE_UP = """
UPDATE outbox SET state = 'dead', maybe_sent = 1, failed_at = ?2, lease_until = NULL, holder = NULL,
    last_error = 'Given up: the sender ended ' || attempts || ' times without an answer.'
WHERE channel = ?1 AND attempts >= ?3
    AND ((state = 'pending' AND last_error = '') OR (state = 'sending' AND lease_until < ?2))
"""
# Whether a row may leave by the hour. What was decided "later than now" was so by a clock that was
# ahead, and does not wait for it.
MAY_LEAVE = (
    """severity >= ?5 AND (severity > 1 OR ?6 IS NULL OR created_at <= ?6 OR created_at > ?7)"""
)
# What has failed repeatedly comes last, and the most often tried of it last of all: it may be
# refused for its text, and must not stand in the way of the others.
_WAITING = f"""
SELECT * FROM outbox WHERE channel = ?1 AND state = 'pending' AND batch IS NULL
    AND (?2 IS NULL OR next_at <= ?2) AND {MAY_LEAVE}
ORDER BY iif(attempts < ?4, 0, attempts), severity DESC, kind = 'reminded', id LIMIT ?3
"""  # noqa: S608 - constants only
_GATHER = "UPDATE outbox SET batch = ? WHERE id IN (SELECT value FROM json_each(?))"
# Whatever is leased a second time under the same number may have arrived the first time.
_LEASE = """
UPDATE outbox SET maybe_sent = max(maybe_sent, state = 'sending'), state = 'sending',
    attempts = attempts + 1, lease_until = ?, holder = ?
WHERE batch = ? AND channel = ? AND state IN ('pending', 'sending')
RETURNING *
"""
_SENT = """
UPDATE outbox SET state = 'sent', sent_at = ?, last_error = '', lease_until = NULL, holder = NULL
WHERE id IN (SELECT value FROM json_each(?)) AND batch = ?
    AND state IN ('sending', 'pending', 'dead')
"""
_HELD = """
SELECT * FROM outbox WHERE id IN (SELECT value FROM json_each(?)) AND batch = ? AND holder = ?
    AND state = 'sending'
"""
_FAILED = """
UPDATE outbox SET state = ?, maybe_sent = max(maybe_sent, ?),
    batch = CASE WHEN maybe_sent OR ? THEN batch END, next_at = ?, last_error = ?, failed_at = ?,
    lease_until = NULL, holder = NULL
WHERE id = ?
"""
# Rows that came back unsent while something newer was said, or while the matter closed.
_DROP_LATE = """
UPDATE outbox SET state = 'dropped'
WHERE episode_id = ? AND channel = ? AND state = 'pending' AND maybe_sent = 0 AND kind != 'resolved'
    AND (EXISTS (SELECT 1 FROM outbox AS newer
            WHERE newer.episode_id = outbox.episode_id AND newer.channel = outbox.channel
            AND newer.id > outbox.id AND newer.state IN ('pending', 'sending', 'sent')
            AND (newer.seq > outbox.seq OR newer.kind = 'resolved'))
        OR EXISTS (SELECT 1 FROM episode
            WHERE episode.id = outbox.episode_id AND episode.closed_at > outbox.created_at))
"""
# The end of a matter whose beginning turned out not to have been sent.
_DROP_UNTOLD = """
UPDATE outbox SET state = 'dropped'
WHERE episode_id = ? AND channel = ? AND state = 'pending' AND maybe_sent = 0 AND kind = 'resolved'
    AND NOT EXISTS (SELECT 1 FROM outbox AS other
        WHERE other.episode_id = outbox.episode_id AND other.channel = outbox.channel
        AND other.id != outbox.id AND (other.state IN ('sent', 'sending') OR other.maybe_sent = 1))
"""
_HOLDERS = "SELECT DISTINCT holder FROM outbox WHERE state = 'sending'"
_RECLAIM = """
UPDATE outbox SET state = 'pending', maybe_sent = 1, next_at = ?, lease_until = NULL, holder = NULL
WHERE state = 'sending' AND holder = ?
"""
