"""The frame around every answer of 17TRACK: what was accepted, what refused, or why nothing was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from monitor.adapters.opening import wait_of
from monitor.adapters.seventeentrack.codes import Next, refusal, table
from monitor.adapters.strangers_json import BrokenOff, json_object
from monitor.errors import FailureKind, SourceTrouble

if TYPE_CHECKING:
    from monitor.adapters.seventeentrack.codes import Refusal
    from monitor.transport import Answer

ROWS_LIMIT = 1_000  # rows of one list in one answer; a request asks about 40 numbers
_OK, _REDIRECT, _TOO_MANY, _SERVER = 200, 300, 429, 500


@dataclass(frozen=True, slots=True)
class Envelope:
    """The rows of an answer as they came (JSON objects), and how many pages there are in all."""

    accepted: tuple[dict[str, object], ...]
    rejected: tuple[dict[str, object], ...] = ()
    pages: int = 0


def read_envelope(answer: Answer, now: datetime | None, *, changing: bool = False) -> Envelope:
    """Opens one answer. `now` (UTC) dates the return of a daily quota, where it is known.

    A request has failed when the status is not 2xx, `code` is not 0, `data.errors` holds anything,
    or `data` is null: each of the four alone is enough. Raises SourceTrouble; with `changing`, its
    `maybe_done` is True where the request may have taken effect all the same.
    """
    document, data = _opened(answer, now, changing=changing)
    if not isinstance(data.get("accepted"), list) and not isinstance(data.get("rejected"), list):
        raise _unreadable("17TRACK's answer lists no numbers.", changing=changing)
    page = document.get("page")
    pages = whole_number(page.get("page_total")) if isinstance(page, dict) else None
    return Envelope(_rows(data.get("accepted")), _rows(data.get("rejected")), pages or 0)


def read_data(answer: Answer, now: datetime | None) -> dict[str, object]:
    """The bare `data` of an answer that is not about numbers. Raises SourceTrouble as above."""
    return _opened(answer, now, changing=False)[1]


def _opened(
    answer: Answer, now: datetime | None, *, changing: bool
) -> tuple[dict[str, object], dict[str, object]]:
    """The document and its `data`."""
    if not _OK <= answer.status < _REDIRECT:
        raise _refused_by_status(answer, now, changing=changing)
    document = _document(answer, changing=changing)
    code = whole_number(document.get("code"))
    data = document.get("data")
    reason = _reason(code, data)
    if reason is not None:
        raise _refused(refusal(reason), now, changing=changing)
    if code is None or not isinstance(data, dict):
        raise _unreadable("17TRACK's answer has neither a code nor data.", changing=changing)
    return document, data


def whole_number(value: object) -> int | None:
    """An integer that may be written as text; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip(), re.ASCII):
        return int(value)
    return None


def next_midnight(now: datetime | None) -> datetime | None:
    """When a daily allowance returns. 17TRACK does not say in which zone it counts; UTC is taken."""
    if now is None:
        return None
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)


def answered_at(answer: Answer) -> datetime | None:
    """When the answer says it was made (UTC), from its Date header."""
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return None


def _reason(code: int | None, data: object) -> int | None:
    """The code that tells why a request was refused, 0 when none is named; None when it was not."""
    errors = data.get("errors") if isinstance(data, dict) else None
    found = [code]
    if isinstance(errors, list):
        found += [whole_number(row.get("code")) for row in errors[:5] if isinstance(row, dict)]
    named = [number for number in found if number]
    if not named:
        return 0 if errors else None
    return next((number for number in named if number in table()), named[0])


def _refused_by_status(answer: Answer, now: datetime | None, *, changing: bool) -> SourceTrouble:
    """A refusal by HTTP status; where the body names a known code, that one says it better."""
    by_status = refusal(answer.status)
    if answer.status > _SERVER and answer.status not in table():
        by_status = refusal(_SERVER)
    try:
        document = _document(answer, changing=changing)
    except SourceTrouble:
        document = {}
    reason = _reason(whole_number(document.get("code")), document.get("data"))
    named = table().get(reason) if reason is not None and answer.status < _SERVER else None
    if named is None and by_status.code not in table():
        detail = f"17TRACK answered with HTTP status {answer.status}. Check adapters.seventeentrack.base_url."
        return SourceTrouble(FailureKind.DRIFT, detail)
    # 17TRACK documents no Retry-After; a proxy before it may send one where it is too busy.
    wait = wait_of(answer) if answer.status >= _TOO_MANY else None
    return _refused(named or by_status, now, changing=changing, wait=wait)


def _refused(
    why: Refusal, now: datetime | None, *, changing: bool, wait: timedelta | None = None
) -> SourceTrouble:
    return SourceTrouble(
        why.kind_of_request,
        why.about_request(),
        wait=wait,
        until=next_midnight(now) if why.next is Next.TOMORROW else None,
        maybe_done=changing and why.next is Next.AGAIN,
    )


def _unreadable(
    detail: str, kind: FailureKind = FailureKind.DRIFT, *, changing: bool
) -> SourceTrouble:
    return SourceTrouble(kind, detail, maybe_done=changing)


def _document(answer: Answer, *, changing: bool) -> dict[str, object]:
    text = answer.body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if text.startswith("<"):
        raise _unreadable(
            "17TRACK answered with a web page instead of data. Check adapters.seventeentrack.base_url.",
            changing=changing,
        )
    try:
        return json_object(text)
    except BrokenOff:
        detail = "17TRACK's answer broke off before its end."
        raise _unreadable(detail, FailureKind.TRANSIENT, changing=changing) from None
    except ValueError:
        detail = "17TRACK's answer is not the JSON it documents."
        raise _unreadable(detail, changing=changing) from None


def _rows(value: object) -> tuple[dict[str, object], ...]:
    rows = value if isinstance(value, list) else []
    return tuple(row for row in rows[:ROWS_LIMIT] if isinstance(row, dict))
