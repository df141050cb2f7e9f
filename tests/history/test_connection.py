"""One connection: durable, private, with one way to write and sentences for SQLite's errors."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadDatabase, Busy, ParcelsError, Unusable
from monitor.history import SQLITE_VERSION, History
from tests.history.given import NOW, event, parcel, snapshot

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="readers and a writer do not wait for each other"),
        pytest.param("synchronous", 2, id="a commit survives a power cut"),
        pytest.param("foreign_keys", 1, id="nothing belongs to a parcel that is gone"),
        pytest.param("trusted_schema", 0, id="a schema cannot call functions with effects"),
        pytest.param("cell_size_check", 1, id="damaged pages are noticed when read"),
        pytest.param("wal_autocheckpoint", 0, id="only housekeeping checkpoints"),
        pytest.param("journal_size_limit", 4194304, id="the log does not stay large"),
        pytest.param("cache_size", -512, id="many connections of one process stay small together"),
        pytest.param("busy_timeout", 30000, id="a writer waits half a minute for another"),
    ],
)
def test_every_connection_is_set_up(history: History, pragma: str, value: object) -> None:
    assert history._store.tuples(f"PRAGMA {pragma}") == [(value,)]


def test_a_transaction_inside_another_is_an_error_in_the_program(history: History) -> None:
    with history.write_tx(), pytest.raises(RuntimeError, match="inside"), history.write_tx():
        pass


def test_writing_outside_a_transaction_is_an_error_in_the_program(history: History) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        history._store.run("DELETE FROM parcel")
    with pytest.raises(RuntimeError, match="outside"):
        history._store.returning("DELETE FROM parcel RETURNING id")
    with pytest.raises(RuntimeError, match="outside"):
        history._store.run_many("DELETE FROM parcel WHERE id = ?", [(1,)])


def test_what_fails_halfway_leaves_nothing_and_the_lock_is_free_again(history: History) -> None:
    def half() -> None:
        with history.write_tx():
            history.parcels.add(parcel())
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        half()
    assert history.parcels.all() == []
    history.parcels.add(parcel())


def test_several_calls_in_one_transaction_are_seen_together_by_others(
    history: History, path: Path
) -> None:
    with History.open(path, now=NOW) as other:
        with history.write_tx():
            added = history.parcels.add(parcel())
            history.timeline.record_all([(added.id, snapshot(event()))], "x", NOW)
            assert other.parcels.all() == []
        assert len(other.timeline.standing([added.id])[added.id]) == 1


def test_a_lock_held_too_long_is_busy_with_75(history: History, path: Path) -> None:
    with (
        History.open(path, now=NOW, patience=0.05) as other,
        history.write_tx(),
        pytest.raises(Busy, match="try again") as refusal,
    ):
        other.parcels.add(parcel())
    assert refusal.value.exit_code == 75
    assert str(path) in str(refusal.value)


def test_reading_does_not_wait_for_a_writer(history: History, path: Path) -> None:
    with History.open(path, now=NOW, patience=0.05) as other, history.write_tx():
        assert other.parcels.all() == []


def test_a_full_disk_is_told_as_such_and_does_not_stop_the_service(history: History) -> None:
    pages = history._store.tuples("PRAGMA page_count")[0][0]
    history._store.run_pragma(f"max_page_count={pages + 3}")
    huge = snapshot(*(event(f"{n} {'long ' * 90}", f"t{n}") for n in range(500)))
    added = history.parcels.add(parcel())
    with pytest.raises(ParcelsError, match="is full") as refusal:
        history.timeline.record_all([(added.id, huge)], "x", NOW)
    assert not isinstance(refusal.value, Unusable)
    assert history.timeline.standing([added.id]) == {}


def test_writing_goes_on_after_space_was_made(history: History) -> None:
    pages = history._store.tuples("PRAGMA page_count")[0][0]
    history._store.run_pragma(f"max_page_count={pages + 3}")
    added = history.parcels.add(parcel())
    huge = snapshot(*(event(f"{n} {'long ' * 90}", f"t{n}") for n in range(500)))
    with pytest.raises(ParcelsError, match="full"):
        history.timeline.record_all([(added.id, huge)], "x", NOW)
    history._store.run_pragma("max_page_count=100000")
    history.timeline.record_all([(added.id, huge)], "x", NOW)
    assert len(history.timeline.standing([added.id])[added.id]) == 500


def test_one_thread_after_another_may_use_the_connection(history: History) -> None:
    done: list[int] = []
    worker = threading.Thread(target=lambda: done.append(history.parcels.add(parcel()).id))
    worker.start()
    worker.join()
    assert [p.id for p in history.parcels.all()] == done


def test_a_copy_is_whole_and_private_while_the_original_is_written_to(
    history: History, tmp_path: Path
) -> None:
    history.parcels.add(parcel())
    copy = tmp_path / "copy.db"
    history.copy_to(copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with History.open(copy, now=NOW) as opened:
        assert opened.damage() == ()
        assert len(opened.parcels.all()) == 1


def test_a_copy_never_replaces_a_file(history: History, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(BadDatabase, match="exists already"):
        history.copy_to(taken)
    assert taken.read_text() == "mine"


def test_a_checkpoint_empties_the_log(history: History) -> None:
    history.parcels.add(parcel())
    assert history.log_bytes() > 0
    assert history.checkpoint()
    assert history.log_bytes() == 0


def test_a_reader_in_the_way_of_a_checkpoint_is_no_error(history: History, path: Path) -> None:
    history._store.run_pragma("busy_timeout=10")
    with closing(sqlite3.connect(path)) as reader:
        rows = reader.execute("SELECT name FROM sqlite_master")
        rows.fetchone()
        history.parcels.add(parcel())
        assert not history.checkpoint()


def test_a_page_overwritten_on_the_disk_is_found(path: Path) -> None:
    with History.open(path, now=NOW) as history:
        added = history.parcels.add(parcel())
        many = snapshot(*(event(f"{n} {'long ' * 60}", f"t{n}") for n in range(300)))
        history.timeline.record_all([(added.id, many)], "x", NOW)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 3 * 4096)
        file.write(os.urandom(4096))
    with History.open(path, now=NOW) as history:
        try:
            assert history.damage() != ()
        except BadDatabase as damage:
            assert "is damaged" in str(damage)  # noqa: PT017 - either way of finding out will do


def test_the_version_of_sqlite_is_that_of_the_library_in_use(history: History) -> None:
    assert history._store.tuples("SELECT sqlite_version()") == [(SQLITE_VERSION,)]
