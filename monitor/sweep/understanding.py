"""What a source said, read as far as anybody understands it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.parcel import Stage
from monitor.parcel.outcomes import Snapshot
from monitor.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.adapters.contract import Outcome
    from monitor.parcel import Event

_SAYS_LITTLE = (Stage.UNKNOWN, Stage.OTHER, Stage.IN_TRANSIT)


def understood(outcome: Outcome, codes: Mapping[str, str]) -> Outcome:
    """The outcome with every event read; what nobody understands stays `unknown`."""
    if not isinstance(outcome, Snapshot):
        return outcome
    return replace(outcome, events=tuple(understood_event(e, codes) for e in outcome.events))


def understood_event(event: Event, codes: Mapping[str, str]) -> Event:
    """The carrier's own words first; its translation only where those say nothing."""
    reading = read(event.text, code=event.code or None, source=event.source, codes=codes)
    if reading.stage in _SAYS_LITTLE and event.translation:
        other = read(event.translation, code=event.code or None, source=event.source, codes=codes)
        reading = reading if other.stage is Stage.UNKNOWN else other
    return replace(
        event,
        stage=reading.stage,
        side=reading.side,
        cause=reading.cause,
        language=reading.language,
        matched=tuple(reading.matched),
    )
