"""Opening a database file: made once, known to be ours, never mistaken for an empty one."""

from __future__ import annotations

import errno
import os
import pwd
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadDatabase, DiskTrouble, Unusable
from monitor.history import History, schema
from monitor.history.opening import marker
from tests.history.given import NOW, parcel

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
FIXTURES = Path(__file__).with_name("fixtures")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def with_sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def used(path: Path) -> None:
    """A database that has held parcels, closed again."""
    with History.open(path, now=NOW) as history:
        history.parcels.add(parcel())


def test_a_missing_file_is_made_with_its_folder_and_nobody_else_can_read_either(
    path: Path,
) -> None:
    with History.open(path, now=NOW) as history:
        history.parcels.add(parcel())
        assert mode(path.parent) == 0o700
        assert {mode(file) for file in path.parent.iterdir()} == {0o600}
        names = {file.name for file in path.parent.iterdir()}
    suffixes = ("", "-wal", "-shm", ".marker")
    assert names == {f"parcels.db{suffix}" for suffix in suffixes}


def test_a_disk_without_room_for_a_new_file_is_no_matter_of_its_owner(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(DiskTrouble, match=r"The disk that holds .*parcels\.db is full"):
        History.open(path, now=NOW)


def test_opening_leaves_the_mask_of_the_process_as_it_was(path: Path) -> None:
    before = os.umask(0o027)
    try:
        History.open(path, now=NOW).close()
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_what_was_stored_is_there_after_opening_again(path: Path) -> None:
    used(path)
    with History.open(path, now=NOW, must_exist=True) as history:
        assert [p.number for p in history.parcels.all()] == [parcel().number]


def test_the_marker_is_left_with_the_first_parcel_and_not_before(path: Path) -> None:
    with History.open(path, now=NOW) as history:
        assert not marker(path).exists()
        history.parcels.add(parcel())
    assert "2026-09-01" in marker(path).read_text()


def test_the_marker_comes_back_when_a_database_with_parcels_is_opened(path: Path) -> None:
    used(path)
    marker(path).unlink()
    History.open(path, now=NOW).close()
    assert marker(path).exists()


def test_an_unused_database_may_vanish_and_is_made_again(path: Path) -> None:
    History.open(path, now=NOW).close()
    path.unlink()
    History.open(path, now=NOW).close()
    assert path.exists()


def test_a_valid_but_empty_sqlite_file_is_adopted(path: Path) -> None:
    path.parent.mkdir()
    with_sql(path, "PRAGMA user_version = 0", "CREATE TABLE t (a)", "DROP TABLE t")
    with History.open(path, now=NOW) as history:
        assert history.parcels.all() == []


def test_the_folder_holds_nothing_but_the_database_after_it_was_made(path: Path) -> None:
    History.open(path, now=NOW).close()
    assert [file.name for file in path.parent.iterdir()] == ["parcels.db"]


def newer_version(path: Path) -> None:
    used(path)
    with_sql(path, f"PRAGMA user_version = {len(schema.KNOWN) + 1}")


def newer_migration(path: Path) -> None:
    used(path)
    with_sql(
        path,
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('parcels', 'from_the_future', '2030-01-01')",
    )


def foreign(path: Path) -> None:
    path.parent.mkdir()
    with_sql(path, "CREATE TABLE bookmarks (url TEXT)")


def foreign_with_its_own_mark(path: Path) -> None:
    path.parent.mkdir()
    with_sql(path, "PRAGMA application_id = 7", "CREATE TABLE parcel (id INTEGER)")


def empty(path: Path) -> None:
    path.parent.mkdir()
    path.touch()


def emptied(path: Path) -> None:
    used(path)
    os.truncate(path, 0)


def garbage(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all " * 400)


def header_gone(path: Path) -> None:
    used(path)
    with path.open("r+b") as file:
        file.write(b"\0" * 100)


def half(path: Path) -> None:
    used(path)
    os.truncate(path, path.stat().st_size // 2)


def table_gone(path: Path) -> None:
    used(path)
    with_sql(path, "DROP TABLE outbox")


def migrations_gone(path: Path) -> None:
    used(path)
    with_sql(path, "DROP TABLE _sqlite_migrations")


def migration_gone(path: Path) -> None:
    used(path)
    with_sql(path, "DELETE FROM _sqlite_migrations WHERE name = 'spending'")


def folder(path: Path) -> None:
    path.mkdir(parents=True)


def vanished(path: Path) -> None:
    used(path)
    path.unlink()


def vanished_with_a_log_left(path: Path) -> None:
    path.parent.mkdir()
    path.with_name(path.name + "-wal").write_bytes(b"frames")


def parent_is_a_file(path: Path) -> None:
    path.parent.touch()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(newer_version, "newer version of this program", id="a higher schema number"),
        pytest.param(newer_migration, "Install that version again", id="a migration nobody knows"),
        pytest.param(foreign, "database of another program", id="tables without our mark"),
        pytest.param(foreign_with_its_own_mark, "another program", id="tables with another mark"),
        pytest.param(empty, "is empty (0 bytes): something", id="a file of 0 bytes"),
        pytest.param(emptied, "(0 bytes) although it has held parcels", id="a file cut to 0 bytes"),
        pytest.param(garbage, "is not a SQLite database", id="something else than a database"),
        pytest.param(header_gone, "its beginning is damaged", id="a header of zeros"),
        pytest.param(half, "is damaged", id="half of a file"),
        pytest.param(table_gone, "lacks the table outbox", id="a table that is gone"),
        pytest.param(migrations_gone, "how it came to its tables", id="no word of any migration"),
        pytest.param(migration_gone, "how it came to its tables", id="a migration that is denied"),
        pytest.param(folder, "is not a file", id="a folder in its place"),
        pytest.param(vanished, "has vanished", id="a missing file that the marker remembers"),
        pytest.param(vanished_with_a_log_left, "parcels.db-wal beside it", id="only a log left"),
        pytest.param(parent_is_a_file, "cannot be reached", id="a file where the folder should be"),
    ],
)
def test_refused_with_78_and_a_sentence_that_names_the_file(
    spoil: Callable[[Path], None], says: str, path: Path
) -> None:
    spoil(path)
    with pytest.raises(BadDatabase) as refusal:
        History.open(path, now=NOW)
    sentence = str(refusal.value)
    assert says in sentence
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert Unusable.exit_code == refusal.value.exit_code == 78


@pytest.mark.parametrize(
    "spoil", [emptied, vanished, header_gone, half, table_gone, migrations_gone]
)
def test_a_loss_is_answered_with_the_command_that_mends_it(
    spoil: Callable[[Path], None], path: Path
) -> None:
    spoil(path)
    with pytest.raises(BadDatabase, match="backup copy"):
        History.open(path, now=NOW)


def test_beginning_anew_works_exactly_as_the_refusal_says(path: Path) -> None:
    vanished(path)
    with pytest.raises(BadDatabase, match=f"to begin anew, delete {marker(path)}"):
        History.open(path, now=NOW)
    marker(path).unlink()
    History.open(path, now=NOW).close()


@pytest.mark.parametrize("spoil", [foreign, foreign_with_its_own_mark, newer_version, garbage])
def test_a_refused_file_is_not_changed_by_a_byte(spoil: Callable[[Path], None], path: Path) -> None:
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(BadDatabase):
        History.open(path, now=NOW)
    assert path.read_bytes() == before


def test_a_missing_file_is_refused_where_it_must_exist_and_nothing_is_made(path: Path) -> None:
    with pytest.raises(BadDatabase, match=f"There is no database at {path}"):
        History.open(path, now=NOW, must_exist=True)
    assert not path.parent.exists()


def test_another_users_file_is_refused_with_the_line_that_works(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used(path)
    me = pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setattr(os, "geteuid", lambda: 65533)
    with pytest.raises(BadDatabase, match=f"sudo -u {me} parcels …") as refusal:
        History.open(path, now=NOW)
    assert str(path) in str(refusal.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize(
    "how", [lambda p: History.open(p, now=NOW), History.read], ids=["open", "read"]
)
def test_a_log_of_another_user_beside_the_database_is_refused(
    path: Path, ending: str, how: Callable[[Path], object]
) -> None:
    used(path)
    beside = path.with_name(path.name + ending)
    beside.touch()
    os.chown(beside, 65533, 65533)
    with pytest.raises(BadDatabase, match="belongs to another user, who could change"):
        how(path)


def test_making_a_file_in_another_users_private_folder_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: 65533)
    with pytest.raises(BadDatabase, match="sudo -u"):
        History.open(path, now=NOW)
    assert list(path.parent.iterdir()) == []


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@as_root
def test_a_user_without_a_name_is_written_as_sudo_takes_it(path: Path) -> None:
    used(path)
    os.chown(path, 54321, 54321)
    with pytest.raises(BadDatabase, match="sudo -u '#54321' parcels"):
        History.open(path, now=NOW)


@as_root
def test_a_folder_that_cannot_be_entered_is_answered_with_its_owners_line() -> None:
    code = (
        "import os, sys; from pathlib import Path; from monitor.history import History\n"
        "from datetime import datetime, UTC\n"
        "os.setuid(54322)\n"
        "History.open(Path(sys.argv[1]), now=datetime(2026, 9, 1, tzinfo=UTC))"
    )
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        closed = Path(name) / "closed"
        used(closed / "parcels.db")
        for file in (closed, *closed.iterdir()):
            os.chown(file, 54321, 54321)
        done = subprocess.run(
            [sys.executable, "-c", code, str(closed / "parcels.db")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert "sudo -u '#54321' parcels" in done.stderr


OPEN_AND_ADD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.history import History
from monitor.parcel import Parcel
now = datetime(2026, 9, 1, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
with History.open(Path(sys.argv[1]), now=now) as history:
    for number in range(int(sys.argv[3])):
        history.parcels.add(Parcel(0, f"{sys.argv[2]}{number:08d}", now))
"""


def at_once(path: Path, processes: int, parcels: int) -> list[int]:
    """Exit codes of so many processes that open the file and add parcels at the same moment."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_AND_ADD, str(path), f"P{index}", str(parcels)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for index in range(processes)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=60)
    return [process.returncode for process in running]


def test_six_processes_that_open_a_fresh_file_at_once_all_succeed(path: Path) -> None:
    assert at_once(path, 6, 1) == [0] * 6
    with History.open(path, now=NOW) as history:
        assert len(history.parcels.all()) == 6
        assert history._store.tuples("SELECT name FROM _sqlite_migrations ORDER BY rowid") == [
            (name,) for name in schema.KNOWN
        ]
    names = {file.name for file in path.parent.iterdir()}
    assert names == {"parcels.db", "parcels.db.marker"}


def test_six_processes_that_migrate_the_same_empty_file_at_once_all_succeed(path: Path) -> None:
    path.parent.mkdir()
    with_sql(path, "CREATE TABLE t (a)", "DROP TABLE t")
    assert at_once(path, 6, 1) == [0] * 6
    with History.open(path, now=NOW) as history:
        assert len(history._store.tuples("SELECT * FROM _sqlite_migrations")) == len(schema.KNOWN)


def test_six_processes_that_meet_a_database_of_the_first_version_migrate_it_once_and_go_on(
    path: Path,
) -> None:
    path.parent.mkdir(mode=0o700)
    connection = sqlite3.connect(path)
    connection.executescript((FIXTURES / "schema-1.sql").read_text(encoding="utf-8"))
    connection.close()
    assert at_once(path, 6, 3) == [0] * 6
    with History.open(path, now=NOW) as history:
        assert history._store.tuples("SELECT name FROM _sqlite_migrations ORDER BY rowid") == [
            (name,) for name in schema.KNOWN
        ]
        assert len(history.parcels.all()) == 18
        assert history.damage() == ()


def test_two_processes_writing_at_once_lose_nothing(path: Path) -> None:
    assert at_once(path, 2, 40) == [0, 0]
    with History.open(path, now=NOW) as history:
        assert len(history.parcels.all()) == 80
        assert history.damage() == ()


def test_a_relative_name_that_sqlite_would_keep_in_memory_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(":memory:")
    used(path)
    with History.open(path, now=NOW) as history:
        assert len(history.parcels.all()) == 1


@pytest.mark.parametrize(
    "how", [lambda p: History.open(p, now=NOW), History.read], ids=["open", "read"]
)
def test_a_database_that_somebody_gave_a_trigger_is_refused(
    path: Path, how: Callable[[Path], object]
) -> None:
    used(path)
    with_sql(path, "CREATE TRIGGER evil AFTER INSERT ON event BEGIN DELETE FROM episode; END")
    with pytest.raises(BadDatabase, match="holds a trigger"):
        how(path)
