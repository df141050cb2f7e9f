"""When copies of the database that cannot be made are told about, and when that is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.circuit import CopyRecord
from monitor.rules.backup_failing import BackupFailing
from monitor.schedule import Episode, Severity, Step, Witness
from tests.dossiers import due_key, moment

T0 = moment("2026-09-07 03:00")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def failing(*, tried: datetime, newest: datetime | None = T0 - DAY) -> CopyRecord:
    return CopyRecord("/mnt/usb", newest, failing_since=T0, last_failure=tried, detail="no disk")


@pytest.mark.parametrize(
    ("record", "now", "key"),
    [
        pytest.param(failing(tried=T0), T0, "", id="one night is no matter"),
        pytest.param(failing(tried=T0 + DAY - SECOND), T0 + DAY - SECOND, "", id="a second before two days without a copy"),
        pytest.param(failing(tried=T0 + DAY), T0 + DAY, "failing", id="two days after the newest copy"),
        pytest.param(failing(tried=T0), T0 + 9 * DAY, "", id="nobody has tried since: the machine was off"),
        pytest.param(failing(tried=T0, newest=T0 - 30 * DAY), T0, "failing", id="at the first failure, where the newest is old"),
        pytest.param(failing(tried=T0 + DAY, newest=None), T0 + DAY, "", id="one day where no copy can be seen"),
        pytest.param(failing(tried=T0 + 2 * DAY, newest=None), T0 + 2 * DAY, "failing", id="two days after the first failure, where no copy can be seen"),
    ],
)  # fmt: skip
def test_it_is_told_after_two_days_without_a_copy(
    record: CopyRecord, now: datetime, key: str
) -> None:
    assert due_key(BackupFailing()(record), now) == key


def test_its_matter_is_of_the_copies_from_the_first_failure_on() -> None:
    tried = T0 + 5 * DAY
    step = Step("failing", T0 + DAY, Severity.WARNING, "backup_failing", Witness.CHECK)
    assert BackupFailing()(failing(tried=tried)) == Episode(
        "backup_failing", "backup", "backup", T0, (step,), verified=tried
    )


def test_how_long_is_an_option() -> None:
    now = T0 + 5 * DAY
    assert due_key(BackupFailing(after=7)(failing(tried=now)), now) == ""


def test_copies_that_are_made_are_no_matter() -> None:
    assert BackupFailing()(CopyRecord("/mnt/usb", T0)) is None
