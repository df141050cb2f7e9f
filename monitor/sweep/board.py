"""The board of all parcels: made from the history, and written where the owner wants it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.files import publish
from monitor.message.texts import Style
from monitor.sweep.cases import case_of
from monitor.sweep.policies import policies
from monitor.sweep.views import views_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from monitor.history import History
    from monitor.protection import Policy
    from monitor.settings import Settings

RECENT = timedelta(days=60)  # for so long a finished parcel stays on the board
_WRITTEN_ANEW = (
    "It is written anew after each pass: where this moment is long ago, nobody is watching "
    "(parcels doctor)."
)


def board_of(
    history: History,
    settings: Settings,
    known: Mapping[str, Policy],
    now: datetime,
    *,
    lasting: bool = False,
) -> str:
    """The page (HTML) as everything stands at `now`. `known`: the policies. `lasting`: it is written anew after each pass,
    and says so.
    """
    from monitor.pages.board import board_page  # noqa: PLC0415 - a pass without a board needs no Jinja

    style = Style(settings.zone, redact=settings.alerts.redact)
    parcels = [p for p in history.parcels.all() if p.done_at is None or p.done_at > now - RECENT]
    views = views_of(history, parcels, known, now, country=settings.country)
    views.sort(key=lambda view: view.urgency)
    watched = [case_of(view) for view in views if view.parcel.done_at is None]
    done = [view for view in views if view.parcel.done_at is not None]
    done.sort(key=lambda view: view.parcel.done_at or now, reverse=True)
    every = _WRITTEN_ANEW if lasting else ""
    return board_page(watched, map(case_of, done), now, style, every=every)


def write_board(history: History, settings: Settings, now: datetime, path: Path) -> None:
    """Write the page to `path`, for everybody to read. Raises ParcelsError where that cannot be."""
    publish(
        path,
        board_of(
            history, settings, policies(settings.protection.shops), now, lasting=True
        ).encode(),
    )
