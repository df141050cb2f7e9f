"""What is stored of parcels, as the pages want to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.stands import MISSING
from monitor.message.texts import AGGREGATORS
from monitor.pages.case import Asked, Case
from monitor.protection import START_UNKNOWN

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.history.sources import SourceState
    from monitor.sweep.views import View


def case_of(view: View) -> Case:
    """One parcel for a page: where it stands, and the next thing to do."""
    advice, at = _advice(view)
    return Case(
        dossier=view.dossier,
        layers=view.layers,
        now=view.now,
        severity=view.severity,
        advice=advice,
        advice_at=at,
        shop_end=view.shop_end,
        over=view.over,
        days_silent=view.days_silent,
        asked=tuple(_asked(state) for state in view.sources.values()),
    )


def _advice(view: View) -> tuple[str, datetime | None]:
    """What to do and from when on; None: now. As the last column of the list has it."""
    if view.parcel.done_at is not None:
        return "", None
    step = view.next_step()
    if step is None or step[0].key == START_UNKNOWN:
        unknown = view.start_unknown
        if unknown is None:
            return "", None
        wanted = MISSING.get(unknown.missing, "tell the date")
        return f"{wanted}: parcels edit … {unknown.missing}", None
    return step[1], None if step[0] in view.due.values() else step[0].at


def _asked(state: SourceState) -> Asked:
    looked = state.looked_at if state.adapter in AGGREGATORS else None
    trouble = state.last_error or state.detail
    return Asked(state.adapter, state.last_ok, looked, trouble, state.carrier)
