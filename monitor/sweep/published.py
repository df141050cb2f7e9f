"""What is put where others fetch it after each pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.errors import ParcelsError

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.history import History
    from monitor.settings import Settings


def keep_calendar(history: History, settings: Settings, now: datetime) -> str:
    """Write `[calendar] path`, where one is set. What went wrong, as a sentence; "" where all is well.

    A calendar that cannot be written keeps nobody from watching parcels.
    """
    path = settings.calendar.path
    if path is None:
        return ""
    from monitor.sweep.calendar_kept import write_calendar  # noqa: PLC0415 - 0.4 s for those who want it

    try:
        write_calendar(history, settings, now, path)
    except ParcelsError as error:
        return f"[calendar] path: {error}"
    return ""
