"""What is put where others fetch it after each pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.errors import DiskTrouble, LogCutOff, ParcelsError, Unusable

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.history import History
    from monitor.settings import Settings


def keep_calendar(history: History, settings: Settings, now: datetime) -> str:
    """Write `[calendar] path`, where one is set. What went wrong, as a sentence; "" where all is well.

    A calendar that cannot be written keeps nobody from watching parcels. Raises DiskTrouble, LogCutOff
    and Unusable where it is the database that fails: that is everybody's matter.
    """
    path = settings.calendar.path
    if path is None:
        return ""
    from monitor.sweep.calendar_kept import write_calendar  # noqa: PLC0415 - 0.4 s for those who want it

    try:
        write_calendar(history, settings, now, path)
    except (DiskTrouble, LogCutOff, Unusable):
        raise
    except ParcelsError as error:
        return f"[calendar] path: {error}"
    except Exception as error:  # noqa: BLE001 - a fault of ours here must stop no pass either
        return f"[calendar] path: it failed ({type(error).__name__}). Please report this."
    return ""
