"""Scripted parcel histories: what a carrier will have said about a parcel, day by day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED_WITH = Path(__file__).parents[1] / "data" / "histories"


class Times(StrEnum):
    """Which of an event's three times the service shows (`time_iso`, `time_utc`, `time_raw`)."""

    FULL = "full"  # all three, the zone from the carrier
    INFERRED = "inferred"  # the carrier gave no zone: `time_raw.timezone` is null
    DATE_ONLY = "date_only"  # no time of day: midnight is filled in
    RAW_ONLY = "raw_only"  # `time_iso` and `time_utc` are null
    NONE = "none"  # an undated explanatory row


@dataclass(frozen=True, slots=True)
class ScriptedEvent:
    """One event. Days count from day 0, when the parcel was shipped; `time` is the local wall clock.

    `code` is a sub-status of the tracking API, `translation` an English rendering where the text is
    in another language. `uploaded_after`: hours between the scan and its arrival at the service.
    `utc_skew`: minutes by which `time_utc` is wrong. On `edited_on` the text becomes `edited_to`;
    from `gone_on` on the event is no longer shown. Raises ValueError for what cannot be read.
    """

    day: int
    time: str
    code: str
    description: str
    offset: str = "+08:00"
    stage: str | None = None
    location: str = ""
    country: str | None = None
    translation: str = ""
    times: Times = Times.FULL
    utc_skew: int = 0
    uploaded_after: float = 0
    edited_on: int | None = None
    edited_to: str = ""
    gone_on: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", Times(self.times))
        self.local(date(2000, 1, 1))

    def local(self, shipped: date) -> datetime:
        """Its moment on the local wall clock (aware, in its own offset)."""
        clock = time.fromisoformat(f"{self.time}{self.offset}")
        if clock.tzinfo is None:
            raise ValueError(f"'{self.offset}' is not an offset such as +08:00.")
        return datetime.combine(shipped + timedelta(days=self.day), clock)


@dataclass(frozen=True, slots=True)
class LastMile:
    """The carrier that takes over in the country of destination, under its own number."""

    carrier: int
    number: str
    events: tuple[ScriptedEvent, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ParcelHistory:
    """All that will ever be said about one parcel; `carrier` is a key of the tracking API.

    `shipped`: the date of day 0; None = the day on which it is handed to a sandbox. `detected_as`:
    the wrong carrier that auto-detection takes it for. `corrects_carrier`: a wrong carrier given at
    registration is put right by the service. `expired_on`: the day from which the status is
    Expired, until a later event.
    """

    number: str
    carrier: int
    events: tuple[ScriptedEvent, ...] = ()
    title: str = ""
    origin: str | None = None
    destination: str | None = None
    last_mile: LastMile | None = None
    shipped: date | None = None
    detected_as: int | None = None
    corrects_carrier: bool = False
    expired_on: int | None = None
    language: str | None = None


def load_histories(folder: Path = SHIPPED_WITH) -> dict[str, ParcelHistory]:
    """The histories of a folder by file name, in the order of the names.

    Raises ValueError, naming the file, for one that cannot be read as meant.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}


def midnight(shipped: date, day: int) -> datetime:
    """When day `day` after shipping begins (UTC)."""
    return datetime.combine(shipped + timedelta(days=day), time(0), tzinfo=UTC)


def _read(path: Path) -> ParcelHistory:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        last_mile = table.pop("last_mile", None)
        return ParcelHistory(
            **_known(ParcelHistory, table) | {"events": _events(table)},
            last_mile=None
            if last_mile is None
            else LastMile(**_known(LastMile, last_mile) | {"events": _events(last_mile)}),
        )
    except (TypeError, ValueError) as error:
        raise ValueError(f"The parcel history {path.name} cannot be read: {error}") from error


def _events(table: Mapping[str, Any]) -> tuple[ScriptedEvent, ...]:
    return tuple(ScriptedEvent(**_known(ScriptedEvent, row)) for row in table.get("events", ()))


def _known(kind: type, table: Mapping[str, Any]) -> dict[str, Any]:
    unknown = table.keys() - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is no field of {kind.__name__}.")
    return dict(table)
