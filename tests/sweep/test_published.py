"""A calendar that cannot be written stops nobody; a database that fails is everybody's matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.errors import BadDatabase, DiskTrouble, LogCutOff
from monitor.history import History
from monitor.settings import Settings
from monitor.settings.model import Calendar
from monitor.sweep import calendar_kept
from monitor.sweep.published import keep_calendar
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
    return Settings().model_copy(update={"calendar": Calendar.model_construct(path=path)})


def test_without_a_path_nothing_is_written(history: History, tmp_path: Path) -> None:
    assert keep_calendar(history, settings(None), NOW) == ""
    assert list(tmp_path.glob("*.ics")) == []


def test_what_went_wrong_is_a_sentence_that_names_the_option(
    history: History, tmp_path: Path
) -> None:
    assert keep_calendar(history, settings(tmp_path / "a.ics"), NOW) == ""
    said = keep_calendar(history, settings(tmp_path / "none" / "a.ics"), NOW)
    assert said.startswith(f"[calendar] path: {tmp_path}/none/a.ics cannot be written: there is no")
    assert "is a folder" in keep_calendar(history, settings(tmp_path), NOW)


def test_a_fault_of_ours_is_a_sentence_too(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object) -> None:
        raise TypeError("secret detail")

    monkeypatch.setattr(calendar_kept, "calendar_entries", faulty)
    said = keep_calendar(history, settings(tmp_path / "a.ics"), NOW)
    assert said == "[calendar] path: it failed (TypeError). Please report this."


@pytest.mark.parametrize("error", [BadDatabase, DiskTrouble, LogCutOff])
def test_trouble_of_the_database_is_no_trouble_of_the_calendar(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def failing(*_: object) -> None:
        raise error("it fails")

    monkeypatch.setattr(calendar_kept, "calendar_entries", failing)
    with pytest.raises(error):
        keep_calendar(history, settings(tmp_path / "a.ics"), NOW)
