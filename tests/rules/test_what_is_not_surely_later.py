"""What is not known to be later than a customs problem does not close it."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.parcel import Event, Stage, TimeQuality
from monitor.rules.clearance import Clearance
from tests.dossiers import dossier, scan

EXPORT_HELD = scan(Stage.EXPORT_CLEARANCE_EXCEPTION, "2026-09-07 10:00", country="CN")
HELD_THAT_DAY = scan(
    Stage.CLEARANCE_EXCEPTION, "2026-09-07 00:00", time_quality=TimeQuality.DATE_ONLY
)


STARTED_THAT_DAY = scan(
    Stage.CLEARANCE_START, "2026-09-07 00:00", time_quality=TimeQuality.DATE_ONLY
)


def undated(**facts: Any) -> Event:
    seen = scan(Stage.IN_TRANSIT, "2026-09-09 10:00").first_seen
    return scan(Stage.IN_TRANSIT, None, "We keep you informed", first_seen=seen, **facts)


def there(when: str, **facts: Any) -> Event:
    return scan(Stage.IN_TRANSIT, when, "Arrived", place="Leipzig", country="DE", **facts)


def open_after(*events: Event) -> bool:
    return Clearance()(dossier(*events)) is not None


def test_a_row_without_a_date_does_not_let_a_parcel_leave_export_customs() -> None:
    assert open_after(EXPORT_HELD, undated())


def test_a_dated_scan_does() -> None:
    assert not open_after(EXPORT_HELD, scan(Stage.IN_TRANSIT, "2026-09-09 10:00", "Departed"))


@pytest.mark.parametrize(
    ("scanned", "still_open"),
    [
        pytest.param(there("2026-09-07 15:00"), True, id="a scan of the same day"),
        pytest.param(
            there("2026-09-07 00:00", time_quality=TimeQuality.DATE_ONLY),
            True,
            id="a scan of which, too, only the same day is known",
        ),
        pytest.param(
            there("2026-09-08 00:00", time_quality=TimeQuality.DATE_ONLY),
            False,
            id="a scan of the next day",
        ),
        pytest.param(there("2026-09-08 07:00"), False, id="a scan on the next morning"),
    ],
)
def test_a_problem_of_which_only_the_day_is_known_is_closed_from_the_next_day_on(
    scanned: Event, still_open: bool
) -> None:
    assert open_after(HELD_THAT_DAY, scanned) is still_open


@pytest.mark.parametrize(
    "arrived",
    [
        pytest.param("2026-09-06 10:00", id="arrived on the day before"),
        pytest.param("2026-09-07 00:00", id="arrived at the very moment that stands for that day"),
    ],
)
@pytest.mark.parametrize(
    ("scanned", "still_open"),
    [
        pytest.param("2026-09-07 15:00", True, id="a scan of the same day"),
        pytest.param("2026-09-08 07:00", False, id="a scan on the next morning"),
    ],
)
def test_a_start_of_which_only_the_day_is_known_is_closed_from_the_next_day_on(
    arrived: str, scanned: str, still_open: bool
) -> None:
    events = (there(arrived, source="cainiao"), STARTED_THAT_DAY, there(scanned))
    assert open_after(*events) is still_open
