"""One service per database, known by its process; one pass at a time, shared by its rounds."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest import mock

import pytest

from monitor.errors import BadDatabase, Busy, ParcelsError, Unusable
from monitor.sweep.instance import (
    SharedTurn,
    Watcher,
    alive,
    holder,
    pass_lock,
    take_post,
    watcher,
)
from tests.cli.desk import HOUR, REPOSITORY, START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "state" / "parcels.db"


SCRIPT = """
import sys
from datetime import datetime
from pathlib import Path
from monitor.sweep.instance import take_post
post = take_post(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another(database: Path) -> Iterator[subprocess.Popen[str]]:
    """A service of another process over the same database."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(database), START.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        yield process
        process.kill()


def test_where_nobody_watches_there_is_no_watcher_and_nothing_changes(database: Path) -> None:
    assert watcher(database) is None
    assert not database.parent.exists()


def test_the_watcher_is_known_by_its_process_its_start_and_its_progress(database: Path) -> None:
    post = take_post(database, START)
    assert watcher(database) == Watcher(os.getpid(), START, START)
    post.made_progress(START + HOUR)
    assert watcher(database) == Watcher(os.getpid(), START, START + HOUR)
    post.leave()


def test_who_leaves_is_no_watcher_any_more_and_another_may_come(database: Path) -> None:
    take_post(database, START).leave()
    assert watcher(database) is None
    later = take_post(database, START + HOUR)
    assert watcher(database) == Watcher(os.getpid(), START + HOUR, START + HOUR)
    later.leave()


def test_a_second_service_is_refused_with_the_process_of_the_first(
    database: Path, another: subprocess.Popen[str]
) -> None:
    with pytest.raises(Busy, match=f"as process {another.pid}; stop that one first"):
        take_post(database, START + HOUR)
    seen = watcher(database)
    assert seen == Watcher(another.pid, START, START)  # the attempt has changed nothing


def test_a_service_that_was_killed_leaves_its_place(
    database: Path, another: subprocess.Popen[str]
) -> None:
    another.kill()
    another.wait(20)
    assert watcher(database) is None
    take_post(database, START).leave()


def test_asking_who_watches_does_not_keep_a_service_from_starting(database: Path) -> None:
    for _ in range(20):
        watcher(database)
        post = take_post(database, START)
        watcher(database)
        post.leave()


def test_two_databases_have_two_services(tmp_path: Path) -> None:
    one, two = (take_post(tmp_path / name, START) for name in ("one.db", "two.db"))
    one.leave()
    assert watcher(tmp_path / "one.db") is None
    assert watcher(tmp_path / "two.db") is not None
    two.leave()


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\x00", id="no text"),
        pytest.param(b"[1]", id="half of it"),
        pytest.param(b"[null, null]", id="no numbers"),
        pytest.param(b"7", id="no list"),
        pytest.param(b"[1, 1e400]", id="no date"),
        pytest.param(b"[1, 99999999999999999]", id="a date no calendar has"),
        pytest.param(b"[" * 100, id="brackets"),
    ],
)
def test_a_record_that_cannot_be_read_names_nobody_and_still_nobody_else_gets_in(
    database: Path, record: bytes
) -> None:
    post = take_post(database, START)
    database.with_name("parcels.db.run").write_bytes(record)
    assert watcher(database) is None
    with pytest.raises(Busy, match="already watches"):
        take_post(database, START)
    post.leave()


def test_a_link_in_its_place_is_refused_and_what_it_points_to_stays_as_it_is(
    database: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_text("precious")
    database.parent.mkdir()
    database.with_name("parcels.db.run").symlink_to(other)
    with pytest.raises(BadDatabase, match=r"parcels\.db\.run cannot be made"):
        take_post(database, START)
    assert watcher(database) is None
    assert other.read_text() == "precious"


def test_the_record_is_private(database: Path) -> None:
    post = take_post(database, START)
    assert database.with_name("parcels.db.run").stat().st_mode & 0o077 == 0
    post.leave()


# turns


def busy(database: Path) -> bool:
    try:
        with pass_lock(database, patience=0, wait=lambda _: None):
            return False
    except Busy:
        return True


def test_the_turn_is_held_until_the_last_of_several_rounds_has_ended(database: Path) -> None:
    turn = SharedTurn(database)
    assert not busy(database)
    assert turn.enter()
    assert turn.enter()
    assert busy(database)
    turn.leave()
    assert busy(database)
    turn.leave()
    assert not busy(database)
    assert turn.enter()
    assert busy(database)
    turn.leave()


def test_no_round_begins_while_somebody_else_makes_a_pass(database: Path) -> None:
    turn = SharedTurn(database)
    with pass_lock(database, patience=0, wait=lambda _: None):
        assert not turn.enter()
        assert not turn.enter()
    assert turn.enter()  # what was refused is not counted
    turn.leave()
    assert not busy(database)


def test_a_pass_and_a_service_are_two_things(database: Path) -> None:
    post = take_post(database, START + timedelta(days=1))
    assert not busy(database)
    assert SharedTurn(database).enter()
    post.leave()


@pytest.mark.parametrize(
    ("number", "for_good"),
    [
        pytest.param(errno.ENOSPC, False, id="a full disk goes by"),
        pytest.param(errno.EMFILE, False, id="too many open files go by"),
        pytest.param(errno.EACCES, True, id="a folder of somebody else stays one"),
        pytest.param(errno.EROFS, False, id="a disk switched to reading alone is switched back"),
    ],
)
def test_only_what_does_not_go_by_ends_the_service_for_good(
    database: Path, number: int, for_good: bool
) -> None:
    refusal = OSError(number, os.strerror(number))
    with (
        mock.patch("monitor.sweep.instance.os.open", side_effect=refusal),
        pytest.raises(ParcelsError) as raised,
    ):
        SharedTurn(database).enter()
    assert isinstance(raised.value, Unusable) == for_good


def test_what_the_service_says_of_itself_can_be_read_while_it_lives(database: Path) -> None:
    post = take_post(database, START)
    post.made_progress(START + HOUR)
    post.note("backup", "the disk is full")
    post.note("heartbeat", "x" * 5000)
    seen = watcher(database)
    assert seen is not None
    assert (seen.progress, seen.notes["backup"]) == (START + HOUR, "the disk is full")
    assert len(seen.notes["heartbeat"]) < 5000
    post.note("backup")
    post.note("heartbeat")
    assert watcher(database) == Watcher(os.getpid(), START, START + HOUR)
    post.leave()
    assert watcher(database) is None


@pytest.mark.parametrize("pid", ["²", "9" * 5_000, "-1", "", "٣", "../1"])
def test_the_holder_of_a_lease_that_is_no_process_is_dead(pid: str) -> None:
    boot = holder().partition(":")[0]
    assert not alive(f"{boot}:{pid}:1")
