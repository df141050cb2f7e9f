"""Whatever became of the database, a copy takes its place; and nothing that was there is lost."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.backup.copying import back_up
from monitor.backup.restoring import restore
from monitor.errors import BadDatabase, BadInput, Busy
from monitor.history import History
from monitor.history.opening import marker
from tests.backup.test_copying import damage
from tests.history.given import NOW, parcel

SCHEMAS = Path(__file__).parents[1] / "history" / "fixtures"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "parcels.db"
    with History.open(path, now=NOW) as history:
        history.parcels.add(parcel())
    return path


@pytest.fixture
def copy(database: Path, tmp_path: Path) -> Path:
    """A copy of one parcel; the database then gets a second one."""
    target = tmp_path / "copy.db"
    back_up(database, target)
    with History.open(database, now=NOW) as history:
        history.parcels.add(parcel("LX471930521CN"))
    return target


def numbers(path: Path) -> list[str]:
    with History.open(path, now=NOW) as history:
        assert history.damage() == ()
        return [found.number for found in history.parcels.all()]


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def lost(path: Path) -> None:
    path.unlink()


def lost_with_its_folder(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()
    path.parent.rmdir()


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def headless(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\0" * 100)


def with_a_log_of_another(path: Path) -> None:
    """As a crash leaves it: pages in the log that the database does not have."""
    crashed = sqlite3.connect(path, isolation_level=None)
    crashed.execute("PRAGMA wal_autocheckpoint=0")
    crashed.execute("DELETE FROM parcel")
    kept = {end: path.with_name(f"{path.name}{end}").read_bytes() for end in ("-wal", "-shm")}
    crashed.close()
    for end, content in kept.items():
        path.with_name(f"{path.name}{end}").write_bytes(content)
    emptied(path)


@pytest.mark.parametrize(
    ("harm", "aside"),
    [
        pytest.param(lambda _: None, 1, id="nothing"),
        pytest.param(lost, 0, id="lost"),
        pytest.param(lost_with_its_folder, 0, id="lost with its folder"),
        pytest.param(emptied, 1, id="cut to nothing"),
        pytest.param(half, 1, id="cut in half"),
        pytest.param(headless, 1, id="without its beginning"),
        pytest.param(damage, 1, id="damaged inside"),
        pytest.param(with_a_log_of_another, 2, id="beside a log that would spoil the copy"),
    ],
)
def test_whatever_has_befallen_the_database_the_copy_takes_its_place(
    database: Path, copy: Path, harm: object, aside: int
) -> None:
    assert callable(harm)
    harm(database)
    database.parent.mkdir(exist_ok=True)
    before = {path.name: path.read_bytes() for path in database.parent.iterdir()}
    done = restore(copy, database, NOW)
    assert numbers(database) == [parcel().number]
    kept = sorted(path for path in database.parent.iterdir() if ".replaced-" in path.name)
    assert len([path for path in kept if not path.name.endswith("-shm")]) == aside
    assert marker(database).exists()
    assert done.contents.parcels == 1
    if done.aside is not None and done.before is None:
        assert done.aside.read_bytes() == before[database.name]
    assert not [path for path in database.parent.iterdir() if path.name.startswith(".parcels")]


def test_what_was_there_is_a_database_that_can_be_put_back(database: Path, copy: Path) -> None:
    done = restore(copy, database, NOW)
    assert done.aside is not None
    assert done.before is not None
    assert done.before.parcels == 2
    back = restore(done.aside, database, NOW)
    assert len(numbers(database)) == 2
    assert back.aside not in {None, done.aside}  # the same second: none is overwritten


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("CREATE TABLE recipe (id)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as rows:
        rows.execute("PRAGMA user_version=1000")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(damage, "damaged", id="damaged"),
        pytest.param(emptied, "is empty", id="of 0 bytes"),
        pytest.param(headless, "not a SQLite database", id="no database"),
        pytest.param(newer, "newer version", id="of a newer version"),
        pytest.param(lambda p: (p.unlink(), other_program(p)), "another program", id="of another program"),
    ],
)  # fmt: skip
def test_a_copy_that_cannot_be_trusted_changes_nothing(
    database: Path, copy: Path, make: object, said: str
) -> None:
    assert callable(make)
    make(copy)
    with pytest.raises(BadDatabase, match="nothing was changed") as refused:
        restore(copy, database, NOW)
    assert said in str(refused.value)
    assert len(numbers(database)) == 2
    assert not list(database.parent.glob("*replaced*"))


@pytest.mark.parametrize("schema", sorted(SCHEMAS.glob("*.sql")), ids=lambda path: path.stem)
def test_a_copy_of_an_older_version_is_restored_and_brought_up_to_date(
    database: Path, tmp_path: Path, schema: Path
) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as rows:
        rows.executescript(schema.read_text("utf-8"))
    restore(old, database, NOW)
    with History.open(database, now=NOW) as history:
        assert history.damage() == ()


def test_a_database_that_a_command_has_open_is_not_taken_from_under_it(
    database: Path, copy: Path
) -> None:
    with History.open(database, now=NOW) as other:
        with pytest.raises(Busy, match="open"):
            restore(copy, database, NOW)
        assert len(other.parcels.all()) == 2
    assert len(numbers(database)) == 2


def test_a_database_of_another_program_is_not_replaced(database: Path, copy: Path) -> None:
    database.unlink()
    other_program(database)
    with pytest.raises(BadDatabase, match="another program"):
        restore(copy, database, NOW)
    with closing(sqlite3.connect(database)) as rows:
        assert rows.execute("SELECT * FROM recipe").fetchall() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("none.db", "There is no file", id="missing"),
        pytest.param("state", "is not a file", id="a folder"),
        pytest.param("state/parcels.db", "the database itself", id="the database itself"),
    ],
)
def test_a_source_that_cannot_be_meant_is_refused(
    database: Path, tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        restore(tmp_path / name, database, NOW)


def test_a_copy_with_its_log_beside_it_is_restored_with_what_is_in_the_log(
    database: Path, copy: Path
) -> None:
    """As somebody has who copied the files of a database that was in use."""
    with History.open(copy, now=NOW) as used:
        used.parcels.add(parcel("LX471930535CN"))
        restore(copy, database, NOW)
    assert len(numbers(database)) == 2
