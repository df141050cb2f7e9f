"""Events, what counts as a change, one timeline out of many, and text from outside made safe."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from monitor.parcel import (
    HAND,
    Dossier,
    Event,
    SourceLook,
    Stage,
    TimeQuality,
    changes,
    clean_text,
    fold,
    merged,
    twins,
)
from tests.dossiers import moment, parcel, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

MOVING = Stage.IN_TRANSIT
NOON = "2026-09-07 12:00"


@pytest.mark.parametrize(
    ("at", "first_seen", "unseen_until", "when", "sign_of_life"),
    [
        pytest.param(NOON, "2026-09-07 13:00", None, NOON, NOON, id="its own time"),
        pytest.param(NOON, "2026-09-07 11:00", None, "2026-09-07 11:00", "2026-09-07 11:00",
                     id="nothing comes from the future"),
        pytest.param(None, NOON, None, NOON, NOON, id="without a time: when it was first seen"),
        pytest.param("2026-09-05 12:00", NOON, "2026-09-07 11:00", "2026-09-05 12:00", "2026-09-07 11:00",
                     id="uploaded late: a sign of life since the last look without it"),
        pytest.param(NOON, "2026-09-07 13:00", "2026-09-07 11:00", NOON, NOON, id="seen by the next look"),
        pytest.param(NOON, None, None, NOON, NOON, id="never seen by the history: its own time"),
        pytest.param(None, None, None, None, None, id="nothing known at all"),
    ],
)  # fmt: skip
def test_the_moment_of_an_event(
    at: str | None,
    first_seen: str | None,
    unseen_until: str | None,
    when: str | None,
    sign_of_life: str | None,
) -> None:
    def known(text: str | None) -> datetime | None:
        return None if text is None else moment(text)

    event = scan(MOVING, at, first_seen=known(first_seen), unseen_until=known(unseen_until))

    assert event.when == known(when)
    assert event.moment == known(sign_of_life)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        pytest.param({}, {}, False, id="the same words"),
        pytest.param({}, {"text": "IN TRANSIT, 12!"}, False, id="case, digits and punctuation"),
        pytest.param({}, {"text": "departed"}, True, id="other words"),
        pytest.param(
            {}, {"stage": Stage.OUT_FOR_DELIVERY, "text": "in transit"}, True, id="another stage"
        ),
        pytest.param({}, {"place": "Bonn"}, True, id="a place now"),
        pytest.param({"place": "Bonn"}, {"place": "Köln"}, True, id="another place"),
        pytest.param({"place": "Bonn"}, {"place": "BONN"}, False, id="the same place in capitals"),
        pytest.param({"place": "Bonn"}, {}, False, id="the place left out"),
        pytest.param(
            {}, {"provider": "last mile"}, True, id="another provider speaks for the first time"
        ),
        pytest.param(
            {}, {"source": HAND, "stage": Stage.OTHER, "text": "called"}, False, id="a remark"
        ),
        pytest.param(
            {},
            {"source": HAND, "stage": Stage.UNKNOWN, "text": "?"},
            False,
            id="a remark nobody reads",
        ),
        pytest.param(
            {}, {"source": HAND, "stage": Stage.DELIVERED}, True, id="a stage written by hand"
        ),
    ],
)
def test_what_counts_as_a_change(
    before: dict[str, Any], after: dict[str, Any], changed: bool
) -> None:
    first = scan(MOVING, NOON, **before)
    stage = after.pop("stage", MOVING)
    second = scan(stage, "2026-09-08 12:00", **after)

    assert (second in changes((first, second))) is changed


def test_a_place_left_out_in_between_is_not_forgotten() -> None:
    days = ("2026-09-07 12:00", "2026-09-08 12:00", "2026-09-09 12:00")
    events = tuple(
        scan(MOVING, day, place=place)
        for day, place in zip(days, ("Bonn", "", "Bonn"), strict=True)
    )

    assert changes(events) == events[:1]


def test_the_last_change_is_the_newest_moment_and_not_the_newest_row() -> None:
    late = scan(MOVING, "2026-09-05 12:00", "uploaded late", first_seen=moment("2026-09-09 12:00"),
                unseen_until=moment("2026-09-09 11:00"))  # fmt: skip
    known = Dossier(parcel(), merged((scan(MOVING, NOON), late)))

    assert known.last_change == moment("2026-09-09 11:00")


def test_a_parcel_without_events_has_no_last_change_and_no_stage() -> None:
    known = Dossier(parcel())

    assert known.last_change is None
    assert known.stage_event is None
    assert known.witnessed is None


@pytest.mark.parametrize(
    ("events", "look", "witnessed"),
    [
        pytest.param(
            (scan(MOVING, NOON),), {"shows_change": True}, True, id="a source that shows the change"
        ),
        pytest.param(
            (scan(MOVING, NOON),), {"shows_change": False}, False, id="one that does not show it"
        ),
        pytest.param(
            (scan(MOVING, NOON),),
            {"shows_change": True, "not_yet": True},
            False,
            id="one that knows nothing",
        ),
        pytest.param(
            (), {"shows_change": False, "not_yet": True}, True, id="no events: not yet is a witness"
        ),
        pytest.param(
            (scan(Stage.OTHER, NOON, "called them", source=HAND),),
            {"shows_change": False, "not_yet": True},
            True,
            id="only remarks: not yet is a witness",
        ),
    ],
)
def test_who_can_bear_out_that_nothing_followed(
    events: tuple[Event, ...], look: dict[str, bool], witnessed: bool
) -> None:
    looks = (SourceLook("seventeentrack", moment("2026-09-09 12:00"), **look),)

    assert (Dossier(parcel(), events, looks).witnessed is not None) is witnessed


def test_the_newest_witness_counts() -> None:
    looks = tuple(
        SourceLook(name, at, shows_change=shows)
        for name, at, shows in (
            ("a", moment("2026-09-08 12:00"), True),
            ("b", moment("2026-09-09 12:00"), True),
            ("c", moment("2026-09-10 12:00"), False),
            ("d", None, True),
        )
    )

    assert Dossier(parcel(), (scan(MOVING, NOON),), looks).witnessed == moment("2026-09-09 12:00")


def test_the_stage_is_that_of_the_newest_event_that_says_one() -> None:
    events = (
        scan(Stage.CLEARANCE_START, NOON),
        scan(Stage.OTHER, "2026-09-08 12:00"),
        scan(Stage.UNKNOWN, "2026-09-09 12:00"),
    )

    assert Dossier(parcel(), events).stage_event == events[0]


@pytest.mark.parametrize(
    ("other", "doubles"),
    [
        pytest.param({"provider": "hub"}, True, id="same minute, same words, another provider"),
        pytest.param({"source": "cainiao"}, True, id="same minute, same words, another source"),
        pytest.param(
            {"provider": "hub", "text": "In transit."}, True, id="the same words, spelt otherwise"
        ),
        pytest.param(
            {"provider": "hub", "text": "moved", "code": "X"}, True, id="other words, same code"
        ),
        pytest.param({"provider": "hub", "text": "moved"}, False, id="other words, no code"),
        pytest.param(
            {"provider": "hub", "text": "moved", "code": "Y"}, False, id="other words, another code"
        ),
        pytest.param({}, False, id="twice from one provider are two scans"),
        pytest.param({"provider": "hub", "minutes": 1}, True, id="a minute apart"),
        pytest.param({"provider": "hub", "minutes": 2}, False, id="two minutes apart"),
        pytest.param({"provider": "hub", "undated": True}, False, id="one without a time"),
    ],
)
def test_which_rows_are_one_scan(other: dict[str, Any], doubles: bool) -> None:
    first = scan(MOVING, NOON, "in transit", code="X")
    at = moment(NOON) + timedelta(minutes=other.pop("minutes", 0))
    dated = None if other.pop("undated", False) else at
    second = scan(
        MOVING, dated, **{"text": "in transit", "raw_time": "2", "first_seen": at, **other}
    )

    assert twins(first, second) is twins(second, first) is doubles
    assert len(merged((first, second))) == (1 if doubles else 2)


def test_the_preferred_provider_keeps_its_words_wherever_it_stands() -> None:
    hub, post = (
        scan(MOVING, NOON, code="X"),
        scan(MOVING, NOON, "unterwegs", code="X", provider="dhl"),
    )

    for events in ((hub, post), (post, hub)):
        assert merged(events, preferred="dhl") == (post,)
        assert merged(events, preferred="post") == (hub,)


def test_a_double_is_found_however_many_stand_between() -> None:
    crowd = [scan(MOVING, NOON, f"scan {'abcdefghijklmnopqrstuvwxyz'[n]}") for n in range(26)]
    double = crowd[0]._replace(provider="hub")

    assert len(merged((*crowd, double))) == 26


def test_rows_of_one_moment_stand_in_the_order_of_a_journey() -> None:
    """A source that gives dates only says nothing about the order within a day."""
    released, started = scan(Stage.CLEARANCE_SUCCESS, NOON), scan(Stage.CLEARANCE_START, NOON)

    assert merged((released, started)) == merged((started, released)) == (started, released)


DATE_ONLY, ASSUMED = TimeQuality.DATE_ONLY, TimeQuality.OFFSET_ASSUMED


@pytest.mark.parametrize(
    ("quality", "hours", "other", "doubles"),
    [
        pytest.param(DATE_ONLY, 9, {}, True, id="on the day of which only the date is known"),
        pytest.param(DATE_ONLY, 0, {}, True, id="as that day begins"),
        pytest.param(DATE_ONLY, 24, {}, False, id="as that day is over"),
        pytest.param(DATE_ONLY, -1, {}, False, id="before that day"),
        pytest.param(DATE_ONLY, 9, {"place": "Köln"}, False, id="at another place"),
        pytest.param(DATE_ONLY, 9, {"place": ""}, False, id="in transit, nobody says where"),
        pytest.param(DATE_ONLY, 9, {"stage": Stage.PICKUP}, False, id="another stage"),
        pytest.param(DATE_ONLY, 9, {"source": "hand"}, False, id="written by the owner"),
        pytest.param(ASSUMED, 8, {}, True, id="eight hours apart, the offset is assumed"),
        pytest.param(ASSUMED, -5.75, {}, True, id="as far as Nepal is"),
        pytest.param(ASSUMED, 8.1, {}, False, id="not apart by any offset there is"),
        pytest.param(ASSUMED, 15, {}, False, id="farther than any two zones"),
        pytest.param(TimeQuality.EXACT, 8, {}, False, id="both know their zone"),
    ],
)
def test_two_sources_show_one_scan_as_far_as_their_clocks_tell(
    quality: TimeQuality, hours: float, other: dict[str, Any], doubles: bool
) -> None:
    vague = scan(MOVING, NOON, "Sorted", place="Leipzig", time_quality=quality)
    at = moment(NOON) + timedelta(hours=hours)
    given = {"stage": MOVING, "source": "post", "place": "Leipzig (DE)", **other}
    exact = scan(given.pop("stage"), at, "Sortiert", **given)

    for pair in ((vague, exact), (exact, vague)):
        kept = merged(pair)
        assert len(kept) == (1 if doubles else 2)
        assert exact in kept  # the one whose time is known


def test_one_source_with_a_vague_clock_shows_each_of_its_scans() -> None:
    day = [scan(MOVING, NOON, text, place="X", time_quality=DATE_ONLY) for text in "ab"]
    assert len(merged(tuple(day))) == 2


EVENTS = st.lists(
    st.builds(
        lambda minute, text, provider, code, stage, dated, source, quality: scan(
            stage,
            moment(NOON) + timedelta(seconds=20 * minute) if dated else None,
            text,
            source=source,
            time_quality=quality if dated else TimeQuality.NONE,
            provider=provider,
            code=code,
            first_seen=moment(NOON) + timedelta(hours=1, seconds=minute),
        ),
        st.integers(0, 12),
        st.sampled_from(["arrived", "left", "LEFT!"]),
        st.sampled_from(["post", "hub", "dhl"]),
        st.sampled_from(["", "X"]),
        st.sampled_from([MOVING, Stage.CLEARANCE_START, Stage.OTHER]),
        st.booleans(),
        st.sampled_from(["seventeentrack", "post"]),
        st.sampled_from([TimeQuality.EXACT, DATE_ONLY, ASSUMED]),
    ),
    max_size=12,
    unique_by=lambda e: (e.source, e.provider, e.raw_time, e.code, e.text, e.first_seen),
)


@given(EVENTS, st.randoms(use_true_random=False), st.sampled_from(["", "post", "hub"]))
def test_merging_does_not_depend_on_the_order_of_the_input(
    events: list[Event], chance: Any, preferred: str
) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)

    assert merged(tuple(shuffled), preferred=preferred) == merged(
        tuple(events), preferred=preferred
    )


@given(EVENTS, st.sampled_from(["", "post", "hub"]))
def test_merging_keeps_no_doubles_loses_no_scan_and_is_done_once(
    events: list[Event], preferred: str
) -> None:
    kept = merged(tuple(events), preferred=preferred)

    assert not any(twins(a, b) for a, b in combinations(kept, 2))
    assert all(e in kept or any(twins(e, k) for k in kept) for e in events)
    assert in_order(kept)
    assert merged(kept, preferred=preferred) == kept


def in_order(events: Sequence[Event]) -> bool:
    moments = [e.when for e in events if e.when is not None]
    return moments == sorted(moments)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param(
            "  two\t blanks \r\n and lines ", "two blanks and lines", id="white space is one blank"
        ),
        pytest.param("\x1b[31mred\x1b[0m", "[31mred[0m", id="no terminal sequence survives"),
        pytest.param(
            "a\u202eb\u2066c\u200bd\ufeff", "abcd", id="no direction marks, no zero widths"
        ),
        pytest.param("e\u0301", "é", id="composed"),
        pytest.param(
            "x\ud800y\ue000z\U000e0001", "xyz", id="no surrogates, private or tag characters"
        ),
        pytest.param("清关异常", "清关异常", id="other scripts stay"),
        pytest.param("a" * 20, "aaaaaaaaa…", id="cut to the limit, and shown to be cut"),
        pytest.param("a" * 10, "a" * 10, id="as long as the limit is not cut"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text_from_outside_is_made_safe(text: str, clean: str) -> None:
    limit = 10 if text.startswith("aaa") else 500

    assert clean_text(text, limit) == clean


@given(st.text(max_size=300), st.integers(1, 60))
def test_clean_text_is_short_printable_and_clean_already(text: str, limit: int) -> None:
    clean = clean_text(text, limit)

    assert len(clean) <= limit
    assert not any(unicodedata.category(c)[0] == "C" for c in clean)
    assert clean_text(clean, limit) == clean


@pytest.mark.parametrize(
    ("text", "other"),
    [
        pytest.param("Held by Customs (2 days)", "held by customs 3 DAYS", id="case and digits"),
        pytest.param("ＡＢＣ", "abc", id="full width"),  # noqa: RUF001 - that is the point
        pytest.param("Straße", "STRASSE", id="sharp s"),
    ],
)
def test_texts_that_say_the_same_fold_alike(text: str, other: str) -> None:
    assert fold(text) == fold(other)
