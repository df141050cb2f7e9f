"""Recording answers: append-only, idempotent, and late uploads are told from edits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from monitor.errors import FailureKind
from monitor.history import History
from monitor.history.timeline import Looked
from monitor.parcel import HAND, Alias, Cause, Event, Side, Stage, TimeQuality
from monitor.parcel.outcomes import Failure, NotYet
from tests.history.given import DAY, HOUR, NOW, SOURCE, event, parcel, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from random import Random

    from monitor.history.recording import Recorded
    from monitor.parcel import Parcel
    from monitor.parcel.outcomes import Outcome

LATER = NOW + 3 * HOUR
LAST = NOW + 6 * HOUR


def record(history: History, who: Parcel, outcome: Outcome, now: datetime = NOW) -> Recorded:
    (recorded,) = history.timeline.record_all([(who.id, outcome)], SOURCE, now)
    return recorded


def standing(history: History, who: Parcel) -> tuple[Event, ...]:
    return history.timeline.standing([who.id]).get(who.id, ())


def touched(history: History, who: Parcel) -> bool:
    found = history.parcels.to_judge(NOW + 999 * DAY, "p")
    history.parcels.looked(who.id, None, None, "p")
    return who.id in found


FULL = Event(
    source=SOURCE,
    provider="DHL",
    raw_time="2026-08-30T10:00:00+02:00",
    at=NOW - 2 * DAY,
    time_quality=TimeQuality.OFFSET_ASSUMED,
    code="ALI:CC_HO",
    text="Zollabfertigung",
    place="Köln",
    country="DE",
    original="Zollabfertigung \u202e",
    translation="Customs clearance",
    last_mile=True,
    stage=Stage.CLEARANCE_DOCUMENTS_NEEDED,
    side=Side.IMPORT,
    cause=Cause.DOCUMENTS,
    language="de",
    matched=("zoll", "abfertigung"),
)


def test_every_fact_of_an_event_is_kept(history: History, watched: Parcel) -> None:
    theirs = {"first_seen", "unseen_until", "superseded"}
    assert all(getattr(FULL, name) for name in Event._fields if name not in theirs)
    record(history, watched, snapshot(FULL))
    assert standing(history, watched) == (FULL._replace(first_seen=NOW),)


def test_an_event_is_new_once(history: History, watched: Parcel) -> None:
    assert record(history, watched, snapshot(event())).new == 1
    again = record(history, watched, snapshot(event(), at=LATER), LATER)
    assert not again.changed
    assert standing(history, watched)[0].first_seen == NOW


def test_a_late_upload_is_dated_by_the_last_look_that_did_not_show_it(
    history: History, watched: Parcel
) -> None:
    record(history, watched, snapshot(event()))
    late = event("Released", "2026-08-25 09:00", at=NOW - 7 * DAY)
    record(history, watched, snapshot(event(), late, at=LATER), LATER)
    stored = next(e for e in standing(history, watched) if e.text == "Released")
    assert (stored.first_seen, stored.unseen_until) == (LATER, NOW)
    assert stored.moment == NOW


def test_events_of_the_first_answer_are_dated_by_themselves(
    history: History, watched: Parcel
) -> None:
    record(history, watched, snapshot(event()))
    assert standing(history, watched)[0].unseen_until is None


def test_a_provider_never_looked_at_before_brings_old_events_and_no_sign_of_life(
    history: History, watched: Parcel
) -> None:
    record(history, watched, snapshot(event(), looks={"Cainiao": NOW}))
    other = event("Posted", "2026-08-20 09:00", provider="DHL", at=NOW - 12 * DAY)
    looks = {"Cainiao": LATER, "DHL": LATER}
    record(history, watched, snapshot(event(), other, at=LATER, looks=looks), LATER)
    stored = next(e for e in standing(history, watched) if e.provider == "DHL")
    assert stored.unseen_until is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(event("Arived"), event("Arrived"), id="another text without a code"),
        pytest.param(
            event("Held", code="A"), event("Held by customs", code="A"), id="the same code"
        ),
        pytest.param(
            event("Held", code="A"), event("Held", code="B"), id="another code, same time"
        ),
        pytest.param(
            event("Held", "", code="A"), event("Held still", "", code="A"), id="undated, same code"
        ),
    ],
)
def test_an_edit_takes_over_when_its_event_was_first_seen(
    history: History, watched: Parcel, before: Event, after: Event
) -> None:
    record(history, watched, snapshot(before))
    result = record(history, watched, snapshot(after, at=LATER), LATER)
    assert (result.new, result.edited, result.superseded) == (0, 1, 1)
    (stored,) = standing(history, watched)
    assert (stored.text, stored.code) == (after.text, after.code)
    assert (stored.first_seen, stored.unseen_until) == (NOW, None)
    old = next(e for e in history.timeline.everything(watched.id) if e.superseded)
    assert (old.text, old.superseded) == (before.text, LATER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(event("Held", ""), event("Released", ""), id="undated without a code"),
        pytest.param(
            event("Held", "", code="A"), event("Out", "", code="B"), id="undated, other code"
        ),
        pytest.param(event("Held", "t1"), event("Held", "t2"), id="another time"),
        pytest.param(event(), event("Other", provider="DHL"), id="another provider"),
    ],
)
def test_no_edit_but_a_new_event_and_one_that_vanished(
    history: History, watched: Parcel, before: Event, after: Event
) -> None:
    record(history, watched, snapshot(before))
    result = record(history, watched, snapshot(after, at=LATER), LATER)
    assert (result.new, result.edited, result.superseded) == (1, 0, 1)
    assert standing(history, watched)[0].first_seen == LATER


def test_an_edit_goes_to_the_event_with_its_code_first(history: History, watched: Parcel) -> None:
    record(history, watched, snapshot(event("a", code="A")))
    record(history, watched, snapshot(event("a", code="A"), event("b", code="B")), LATER)
    record(history, watched, snapshot(event("b2", code="B"), event("c", code="C")), LAST)
    first_seen = {e.code: e.first_seen for e in standing(history, watched)}
    assert first_seen == {"B": LATER, "C": NOW}


def test_several_edits_at_one_time_are_paired_in_a_fixed_order(
    history: History, watched: Parcel
) -> None:
    a, b = event("a", code="A"), event("b", code="B")
    record(history, watched, snapshot(a))
    record(history, watched, snapshot(a, b), LATER)
    for turn, codes in enumerate(["CD", "EF", "GH", "IJ"]):
        now = LAST + turn * HOUR
        record(history, watched, snapshot(*(event("x", code=code) for code in codes)), now)
        first_seen = {e.code: e.first_seen for e in standing(history, watched)}
        assert first_seen == {codes[0]: NOW, codes[1]: LATER}


def test_a_clock_set_back_dates_nothing_after_it_was_seen(
    history: History, watched: Parcel
) -> None:
    record(history, watched, snapshot(event(), at=LATER), LATER)
    record(history, watched, snapshot(event(), event("b", "t2", at=None), at=NOW), NOW)
    stored = next(e for e in standing(history, watched) if e.text == "b")
    assert stored.unseen_until == stored.first_seen == stored.moment == NOW


@pytest.mark.parametrize(
    ("check_at", "judged"),
    [
        pytest.param(LATER - HOUR, True, id="a step may have waited for this source, too"),
        pytest.param(LATER + HOUR, False, id="no step waits yet"),
        pytest.param(None, False, id="no step ever waits"),
    ],
)
def test_an_answer_without_news_is_judged_when_a_step_waits_for_one(
    history: History, watched: Parcel, check_at: datetime | None, judged: bool
) -> None:
    record(history, watched, snapshot(event(), at=NOW))
    history.parcels.looked(watched.id, None, check_at, "p")
    record(history, watched, snapshot(event(), at=NOW), LATER)
    assert touched(history, watched) is judged


def test_what_reappears_stands_again_as_it_was_first_seen(
    history: History, watched: Parcel
) -> None:
    record(history, watched, snapshot(event("a", "t1"), event("b", "t2")))
    record(history, watched, snapshot(event("a", "t1"), at=LATER), LATER)
    result = record(history, watched, snapshot(event("a", "t1"), event("b", "t2"), at=LAST), LAST)
    assert (result.new, result.reappeared) == (0, 1)
    assert {e.first_seen for e in standing(history, watched)} == {NOW}


def test_sudden_emptiness_is_not_believed(history: History, watched: Parcel) -> None:
    record(history, watched, snapshot(event(), evidence=b"full", fingerprint="full"))
    touched(history, watched)
    result = record(
        history, watched, snapshot(at=LATER, evidence=b"none", fingerprint="none"), LATER
    )
    assert result.emptied
    assert not touched(history, watched)
    assert len(standing(history, watched)) == 1
    state = history.sources.of([watched.id])[watched.id][SOURCE]
    assert (state.last_ok, state.looked_at) == (LATER, NOW)
    assert [a.fingerprint for a in history.timeline.answers(watched.id)] == ["full"]
    assert history.timeline.looks([watched.id])[watched.id][0].looked_at == NOW


def test_a_look_never_goes_back_and_never_into_the_future(
    history: History, watched: Parcel
) -> None:
    for at, now in ((NOW, NOW), (NOW - DAY, LATER), (NOW + 9 * DAY, LAST)):
        record(history, watched, snapshot(event(), at=at), now)
        state = history.sources.of([watched.id])[watched.id][SOURCE]
        assert state.looked_at == max(NOW, min(at, now))
    assert history.timeline.looks([watched.id])[watched.id] == (
        Looked(SOURCE, "Cainiao", LAST, not_yet=False),
    )


def test_an_answer_that_does_not_say_when_it_looked_moves_no_look(
    history: History, watched: Parcel
) -> None:
    record(history, watched, snapshot(event()))
    record(history, watched, snapshot(event(), at=None), LATER)
    state = history.sources.of([watched.id])[watched.id][SOURCE]
    assert (state.looked_at, state.last_ok) == (NOW, LATER)


@pytest.mark.parametrize(
    ("check_at", "expected"),
    [
        pytest.param(None, False, id="no step waits for a look"),
        pytest.param(LATER, True, id="a step waited for a look from this moment on"),
        pytest.param(LATER + HOUR, False, id="the step needs a later look"),
    ],
)
@pytest.mark.parametrize(
    "known", [pytest.param(True, id="events"), pytest.param(False, id="no events")]
)
def test_a_look_that_finds_nothing_is_judged_only_where_a_step_waits_for_it(
    history: History, watched: Parcel, known: bool, check_at: datetime | None, expected: bool
) -> None:
    def outcome(at: datetime) -> Outcome:
        return snapshot(event(), at=at) if known else NotYet(watched.number, at)

    record(history, watched, outcome(NOW))
    history.parcels.looked(watched.id, None, check_at, "p")
    record(history, watched, outcome(LATER), LATER)
    assert touched(history, watched) is expected


def test_whatever_changes_is_judged(history: History, watched: Parcel) -> None:
    one, two = event("a", "t1"), event("b", "t2")
    for shown, expected in (
        ((one,), True),
        ((one, two), True),
        ((one, two), False),
        ((one,), True),
    ):
        record(history, watched, snapshot(*shown))
        assert touched(history, watched) is expected


def test_an_answer_is_kept_when_it_differs_from_the_newest_one(
    history: History, watched: Parcel
) -> None:
    bodies = {"x": b'{"x": 1}' * 500, "y": b"{}"}
    for fingerprint in ("x", "x", "y", "x"):
        body = bodies[fingerprint]
        record(history, watched, snapshot(event(), evidence=body, fingerprint=fingerprint))
    kept = history.timeline.answers(watched.id)
    assert [answer.fingerprint for answer in kept] == ["x", "y", "x"]
    assert history.timeline.body(kept[0]) == bodies["x"]
    assert kept[0].sha256 == hashlib.sha256(bodies["x"]).hexdigest()
    assert kept[0].size == 4000


def test_not_yet_is_a_look_only_while_there_are_no_events(
    history: History, watched: Parcel
) -> None:
    record(history, watched, NotYet(watched.number, NOW))
    assert history.timeline.looks([watched.id])[watched.id] == (
        Looked(SOURCE, "", NOW, not_yet=True),
    )
    record(history, watched, snapshot(event(), at=LATER), LATER)
    record(history, watched, NotYet(watched.number, LAST), LAST)
    state = history.sources.of([watched.id])[watched.id][SOURCE]
    assert (state.looked_at, state.not_yet, state.last_ok) == (LATER, True, LAST)


def test_failures_count_until_the_next_success(history: History, watched: Parcel) -> None:
    failure = Failure(watched.number, FailureKind.TRANSIENT, "no answer", NOW + DAY)
    record(history, watched, failure)
    record(history, watched, failure, LATER)
    state = history.sources.of([watched.id])[watched.id][SOURCE]
    assert (state.failures, state.last_error, state.retry_at) == (2, "no answer", NOW + DAY)
    assert (state.last_error_kind, state.last_error_at) == (FailureKind.TRANSIENT, LATER)
    assert state.last_ok is None
    record(history, watched, snapshot(event()), LAST)
    state = history.sources.of([watched.id])[watched.id][SOURCE]
    assert (state.failures, state.last_error, state.retry_at) == (0, "", None)
    assert state.last_error_at == LATER


def test_what_the_owner_said_of_the_way_is_not_overwritten_by_a_source(
    history: History,
) -> None:
    who = history.parcels.add(parcel(origin="CN", destination="DE"))
    record(history, who, snapshot(event(), origin="HK", destination="AT", carrier="7041"))
    record(history, who, snapshot(event()), LATER)
    assert history.parcels.by_ids([who.id]) == [who]
    state = history.sources.of([who.id])[who.id][SOURCE]
    assert (state.seen_origin, state.seen_destination, state.carrier) == ("HK", "AT", "7041")


def test_aliases_are_kept_once_and_its_own_number_is_none(
    history: History, watched: Parcel
) -> None:
    names = (Alias("RB1", "DHL", SOURCE), Alias(watched.number, "DHL", SOURCE))
    for _ in range(2):
        record(history, watched, snapshot(event(), aliases=names))
    assert history.parcels.aliases([watched.id]) == {watched.id: (names[0],)}


def test_a_parcel_removed_while_it_was_asked_about_does_not_spoil_the_batch(
    history: History,
) -> None:
    one, two = history.parcels.add(parcel("A1")), history.parcels.add(parcel("A2"))
    history.parcels.remove(one.id)
    items = [(one.id, snapshot(event())), (two.id, snapshot(event()))]
    recorded = history.timeline.record_all(items, SOURCE, NOW)
    assert [r.gone for r in recorded] == [True, False]
    assert list(history.timeline.standing([one.id, two.id])) == [two.id]


def test_a_parcel_twice_in_a_batch_is_recorded_in_the_order_given(
    history: History, watched: Parcel
) -> None:
    a, b = event("a", "t1"), event("b", "t2")
    items = [(watched.id, snapshot(a)), (watched.id, snapshot(a, b))]
    recorded = history.timeline.record_all(items, SOURCE, NOW)
    assert [r.new for r in recorded] == [1, 1]


def test_an_event_shown_twice_is_one(history: History, watched: Parcel) -> None:
    assert record(history, watched, snapshot(event(), event())).new == 1


def test_text_no_database_can_hold_is_kept_as_far_as_possible_and_known_again(
    history: History, watched: Parcel
) -> None:
    half = event("bad \ud800 text", provider="\udfff", original="\ud800" * 9000)
    assert record(history, watched, snapshot(half)).new == 1
    assert not record(history, watched, snapshot(half), LATER).changed
    (stored,) = standing(history, watched)
    assert stored.text == "bad ? text"
    assert len(stored.original) == 2000


def test_sources_do_not_touch_each_others_events(history: History, watched: Parcel) -> None:
    record(history, watched, snapshot(event()))
    other = snapshot(event("Elsewhere", source="cainiao"))
    history.timeline.record_all([(watched.id, other)], "cainiao", LATER)
    assert len(standing(history, watched)) == 2


def test_a_remark_by_hand_stands_beside_the_sources_and_is_judged(
    history: History, watched: Parcel
) -> None:
    touched(history, watched)
    remark = event("Called customs", "2026-09-01", source=HAND, provider=HAND)
    for now in (NOW, LATER):
        history.timeline.add_hand(watched.id, remark, now)
    record(history, watched, snapshot(event()), LATER)
    assert touched(history, watched)
    by_hand = [e for e in standing(history, watched) if e.source == HAND]
    assert by_hand == [remark._replace(first_seen=NOW)]


def test_events_come_oldest_first_by_their_own_time(history: History, watched: Parcel) -> None:
    times = (NOW - DAY, NOW - 5 * DAY, None, NOW - 3 * DAY)
    shown = [event(f"e{n}", f"t{n}", at=at) for n, at in enumerate(times)]
    record(history, watched, snapshot(*shown))
    assert [e.text for e in standing(history, watched)] == ["e1", "e3", "e0", "e2"]


def test_a_word_of_another_vocabulary_reads_as_unknown(history: History, watched: Parcel) -> None:
    record(history, watched, snapshot(event()))
    with history.write_tx():
        history._store.run("UPDATE event SET stage = 'teleported', cause = 'whim', side = 'up'")
    (stored,) = standing(history, watched)
    assert (stored.stage, stored.cause, stored.side) == (Stage.UNKNOWN, None, Side.UNKNOWN)


# What holds of every history of answers.


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    path: Path = tmp_path_factory.mktemp("shared") / "parcels.db"
    with History.open(path, now=NOW) as opened:
        yield opened


shown = st.builds(
    event,
    st.sampled_from(["held", "out", "in", "back"]),
    st.sampled_from(["", "t1", "t2"]),
    provider=st.sampled_from(["P", "Q"]),
    code=st.sampled_from(["", "A", "B"]),
)
answers = st.lists(st.lists(shown, max_size=6), min_size=1, max_size=5)
_counter = iter(range(1_000_000))


def fresh(history: History) -> Parcel:
    return history.parcels.add(parcel(f"N{next(_counter)}"))


def told(history: History, who: Parcel) -> set[Event]:
    return set(history.timeline.everything(who.id))


def key(e: Event) -> tuple[str, str, str, str]:
    return (e.provider, e.raw_time, e.code, e.text)


general = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@general
@given(answers)
def test_recording_an_answer_again_changes_nothing(
    shared: History, series: list[list[Event]]
) -> None:
    who = fresh(shared)
    for number, shown_now in enumerate(series):
        now = NOW + number * HOUR
        record(shared, who, snapshot(*shown_now, at=now), now)
        before = told(shared, who)
        again = record(shared, who, snapshot(*shown_now, at=now + HOUR / 2), now + HOUR / 2)
        assert not again.changed
        assert told(shared, who) == before


@general
@given(answers, st.randoms())
def test_the_order_of_events_in_an_answer_does_not_matter(
    shared: History, series: list[list[Event]], mixer: Random
) -> None:
    one, two = fresh(shared), fresh(shared)
    for number, shown_now in enumerate(series):
        now = NOW + number * HOUR
        mixed = mixer.sample(shown_now, len(shown_now))
        record(shared, one, snapshot(*shown_now, at=now), now)
        record(shared, two, snapshot(*mixed, at=now), now)
        assert told(shared, one) == told(shared, two)


@general
@given(answers)
def test_history_never_shrinks_and_what_stands_is_what_was_shown_last(
    shared: History, series: list[list[Event]]
) -> None:
    who = fresh(shared)
    seen: dict[tuple[str, str, str, str], datetime | None] = {}
    for number, shown_now in enumerate(series):
        now = NOW + number * HOUR
        emptied = record(shared, who, snapshot(*shown_now, at=now), now).emptied
        after = {key(e): e.first_seen for e in told(shared, who)}
        assert after.items() >= seen.items()
        if not emptied:
            assert {key(e) for e in standing(shared, who)} == {key(e) for e in shown_now}
        seen = after


@general
@given(answers)
def test_no_event_is_a_sign_of_life_before_it_was_possible_or_after_it_was_seen(
    shared: History, series: list[list[Event]]
) -> None:
    who = fresh(shared)
    for number, shown_now in enumerate(series):
        now = NOW + number * HOUR
        record(shared, who, snapshot(*shown_now, at=now), now)
        for stored in told(shared, who):
            assert stored.first_seen is not None
            assert stored.unseen_until is None or stored.unseen_until < stored.first_seen <= now
            assert stored.moment is not None
            assert stored.moment <= stored.first_seen
