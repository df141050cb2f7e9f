"""What 17TRACK's answer to a registration, or its list, says of each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.adapters.seventeentrack.answers import as_key
from monitor.adapters.seventeentrack.codes import Next, refusal
from monitor.adapters.seventeentrack.outcomes import error_code, same_number
from monitor.adapters.seventeentrack.registration import item_to_register
from monitor.errors import BadInput, FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.adapters.contract import Ask
    from monitor.adapters.seventeentrack.outcomes import Rows


def to_register(asks: Sequence[Ask]) -> tuple[list[dict[str, object]], dict[str, Enrolment]]:
    """The items to send, one a number as each would cost, and the numbers that cannot be sent."""
    items: dict[str, dict[str, object]] = {}
    refused: dict[str, Enrolment] = {}
    for ask in asks:
        try:
            items.setdefault(same_number(ask.number), item_to_register(ask))
        except BadInput as problem:
            refused[ask.number] = _not_registered(
                ask.number, EnrolmentState.REFUSED, str(problem), FailureKind.BAD_REQUEST
            )
    return list(items.values()), refused


def enrolment(number: str, accepted: Rows, rejected: Rows) -> Enrolment:
    found = accepted.get(same_number(number))
    if found:
        return Enrolment(number, EnrolmentState.REGISTERED, carrier_of(found[0]))
    refused = rejected.get(same_number(number))
    if not refused:
        detail = "17TRACK's answer to the registration does not mention this number."
        return _not_registered(number, EnrolmentState.REGISTERING, detail, FailureKind.TRANSIENT)
    why = refusal(error_code(refused[0]))
    if why.next is Next.DONE:
        return Enrolment(number, EnrolmentState.REGISTERED, carrier_of(refused[0]))
    later = why.kind in (FailureKind.QUOTA, FailureKind.TRANSIENT, FailureKind.RATE_LIMITED)
    state = EnrolmentState.NEW if later else EnrolmentState.REFUSED
    return _not_registered(number, state, why.about(number), why.kind)


def _not_registered(
    number: str, state: EnrolmentState, detail: str, failure: FailureKind
) -> Enrolment:
    return Enrolment(number, state, detail=detail, failure=failure)


def listed(ask: Ask, rows: Sequence[Mapping[str, object]]) -> Enrolment:
    """The registration meant, where there are several: the known carrier's, the wanted one's, a live one."""
    if not rows:
        return Enrolment(ask.number, EnrolmentState.NEW)

    def fits(row: Mapping[str, object]) -> tuple[bool, bool, bool]:
        carrier = carrier_of(row)
        live = row.get("tracking_status") != "Stopped"
        return carrier == ask.carrier, carrier == ask.wanted_carrier.strip(), live

    best = max(rows, key=fits)
    stopped = best.get("tracking_status") == "Stopped"
    detail = "17TRACK has stopped tracking this number." if stopped else ""
    return Enrolment(ask.number, EnrolmentState.REGISTERED, carrier_of(best), detail)


def carrier_of(row: Mapping[str, object]) -> str:
    key = as_key(row.get("carrier"))
    return str(key) if key else ""
