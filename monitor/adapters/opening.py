"""One answer of a source opened: the JSON object in it, or why there is none."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.strangers_json import BrokenOff, json_object
from monitor.errors import FailureKind, SourceTrouble

if TYPE_CHECKING:
    from monitor.adapters.entries import Entry
    from monitor.transport import Answer

WAIT_LIMIT = timedelta(hours=1)
_OK = range(200, 300)

# Kind and advice by status; any other below 500 is an address that is not what was meant.
_REFUSALS = {
    401: (FailureKind.AUTH, "refuses the key", "Compare {table}.api_key with the account."),
    402: (FailureKind.QUOTA, "wants to be paid first", "Look at the account there."),
    403: (FailureKind.AUTH, "refuses the key", "Compare {table}.api_key with the account."),
    408: (FailureKind.TRANSIENT, "did not get the request in time", "It is asked again."),
    425: (FailureKind.TRANSIENT, "wants the request later", "It is asked again."),
    429: (FailureKind.RATE_LIMITED, "gets requests too fast", "It is asked more slowly."),
}


def opened(answer: Answer, title: str, table: str) -> Entry:
    """The JSON object of an answer with a status of success. Raises SourceTrouble.

    `title` is what people call the source, `table` its table in the configuration.
    """
    if answer.status not in _OK:
        raise refused(answer, title, table)
    return document(answer, title, table)


def document(answer: Answer, title: str, table: str) -> Entry:
    """The JSON object of an answer whatever its status. Raises SourceTrouble where there is none."""
    text = answer.body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if text.startswith("<"):
        detail = f"{title} answered with a web page instead of data. Check {table}.base_url."
        raise SourceTrouble(FailureKind.DRIFT, detail)
    try:
        return json_object(text)
    except BrokenOff:
        detail = f"{title}'s answer broke off before its end. It is asked again."
        raise SourceTrouble(FailureKind.TRANSIENT, detail) from None
    except ValueError:
        detail = f"{title}'s answer is not the JSON it documents."
        raise SourceTrouble(FailureKind.DRIFT, detail) from None


def refused(answer: Answer, title: str, table: str) -> SourceTrouble:
    """What a status that is no success means, in a sentence that holds nothing from outside."""
    status = answer.status
    if status in _REFUSALS:
        kind, what, advice = _REFUSALS[status]
        detail = f"{title} {what} (HTTP status {status}). {advice.format(table=table)}"
        return SourceTrouble(kind, detail, wait=wait_of(answer))
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        detail = f"{title} has an error of its own (HTTP status {status}). It is asked again."
        return SourceTrouble(FailureKind.TRANSIENT, detail, wait=wait_of(answer))
    detail = f"{title} has nothing at this address (HTTP status {status}). Check {table}.base_url."
    return SourceTrouble(FailureKind.DRIFT, detail)


def wait_of(answer: Answer, limit: timedelta = WAIT_LIMIT) -> timedelta | None:
    """Retry-After in seconds, at most `limit`: no answer switches a source off for longer.

    As a date, it is the transport's business, which hears it first.
    """
    text = answer.headers.get("retry-after", "")
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        return None
    return min(timedelta(seconds=int(text)), limit)


def no_key(title: str, table: str) -> SourceTrouble:
    """The trouble of a source that needs a key and has none."""
    detail = f"{title} needs a key. Put it into {table}.api_key."
    return SourceTrouble(FailureKind.AUTH, detail)
