"""A database can be looked at without anything on the disk changing."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadDatabase
from monitor.history import History
from monitor.history.opening import marker
from tests.history.given import NOW, parcel

if TYPE_CHECKING:
    from pathlib import Path


def held(path: Path) -> None:
    """A database with one parcel, closed again."""
    with History.open(path, now=NOW) as history:
        history.parcels.add(parcel())


def on_disk(path: Path) -> dict[str, tuple[bytes, int, int]]:
    """Every file beside the database: its bytes, its mode and when it was written."""
    files = sorted(p for p in path.parent.parent.rglob("*") if p.is_file())
    return {str(p): (p.read_bytes(), p.stat().st_mode, p.stat().st_mtime_ns) for p in files}


def test_where_there_is_no_database_none_is_made(path: Path) -> None:
    assert History.read(path) is None
    assert not path.parent.exists()


def test_reading_a_closed_database_leaves_every_file_as_it_was(path: Path) -> None:
    held(path)
    before = on_disk(path)
    history = History.read(path)
    assert history is not None
    with history:
        assert [p.number for p in history.parcels.all()] == [parcel().number]
        assert history.damage() == ()
        assert history.outbox.channels() == {}
    assert on_disk(path) == before


def test_what_another_process_has_written_but_not_moved_from_the_log_is_read(path: Path) -> None:
    with History.open(path, now=NOW) as other:
        other.parcels.add(parcel())
        names = set(on_disk(path))
        history = History.read(path)
        assert history is not None
        with history:
            assert len(history.parcels.all()) == 1
        assert set(on_disk(path)) == names


@pytest.mark.parametrize("others", [False, True], ids=["alone", "beside another process"])
def test_nothing_can_be_written(path: Path, others: bool) -> None:
    held(path)
    other = History.open(path, now=NOW) if others else None
    history = History.read(path)
    assert history is not None
    with history, pytest.raises(BadDatabase):
        history.parcels.remove(1)
    if other is not None:
        other.close()


def test_a_lost_database_is_refused_as_in_opening(path: Path) -> None:
    held(path)
    path.unlink()
    with pytest.raises(BadDatabase, match="has vanished"):
        History.read(path)
    assert marker(path).exists()
    assert not path.exists()


def test_an_emptied_database_is_refused(path: Path) -> None:
    held(path)
    path.write_bytes(b"")
    with pytest.raises(BadDatabase, match="0 bytes"):
        History.read(path)


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE diary (entry TEXT)")
    connection.close()
    with pytest.raises(BadDatabase, match="another program"):
        History.read(path)


def test_an_older_schema_is_refused_and_not_brought_up_to_date(path: Path) -> None:
    held(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("DELETE FROM _sqlite_migrations WHERE rowid = 1")
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    before = on_disk(path)
    with pytest.raises(BadDatabase, match="older version"):
        History.read(path)
    assert on_disk(path) == before


def test_a_strange_name_is_no_instruction_to_sqlite(path: Path) -> None:
    """The file is named in a URI, in which ? and # would mean something."""
    strange = path.with_name("a?mode=rwc#b%20.db")
    assert History.read(strange) is None
    held(strange)
    history = History.read(strange)
    assert history is not None
    with history:
        assert len(history.parcels.all()) == 1
    assert not (strange.parent / "a").exists()


def test_what_a_stranger_wrote_into_the_schema_is_not_trusted_when_reading(path: Path) -> None:
    held(path)
    history = History.read(path)
    assert history is not None
    with history:
        assert history._store.tuples("PRAGMA trusted_schema") == [(0,)]
