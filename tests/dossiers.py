"""Parcels, events and dossiers in few words, for tests of the parts that only decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.parcel import (
    Dossier,
    Event,
    Parcel,
    SourceLook,
    Stage,
    TimeQuality,
    merged,
    monday_to_friday,
)
from monitor.schedule import due

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.parcel import WorkingDays
    from monitor.schedule import Episode

SOURCE = "seventeentrack"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def moment(text: str) -> datetime:
    """`2026-09-07 10:00` as that moment, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def scan(stage: Stage, when: str | datetime | None, text: str = "", **more: Any) -> Event:
    """One event, dated `when` and seen at that very moment; `None`: without a date."""
    at = moment(when) if isinstance(when, str) else when
    given: dict[str, Any] = {
        "source": SOURCE,
        "provider": "post",
        "raw_time": "" if at is None else at.isoformat(),
        "at": at,
        "time_quality": TimeQuality.NONE if at is None else TimeQuality.EXACT,
        "code": "",
        "text": text or stage.value.replace("_", " "),
        "first_seen": at,
        "stage": stage,
    }
    return Event(**(given | more))


def parcel(**facts: Any) -> Parcel:
    given: dict[str, Any] = {
        "id": 7,
        "number": "LB123456789CN",
        "added_at": moment("2026-09-01 08:00"),
    }
    return Parcel(**(given | facts))


def dossier(
    *events: Event,
    looked: str | datetime | None = None,
    origin: str = "CN",
    destination: str = "DE",
    working_days: Callable[[str], WorkingDays] = monday_to_friday,
    **facts: Any,
) -> Dossier:
    """What is known of one parcel; `looked` is when a source that shows all of it last looked."""
    at = moment(looked) if isinstance(looked, str) else looked
    looks = (SourceLook(SOURCE, at, shows_change=True),) if at is not None else ()
    return Dossier(parcel(**facts), merged(events), looks, origin, destination, working_days)


def watched_by_two(known: Dossier, looked: str, heard: str) -> Dossier:
    """The same parcel where one source shows all of it, and the other was heard last at `heard`."""
    one = SourceLook(SOURCE, moment(looked), True, heard_at=moment(looked), awaited=True)
    other = SourceLook("cainiao", None, False, heard_at=moment(heard), awaited=True)
    return replace(known, looks=(one, other))


def schedule(episode: Episode | None) -> list[tuple[str, str]]:
    """The steps of an episode by key and date, for comparison with a table."""
    steps = () if episode is None else episode.steps
    return [(s.key, f"{s.at.astimezone(UTC):%Y-%m-%d %H:%M}") for s in steps]


def due_key(episode: Episode | None, now: datetime) -> str:
    """The key of the step that has come, "" for none."""
    step = None if episode is None else due(episode, now)
    return "" if step is None else step.key
