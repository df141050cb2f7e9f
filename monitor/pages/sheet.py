"""A parcel's events as a table for spreadsheets (CSV)."""

from __future__ import annotations

import csv
import io
from datetime import UTC
from typing import TYPE_CHECKING

from monitor.intake.columns import guarded
from monitor.message.texts import source_name
from monitor.pages.rows import meaning_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from monitor.parcel import Event

COLUMNS = (
    "at_utc",
    "as_given",
    "time_quality",
    "source",
    "provider",
    "stage",
    "text",
    "meaning",
    "place",
    "country",
    "code",
    "first_seen_utc",
    "no_longer_shown_utc",
)


def timeline_csv(events: Iterable[Event], carriers: Mapping[str, str]) -> bytes:
    """All events, one a row, under the names of `COLUMNS`; UTF-8 with the mark spreadsheets want,
    lines end as RFC 4180 says. A cell that looks like a formula begins with an apostrophe. `carriers` as in `Known`.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    table.writerows([guarded(cell) for cell in _cells(event, carriers)] for event in events)
    return text.getvalue().encode("utf-8-sig")


def _cells(event: Event, carriers: Mapping[str, str]) -> tuple[str, ...]:
    return (
        _utc(event.at),
        event.raw_time,
        event.time_quality.value,
        source_name(event.source),
        carriers.get(event.provider, event.provider),
        event.stage.value,
        event.text,
        meaning_of(event),
        event.place,
        event.country,
        event.code,
        _utc(event.first_seen),
        _utc(event.superseded),
    )


def _utc(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
