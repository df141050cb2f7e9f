"""What each error of Ship24 asks of its caller: the code in the body decides, not the HTTP status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.adapters.entries import inside, text_or_nothing
from monitor.adapters.opening import document, opened, refused, wait_of
from monitor.errors import FailureKind, SourceTrouble
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from monitor.transport import Answer

TABLE, TITLE = "adapters.ship24", "Ship24"
_NUMBER_SHOWN = 60
_SERVER = 500
# The number as it was sent is at fault, and the owner can put it right.
_OF_THE_NUMBER = frozenset({"validation_error", "shipping_date_outdated"})
_UNKNOWN = frozenset({"tracker_not_found", "parcel_not_found"})
_BY_CODE = {
    "quota_limit_reached": (
        FailureKind.QUOTA,
        "This month's new numbers at Ship24 are used up. Those it knows already are watched all the same.",
    ),
    "no_active_subscription": (
        FailureKind.AUTH,
        "Ship24 finds no plan in force for the key. Look at the account's subscription.",
    ),
    "auth_invalid_token": (
        FailureKind.AUTH,
        "Ship24 does not know the key. Compare adapters.ship24.api_key with the dashboard.",
    ),
    "processing_error": (
        FailureKind.TRANSIENT,
        "Ship24 has an error of its own. It is asked again.",
    ),
    "request_conflict": (
        FailureKind.TRANSIENT,
        "Ship24 is busy with the same request already. It is asked again.",
    ),
    "tracker_conflict": (
        FailureKind.TRANSIENT,
        "Ship24 has a tracker of this number already. It is asked again.",
    ),
}
# After these a tracker may be there, or be made any moment.
_MAYBE_DONE = frozenset({"processing_error", "request_conflict", "tracker_conflict"})


def code_of(answer: Answer) -> str:
    """The code of the first error in an answer, "" where there is none."""
    try:
        found = document(answer, TITLE, TABLE)
    except SourceTrouble:
        return ""
    listed = found.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else found.get("error")
    return text_or_nothing(first, "code").strip().casefold()


def is_unknown(answer: Answer) -> bool:
    """Whether Ship24 says that it has no tracker of the number."""
    return code_of(answer) in _UNKNOWN


def trouble(answer: Answer) -> SourceTrouble:
    """What a refused request means, as far as it is not about its number."""
    code = code_of(answer)
    if code in _BY_CODE:
        kind, detail = _BY_CODE[code]
        return SourceTrouble(kind, detail, wait=wait_of(answer), maybe_done=code in _MAYBE_DONE)
    found = refused(answer, TITLE, TABLE)
    found.maybe_done = answer.status >= _SERVER
    return found


def enrolment(number: str, answer: Answer) -> Enrolment:
    """What becomes of a number whose tracker was not made. Raises SourceTrouble."""
    code = code_of(answer)
    if code in _OF_THE_NUMBER:
        shown = clean_text(number, _NUMBER_SHOWN)
        detail = (
            f"Ship24 does not take {shown} as it was sent. Compare it, its countries, carrier and "
            f"postcode with the shop's page, then: parcels edit {shown} …"
        )
        return _not_made(number, EnrolmentState.REFUSED, detail, FailureKind.BAD_REQUEST)
    if code == "quota_limit_reached":
        kind, detail = _BY_CODE[code]
        return _not_made(number, EnrolmentState.NEW, detail, kind)
    raise trouble(answer)


def made(answer: Answer) -> None:
    """Raises SourceTrouble where an answer of success tells of no tracker."""
    found = opened(answer, TITLE, TABLE)
    if not isinstance(inside(found, "data", "tracker"), dict):
        detail = "Ship24's answer has another shape than documented: it tells of no tracker."
        raise SourceTrouble(FailureKind.DRIFT, detail)


def _not_made(number: str, state: EnrolmentState, detail: str, failure: FailureKind) -> Enrolment:
    return Enrolment(number, state, detail=detail, failure=failure)
