"""Who listens: one message for every channel that wants to hear a telling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.history.outbox import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.alerts.values import Telling
    from monitor.message.layout import Words
    from monitor.parcel import Parcel
    from monitor.schedule import Severity


@dataclass(frozen=True, slots=True)
class Ear:
    """A channel as far as judging needs to know it: its name and what it wants to hear."""

    channel: str
    min_severity: Severity


def for_ears(
    ears: Iterable[Ear], telling: Telling, words: Words, subject: str, parcel: Parcel | None = None
) -> list[Message]:
    """These words as one message to each of `ears` that wants the telling's severity.

    `subject` is what they are about: a parcel, which is then given, too, a source or a channel.
    """
    return [
        Message(
            channel=ear.channel,
            kind=telling.kind,
            severity=telling.severity,
            title=words.title,
            body=words.body,
            parcel_id=None if parcel is None else parcel.id,
            subject=subject,
            number=None if parcel is None else parcel.number,
        )
        for ear in ears
        if telling.severity >= ear.min_severity
    ]
