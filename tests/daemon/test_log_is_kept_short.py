"""SQLite's log is emptied by the service alone, whatever has written, and never with a gap in it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitor.daemon.office import LOG_LIMIT, Beat, Shared
from monitor.daemon.supervisor import Supervisor
from monitor.errors import BadDatabase, LogCutOff
from monitor.settings import Settings
from monitor.settings.model import Database
from monitor.sweep.instance import take_post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.history import History

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    database = tmp_path / "parcels.db"
    shared = Shared(
        Settings(database=Database.model_construct(path=database)),
        Supervisor({}, lambda: 0.0),
        take_post(database, NOW),
        wall=lambda: NOW,
        steady=lambda: 0.0,
        beat=Beat(),
    )
    yield shared
    shared.close(whole=False)


def written(history: History, size: int) -> None:
    """So many bytes more in the log, and then a few again."""
    with history.write_tx():
        history.passes.end(
            history.passes.begin("x", NOW), NOW, asked=1, answered=1, error="x" * size
        )
    with history.write_tx():
        history.passes.begin("y", NOW)


def test_a_log_that_has_grown_is_emptied_into_the_database(shared: Shared) -> None:
    history = shared.history()
    written(history, 1000)
    before = history.log_bytes()
    shared.shorten_log()
    assert history.log_bytes() == before > 0
    written(history, LOG_LIMIT)
    shared.shorten_log()
    assert history.log_bytes() == 0
    assert len(history.passes.recent()) == 4


def test_who_reads_meanwhile_keeps_it_from_being_emptied_and_nothing_else(shared: Shared) -> None:
    history = shared.history()
    with closing(sqlite3.connect(shared.database, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM parcel").fetchall()
        written(history, LOG_LIMIT)
        shared.shorten_log()
        assert history.log_bytes() > LOG_LIMIT
        written(history, 10)
        other.execute("COMMIT")
    shared.shorten_log()
    assert history.log_bytes() == 0


def holed(log: Path, size: int) -> None:
    """Cut off, and then written to behind the end by who does not know."""
    end = log.stat().st_size
    os.truncate(log, size)
    with log.open("r+b") as file:
        file.seek(end + (1 << 20))
        file.write(b"x" * 4096)


@pytest.mark.parametrize("left", [0, 32 + 4120], ids=["from its beginning on", "from a page on"])
def test_a_log_with_a_gap_is_not_emptied_into_the_database(shared: Shared, left: int) -> None:
    history = shared.history()
    shared.shorten_log()
    written(history, LOG_LIMIT)
    before = shared.database.read_bytes()
    holed(shared.database.with_name("parcels.db-wal"), left)
    with pytest.raises(LogCutOff, match="cut off"):
        shared.shorten_log()
    with pytest.raises(LogCutOff, match="cut off"):
        shared.must_be_there()
    assert shared.database.read_bytes() == before


def test_all_that_should_be_there_is(shared: Shared) -> None:
    history = shared.history()
    written(history, 1000)
    shared.must_be_there()
    history.checkpoint()
    shared.must_be_there()
    written(history, 10)
    shared.must_be_there()


def test_a_database_that_was_emptied_is_no_new_one(shared: Shared) -> None:
    written(shared.history(), 10)
    os.truncate(shared.database, 0)
    with pytest.raises(BadDatabase, match="emptied"):
        shared.must_be_there()
