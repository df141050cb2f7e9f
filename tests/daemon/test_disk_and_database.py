"""What befalls the disk and the database under the running service: said past both, and got over."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.cli.desk import KETTLE, LAMP, held
from tests.daemon.conftest import Place, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.long

HOUR = timedelta(hours=1)


def titles(place: Place) -> list[str]:
    return [message.title for message in place.phone.messages]


def log_of(place: Place) -> Path:
    return place.desk.database.with_name("parcels.db-wal")


# -- a disk that is full


class Disk(Protocol):
    def fill(self, place: Place) -> None: ...
    def free(self, place: Place) -> None: ...


class SmallDisk:
    """A real one of two MiB: SQLite says that it is full."""

    def fill(self, place: Place) -> None:
        with (place.desk.database.parent / "large").open("wb", buffering=0) as file:
            with suppress(OSError):
                while True:
                    file.write(b"x" * 65536)
            with suppress(OSError):
                while True:
                    file.write(b"x")

    def free(self, place: Place) -> None:
        (place.desk.database.parent / "large").unlink()


class LimitedFiles:
    """Files of the service may not grow: SQLite says that the disk fails."""

    def fill(self, place: Place) -> None:
        self._limit(place, log_of(place).stat().st_size)

    def free(self, place: Place) -> None:
        self._limit(place, resource.RLIM_INFINITY)

    def _limit(self, place: Place, size: int) -> None:
        pid = place.running[-1].pid
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))


@pytest.fixture(params=["a disk of two MiB", "files that may not grow"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "files that may not grow":
        yield LimitedFiles()
        return
    folder = tmp_path / "state"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("only root can mount a small disk here")
    yield SmallDisk()
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_once_past_the_database_and_the_service_goes_on_when_it_is_over(
    disk: Disk, place: Place, heartbeats: tuple[str, list[str]]
) -> None:
    url, pings = heartbeats
    place.cainiao.script(held())
    process = place.start(PARCELS_HEARTBEAT__URL=url)
    eventually(lambda: "watching" in place.err, "the service began")
    place.desk("add", KETTLE, "--label", "Kettle", "--shop", "none")
    place.looked()
    disk.fill(place)
    place.at(4)
    eventually(lambda: titles(place) == ["Your parcels: nothing can be stored"], "it was told")
    asked = len(place.cainiao.calls)
    eventually(lambda: "heartbeat.url: nothing can be stored" in place.err, "it was withheld")
    given = len(pings)
    place.later(HOUR)
    eventually(lambda: "looking before judging" in place.err, "an hour went by")
    assert (len(place.cainiao.calls), len(pings)) == (asked, given)
    assert place.err.count("CRITICAL nothing can be stored: The disk") == 1
    disk.free(place)
    eventually(lambda: "Your parcels: it can be stored again" in titles(place), "it was over")
    eventually(lambda: "Kettle: stopped at import customs" in titles(place), "it went on")
    eventually(lambda: len(pings) > given, "the sign of life was given again")
    assert process.poll() is None
    assert titles(place).count("Your parcels: nothing can be stored") == 1
    with closing(sqlite3.connect(place.desk.database)) as rows:
        assert rows.execute("PRAGMA quick_check").fetchall() == [("ok",)]


# -- a log that is cut off


@pytest.mark.parametrize("left", [0, 10_000], ids=["to nothing", "in the middle"])
def test_a_log_cut_off_under_the_service_ends_it_before_it_spoils_the_database(
    place: Place, left: int
) -> None:
    process = place.start()
    eventually(lambda: "watching" in place.err, "the service began")
    place.desk("add", KETTLE)
    place.looked()
    with closing(sqlite3.connect(place.desk.database)) as rows:
        rows.execute("PRAGMA wal_checkpoint")
    place.desk("add", LAMP)
    os.truncate(log_of(place), left)
    place.at(1)
    assert process.wait(timeout=25) == 1
    assert "was cut off while it was in use" in place.err
    with closing(sqlite3.connect(place.desk.database)) as rows:
        assert rows.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    place.start()
    place.looked()
    assert [parcel["number"] for parcel in place.desk.listed()] == [KETTLE]


def test_a_log_that_is_taken_away_ends_the_service_to_be_started_anew(place: Place) -> None:
    process = place.start()
    place.desk("add", KETTLE)
    place.looked()
    log_of(place).unlink()
    assert process.wait(timeout=25) == 1
    assert "was deleted or replaced while the service used it" in place.err


# -- a database that is damaged


def test_a_database_emptied_under_the_service_ends_it_for_good_and_that_is_told(
    place: Place,
) -> None:
    place.desk("add", KETTLE)
    process = place.start()
    place.looked()
    os.truncate(place.desk.database, 0)
    assert process.wait(timeout=25) == 78
    assert titles(place) == ["Your parcels: the monitor has stopped"]
    assert "parcels restore FILE" in place.phone.messages[0].body


def test_damage_found_by_the_daily_look_ends_the_service_for_good_and_that_is_told(
    place: Place,
) -> None:
    place.desk("add", KETTLE)
    content = bytearray(place.desk.database.read_bytes())
    content[4096 * 24 : 4096 * 26] = b"\x55" * 8192  # an index few look into
    place.desk.database.write_bytes(bytes(content))
    process = place.start()
    eventually(lambda: "watching" in place.err, "the service began")
    place.at(1)
    assert process.wait(timeout=25) == 78
    assert titles(place) == ["Your parcels: the monitor has stopped"]


# -- the copies of the nights


def test_a_copy_is_made_at_the_start_and_one_after_every_night(place: Place) -> None:
    folder = place.desk.folder / "copies"
    place.desk.environ |= {"PARCELS_BACKUP__PATH": str(folder), "PARCELS_BACKUP__KEEP": "2"}
    place.desk("add", KETTLE)
    place.start()
    for day in range(4):
        place.at(day)
        name = f"parcels-2026-09-0{1 + day}T0600Z.db"
        eventually(lambda name=name: (folder / name).exists(), f"{name} was made")  # type: ignore[misc]
    eventually(lambda: len(list(folder.iterdir())) == 2, "older ones were deleted")
    eventually(lambda: f"backup: {name}, 1 parcel" in place.err, "the last one was said")
    assert place.desk("restore", str(folder / name)).code == 75  # the service runs
    (row,) = [row for row in place.desk("doctor", "--json").json if row["check"] == "backup"]
    assert "2 copies" in row["detail"]


def test_a_copy_that_cannot_be_made_is_a_line_in_the_log_and_the_doctor_knows(
    place: Place,
) -> None:
    place.desk.environ["PARCELS_BACKUP__PATH"] = str(place.desk.folder / "usb" / "copies")
    place.cainiao.script(held())
    place.at(4)
    place.desk("add", KETTLE, "--shop", "none")
    place.start()
    eventually(lambda: "no backup was made" in place.err, "it failed")
    eventually(lambda: place.told() == ["opened:notice"], "the service did its work")
    rows = [row for row in place.desk("doctor", "--json").json if row["check"] == "backup"]
    assert rows[0]["state"] == "problem"
    assert "usb" in rows[0]["detail"]
    (place.desk.folder / "usb").mkdir()
    place.later(2 * HOUR)
    eventually(lambda: "backups can be made again" in place.err, "it was tried again")
    assert place.err.count("no backup was made") == 1


def test_that_no_copy_can_be_made_for_days_is_told_and_so_is_its_end(place: Place) -> None:
    usb = place.desk.folder / "usb"
    place.desk.environ["PARCELS_BACKUP__PATH"] = str(usb / "copies")
    place.desk("add", KETTLE, "--shop", "none")
    place.start()
    eventually(lambda: "no backup was made" in place.err, "it failed")
    for day in (1, 2.1):
        place.at(day)
    eventually(lambda: "Backup: no copies are made" in titles(place), "it was told")
    usb.mkdir()
    place.later(2 * HOUR)
    eventually(lambda: "Backup: copies are made again" in titles(place), "its end was told")


# -- the sign of life


def test_no_sign_of_life_is_given_while_no_source_answers(
    place: Place, heartbeats: tuple[str, list[str]]
) -> None:
    url, pings = heartbeats
    place.desk("add", KETTLE)
    place.start(PARCELS_HEARTBEAT__URL=url)
    place.looked()
    eventually(lambda: pings, "the sign came")
    place.cainiao.faults.inject("error_503")
    place.at(1)
    eventually(
        lambda: "no sign of life is given to heartbeat.url: no source" in place.err, "no more"
    )
    place.later(HOUR)
    eventually(lambda: place.err.count("cainiao failed") > 1, "it failed again")
    given = len(pings)
    rows = {row["check"]: row for row in place.desk("doctor", "--json",
            PARCELS_HEARTBEAT__URL=url).json}  # fmt: skip
    assert rows["heartbeat"]["state"] == "problem"
    assert len(pings) == given
    place.cainiao.faults.clear()
    place.at(2)
    eventually(lambda: len(pings) > given, "the sign came again")
    assert "the sign of life is given again" in place.err
