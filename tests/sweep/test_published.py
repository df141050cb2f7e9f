"""A page for others that cannot be written stops nobody; a database that fails is everybody's matter."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadDatabase, DiskTrouble, LogCutOff
from monitor.history import History
from monitor.settings import Settings
from monitor.settings.model import Board, Calendar
from monitor.sweep import board, calendar_kept
from monitor.sweep.published import BOARD, CALENDAR, PAGES, Page, keep
from tests.dossiers import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = moment("2026-09-10 08:00")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=NOW) as opened:
        yield opened


def settings(path: Path | None) -> Settings:
    places = {"calendar": Calendar, "board": Board}
    return Settings().model_copy(
        update={name: model.model_construct(path=path) for name, model in places.items()}
    )


each_page = pytest.mark.parametrize("page", [pytest.param(page, id=page.name) for page in PAGES])


def made_by(page: Page) -> tuple[object, str]:
    """What makes the content of the page: a module and a name in it."""
    return {BOARD: (board, "board_of"), CALENDAR: (calendar_kept, "calendar_entries")}[page]


@each_page
def test_without_a_path_nothing_is_written(history: History, tmp_path: Path, page: Page) -> None:
    before = set(tmp_path.iterdir())
    assert keep(page, history, settings(None), NOW) == ""
    assert set(tmp_path.iterdir()) == before


@each_page
def test_everybody_may_read_it(history: History, tmp_path: Path, page: Page) -> None:
    assert keep(page, history, settings(tmp_path / "page"), NOW) == ""
    assert (tmp_path / "page").stat().st_mode & 0o777 == 0o644


@each_page
def test_what_went_wrong_is_a_sentence_that_names_the_option(
    history: History, tmp_path: Path, page: Page
) -> None:
    said = keep(page, history, settings(tmp_path / "none" / "a"), NOW)
    assert said.startswith(f"[{page.name}] path: {tmp_path}/none/a cannot be written: there is no")
    assert "is a folder" in keep(page, history, settings(tmp_path), NOW)


@each_page
def test_a_pipe_is_refused_and_not_waited_for(history: History, tmp_path: Path, page: Page) -> None:
    os.mkfifo(tmp_path / "page")
    assert "is no ordinary file" in keep(page, history, settings(tmp_path / "page"), NOW)


@each_page
def test_a_fault_of_ours_is_a_sentence_too(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Page
) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise TypeError("secret detail")

    monkeypatch.setattr(*made_by(page), faulty)
    said = keep(page, history, settings(tmp_path / "page"), NOW)
    assert said == f"[{page.name}] path: it failed (TypeError). Please report this."


@each_page
@pytest.mark.parametrize("error", [BadDatabase, DiskTrouble, LogCutOff])
def test_trouble_of_the_database_is_no_trouble_of_the_page(
    history: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: Page,
    error: type[Exception],
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise error("it fails")

    monkeypatch.setattr(*made_by(page), failing)
    with pytest.raises(error):
        keep(page, history, settings(tmp_path / "page"), NOW)
