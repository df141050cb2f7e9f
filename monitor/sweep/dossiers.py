"""What the history holds of some parcels, put together as the rules want to see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.history.sources import GONE, REFUSED
from monitor.parcel import HAND, Dossier, SourceLook, changes, merged, twins
from monitor.workdays import working_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Event, Parcel


# Not asked about any more. Words of the history: `show` must not wait for those of the adapters.
SHUT_OUT = frozenset({REFUSED, GONE})


def dossiers(
    history: History,
    ids: Sequence[int],
    *,
    country: str = "",
    sources: Collection[str] = (),
) -> dict[int, Dossier]:
    """A dossier for each parcel. `country` (alpha-2) is where parcels usually come to; `sources` are
    those that are switched on.
    """
    events = history.timeline.standing(ids)
    states = history.sources.of(ids)
    return {
        parcel.id: dossier_of(
            parcel,
            events.get(parcel.id, ()),
            states.get(parcel.id, {}),
            country=country,
            awaited=sources,
        )
        for parcel in history.parcels.by_ids(ids)
    }


def dossier_of(
    parcel: Parcel,
    events: tuple[Event, ...],
    sources: Mapping[str, SourceState],
    *,
    country: str = "",
    awaited: Collection[str] = (),
) -> Dossier:
    states = list(sources.values())
    preferred = next((s.carrier for s in states if s.carrier), "")
    timeline = merged(events, preferred=preferred)
    return Dossier(
        parcel,
        timeline,
        _looks(timeline, events, states, awaited),
        origin=parcel.origin or _first(s.seen_origin for s in states),
        destination=parcel.destination or _first(s.seen_destination for s in states) or country,
        economy=any(state.economy for state in states),
        working_days=working_days,
    )


def _first(values: Iterable[str]) -> str:
    return next((v for v in values if v), "")


def _moment(event: Event) -> datetime:
    return event.moment or _NEVER


_NEVER = datetime.min.replace(tzinfo=UTC)


def _looks(
    timeline: tuple[Event, ...],
    events: tuple[Event, ...],
    states: Iterable[SourceState],
    awaited: Collection[str],
) -> tuple[SourceLook, ...]:
    """How fresh each source is, and whether it shows the last change itself.

    What the owner wrote down cannot be expected of a source; it takes no witness away.
    """
    scans = [e for e in changes(timeline) if e.source != HAND and e.moment is not None]
    last = max(scans, key=_moment, default=None)
    showing = {e.source for e in events if last is not None and (e is last or twins(e, last))}
    return tuple(
        SourceLook(
            s.adapter,
            _looked_at(s),
            last is None or s.adapter in showing,
            s.not_yet,
            _heard_at(s),
            s.adapter in awaited and s.enrolment not in SHUT_OUT,
        )
        for s in states
    )


FIRST_LOOK = timedelta(hours=6)  # 17TRACK's first data come after seconds to more than five minutes


def _looked_at(state: SourceState) -> datetime | None:
    """The last look; a source that was told of the number a moment ago has not looked at all yet,
    and knows nothing for that reason alone.
    """
    if state.not_yet and state.looked_at is not None and state.enrolled_at is not None:
        return state.looked_at if state.looked_at >= state.enrolled_at + FIRST_LOOK else None
    return state.looked_at


def _heard_at(state: SourceState) -> datetime | None:
    """The last look, or when the source last said that it knows nothing; of one that was told of the
    number a moment ago that says nothing yet.
    """
    if not state.not_yet or state.last_ok is None or state.enrolled_at is None:
        return state.last_ok if state.not_yet else state.looked_at
    return state.last_ok if state.last_ok >= state.enrolled_at + FIRST_LOOK else None
