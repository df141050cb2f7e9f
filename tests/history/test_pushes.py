"""Recording what a source sent by itself: it may come twice, late, or from whoever has kept it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from monitor.errors import FailureKind
from monitor.history import History
from monitor.parcel.outcomes import Failure, NotYet, Snapshot
from tests.history.given import DAY, HOUR, NOW, SOURCE, event, parcel, snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.history.recording import Recorded
    from monitor.history.sources import SourceState
    from monitor.parcel import Event, Parcel
    from monitor.parcel.outcomes import Outcome

LATER = NOW + 3 * HOUR
FIRST = event("Collected", "2026-08-28 10:00")
SECOND = event("Arrived at customs", "2026-08-30 10:00")
AT_THE_DOOR = event("Handed over", "2026-08-31 10:00", provider="DHL")


def seen(at: datetime, *events: Event, **others: datetime) -> Snapshot:
    """What Cainiao showed at a look of that moment; `others` are the looks of further providers."""
    return snapshot(*events, at=at, looks={"Cainiao": at, **others})


def push(history: History, who: Parcel, what: Snapshot, now: datetime = LATER) -> Recorded:
    return history.timeline.record_push(who.id, what, SOURCE, now)


def answer(history: History, who: Parcel, what: Outcome, now: datetime = NOW) -> Recorded:
    (recorded,) = history.timeline.record_all([(who.id, what)], SOURCE, now)
    return recorded


def texts(history: History, who: Parcel) -> list[str]:
    return [e.text for e in history.timeline.standing([who.id]).get(who.id, ())]


def state(history: History, who: Parcel) -> SourceState:
    return history.sources.of([who.id])[who.id][SOURCE]


def test_a_push_adds_its_events_and_counts_as_a_look(history: History, watched: Parcel) -> None:
    answer(history, watched, seen(NOW - DAY, FIRST))
    assert push(history, watched, seen(NOW, FIRST, SECOND)).new == 1
    assert texts(history, watched) == ["Collected", "Arrived at customs"]
    assert state(history, watched).looked_at == NOW


def test_a_push_does_not_say_that_the_source_answers(history: History, watched: Parcel) -> None:
    answer(history, watched, seen(NOW - DAY, FIRST))
    failure = Failure(watched.number, FailureKind.DRIFT, "it is garbled", NOW + DAY)
    answer(history, watched, failure)
    before = state(history, watched)
    push(history, watched, seen(NOW, FIRST, SECOND))
    after = state(history, watched)
    for fact in ("last_ok", "last_error", "failures", "retry_at"):
        assert getattr(after, fact) == getattr(before, fact)


def test_a_push_before_the_first_answer_leaves_that_due(history: History, watched: Parcel) -> None:
    assert push(history, watched, seen(NOW, FIRST)).new == 1
    assert state(history, watched).last_ok is None
    assert state(history, watched).enrolment == "new"


def test_a_push_after_an_answer_that_knew_nothing_is_believed(
    history: History, watched: Parcel
) -> None:
    answer(history, watched, NotYet(watched.number, LATER), LATER)
    assert push(history, watched, seen(NOW, FIRST)).new == 1
    assert not state(history, watched).not_yet


OUTDATED = [
    pytest.param(seen(NOW, FIRST, SECOND), id="it comes again"),
    pytest.param(seen(NOW, FIRST), id="it is of the same look and shows less"),
    pytest.param(seen(NOW - HOUR, FIRST), id="it is of an earlier look"),
    pytest.param(seen(NOW - HOUR, FIRST, SECOND, event("Lost", "x")), id="it is older and shows more"),
    pytest.param(seen(NOW - HOUR, FIRST, DHL=NOW + HOUR), id="one carrier's look is older"),
    pytest.param(snapshot(AT_THE_DOOR, looks={"DHL": NOW - HOUR}), id="it is older and of another carrier"),
    pytest.param(seen(NOW, FIRST, AT_THE_DOOR, DHL=NOW - HOUR), id="it adds an older carrier"),
    pytest.param(snapshot(FIRST, at=None), id="it does not say when anybody looked"),
    pytest.param(seen(NOW + HOUR), id="it shows nothing"),
]  # fmt: skip


@pytest.mark.parametrize("late", OUTDATED)
def test_nothing_changes_where(history: History, watched: Parcel, late: Snapshot) -> None:
    answer(history, watched, seen(NOW - DAY, FIRST), NOW - DAY)
    push(history, watched, seen(NOW, FIRST, SECOND), NOW)
    before = (history.timeline.everything(watched.id), state(history, watched))
    looks = history.timeline.looks([watched.id])
    recorded = push(history, watched, late)
    assert (recorded.outdated, recorded.changed) == (True, False)
    assert (history.timeline.everything(watched.id), state(history, watched)) == before
    assert history.timeline.looks([watched.id]) == looks
    assert len(history.timeline.answers(watched.id)) == 0


def test_a_carrier_that_comes_in_is_believed_without_a_new_look_of_the_other(
    history: History, watched: Parcel
) -> None:
    push(history, watched, seen(NOW, FIRST), NOW)
    assert push(history, watched, seen(NOW, FIRST, AT_THE_DOOR, DHL=NOW + HOUR)).new == 1


def test_one_look_may_be_newer_while_the_other_stays(history: History, watched: Parcel) -> None:
    both = {"DHL": NOW - 2 * HOUR}
    push(history, watched, seen(NOW, FIRST, AT_THE_DOOR, **both), NOW)
    later = seen(NOW, FIRST, AT_THE_DOOR, event("Out", "y", provider="DHL"), DHL=NOW - HOUR)
    assert push(history, watched, later).new == 1


def test_a_push_in_which_one_of_two_looks_is_older_is_of_no_order(
    history: History, watched: Parcel
) -> None:
    push(history, watched, seen(NOW, FIRST, SECOND, AT_THE_DOOR, DHL=NOW), NOW)
    before = history.timeline.everything(watched.id)
    assert push(history, watched, seen(NOW - HOUR, FIRST, DHL=NOW + HOUR)).outdated
    assert history.timeline.everything(watched.id) == before


def test_an_answer_that_was_on_its_way_takes_back_nothing_a_push_has_shown(
    history: History, watched: Parcel
) -> None:
    answer(history, watched, seen(NOW - DAY, FIRST), NOW - DAY)
    push(history, watched, seen(LATER, FIRST, SECOND), LATER)
    recorded = answer(history, watched, seen(NOW - DAY, FIRST), NOW)  # of a round that began before
    assert (recorded.outdated, recorded.changed) == (True, False)
    assert texts(history, watched) == ["Collected", "Arrived at customs"]
    assert state(history, watched).last_ok == NOW
    assert state(history, watched).looked_at == LATER


def test_of_two_carriers_the_one_that_a_push_has_shown_meanwhile_takes_nothing_back(
    history: History, watched: Parcel
) -> None:
    answer(history, watched, seen(NOW - DAY, FIRST, AT_THE_DOOR, DHL=NOW - DAY), NOW - DAY)
    push(history, watched, seen(NOW, FIRST, SECOND, AT_THE_DOOR, DHL=NOW - DAY), NOW)
    out = event("Out", "y", provider="DHL")
    on_its_way = seen(NOW - DAY, FIRST, AT_THE_DOOR, out, DHL=NOW - HOUR)
    recorded = answer(history, watched, on_its_way, NOW)
    assert (recorded.new, recorded.superseded) == (1, 0)
    assert "Arrived at customs" in texts(history, watched)
    again = answer(history, watched, seen(LATER, FIRST, AT_THE_DOOR, out, DHL=LATER), LATER)
    assert again.superseded == 1  # what a later look does not show is gone


def test_a_push_about_a_removed_parcel_stores_nothing(history: History, watched: Parcel) -> None:
    history.parcels.remove(watched.id)
    assert push(history, watched, seen(NOW, FIRST)).gone


class _Life:
    """A source that sees one event more with each look, and withdraws each third again."""

    def at(self, look: int) -> Snapshot:
        shown = [n for n in range(look + 1) if n % 3 or n >= look - 1]
        events = [event(f"Step {n}", f"2026-08-{n + 1:02} 10:00") for n in shown]
        return seen(NOW + look * HOUR, *events)


@settings(max_examples=25)
@given(
    deliveries=st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=14),
)
def test_in_whatever_order_pushes_come_the_newest_one_stands(
    deliveries: list[tuple[int, bool]],
) -> None:
    """Each is a look of the source, brought by a push or, when it is the newest so far, by an answer."""
    life, newest = _Life(), -1
    with (
        tempfile.TemporaryDirectory() as folder,
        History.open(Path(folder) / "p.db", now=NOW) as history,
    ):
        who = history.parcels.add(parcel())
        for turn, (look, asked) in enumerate(deliveries):
            now = NOW + DAY + turn * HOUR
            if asked and look >= newest:
                answer(history, who, life.at(look), now)
            else:
                found = push(history, who, life.at(look), now)
                assert found.outdated == (look <= newest)
            newest = max(newest, look)
            wanted = [e.text for e in life.at(newest).events]
            assert texts(history, who) == wanted
