"""`parcels backup` and `parcels restore` as their owner types them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from monitor.history import History
from monitor.sweep.instance import take_post
from tests.cli.desk import KETTLE, LAMP, Desk


@pytest.fixture
def copied(bare: Desk) -> str:
    """A copy with one parcel; another was added since."""
    file = str(bare.folder / "copy.db")
    bare("add", KETTLE)
    made = bare("backup", file)
    assert made.code == 0
    assert made.out.startswith("Copied and verified: 1 parcel, 0 events, ")
    assert made.out.endswith(f" bytes in {file}\n")
    bare("add", LAMP)
    return file


def test_a_copy_is_restored_and_what_was_there_can_be_restored_in_turn(
    bare: Desk, copied: str
) -> None:
    done = bare("restore", copied)
    assert (done.code, done.err.count("\n")) == (0, 1)  # PARCELS_NOW is said there
    assert [parcel["number"] for parcel in bare.listed()] == [KETTLE]
    (aside,) = bare.database.parent.glob("*.replaced-*")
    assert f"What was there (2 parcels, 0 events) is kept as {aside}" in done.out
    assert bare("restore", str(aside)).code == 0
    assert len(bare.listed()) == 2


def test_a_lost_database_says_how_it_comes_back_and_does(bare: Desk, copied: str) -> None:
    bare.database.unlink()
    lost = bare("list")
    assert (lost.code, "parcels restore FILE" in lost.err) == (78, True)
    assert bare("restore", copied).code == 0
    assert len(bare.listed()) == 1


def test_while_the_service_runs_nothing_is_restored(bare: Desk, copied: str) -> None:
    post = take_post(bare.database, bare.now)
    refused = bare("restore", copied)
    post.leave()
    assert refused.code == 75
    assert f"process {os.getpid()}" in refused.err
    assert len(bare.listed()) == 2


def test_while_a_command_has_the_database_open_nothing_is_restored(bare: Desk, copied: str) -> None:
    with History.open(bare.database, now=bare.now):
        refused = bare("restore", copied)
    assert (refused.code, "restore when nothing" in refused.err) == (75, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(("backup",), 2, id="no file"),
        pytest.param(("backup", "{folder}"), 2, id="a folder"),
        pytest.param(("backup", "{folder}/letter.txt"), 2, id="a file of another kind"),
        pytest.param(("backup", "{folder}/none/copy.db"), 2, id="a folder that is not there"),
        pytest.param(("restore", "{folder}/none.db"), 2, id="a copy that is not there"),
        pytest.param(("restore", "{folder}/letter.txt"), 78, id="no copy"),
    ],
)
def test_what_cannot_be_done_has_its_exit_code_and_its_sentence(
    bare: Desk, copied: str, arguments: tuple[str, ...], code: int
) -> None:
    (bare.folder / "letter.txt").write_text("Dear customs")
    ran = bare(*(word.format(folder=bare.folder) for word in arguments))
    assert ran.code == code
    assert ran.out == ""
    assert (bare.folder / "letter.txt").read_text() == "Dear customs"
    assert len(bare.listed()) == 2


def test_without_a_database_there_is_nothing_to_copy(bare: Desk) -> None:
    ran = bare("backup", str(bare.folder / "copy.db"))
    assert (ran.code, "There is no database" in ran.err) == (78, True)
    assert list(bare.folder.iterdir()) == []


SLOW = """
import sys
from monitor.cli import progress
from monitor.history import connection
progress.AT_ONCE, connection.STEPS = 0.0, 1
from monitor.cli import main
main()
"""


def test_work_that_lasts_shows_how_far_it_is_to_who_watches(bare: Desk, copied: str) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", SLOW, "backup", copied], env=bare._seen(), stdin=theirs,
        stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=True,
    )  # fmt: skip
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    os.close(theirs)
    assert "\rcopying: " in shown
    assert "%" in shown
    assert done.stdout.startswith(b"Copied and verified")
