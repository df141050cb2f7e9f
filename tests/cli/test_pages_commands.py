"""`board` and `evidence`: where the page goes, who may read it, and what a pass does with it."""

from __future__ import annotations

import hashlib
import os
import pty
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests import leaks
from tests.cli.desk import KETTLE, LAMP, REPOSITORY, held

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.desk import Desk


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.fixture
def stuck(desk: Desk) -> Desk:
    """A kettle that German customs holds, and a lamp nobody has heard of."""
    desk.sandbox.script(held())
    desk("add", KETTLE, "--label", "Kettle", "--shipped", "2026-09-01", "--seller", "Kettle House")
    desk("add", LAMP, "--label", "Lamp")
    desk("poll")
    desk.at(12)
    assert desk("poll").code == 0
    return desk


# -- where it goes


def test_a_page_goes_down_a_pipe(stuck: Desk) -> None:
    page = stuck("board").out
    assert page.startswith("<!DOCTYPE html>")
    assert page.index("Kettle") < page.index("Lamp")
    assert stuck("evidence", "kettle").out.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("arguments", [["board"], ["evidence", KETTLE]])
def test_no_page_is_poured_over_a_terminal_that_did_not_ask_for_it(
    stuck: Desk, arguments: list[str]
) -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "wb") as terminal:
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *arguments],
            env=stuck._seen(), stdout=terminal, stderr=subprocess.PIPE, check=False,
            cwd=REPOSITORY, timeout=60,
        )  # fmt: skip
    os.close(ours)
    assert done.returncode == 2
    assert f"parcels {' '.join(arguments)} -o" in done.stderr.decode()


def test_a_page_is_utf_8_whatever_the_terminal_speaks(stuck: Desk) -> None:
    stuck("edit", KETTLE, "--label", "Wasserkocher für 茶")
    done = stuck.process("board", program=("-X", "utf8=0", "-m", "monitor"))
    assert "Wasserkocher für 茶" in done.out


def test_a_file_named_by_hand_is_private(stuck: Desk, tmp_path: Path) -> None:
    for arguments in (["board"], ["evidence", "kettle"]):
        page = tmp_path / "page.html"
        assert stuck(*arguments, "-o", str(page)).out == f"Written: {page}\n"
        assert mode(page) == 0o600


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["evidence", "kettle", "-o", "kit.pdf"], 2, ".zip for page, table", id="an ending"),
        pytest.param(["evidence", "kettle", "-o", "kit"], 2, "name the file .html", id="no ending"),
        pytest.param(["evidence", "sofa"], 3, "No parcel answers", id="an unknown parcel"),
        pytest.param(["board", "-o", "{}"], 2, "is a folder; name a file", id="a folder"),
        pytest.param(["board", "-o", "{}/no/x.html"], 2, "there is no folder {}/no", id="no folder"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said(
    stuck: Desk, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = stuck(*(word.replace("{}", str(tmp_path)) for word in arguments))
    assert done.code == code
    assert said.replace("{}", str(tmp_path)) in done.err


# -- the board of a pass


def test_a_pass_writes_the_board_for_everybody_to_read(stuck: Desk, tmp_path: Path) -> None:
    page = tmp_path / "board.html"
    done = stuck("poll", PARCELS_BOARD__PATH=str(page))
    assert (done.code, mode(page)) == (0, 0o644)
    assert "Stopped at customs, silent for 8 days" in page.read_text("utf-8")
    assert "where this moment is long ago, nobody is watching" in page.read_text("utf-8")


def test_a_rehearsal_writes_no_board(stuck: Desk, tmp_path: Path) -> None:
    page = tmp_path / "board.html"
    stuck("poll", "--dry-run", PARCELS_BOARD__PATH=str(page))
    assert not page.exists()


def test_a_board_that_cannot_be_written_fails_no_pass(stuck: Desk, tmp_path: Path) -> None:
    done = stuck("poll", PARCELS_BOARD__PATH=str(tmp_path / "no" / "board.html"))
    assert done.code == 0
    assert f"[board] path: {tmp_path}/no/board.html cannot be written" in done.err


def test_a_fault_of_the_page_fails_no_pass(
    stuck: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("monitor.pages.board.board_page", broken)
    done = stuck("poll", PARCELS_BOARD__PATH=str(tmp_path / "board.html"))
    assert done.code == 0
    assert "[board] path: it failed (ZeroDivisionError)" in done.err


@pytest.mark.parametrize(
    ("path", "state", "said"),
    [
        pytest.param("{}/board.html", "note", "is written by the next pass", id="not written yet"),
        pytest.param("{}/no/board.html", "problem", "there is no folder {}/no", id="no folder"),
        pytest.param("{}", "problem", "{} cannot be written", id="a folder"),
        pytest.param("", None, "", id="none wanted"),
    ],
)
def test_the_doctor_says_whether_the_board_can_be_written(
    stuck: Desk, tmp_path: Path, path: str, state: str | None, said: str
) -> None:
    wanted = path.replace("{}", str(tmp_path))
    rows = stuck("doctor", "--json", PARCELS_BOARD__PATH=wanted).json
    found = {row["check"]: row for row in rows}.get("board")
    assert (found["state"] if found else None) == state
    assert said.replace("{}", str(tmp_path)) in (found["detail"] if found else "")


def test_the_doctor_says_when_the_board_was_written(stuck: Desk, tmp_path: Path) -> None:
    page = tmp_path / "board.html"
    stuck("poll", PARCELS_BOARD__PATH=str(page))
    os.utime(page, (stuck.now.timestamp(), stuck.now.timestamp()))
    rows = stuck("doctor", "--json", PARCELS_BOARD__PATH=str(page)).json
    (found,) = [row for row in rows if row["check"] == "board"]
    assert (found["state"], found["detail"]) == (
        "ok", f"{page} has last changed on Sun 13 Sep 2026, 06:00",
    )  # fmt: skip


# -- the kit


def test_the_zip_holds_page_table_and_answers_whose_hashes_fit(stuck: Desk, tmp_path: Path) -> None:
    stuck("event", "kettle", "Called the post, case 4711")
    packed = tmp_path / "kettle.zip"
    assert stuck("evidence", "kettle", "-o", str(packed)).code == 0
    assert mode(packed) == 0o600
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    page = files["evidence.html"].decode()
    answers = [name for name in files if name.startswith("answers/")]
    assert "Called the post, case 4711" in page
    assert b"Import clearance exception" in files["timeline.csv"]
    for name in answers:
        assert hashlib.sha256(files[name]).hexdigest() in page
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    rest = {name: data for name, data in files.items() if name != "SHA256SUMS"}
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in rest.items()}
    assert answers
    assert not any(leaks.in_text(data.decode()) for data in files.values())


def test_an_answer_that_was_changed_is_not_handed_on(stuck: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(stuck.database)) as rows, rows:
        rows.execute("UPDATE answer SET sha256 = ?", ("0" * 64,))
    done = stuck("evidence", "kettle", "-o", str(tmp_path / "kettle.zip"))
    assert done.code == 78
    assert "is not the one that was kept" in done.err
    assert not (tmp_path / "kettle.zip").exists()


def test_the_kit_names_the_whole_number_where_alerts_do_not(stuck: Desk) -> None:
    redact = {"PARCELS_ALERTS__REDACT": "yes"}
    assert KETTLE in stuck("evidence", "kettle", **redact).out
    assert KETTLE not in stuck("board", **redact).out


def test_a_carrier_is_called_what_people_call_it(stuck: Desk) -> None:
    assert "Cainiao, shown by 17TRACK" in stuck("evidence", "kettle").out
