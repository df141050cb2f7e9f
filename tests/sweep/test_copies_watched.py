"""That no copies are made is told once it lasts, once more when they are made again, and no oftener."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.circuit import CopyRecord
from monitor.history import History
from monitor.schedule import Severity
from monitor.settings import Settings
from monitor.sweep.copies_watched import judge_copies
from monitor.sweep.court import STDOUT, court_from
from monitor.sweep.ears import Ear
from tests.dossiers import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

T0 = moment("2026-09-07 03:00")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COURT = court_from(Settings())


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=T0) as history:
        yield history


def failing(now: datetime, since: datetime = T0) -> CopyRecord:
    return CopyRecord("/mnt/usb", T0 - DAY, since, now, "the disk is not there")


def judged(history: History, record: CopyRecord | None, now: datetime) -> list[str]:
    """What this look has to tell, by kind; it is sent at once."""
    told = judge_copies(history, COURT, record, now)
    batch = history.outbox.claim(STDOUT, now, "test", len)
    if batch is None:
        assert told == 0
        return []
    history.outbox.settle(batch, "sent", "", now)
    assert len(batch.rows) == told
    return [row.kind for row in batch.rows]


def test_it_is_told_once_reminded_of_and_resolved(history: History) -> None:
    assert judged(history, failing(T0), T0) == []
    assert judged(history, failing(T0 + DAY), T0 + DAY) == ["opened"]
    assert judged(history, failing(T0 + DAY + HOUR), T0 + DAY + HOUR) == []
    midday = T0 + 2 * DAY + 9 * HOUR  # by night nobody is reminded
    assert judged(history, failing(midday), midday) == ["reminded"]
    works = CopyRecord("/mnt/usb", T0 + 3 * DAY)
    assert judged(history, works, T0 + 3 * DAY) == ["resolved"]
    assert judged(history, works, T0 + 4 * DAY) == []


def test_a_service_started_anew_tells_nothing_twice_and_knows_since_when(history: History) -> None:
    judged(history, failing(T0 + DAY), T0 + DAY)
    later = T0 + DAY + HOUR
    assert judged(history, failing(later, since=later), later) == []
    (matters,) = history.matters.of_service().values()
    episode = matters["backup_failing"].episode
    assert episode is not None
    assert episode.since == T0


def test_what_did_not_last_is_never_told(history: History) -> None:
    judged(history, failing(T0), T0)
    assert judged(history, CopyRecord("/mnt/usb", T0 + HOUR), T0 + HOUR) == []


def test_where_no_copies_are_wanted_any_more_it_ends_without_a_word(history: History) -> None:
    judged(history, failing(T0 + DAY), T0 + DAY)
    assert judged(history, None, T0 + 2 * DAY) == []
    assert history.matters.of_service() == {}


def test_while_all_is_well_nothing_is_written(history: History) -> None:
    before = history.version()
    assert judged(history, CopyRecord("/mnt/usb", T0), T0) == []
    assert judged(history, None, T0) == []
    assert history.version() == before


def test_a_channel_that_hears_critical_matters_only_is_left_in_peace(history: History) -> None:
    court = replace(COURT, ears=(Ear("phone", Severity.CRITICAL), Ear("mail", Severity.INFO)))
    judge_copies(history, court, failing(T0 + DAY), T0 + DAY)
    assert [row.channel for row in history.outbox.rows(limit=10)] == ["mail"]
