"""Every night one copy, after a night switched off one at once; and never fewer good ones than before."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.backup import nightly
from monitor.errors import BadDatabase, ParcelsError
from monitor.history import History
from tests.backup.test_copying import damage
from tests.history.given import NOW, parcel

if TYPE_CHECKING:
    from pathlib import Path

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "parcels.db"
    with History.open(path, now=NOW) as history:
        history.parcels.add(parcel())
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("newest", "now", "due"),
    [
        pytest.param(None, "2026-09-10T12:00+02:00", True, id="there is none yet"),
        pytest.param("2026-09-10T03:05+02:00", "2026-09-10T23:00+02:00", False, id="this night's is there"),
        pytest.param("2026-09-10T03:05+02:00", "2026-09-11T02:59+02:00", False, id="it is not three yet"),
        pytest.param("2026-09-10T03:05+02:00", "2026-09-11T03:00+02:00", True, id="it is three"),
        pytest.param("2026-09-10T03:05+02:00", "2026-09-11T09:00+02:00", True, id="switched off at three"),
        pytest.param("2026-09-10T14:00+02:00", "2026-09-11T01:00+02:00", False, id="made late, the day is long"),
        pytest.param("2026-10-25T02:30+01:00", "2026-10-25T03:00+01:00", True, id="the night with 25 hours"),
        pytest.param("2026-12-24T03:00+01:00", "2026-09-11T03:00+02:00", True, id="made while the clock was ahead"),
    ],
)  # fmt: skip
def test_a_copy_is_due_when_none_was_made_since_three_in_the_morning(
    newest: str | None, now: str, due: bool
) -> None:
    made = None if newest is None else datetime.fromisoformat(newest)
    assert nightly.is_due(made, datetime.fromisoformat(now), BERLIN) is due


def test_only_the_newest_are_kept_and_strangers_are_left_alone(
    database: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    others = [
        "parcels.db",
        "parcels-old.db",
        "other-2026-09-01T0100Z.db",
        "parcels-2026-13-01T0100Z.db",
    ]
    for name in others:
        (folder / name).write_text("not ours to delete")
    (folder / "parcels-2020-01-01T0100Z.db").symlink_to(database)
    for day in range(5):
        made = nightly.make(database, folder, 3, NOW + day * DAY)
        assert made.removed == (1 if day >= 3 else 0)
    kept = nightly.copies(folder, database)
    assert [copy.made_at for copy in kept] == [NOW + day * DAY for day in (4, 3, 2)]
    assert set(others) < set(names(folder))
    assert database.exists()


def test_an_old_copy_goes_only_after_the_new_one_is_verified(
    database: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    nightly.make(database, folder, 1, NOW)
    before = names(folder)
    damage(database)
    with pytest.raises(BadDatabase):
        nightly.make(database, folder, 1, NOW + DAY)
    assert names(folder) == before


def test_the_folder_is_made_but_not_the_place_of_a_disk_that_is_not_there(
    database: Path, tmp_path: Path
) -> None:
    with pytest.raises(ParcelsError, match="is its disk there"):
        nightly.make(database, tmp_path / "usb" / "copies", 7, NOW)
    assert not (tmp_path / "usb").exists()


def test_what_a_copy_that_was_cut_short_has_left_is_deleted(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    for name, age in ((".parcels-copy-old", DAY), (".parcels-copy-new", timedelta(0))):
        (folder / name).mkdir(parents=True)
        (folder / name / "copy.db").write_text("half")
        moment = (NOW - age).timestamp()
        os.utime(folder / name, (moment, moment))
    nightly.make(database, folder, 7, NOW)
    made = f"parcels-{NOW.astimezone(UTC):%Y-%m-%dT%H%MZ}.db"
    assert names(folder) == [".parcels-copy-new", made]
