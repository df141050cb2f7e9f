"""A database that is locked, damaged, empty, too new or somebody else's, met by the running service."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from monitor.daemon.office import LOG_LIMIT
from tests.cli.desk import KETTLE, LAMP, held
from tests.daemon.conftest import eventually
from tests.faults.conftest import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.hard.machine import Machine

pytestmark = pytest.mark.long

TOLD = "Kettle: stopped at import customs"
PAGE = 4096


def test_while_another_process_keeps_it_locked_nothing_ends_and_afterwards_all_is_told(
    found: Machine,
) -> None:
    place = found.place
    found.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    process = place.start(program=IMPATIENT, SECONDS="0.2")
    place.looked()
    with closing(sqlite3.connect(found.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        place.at(3.9)
        eventually(lambda: "keeps the database" in place.err, "it was said")
        assert process.poll() is None
        assert found.phones["phone"].messages == []
        other.execute("ROLLBACK")
    eventually(lambda: place.told("clearance")[1:], "it was told through both channels")
    assert [m.title for m in found.phones["phone"].messages] == [TOLD]
    assert process.poll() is None


def test_a_command_meets_a_lock_with_75_and_a_sentence(
    found: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.history import History

    found.desk("add", KETTLE)
    monkeypatch.setitem(History.open.__func__.__kwdefaults__, "patience", 0.1)  # type: ignore[attr-defined]
    with closing(sqlite3.connect(found.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = found.desk("add", LAMP)
        assert found.desk("list").code == 0  # reading waits for nobody
    assert refused.code == 75
    assert "locked; try again in a minute" in refused.err
    assert found.desk("add", LAMP).code == 0


def full_of_events(found: Machine) -> None:
    """A database of some size, closed: its pages are all in the one file."""
    numbers = [f"LP0012345678{n:04}" for n in range(60)]
    for number in numbers:
        found.cainiao.script(held(number))
    found.desk.at(4)
    assert found.desk("add", KETTLE, *numbers, "--adapter", "cainiao", "--shop", "none").code == 0
    assert found.desk("poll").code == 0


def overwritten(path: Path, of: str) -> None:
    """The pages of one table hold something else, as after a fault of the disk."""
    with closing(sqlite3.connect(path)) as rows:
        (root,) = rows.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (of,)
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(os.urandom(PAGE))


def test_a_page_nobody_reads_is_found_by_the_daily_examination_and_the_owner_is_told(
    found: Machine,
) -> None:
    full_of_events(found)
    overwritten(found.database, "alias_by_number")
    process = found.place.start()
    eventually(lambda: "watching" in found.place.err, "the service began")
    found.place.at(5.1)
    assert process.wait(timeout=40) == 78
    assert "is damaged" in found.place.err
    assert "Your parcels: the monitor has stopped" in [
        message.title for message in found.phones["phone"].messages
    ]
    doctor = found.desk("doctor")
    assert doctor.code == 1
    assert "backup copy" in doctor.out


def test_a_damage_that_the_service_meets_at_its_work_ends_it_with_78(found: Machine) -> None:
    full_of_events(found)
    overwritten(found.database, "event")
    process = found.place.start()
    found.place.at(5)
    assert process.wait(timeout=40) == 78
    assert "is damaged" in found.place.err
    assert "backup copy" in found.place.err


def test_the_log_beside_it_is_emptied_by_the_service_when_it_has_grown(found: Machine) -> None:
    found.desk("add", KETTLE)
    found.place.start()
    found.place.looked()
    log = found.database.with_name("parcels.db-wal")
    with closing(sqlite3.connect(found.database, isolation_level=None)) as other:
        other.execute("PRAGMA wal_autocheckpoint=0")
        other.execute("PRAGMA synchronous=off")
        grown = 0
        for note in range(8):
            other.execute("UPDATE parcel SET extra = ?", (f'[["x", "{str(note) * 800_000}"]]',))
            grown = max(grown, log.stat().st_size)
    assert grown > LOG_LIMIT
    eventually(lambda: log.stat().st_size <= LOG_LIMIT, "it was emptied")
    assert found.desk("list").code == 0


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as rows:
        rows.execute("PRAGMA user_version = 99")


def foreign(path: Path) -> None:
    path.unlink()
    path.with_name(f"{path.name}.marker").unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as rows:
        rows.execute("CREATE TABLE bookmarks (url TEXT)")


def vanished(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(emptied, "although it has held parcels", id="a file of 0 bytes"),
        pytest.param(newer, "a newer version of this program", id="a newer schema"),
        pytest.param(foreign, "a database of another program", id="a foreign file"),
        pytest.param(vanished, "has vanished", id="no file where there was one"),
    ],
)
def test_the_service_does_not_begin_on(
    spoil: Callable[[Path], None], said: str, found: Machine
) -> None:
    found.desk("add", KETTLE)
    spoil(found.database)
    before = found.database.read_bytes() if found.database.exists() else None
    begun = found.desk.process("run")
    assert begun.code == 78
    assert said in begun.err
    assert "Traceback" not in begun.err
    doctor = found.desk("doctor")
    assert doctor.code == 1
    assert said in doctor.out
    assert (found.database.read_bytes() if found.database.exists() else None) == before
    assert found.cainiao.seen == 0
