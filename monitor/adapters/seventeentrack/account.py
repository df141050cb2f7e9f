"""What is asked of 17TRACK's account beside registrations, and what its answers say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.accounts import Change, ChangeState, Registered
from monitor.adapters.seventeentrack.answers import as_key, as_text
from monitor.adapters.seventeentrack.codes import Next, refusal
from monitor.adapters.seventeentrack.enrolments import carrier_of
from monitor.adapters.seventeentrack.envelope import whole_number
from monitor.adapters.seventeentrack.outcomes import by_number, error_code, same_number
from monitor.adapters.seventeentrack.times import zoned
from monitor.errors import FailureKind, SourceTrouble
from monitor.parcel import clean_text
from monitor.quota import QuotaReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.adapters.seventeentrack.envelope import Envelope

REASON_LIMIT = 40  # characters of a reason for stopping
QUOTA_LIMIT = 10**12  # numbers; beyond it is no allowance
_STOPPED_NUMBER = -18019806
_NOT_STOPPED = -18019904
_STATES = {
    Next.AGAIN: ChangeState.LATER,
    Next.SLOWER: ChangeState.LATER,
    Next.TOMORROW: ChangeState.LATER,
    Next.DONE: ChangeState.DONE,
    Next.GONE: ChangeState.GONE,
}


def carrier_item(ask: Ask, carrier: str, final: str) -> dict[str, object]:
    """One item of `changecarrier`. The present carrier tells several registrations apart."""
    keys = {
        "carrier_old": as_key(ask.carrier),
        "carrier_new": as_key(carrier),
        "final_carrier_new": as_key(final),
    }
    return {"number": ask.number} | {field: key for field, key in keys.items() if key}


def changes(asks: Sequence[Ask], envelope: Envelope) -> tuple[Change, ...]:
    """One change for each number asked, in that order."""
    accepted, rejected = by_number(envelope.accepted), by_number(envelope.rejected)
    return tuple(
        _change(ask.number, accepted.get(same_number(ask.number)), rejected) for ask in asks
    )


def _change(
    number: str,
    accepted: list[dict[str, object]] | None,
    rejected: dict[str, list[dict[str, object]]],
) -> Change:
    if accepted:
        row = accepted[0]
        key = as_key(row.get("carrier_new")) or as_key(row.get("carrier"))
        return Change(number, ChangeState.DONE, str(key) if key else "")
    refused = rejected.get(same_number(number))
    if not refused:
        detail = "17TRACK's answer to the change does not mention this number."
        return Change(number, ChangeState.UNKNOWN, detail=detail)
    code = error_code(refused[0])
    why = refusal(code)
    state = _STATES.get(why.next, ChangeState.REFUSED)
    if code == _STOPPED_NUMBER:
        state = ChangeState.STOPPED
    elif code == _NOT_STOPPED:  # nothing was used up: it may stop yet
        state = ChangeState.LATER
    return Change(number, state, detail=why.about(number))


def registered(rows: Iterable[Mapping[str, object]]) -> tuple[Registered, ...]:
    """The rows of `gettracklist`; one without a number is passed over."""
    return tuple(found for row in rows if (found := _registered(row)).number)


def _registered(row: Mapping[str, object]) -> Registered:
    final = as_key(row.get("final_carrier"))
    return Registered(
        number=same_number(_text(row, "number")),
        carrier=carrier_of(row),
        final_carrier=str(final) if final else "",
        stopped=row.get("tracking_status") == "Stopped",
        stopped_at=zoned(_text(row, "stop_track_time")),
        stop_reason=clean_text(_text(row, "stop_track_reason"), REASON_LIMIT),
        retracked=row.get("is_retracked") is True,
    )


def _text(row: Mapping[str, object], field: str) -> str:
    text = as_text(row.get(field))
    return text if isinstance(text, str) else ""


def quota_reading(data: Mapping[str, object], now: datetime) -> QuotaReading:
    """What `getquota` says. Raises SourceTrouble where it says nothing that can be used."""
    total, used, left = (
        whole_number(data.get(field)) for field in ("quota_total", "quota_used", "quota_remain")
    )
    if left is None and total is not None and used is not None:
        left = total - used
    if left is None or abs(left) > QUOTA_LIMIT:
        detail = "17TRACK's answer about the quota does not say how much is left."
        raise SourceTrouble(FailureKind.DRIFT, detail)
    return QuotaReading(now, _bounded(total), _bounded(used), left)


def _bounded(value: int | None) -> int:
    return min(max(value or 0, 0), QUOTA_LIMIT)
