"""Days are taken as people type them, and one that could be two is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.cli.dates import any_day, past_day
from monitor.errors import BadInput

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("typed", ["2026-11-02", "2.11.2026", "02.11.2026", "2. 11. 2026", "19d"])
def test_a_past_day_is_taken_as_it_is_written(typed: str) -> None:
    assert past_day(typed, NOW, ZONE, "--shipped") == date(2026, 11, 2)


def test_a_day_ahead_may_have_dots_too() -> None:
    assert any_day("5.12.2026", "--expected") == date(2026, 12, 5)


@pytest.mark.parametrize("typed", ["2/11/2026", "31.2.2026", "2.11.26", "1.13.2026", "2.11.1926"])
def test_what_is_no_day_or_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="--shipped"):
        past_day(typed, NOW, ZONE, "--shipped")
