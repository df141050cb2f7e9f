"""What a list reads of the events says what the whole dossier says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.history.outlines import COLUMNS, outline
from monitor.parcel import HAND, Dossier, Event, Outline, Stage, TimeQuality, merged
from tests.history.given import DAY, HOUR, NOW, SOURCE, event, parcel, snapshot

if TYPE_CHECKING:
    from monitor.history import History
    from monitor.parcel import Parcel

STAGES = (
    Stage.IN_TRANSIT,
    Stage.IN_TRANSIT,
    Stage.CLEARANCE_START,
    Stage.DELIVERED,
    Stage.OTHER,
    Stage.UNKNOWN,
)
MINUTES = st.integers(0, 12).map(lambda steps: timedelta(minutes=30 * steps))
# Few words, places and times, so that what is said twice, at once and by two is the rule.
SAID = st.fixed_dictionaries(
    {
        "source": st.sampled_from((SOURCE, SOURCE, SOURCE, "cainiao", HAND)),
        "provider": st.sampled_from(("post", "post", "post", "hub")),
        "text": st.sampled_from(("In transit", "in transit 2", "Held")),
        "place": st.sampled_from(("", "Leipzig", "LEIPZIG", "Yiwu")),
        "stage": st.sampled_from(STAGES),
        "in_turn": st.sampled_from((True, True, True, False)),
        "code": st.sampled_from(("", "C1")),
        "at": st.none() | MINUTES.map(lambda since: NOW - DAY + since),
        "time_quality": st.sampled_from(TimeQuality),
        "first_seen": MINUTES.map(lambda since: NOW - DAY + since + HOUR),
        "unseen_until": st.none() | MINUTES.map(lambda since: NOW - DAY + since),
    }
)


def _by_one(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "source": SOURCE, "provider": "post", "at": facts["at"] or NOW - DAY}


def _events(said: list[dict[str, Any]]) -> list[Event]:
    return [_event(number, **facts) for number, facts in enumerate(said)]


def _event(number: int, *, in_turn: bool, **facts: Any) -> Event:
    """`in_turn`: an hour after the one before, and seen later; else at any time, or at none."""
    if in_turn:
        facts |= {"at": NOW - DAY + number * HOUR, "first_seen": NOW}
    return event(raw_time=str(number), **facts)


def _row(said: Event) -> tuple[Any, ...]:
    stored = {
        **said._asdict(),
        "parcel_id": 1,
        "at": said.at and int(said.at.timestamp()),
        "first_seen": said.first_seen and int(said.first_seen.timestamp()),
        "unseen_until": said.unseen_until and int(said.unseen_until.timestamp()),
    }
    return tuple(stored[name] for name in COLUMNS.split(", "))


@given(st.lists(SAID, min_size=1, max_size=9), st.booleans(), st.sampled_from(("", "post", "hub")))
@settings(max_examples=250, deadline=None)
def test_an_outline_says_what_the_dossier_of_the_same_events_says(
    said: list[dict[str, Any]],
    by_one: bool,
    preferred: str,
) -> None:
    events = _events([_by_one(facts) if by_one else facts for facts in said])
    in_order = sorted(events, key=lambda e: e.at or e.first_seen or NOW)

    found = outline([_row(e) for e in in_order], preferred)

    whole = Dossier(parcel(), merged(tuple(events), preferred=preferred))
    newest = whole.stage_event
    assert found == Outline(
        newest.stage if newest else None,
        newest.when if newest else None,
        whole.last_change,
        min((e.when for e in whole.events if e.when), default=None),
        any(e.stage is Stage.DELIVERED for e in whole.events),
    )


@pytest.mark.parametrize("place", ["", "leipzig"])
def test_the_same_said_again_of_no_other_place_is_no_change(
    history: History, watched: Parcel, place: str
) -> None:
    first = event("Sorted 1", "1", at=NOW - 2 * DAY, place="Leipzig")
    again = event("Sorted 2", "2", at=NOW - DAY, place=place)
    history.timeline.record_all([(watched.id, snapshot(first, again))], SOURCE, NOW)

    found = history.timeline.outlines({watched.id: ""})

    assert found == {
        watched.id: Outline(Stage.CLEARANCE_START, NOW - DAY, NOW - 2 * DAY, NOW - 2 * DAY)
    }


def test_the_last_place_named_holds_over_what_names_none(history: History, watched: Parcel) -> None:
    said = [("1", "Leipzig", 3), ("2", "", 2), ("3", "Leipzig", 1)]
    events = [event("Sorted", raw, at=NOW - days * DAY, place=place) for raw, place, days in said]
    history.timeline.record_all([(watched.id, snapshot(*events))], SOURCE, NOW)

    found = history.timeline.outlines({watched.id: ""})

    assert found[watched.id].last_change == NOW - 3 * DAY


def test_what_another_provider_says_first_is_a_change(history: History, watched: Parcel) -> None:
    events = [
        event("Sorted", str(days), at=NOW - days * DAY, provider=provider)
        for days, provider in ((3, "post"), (2, "hub"), (1, "post"))
    ]
    history.timeline.record_all([(watched.id, snapshot(*events))], SOURCE, NOW)

    found = history.timeline.outlines({watched.id: ""})

    assert found[watched.id].last_change == NOW - 2 * DAY


@given(st.lists(SAID, max_size=6), st.lists(SAID, max_size=6))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_stored_and_superseded_is_outlined_as_its_dossier_is(
    history: History, shown_first: list[dict[str, Any]], shown_then: list[dict[str, Any]]
) -> None:
    known = history.parcels.by_number("LP1")
    if known is not None:
        history.parcels.remove(known.id)
    kept = history.parcels.add(parcel("LP1"))
    for hours, said in enumerate((shown_first, shown_then)):
        by_source: dict[str, list[Event]] = {}
        for each in _events(said):
            by_source.setdefault(each.source, []).append(each)
        for source, events in by_source.items():
            now = NOW + hours * HOUR
            if source == HAND:
                for one in events:
                    history.timeline.add_hand(kept.id, one, now)
            else:
                shown = [(kept.id, snapshot(*events, at=now))]
                history.timeline.record_all(shown, source, now)

    found = history.timeline.outlines({kept.id: "hub"}).get(kept.id, Outline())

    stands = history.timeline.standing([kept.id]).get(kept.id, ())
    assert found == Dossier(kept, merged(stands, preferred="hub")).outline
