"""A channel does not take its messages: whoever it was to reach hears nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.schedule import Episode, Severity, Step, Witness, ascending

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.circuit import ChannelRecord


@dataclass(frozen=True, slots=True)
class ChannelFailing:
    """A channel has not taken its messages for long, or an alert for it was given up."""

    name: ClassVar[str] = "channel_failing"

    after: int = 2
    """Hours from the first failure of a message that still waits."""

    def __call__(self, record: ChannelRecord, /) -> Episode | None:
        """Failing is borne out by an attempt that failed after its date, so that a machine that slept
        is not told of the night. What was given up is told once: it waits for the owner.
        """
        steps = [*self._failing(record), *_given_up(record)]
        if not steps:
            return None
        since = min(record.waiting_since or steps[0].at, *(step.at for step in steps))
        return Episode(
            rule=self.name,
            subject=record.name,
            anchor="channel",
            since=since,
            steps=ascending(since, steps),
            verified=record.last_failure,
        )

    def _failing(self, record: ChannelRecord) -> list[Step]:
        if record.waiting_since is None:
            return []
        at = record.waiting_since + timedelta(hours=self.after)
        return [Step("failing", at, Severity.WARNING, "channel_failing", Witness.CHECK)]


def _given_up(record: ChannelRecord) -> list[Step]:
    """Only while nothing got through since: afterwards the channel works, whatever was lost."""
    at: datetime | None = record.given_up_at
    if at is None or (record.last_sent is not None and record.last_sent > at):
        return []
    return [Step("given-up", at, Severity.WARNING, "channel_given_up", remind=())]
