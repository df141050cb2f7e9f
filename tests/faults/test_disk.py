"""A disk that is full, or that nothing can be written to: nothing is sent twice, nothing is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, LAMP, held
from tests.daemon.conftest import eventually
from tests.faults.conftest import IMPATIENT, Disk, LimitedFiles

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hard.machine import Machine

pytestmark = pytest.mark.long

HOUR = timedelta(hours=1)
TOLD = "Kettle: stopped at import customs"
WENT_BY = "looking before judging"  # said when the clock of the test is set on


@pytest.fixture
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    """A small disk where one can be mounted, else a limit on the size of the service's files."""
    if os.geteuid() != 0:
        return LimitedFiles(tmp_path / "state")
    found: Disk = request.getfixturevalue("small_disk")
    return found


def titles(found: Machine, phone: str = "phone") -> list[str]:
    """What a telephone heard about parcels."""
    return [m.title for m in found.phones[phone].messages if "Kettle" in m.title]


def test_an_answer_that_came_on_a_full_disk_is_stored_and_told_once_there_is_room(
    disk: Disk, found: Machine
) -> None:
    place = found.place
    found.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    process = place.start(program=IMPATIENT, SECONDS="0.2")
    place.looked()
    asked = found.cainiao.seen
    found.cainiao.latency = 0.5
    place.at(3.9)
    eventually(lambda: found.cainiao.seen > asked, "the source was asked")
    disk.fill(process.pid)
    eventually(lambda: "its answer waits to be stored. The disk" in place.err, "it was kept")
    asked = found.cainiao.seen
    assert titles(found) == []
    assert process.poll() is None
    disk.free(process.pid)
    eventually(lambda: titles(found), "it was told after all")
    eventually(lambda: titles(found, "tablet"), "on both telephones")
    assert titles(found) == titles(found, "tablet") == [TOLD]
    assert found.cainiao.seen == asked
    assert process.poll() is None


def test_no_source_is_asked_while_no_answer_could_be_stored(disk: Disk, found: Machine) -> None:
    place = found.place
    place.desk("add", KETTLE, "--adapter", "cainiao", "--shop", "none")
    process = place.start()
    place.looked()
    disk.fill(process.pid)
    asked = found.cainiao.seen
    for _ in range(3):
        said = place.err.count(WENT_BY)
        place.later(12 * HOUR)
        eventually(lambda n=said: place.err.count(WENT_BY) > n, "the time went by")
    assert found.cainiao.seen == asked
    disk.free(process.pid)
    eventually(lambda: found.cainiao.seen > asked, "it was asked as soon as there was room")


def test_nothing_is_sent_while_it_cannot_be_noted_that_it_is_being_sent(
    disk: Disk, found: Machine
) -> None:
    """Else it would be sent anew with every tick, for as long as the disk is full."""
    place, phone = found.place, found.phones["phone"]
    phone.refuse_fraction(1)
    found.cainiao.script(held())
    place.at(3.9)
    process = place.start()
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    eventually(lambda: "answered 500" in place.err, "the first attempt was refused")
    eventually(lambda: titles(found, "tablet"), "the other channel has it")
    disk.fill(process.pid)
    phone.refuse_fraction(0)
    before = phone.attempts
    for _ in range(3):
        said = place.err.count(WENT_BY)
        place.later(HOUR)
        eventually(lambda n=said: place.err.count(WENT_BY) > n, "an hour went by")
    about_it = [m for m in phone.messages if "Kettle" in m.title]
    assert about_it == []
    assert phone.attempts - before <= 1  # the word of the disk itself needs no note
    disk.free(process.pid)
    place.later(HOUR)
    eventually(lambda: titles(found), "it was sent")
    assert titles(found) == [TOLD]
    assert process.poll() is None


def test_started_on_a_full_disk_the_service_says_so_and_begins_when_there_is_room(
    small_disk: Disk, found: Machine
) -> None:
    place, phone = found.place, found.phones["phone"]
    found.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    small_disk.fill(0)
    process = place.start()
    eventually(lambda: phone.messages, "it was said past the database")
    assert [m.title for m in phone.messages] == ["Your parcels: nothing can be stored"]
    assert process.poll() is None
    small_disk.free(0)
    eventually(lambda: len(phone.messages) > 1, "and that it is over")
    assert phone.messages[1].title == "Your parcels: it can be stored again"
    place.looked()
    assert process.poll() is None


def test_a_command_on_a_full_disk_says_so_and_what_was_there_is_kept(
    small_disk: Disk, found: Machine, tmp_path: Path
) -> None:
    desk = found.desk
    desk("add", KETTLE)
    small_disk.fill(0)
    refused = [desk("add", f"LP0012345678{n:04}") for n in range(40)]
    full = [ran for ran in refused if ran.code]
    assert full, "nothing was refused"
    assert {ran.code for ran in full} == {1}
    assert "is full; nothing was written. Free some space." in full[0].err
    shown = desk("list", "--json")
    assert shown.code == 0
    assert KETTLE in {parcel["number"] for parcel in shown.json}
    assert "is full; nothing was written" in shown.err
    elsewhere = desk("backup", str(tmp_path / "copy.db"))
    assert elsewhere.code == 0, elsewhere.err
    doctor = desk("doctor", "--json")
    assert doctor.code == 1
    (said,) = [check for check in doctor.json if check["check"] == "disk"]
    assert said["state"] == "problem"
    small_disk.free(0)
    assert desk("add", LAMP).code == 0
    kept = {parcel["number"] for parcel in desk.listed()}
    assert kept == {
        KETTLE,
        LAMP,
        *(f"LP0012345678{n:04}" for n in range(40) if not refused[n].code),
    }
    with closing(sqlite3.connect(desk.database)) as rows:
        assert rows.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_file_system_that_fails_under_the_service_is_said_and_ends_nothing(
    failing_disk: Path, found: Machine
) -> None:
    place = found.place
    found.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    process = place.start()
    place.looked()
    subprocess.run(["mount", "-o", "remount,abort", str(failing_disk)], check=True, timeout=30)
    place.at(3.9)
    eventually(lambda: "nothing can be stored" in place.err, "it was said")
    assert process.poll() is None
    assert titles(found) == []
    assert place.desk("doctor").code == 1


def test_a_file_system_mounted_for_reading_alone_ends_the_start_for_good(
    small_disk: Disk, found: Machine, tmp_path: Path
) -> None:
    desk = found.desk
    desk("add", KETTLE)
    state = tmp_path / "state"
    subprocess.run(["mount", "-o", "remount,ro", str(state)], check=True, timeout=30)
    begun = desk.process("run")
    added = desk("add", LAMP)
    assert begun.code == added.code == 78
    assert "cannot be opened for writing" in begun.err
    assert desk("doctor").code == 1
    assert [parcel["number"] for parcel in desk.listed()] == [KETTLE]
    subprocess.run(["mount", "-o", "remount,rw", str(state)], check=True, timeout=30)
    assert [parcel["number"] for parcel in desk.listed()] == [KETTLE]
