"""What a source's own list of registrations changes in what is known here; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.contract import EnrolmentState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.accounts import Listing, Registered
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel

SETTLED = timedelta(hours=1)  # a registration younger than this may not be in the list yet
RUN_OUT = "Expired"  # 17TRACK's reason where it stopped by itself after silence


@dataclass(slots=True)
class Findings:
    """What a list says of parcels that are watched here.

    `found`: registered there, and held otherwise here, or under another carrier; `missing`:
    registered as far as we know, and not in the list; `changed`: tracking there has stopped, goes on,
    or was taken up again.
    """

    found: list[tuple[Parcel, Registered]] = field(default_factory=list)
    missing: list[Parcel] = field(default_factory=list)
    changed: list[tuple[Parcel, Registered]] = field(default_factory=list)


def findings(
    listing: Listing,
    parcels: Iterable[Parcel],
    states: Mapping[int, SourceState],
    now: datetime,
) -> Findings:
    """Compare the list with these parcels; registrations of other numbers are nobody's business."""
    by_number: dict[str, list[Registered]] = {}
    for row in listing.rows:
        by_number.setdefault(row.number, []).append(row)
    result = Findings()
    for parcel in parcels:
        state = states.get(parcel.id)
        rows = by_number.get(parcel.number.upper(), [])
        if not rows:
            if _long_registered(state, now):
                result.missing.append(parcel)
            continue
        row = meant(rows, parcel, state)
        if _differs(row, state):
            result.found.append((parcel, row))
        if _moved_on(row, state):
            result.changed.append((parcel, row))
    return result


def meant(rows: Sequence[Registered], parcel: Parcel, state: SourceState | None) -> Registered:
    """Of several registrations of a number that of the known carrier, of the wanted one, a live one."""
    known = "" if state is None else state.carrier
    wanted = parcel.carrier.strip()
    return max(rows, key=lambda row: (row.carrier == known, row.carrier == wanted, not row.stopped))


def _long_registered(state: SourceState | None, now: datetime) -> bool:
    if state is None or state.enrolment != EnrolmentState.REGISTERED:
        return False
    return state.enrolled_at is None or abs(now - state.enrolled_at) >= SETTLED


def _differs(row: Registered, state: SourceState | None) -> bool:
    if state is None or state.enrolment != EnrolmentState.REGISTERED:
        return True
    return bool(row.carrier) and row.carrier != state.carrier and not state.carrier_owed


def _moved_on(row: Registered, state: SourceState | None) -> bool:
    known = state is not None and state.stopped_at is not None
    before = "" if state is None else state.retrack
    return row.stopped != known or (row.retracked and before != "done") or before == "sending"


def may_go_on(state: SourceState, *, over: bool) -> bool:
    """Whether a stopped number is to be tracked again, which a source does once for each.

    Not what the owner stopped there, and not a parcel whose story has ended (`over`), unless its
    registration is to be changed, which a stopped one cannot.
    """
    stopped = state.enrolment == EnrolmentState.REGISTERED and state.stopped_at is not None
    by_itself = state.stop_reason in ("", RUN_OUT)
    return stopped and by_itself and not state.retrack and (not over or bool(state.owes))
