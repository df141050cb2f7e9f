"""The guard of the clock: what counts as a jump, for whichever reason the clocks disagree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from monitor.daemon.guard import Reading, drift

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "steady", "moved"),
    [
        pytest.param(5, 5, 0, id="both went on alike"),
        pytest.param(3605, 5, 3600, id="set forward by an hour"),
        pytest.param(-3595, 5, -3600, id="set back by an hour"),
        pytest.param(28_805, 5, 28_800, id="a night asleep, which the steady clock did not see"),
        pytest.param(6, 5, 1, id="a second of correction"),
    ],
)
def test_the_drift_is_what_the_wall_clock_moved_beyond_the_time_gone_by(
    wall: int, steady: float, moved: int
) -> None:
    after = Reading(NOW + timedelta(seconds=wall), 100 + steady)
    assert drift(Reading(NOW, 100), after) == timedelta(seconds=moved)


@given(st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_time_that_passes_is_no_drift_however_long(start: int, seconds: int) -> None:
    before = Reading(NOW, float(start))
    after = Reading(NOW + timedelta(seconds=seconds), float(start + seconds))
    assert drift(before, after) == timedelta(0)
