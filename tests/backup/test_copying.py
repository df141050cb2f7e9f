"""A copy is whole, private and verified, or there is none; and what was there stays until then."""

from __future__ import annotations

import os
import resource
import sqlite3
import stat
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from monitor.backup import copying
from monitor.backup.copying import back_up
from monitor.errors import BadDatabase, BadInput, DiskTrouble, ParcelsError
from monitor.history import History
from tests.history.given import NOW, event, parcel, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """A database with one parcel and one event, held open as the service holds it."""
    path = tmp_path / "state" / "parcels.db"
    with History.open(path, now=NOW) as history:
        added = history.parcels.add(parcel())
        history.timeline.record_all([(added.id, snapshot(event()))], "x", NOW)
        yield path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk" / "copy.db"


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 8 : 4096 * 12] = b"\x55" * (4096 * 4)
    path.write_bytes(bytes(content))


def test_a_copy_holds_what_the_database_holds_and_is_for_its_owner_alone(
    database: Path, target: Path
) -> None:
    before = os.umask(0)
    try:
        found = back_up(database, target)
    finally:
        os.umask(before)
    assert (found.parcels, found.watched, found.events) == (1, 1, 1)
    assert found.size == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert left_in(target.parent) == ["copy.db"]
    with History.open(target, now=NOW) as copy:
        assert [p.number for p in copy.parcels.all()] == [parcel().number]


def test_a_copy_made_while_another_writes_without_a_pause_is_of_one_moment(
    database: Path, target: Path
) -> None:
    """Every transaction adds a pass and ends it: a copy of half of one would show."""
    over = threading.Event()

    def write() -> None:
        with History.open(database, now=NOW) as other:
            while not over.is_set():
                with other.write_tx():
                    number = other.passes.begin("x", NOW)
                    other.passes.end(number, NOW, asked=1, answered=1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            back_up(database, target)
            with closing(sqlite3.connect(target)) as rows:
                assert rows.execute("SELECT * FROM poll WHERE ended_at IS NULL").fetchall() == []
    finally:
        over.set()
        writer.join()


def test_an_earlier_copy_is_replaced(database: Path, target: Path) -> None:
    first = back_up(database, target)
    with History.open(database, now=NOW) as history:
        history.parcels.add(parcel("LX471930521CN"))
    assert (first.parcels, back_up(database, target).parcels) == (1, 2)


def test_another_file_is_not_replaced_unless_that_is_said(database: Path, target: Path) -> None:
    target.write_text("a letter")
    with pytest.raises(BadInput, match="--force"):
        back_up(database, target)
    assert target.read_text() == "a letter"
    assert back_up(database, target, force=True).parcels == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("state/parcels.db", "belongs to the database", id="the database itself"),
        pytest.param("state/parcels.db-wal", "belongs to the database", id="its log"),
        pytest.param("state/parcels.db.marker", "belongs to the database", id="its marker"),
        pytest.param("disk/../state/parcels.db", "belongs to the database", id="by another way"),
        pytest.param("disk", "is a folder", id="a folder"),
        pytest.param("nowhere/copy.db", "There is no folder", id="a folder that is not there"),
        pytest.param("disk/link.db", "symbolic link", id="a link, which would be followed"),
        pytest.param("disk/twin.db", "belongs to the database", id="another name of its file"),
    ],
)
@pytest.mark.parametrize("force", [False, True], ids=["plainly", "by force"])
def test_a_target_that_cannot_be_meant_is_refused(
    database: Path, target: Path, name: str, said: str, force: bool
) -> None:
    folder = database.parent.parent
    (folder / "disk" / "link.db").symlink_to(database)
    os.link(database, folder / "disk" / "twin.db")
    before = database.read_bytes()
    with pytest.raises(BadInput, match=said):
        back_up(database, folder / name, force=force)
    assert database.read_bytes() == before


def test_a_damaged_database_makes_no_copy_and_takes_none_away(database: Path, target: Path) -> None:
    back_up(database, target)
    kept = target.read_bytes()
    with History.open(database, now=NOW) as history:
        history.checkpoint()
    damage(database)
    with pytest.raises(BadDatabase, match="damaged"):
        back_up(database, target)
    assert target.read_bytes() == kept
    assert left_in(target.parent) == ["copy.db"]


def test_what_is_stopped_leaves_nothing(
    database: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.history.connection.STEPS", 1)
    with pytest.raises(ParcelsError, match="stopped"):
        back_up(database, target, progress=lambda _: True)
    assert left_in(target.parent) == []


def test_a_disk_without_room_is_known_before_it_is_filled(
    database: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "SPARE", 1 << 60)
    with pytest.raises(DiskTrouble, match="Free some space"):
        back_up(database, target)
    assert left_in(target.parent) == []


def test_a_disk_that_fills_up_meanwhile_is_said_and_leaves_nothing(
    database: Path, target: Path
) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, most))
    try:
        with pytest.raises(DiskTrouble, match=f"the disk of {target.parent} or that of"):
            back_up(database, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert left_in(target.parent) == []


def test_progress_is_told_as_a_part_of_the_whole(
    database: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.history.connection.STEPS", 1)
    parts: list[float] = []
    back_up(database, target, progress=lambda part: parts.append(part) is not None)
    assert parts
    assert all(0 <= part <= 1 for part in parts)


def test_a_database_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadDatabase, match="no database"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")
    assert left_in(tmp_path) == []
