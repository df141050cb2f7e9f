"""The files that are kept for others to fetch: the board and the calendar."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import DiskTrouble, LogCutOff, ParcelsError, Unusable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from monitor.history import History
    from monitor.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """Something that is written anew after each pass. `name`: its table in the configuration, the job
    that keeps it, and what notes and findings on it are about. `load` loads what the first one would.
    """

    name: str
    path_in: Callable[[Settings], Path | None]
    write: Callable[[History, Settings, datetime, Path], object]
    load: Callable[[], object]


def keep(page: Page, history: History, settings: Settings, now: datetime) -> str:
    """Write the page where the owner wants it, if anywhere. What went wrong, as a sentence; "" where
    all is well.

    A page that cannot be written keeps nobody from watching parcels. Raises DiskTrouble, LogCutOff
    and Unusable where it is the database that fails: that is everybody's matter.
    """
    path = page.path_in(settings)
    if path is None:
        return ""
    try:
        page.write(history, settings, now, path)
    except (DiskTrouble, LogCutOff, Unusable):
        raise
    except ParcelsError as error:
        return f"[{page.name}] path: {error}"
    except Exception as error:  # noqa: BLE001 - a fault of ours here must stop no pass either
        _log.debug("the %s could not be made", page.name, exc_info=True)
        return f"[{page.name}] path: it failed ({type(error).__name__}). Please report this."
    return ""


# -- what there is; each is loaded for those who want it: Jinja and iCalendar take 0.4 s


def _load_board() -> None:
    from monitor.pages import board  # noqa: PLC0415 - as above

    board.warm_up()


def _write_board(history: History, settings: Settings, now: datetime, path: Path) -> None:
    from monitor.sweep.board import write_board  # noqa: PLC0415 - as above

    write_board(history, settings, now, path)


def _load_calendar() -> None:
    import monitor.sweep.calendar_kept  # noqa: F401, PLC0415 - as above


def _write_calendar(history: History, settings: Settings, now: datetime, path: Path) -> None:
    from monitor.sweep.calendar_kept import write_calendar  # noqa: PLC0415 - as above

    write_calendar(history, settings, now, path)


BOARD = Page("board", lambda settings: settings.board.path, _write_board, _load_board)
CALENDAR = Page(
    "calendar", lambda settings: settings.calendar.path, _write_calendar, _load_calendar
)
PAGES = (BOARD, CALENDAR)
