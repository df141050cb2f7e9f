"""Several deadlines as one schedule, moment by moment: what stands, and what is said at an end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.rules.countdown import Track, end_of, merged, severity_of
from monitor.schedule import Severity, Step
from tests.dossiers import moment

T0 = moment("2026-09-07 10:00")
DAY = timedelta(days=1)
INFO, NOTICE, WARNING, CRITICAL = Severity


def step(key: str, day: int, severity: Severity) -> Step:
    return Step(key, T0 + day * DAY, severity, key)


def track(name: str, *steps: tuple[int, Severity], ends: int | None, over: bool = True) -> Track:
    """Steps on these days, keyed by the name and the day."""
    made = tuple(step(f"{name}-{day}", day, severity) for day, severity in steps)
    if ends is None:
        return Track(made, None)
    return Track(made, T0 + ends * DAY, step(f"{name}-over", ends, INFO) if over else None)


def said(*tracks: Track) -> list[tuple[str, float]]:
    return [(s.key, (s.at - T0) / DAY) for s in merged(tracks)]


LONG = track("long", (2, NOTICE), (20, WARNING), ends=30)


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        pytest.param([track("one", (0, NOTICE), (3, WARNING), ends=9)],
                     [("one-0", 0), ("one-3", 3)], id="one deadline: its steps, and nothing at its end"),
        pytest.param([track("one", (0, NOTICE), ends=3), track("two", (5, NOTICE), ends=9)],
                     [("one-0", 0), ("one-over", 3), ("two-5", 5)],
                     id="one after the other: between them nothing stands"),
        pytest.param([track("one", (0, CRITICAL), ends=4), LONG],
                     [("one-0", 0), ("one-over", 4), ("long-20", 20)],
                     id="what came milder meanwhile is what stands at the end of the graver"),
        pytest.param([track("one", (5, NOTICE), ends=9), LONG],
                     [("long-2", 2), ("one-5", 5), ("one-over", 9), ("long-20", 20)],
                     id="of equals the later speaks, and at its end the other stands again"),
        pytest.param([track("one", (1, NOTICE), ends=4), track("two", (0, CRITICAL), ends=9)],
                     [("two-0", 0)], id="the end of what was never said is not said"),
        pytest.param([track("one", (0, NOTICE), ends=3, over=False), track("two", (3, NOTICE), ends=9)],
                     [("one-0", 0), ("two-3", 3)], id="where another takes over, the end is not said"),
        pytest.param([track("one", (0, WARNING), ends=3), track("two", (3, NOTICE), ends=9)],
                     [("one-0", 0), ("two-3", 3)], id="what comes at the end of another is said itself"),
        pytest.param([track("one", (0, WARNING), ends=4), track("open", (1, NOTICE), ends=None)],
                     [("one-0", 0), ("one-over", 4)], id="what has no end stands after the end of another"),
        pytest.param([track("one", (0, CRITICAL), ends=4), track("two", (1, NOTICE), ends=4), LONG],
                     [("one-0", 0), ("one-over", 4), ("long-20", 20)],
                     id="of two that end at once the end of the one that spoke is said"),
        pytest.param([track("one", (0, CRITICAL), ends=4, over=False), track("two", (1, NOTICE), ends=4), LONG],
                     [("one-0", 0), ("two-over", 4), ("long-20", 20)],
                     id="or that of the other, where the one that spoke says nothing of its own"),
        pytest.param([track("one", (0, NOTICE), (4, CRITICAL), ends=4), track("two", (1, WARNING), ends=4), LONG],
                     [("one-0", 0), ("two-1", 1), ("two-over", 4), ("long-20", 20)],
                     id="what would come at the very end of its deadline has never spoken"),
        pytest.param([track("one", (0, NOTICE), (9, CRITICAL), ends=9), track("two", (1, WARNING), ends=9)],
                     [("one-0", 0), ("two-1", 1)], id="and at the end of all nothing is said"),
        pytest.param([track("one", (0, NOTICE), ends=3), track("mute", ends=9)],
                     [("one-0", 0), ("one-over", 3)], id="ahead of one that says nothing the end is said"),
        pytest.param([track("open", (1, NOTICE), ends=None), track("one", (2, WARNING), ends=4)],
                     [("open-1", 1), ("one-2", 2), ("one-over", 4)], id="what has no end stands before and after another"),
        pytest.param([], [], id="no deadline"),
    ],
)  # fmt: skip
def test_what_several_deadlines_say(tracks: list[Track], expected: list[tuple[str, float]]) -> None:
    assert said(*tracks) == expected


def test_at_the_end_of_a_graver_one_what_stands_is_said_as_grave_as_it_is() -> None:
    found = merged([track("one", (0, CRITICAL), ends=4), LONG])
    assert [(s.key, s.severity, s.advice) for s in found] == [
        ("one-0", CRITICAL, "one-0"),
        ("one-over", NOTICE, "long-2"),
        ("long-20", WARNING, "long-20"),
    ]


@pytest.mark.parametrize(
    ("days", "severity"),
    [
        (14, NOTICE), (8, NOTICE), (7, WARNING), (4, WARNING), (3, CRITICAL), (1, CRITICAL), (0, CRITICAL),
    ],
)  # fmt: skip
def test_how_much_a_day_before_the_end_matters(days: int, severity: Severity) -> None:
    assert severity_of(days) is severity


TRACKS = st.lists(
    st.builds(
        lambda n, days, length: track(
            f"t{n}",
            *[(day, list(Severity)[(n + day) % 4]) for day in sorted(days)],
            ends=max(days) + length,
        ),
        st.integers(0, 50),
        st.sets(st.integers(0, 40), min_size=1, max_size=4),
        st.integers(1, 9),
    ),
    max_size=4,
)


@given(TRACKS)
def test_one_schedule_ascends_within_the_moments_of_its_deadlines(tracks: list[Track]) -> None:
    found = merged(tracks)
    moments = {s.at for t in tracks for s in t.steps} | {t.ends for t in tracks}
    assert [s.at for s in found] == sorted(s.at for s in found)
    assert {s.at for s in found} <= moments
    end = end_of(tracks)
    assert end is None or all(s.at < end for s in found)
