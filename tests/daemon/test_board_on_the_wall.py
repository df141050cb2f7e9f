"""The service keeps the page of all parcels up to date, and minds nothing that is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.daemon.board import SHARE, STALE, BoardOnTheWall
from monitor.history import History
from monitor.parcel import Parcel
from monitor.settings import Settings
from monitor.settings.model import Board, Database
from tests.cli.desk import KETTLE, held
from tests.daemon.conftest import Place, eventually

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


class Machine:
    """What the job needs of the service: a clock that is set, and notes for the doctor."""

    def __init__(self, folder: Path) -> None:
        self.page = folder / "site" / "board.html"
        self.page.parent.mkdir()
        self.seconds = 1000.0
        self.ending = False
        self.notes: dict[str, str] = {}
        self.post = self
        database = Database.model_construct(path=folder / "parcels.db")
        board = Board.model_construct(path=self.page)
        self.settings = Settings.model_construct(
            **{**dict(Settings()), "database": database, "board": board}
        )

    def history(self) -> History:
        return History.open(self.settings.database.path, now=NOW)

    def wall(self) -> datetime:
        return NOW

    def steady(self) -> float:
        return self.seconds

    def note(self, about: str, words: str = "") -> None:
        self.notes[about] = words

    def written(self, job: BoardOnTheWall, after: float = 0.0) -> bool:
        """Whether the page is made anew, so many seconds later."""
        self.seconds += after
        self.page.unlink(missing_ok=True)
        job._show()
        return self.page.exists()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def job_on(machine: Any) -> BoardOnTheWall:
    return BoardOnTheWall(machine, {})


def test_it_is_written_when_something_was_stored_and_not_otherwise(machine: Machine) -> None:
    job = job_on(machine)
    assert machine.written(job), "at the start"
    assert not machine.written(job, after=30)
    with machine.history() as another:
        another.parcels.add(Parcel(0, KETTLE, NOW, label="Kettle"))
    assert machine.written(job, after=30)
    assert "Kettle" in machine.page.read_text("utf-8")
    assert not machine.written(job, after=30)


def test_it_is_written_once_an_hour_as_days_count_on(machine: Machine) -> None:
    job = job_on(machine)
    assert machine.written(job)
    assert machine.written(job, after=STALE)


def test_a_page_that_takes_long_is_made_seldom(machine: Machine) -> None:
    job = job_on(machine)
    assert machine.written(job)
    job._took, job._shown = 2.0, -1
    assert not machine.written(job, after=2 * SHARE - 1)
    assert machine.written(job, after=1)


def test_nothing_is_begun_once_the_service_ends(machine: Machine) -> None:
    machine.ending = True
    assert not machine.written(job_on(machine))


def test_trouble_is_logged_once_and_the_doctor_hears_until_it_is_over(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    job, folder = job_on(machine), machine.page.parent
    folder.rmdir()
    for _ in range(3):
        job._show()
    said = [r.getMessage() for r in caplog.records if r.name == "monitor.daemon.board"]
    assert len(said) == 1
    assert said[0].startswith("the board was not written: ")
    assert machine.notes["board"] == said[0]
    folder.mkdir()
    assert machine.written(job)
    assert machine.notes["board"] == ""
    assert caplog.records[-1].getMessage() == "the board can be written again"


def test_the_service_writes_it_after_each_pass(place: Place, tmp_path: Path) -> None:
    page = tmp_path / "board.html"
    place.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle")
    place.at(4)
    place.start(PARCELS_BOARD__PATH=str(page))
    shown = "Stopped at customs"
    eventually(lambda: page.exists() and shown in page.read_text("utf-8"), "the board showed it")
    assert page.stat().st_mode & 0o777 == 0o644
