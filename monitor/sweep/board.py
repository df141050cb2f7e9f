"""The board of all parcels: made from the history, and written where the owner wants it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import DiskTrouble, LogCutOff, ParcelsError, Unusable
from monitor.files import publish
from monitor.message.texts import Style
from monitor.sweep.cases import case_of
from monitor.sweep.views import views_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.history import History
    from monitor.protection import Policy
    from monitor.settings import Settings

_log = logging.getLogger(__name__)

ABOUT = "board"  # what a note of the service on it is about
RECENT = timedelta(days=60)  # for so long a finished parcel stays on the board
_WRITTEN_ANEW = (
    "It is written anew after each pass: where this moment is long ago, nobody is watching "
    "(parcels doctor)."
)


def board_of(
    history: History,
    settings: Settings,
    policies: Mapping[str, Policy],
    now: datetime,
    *,
    lasting: bool = False,
) -> str:
    """The page (HTML) as everything stands at `now`. `lasting`: it is written anew after each pass,
    and says so.
    """
    from monitor.pages.board import board_page  # noqa: PLC0415 - a pass without a board needs no Jinja

    style = Style(settings.zone, redact=settings.alerts.redact)
    parcels = [p for p in history.parcels.all() if p.done_at is None or p.done_at > now - RECENT]
    views = views_of(history, parcels, policies, now, country=settings.country)
    views.sort(key=lambda view: view.urgency)
    watched = [case_of(view) for view in views if view.parcel.done_at is None]
    done = [view for view in views if view.parcel.done_at is not None]
    done.sort(key=lambda view: view.parcel.done_at or now, reverse=True)
    every = _WRITTEN_ANEW if lasting else ""
    return board_page(watched, map(case_of, done), now, style, every=every)


def warm_up() -> None:
    """Load what the first page would load."""
    from monitor.pages import board  # noqa: PLC0415 - as above

    board.warm_up()


def show_board(
    history: History, settings: Settings, policies: Mapping[str, Policy], now: datetime
) -> str:
    """Write the page to `[board] path`, for everybody to read (mode 0644); nothing without a path.

    Returns why it could not be done, "" where it was: no pass fails for want of a page. Raises only
    what is everybody's matter, as it is the database that fails: DiskTrouble, LogCutOff and Unusable.
    """
    path = settings.board.path
    if path is None:
        return ""
    try:
        made = board_of(history, settings, policies, now, lasting=True)
        publish(path, made.encode())
    except (DiskTrouble, LogCutOff, Unusable):
        raise
    except ParcelsError as error:
        return f"the board was not written: {error}"
    except Exception as error:  # noqa: BLE001 - what is wrong with a page must not silence alerts
        _log.debug("the board could not be made", exc_info=True)
        kind = type(error).__name__
        return f"the board could not be made ({kind}). This is a fault of this program, please report it."
    return ""
