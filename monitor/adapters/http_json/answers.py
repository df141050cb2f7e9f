"""One answer opened: the JSON in it, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.opening import wait_of
from monitor.adapters.strangers_json import broke_off, loads
from monitor.errors import FailureKind, SourceTrouble

if TYPE_CHECKING:
    from monitor.transport import Answer

REFUSES_NUMBER = frozenset({400, 422})
_OK, _REDIRECT, _EMPTY = range(200, 300), range(300, 400), 204

# Kind and advice by status; any other below 500 is an address that is not what was meant.
_REFUSALS = {
    401: (FailureKind.AUTH, "does not let this program in", "Check {table}.api_key, headers and query."),
    402: (FailureKind.QUOTA, "wants to be paid first", "Look at the account there."),
    403: (FailureKind.AUTH, "does not let this program in", "Check {table}.api_key, headers and query."),
    408: (FailureKind.TRANSIENT, "did not get the request in time", "It is asked again."),
    425: (FailureKind.TRANSIENT, "wants the request later", "It is asked again."),
    429: (FailureKind.RATE_LIMITED, "gets requests too fast", "Raise {table}.spacing or {table}.every."),
}  # fmt: skip


def opened(answer: Answer, name: str) -> object:
    """The JSON document of an answer. Raises SourceTrouble where there is none to be had."""
    if answer.status not in _OK or answer.status == _EMPTY:
        raise _refused(answer, name)
    text = _text(answer)
    if text.startswith("<"):
        raise SourceTrouble(
            FailureKind.DRIFT,
            f"{name} answered with a web page or XML instead of JSON. "
            f"Check adapters.{name}.base_url and path.",
        )
    try:
        return loads(text)
    except RecursionError:
        detail = f"{name}'s answer is nested too deeply to be read."
    except ValueError as fault:
        if broke_off(text, fault, "{["):
            detail = f"{name}'s answer broke off before its end."
            raise SourceTrouble(FailureKind.TRANSIENT, detail) from None
        detail = f"{name}'s answer is not JSON. Check adapters.{name}.base_url and path."
    raise SourceTrouble(FailureKind.DRIFT, detail)


def is_page(answer: Answer) -> bool:
    """Whether a page for people came, as a proxy or a wrong address sends it."""
    return _text(answer).startswith("<")


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8", "replace").lstrip("\ufeff").strip()


def _refused(answer: Answer, name: str) -> SourceTrouble:
    table, status = f"adapters.{name}", answer.status
    if status in _REFUSALS:
        kind, what, advice = _REFUSALS[status]
        wait = wait_of(answer) if kind is FailureKind.RATE_LIMITED else None
        detail = f"{name} {what} (HTTP status {status}). {advice.format(table=table)}"
        return SourceTrouble(kind, detail, wait=wait)
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        detail = f"{name} has an error of its own (HTTP status {status}). It is asked again."
        return SourceTrouble(FailureKind.TRANSIENT, detail, wait=wait_of(answer))
    detail = f"{name} has nothing at this address (HTTP status {status}). Check {table}.base_url and path"
    if status not in _REDIRECT:
        detail += (
            f"; where this status means that it does not know a number, add it to {table}.not_found"
        )
    return SourceTrouble(FailureKind.DRIFT, f"{detail}.")
