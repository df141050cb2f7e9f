"""What is to be sent: stored in the transaction of the verdict, listed, tried again on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.alerts.hours import OPEN
from monitor.alerts.memory import Kind
from monitor.errors import BadInput
from monitor.history.columns import (
    id_list,
    moment_or_none,
    not_before,
    seconds,
    seconds_or_none,
    storable,
)
from monitor.history.leases import NEXT_BATCH, Leases
from monitor.history.letters import (
    Batch,
    ChannelState,
    Delivery,
    Message,
    OutboxRow,
    outbox_row,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.alerts.hours import Gate

__all__ = ["Batch", "ChannelState", "Delivery", "Message", "Outbox", "OutboxRow"]


class Outbox(Leases):
    """One row per message and channel, from the verdict until it is sent, dropped or given up."""

    def put(
        self, episode_id: int, rule: str, seq: int, messages: Sequence[Message], now: datetime
    ) -> None:
        """Enqueue one telling of an episode. An older one still unsent on the channel is dropped.

        The end of a matter goes only where its beginning went, or may have gone. The same `seq`
        again is the same telling and adds nothing.
        """
        with self._store.joined_tx():
            for channel in {message.channel for message in messages}:
                self._store.run(_DROP_OVERTAKEN, (episode_id, channel, seq))
            count: dict[tuple[str, Kind], int] = {}
            for message in messages:
                if message.kind is Kind.RESOLVED and not self._was_told(episode_id, message):
                    self._store.run(_DROP_UNSENT, (episode_id, message.channel, 0))
                    continue
                slot = (message.channel, message.kind)
                count[slot] = count.get(slot, 0) + 1
                key = f"{episode_id}:{seq}.{count[slot]}:{message.kind}:{message.channel}"
                about = (key, episode_id, seq, rule)
                self._store.run(_INSERT, (*about, *_message_row(message, now)))

    def _was_told(self, episode_id: int, message: Message) -> bool:
        return self._store.row(_TOLD, (episode_id, message.channel)) is not None

    def drop_unsent(self, episode_id: int, *, doubtful: bool = False) -> int:
        """Rows of an episode that wait are not sent any more; how many.

        `doubtful`: nor those that may have arrived.
        """
        with self._store.joined_tx():
            return self._store.run(_DROP_UNSENT, (episode_id, "", int(doubtful)))

    def rows(
        self, *, pending: bool = False, failed: bool = False, limit: int = 100
    ) -> list[OutboxRow]:
        """The newest rows first: all, or those that wait, those that failed and have not got
        through, or both of these.
        """
        found = self._store.rows(_ROWS, (int(pending), int(failed), limit))
        return [outbox_row(row) for row in found]

    def of_parcel(self, parcel_id: int) -> list[OutboxRow]:
        """Everything that was or is to be sent about a parcel, oldest first."""
        found = self._store.rows(
            "SELECT * FROM outbox WHERE parcel_id = ? ORDER BY id", (parcel_id,)
        )
        return [outbox_row(row) for row in found]

    def due_channels(self, now: datetime, gate: Gate = OPEN) -> list[str]:
        """The channels that have something to claim now."""
        hours = (int(gate.least), seconds_or_none(gate.info_until))
        return [channel for (channel,) in self._store.tuples(_DUE, (seconds(now), *hours))]

    def waiting(self, episode_ids: Iterable[int]) -> dict[int, bool]:
        """The episodes of which something waits that nobody has tried to send yet, and those of which
        nothing was heard since all of it was dropped.

        True where nothing of the whole matter was ever heard, or may have been.
        """
        rows = self._store.tuples(_FRESH, (id_list(episode_ids),))
        return {episode_id: not heard for episode_id, heard, fresh in rows if fresh or not heard}

    def channels(self) -> dict[str, ChannelState]:
        """How each channel does that was ever written to."""
        times = ("last_sent", "failing_since", "waiting_since", "given_up_at", "last_failure")
        found: dict[str, ChannelState] = {}
        for row in self._store.rows(_CHANNELS):
            facts: dict[str, Any] = dict(row)
            facts |= {name: moment_or_none(row[name]) for name in times}
            found[row["channel"]] = ChannelState(**facts)
        return found

    def retry(self, row_id: int, now: datetime) -> None:
        """Send a row that failed or waits at once, and count its attempts anew.

        One that may have arrived stays a batch of its own, so that the repeat says so. Raises
        BadInput where there is nothing to send.
        """
        with self._store.joined_tx():
            row = self._store.row("SELECT state FROM outbox WHERE id = ?", (row_id,))
            if row is None:
                raise BadInput(f"There is no alert {row_id}; `parcels alerts` lists them.")
            refusal = _NOTHING_TO_RETRY.get(row["state"])
            if refusal:
                raise BadInput(f"Alert {row_id} {refusal}; there is nothing to retry.")
            ((number,),) = self._store.tuples(NEXT_BATCH)
            self._store.run(_RETRY, (number, seconds(now), row_id))


def _message_row(message: Message, now: datetime) -> tuple[Any, ...]:
    created = seconds(now)
    return (
        message.parcel_id,
        message.subject,
        message.number,
        message.kind.value,
        int(message.severity),
        message.channel,
        storable(message.title),
        storable(message.body),
        created,
        max(created, not_before(message.not_before) or created),
    )


_NOTHING_TO_RETRY = {
    "sent": "was sent",
    "sending": "is being sent at this moment",
    "dropped": "was overtaken by a later one, or no longer true, before it was sent",
}

_INSERT = """
INSERT INTO outbox (dedupe_key, episode_id, seq, rule, parcel_id, subject, number, kind, severity,
    channel, title, body, created_at, next_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dedupe_key) DO NOTHING
"""
_TOLD = """
SELECT 1 FROM outbox WHERE episode_id = ? AND channel = ?
    AND (state IN ('sent', 'sending') OR maybe_sent = 1) LIMIT 1
"""
_DROP_OVERTAKEN = """
UPDATE outbox SET state = 'dropped'
WHERE episode_id = ? AND channel = ? AND seq < ? AND state = 'pending' AND maybe_sent = 0
"""
_DROP_UNSENT = """
UPDATE outbox SET state = 'dropped'
WHERE episode_id = ?1 AND (?2 = '' OR channel = ?2) AND state = 'pending'
    AND (maybe_sent = 0 OR ?3)
"""
_ROWS = """
SELECT * FROM outbox
WHERE (NOT ?1 AND NOT ?2) OR (?1 AND state IN ('pending', 'sending'))
    OR (?2 AND (state = 'dead' OR (state = 'pending' AND last_error != '')))
ORDER BY id DESC LIMIT ?3
"""
_DUE = """
SELECT DISTINCT channel FROM outbox
WHERE ((state = 'pending' AND next_at <= ?1) OR (state = 'sending' AND lease_until < ?1))
    AND severity >= ?2 AND (severity > 1 OR ?3 IS NULL OR created_at <= ?3 OR created_at > ?1)
ORDER BY channel
"""
_FRESH = """
SELECT episode_id,
    max(state IN ('sent', 'sending', 'dead') OR (state = 'pending' AND attempts > 0) OR maybe_sent),
    max(state = 'pending' AND attempts = 0 AND maybe_sent = 0)
FROM outbox WHERE episode_id IN (SELECT value FROM json_each(?)) GROUP BY episode_id
"""
# A failure of a row that has got through since is no trouble any more.
_CHANNELS = """
SELECT channel, sum(state IN ('pending', 'sending')) AS pending, sum(state = 'dead') AS dead,
    max(sent_at) AS last_sent,
    min(failed_at) FILTER (WHERE state IN ('pending', 'sending', 'dead')) AS failing_since,
    min(failed_at) FILTER (WHERE state IN ('pending', 'sending')) AS waiting_since,
    max(failed_at) FILTER (WHERE state = 'dead') AS given_up_at,
    max(failed_at) FILTER (WHERE state IN ('pending', 'sending', 'dead')) AS last_failure,
    coalesce((SELECT last_error FROM outbox AS latest WHERE latest.channel = outbox.channel
        AND latest.state IN ('pending', 'sending', 'dead') AND latest.failed_at IS NOT NULL
        ORDER BY latest.failed_at DESC, latest.id DESC LIMIT 1), '') AS last_error
FROM outbox GROUP BY channel ORDER BY channel
"""
_RETRY = """
UPDATE outbox SET state = 'pending', attempts = 0, next_at = ?2,
    batch = CASE WHEN state = 'pending' THEN batch WHEN maybe_sent THEN ?1 END
WHERE id = ?3
"""
