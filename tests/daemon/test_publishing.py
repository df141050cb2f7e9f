"""The service keeps the board and the calendar up to date, and minds nothing that is wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.daemon.publishing import SHARE, STALE, Publishing
from monitor.history import History
from monitor.parcel import Parcel
from monitor.settings import Settings
from monitor.settings.model import Board, Calendar, Database
from monitor.sweep.published import PAGES, Page
from tests.cli.desk import KETTLE, held
from tests.daemon.conftest import Place, eventually

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


class Machine:
    """What the job needs of the service: a clock that is set, and notes for the doctor."""

    def __init__(self, folder: Path) -> None:
        self.page = folder / "site" / "page"
        self.page.parent.mkdir()
        self.seconds = 1000.0
        self.ending = False
        self.notes: dict[str, str] = {}
        self.post = self
        database = Database.model_construct(path=folder / "parcels.db")
        board = Board.model_construct(path=self.page)
        calendar = Calendar.model_construct(path=self.page)
        self.settings = Settings.model_construct(
            **{**dict(Settings()), "database": database, "board": board, "calendar": calendar}
        )

    def history(self) -> History:
        return History.open(self.settings.database.path, now=NOW)

    def wall(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def steady(self) -> float:
        return self.seconds

    def note(self, about: str, words: str = "") -> None:
        self.notes[about] = words

    def written(self, job: Publishing, after: float = 0.0) -> bool:
        """Whether the page is made anew, so many seconds later."""
        self.seconds += after
        self.page.unlink(missing_ok=True)
        job._write(self.wall())
        return self.page.exists()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture(params=[pytest.param(page, id=page.name) for page in PAGES])
def page(request: pytest.FixtureRequest) -> Page:
    found: Page = request.param
    return found


@pytest.fixture
def job(machine: Any, page: Page) -> Publishing:
    return Publishing(machine, page)


def test_it_is_written_when_something_was_stored_and_not_otherwise(
    machine: Machine, job: Publishing
) -> None:
    assert machine.written(job), "at the start"
    assert not machine.written(job, after=30)
    with machine.history() as another:
        another.parcels.add(Parcel(0, KETTLE, NOW))
    assert machine.written(job, after=30)
    assert not machine.written(job, after=30)


def test_it_is_written_once_an_hour_as_days_count_on(machine: Machine, job: Publishing) -> None:
    assert machine.written(job)
    assert machine.written(job, after=STALE.total_seconds())


def test_a_page_that_takes_long_is_made_seldom(machine: Any) -> None:
    def slowly(_history: object, _settings: object, _now: object, path: Path) -> None:
        machine.seconds += 2.0
        path.touch()

    job = Publishing(machine, Page("board", lambda s: s.board.path, slowly, lambda: None))
    assert machine.written(job)
    with machine.history() as another:
        another.parcels.add(Parcel(0, KETTLE, NOW))
    assert not machine.written(job, after=2 * SHARE - 1)
    assert machine.written(job, after=1)


def test_nothing_is_begun_once_the_service_ends(machine: Machine, job: Publishing) -> None:
    machine.ending = True
    assert not machine.written(job)


def test_trouble_is_logged_once_and_the_doctor_hears_until_it_is_over(
    machine: Machine, job: Publishing, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    folder = machine.page.parent
    folder.rmdir()
    for _ in range(3):
        job._write(machine.wall())
    said = [r.getMessage() for r in caplog.records if r.name == "monitor.daemon.publishing"]
    assert len(said) == 1
    assert said[0].startswith(f"[{page.name}] path: ")
    assert machine.notes[page.name] == said[0]
    folder.mkdir()
    assert machine.written(job)
    assert machine.notes[page.name] == ""
    assert caplog.records[-1].getMessage() == f"the {page.name} can be written again"


def test_the_service_writes_the_board_after_each_pass(place: Place, tmp_path: Path) -> None:
    page = tmp_path / "board.html"
    place.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle")
    place.at(4)
    place.start(PARCELS_BOARD__PATH=str(page))
    shown = "Stopped at customs"
    eventually(lambda: page.exists() and shown in page.read_text("utf-8"), "the board showed it")
    assert page.stat().st_mode & 0o777 == 0o644
