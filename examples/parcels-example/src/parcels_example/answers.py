"""What Example Post answers, as outcomes: pure, and prepared for anything a stranger may send."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from monitor.adapters.contract import (
    Failure,
    FailureKind,
    NotYet,
    Outcome,
    Snapshot,
    SourceTrouble,
)
from monitor.adapters.strangers_json import BrokenOff, json_object
from monitor.parcel import Event, TimeQuality, clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.adapters.contract import Ask
    from monitor.transport import Answer

OK = 200
LONGEST_WAIT = timedelta(hours=1)
REFUSALS = {
    401: (FailureKind.AUTH, "Example Post refuses the token. Check adapters.example_post.token."),
    403: (FailureKind.AUTH, "Example Post refuses the token. Check adapters.example_post.token."),
    429: (FailureKind.RATE_LIMITED, "Example Post is asked too often."),
}


def outcomes(
    answer: Answer, asks: Sequence[Ask], now: datetime, source: str
) -> tuple[Outcome, ...]:
    """One outcome per number asked, in that order. Raises SourceTrouble for an answer that is none."""
    rows = _rows(answer)
    by_number = {row.get("id"): row for row in rows if isinstance(row, dict)}
    return tuple(_outcome(by_number.get(ask.number), ask.number, now, source) for ask in asks)


def _rows(answer: Answer) -> list[object]:
    if answer.status != OK:
        raise _refusal(answer)
    text = answer.body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    try:
        rows = json_object(text).get("parcels")
    except BrokenOff:
        detail = "Example Post's answer broke off before its end."
        raise SourceTrouble(FailureKind.TRANSIENT, detail) from None
    except ValueError:
        rows = None
    if not isinstance(rows, list):
        raise SourceTrouble(FailureKind.DRIFT, "Example Post's answer is not the one described.")
    return rows


def _refusal(answer: Answer) -> SourceTrouble:
    kind, detail = REFUSALS.get(
        answer.status,
        (FailureKind.DRIFT, f"Example Post has nothing here (HTTP status {answer.status})."),
    )
    if answer.status >= 500:  # noqa: PLR2004 - the class of server errors
        kind, detail = FailureKind.TRANSIENT, f"Example Post fails (HTTP status {answer.status})."
    wait = answer.headers.get("retry-after", "")
    seconds = int(wait) if re.fullmatch(r"\d{1,6}", wait, re.ASCII) else None
    pause = None if seconds is None else min(timedelta(seconds=seconds), LONGEST_WAIT)
    return SourceTrouble(kind, detail, wait=pause)


def _outcome(row: dict[str, Any] | None, number: str, now: datetime, source: str) -> Outcome:
    if row is None:
        detail = "Example Post left this number out; it is asked again."
        return Failure(number, FailureKind.TRANSIENT, detail)
    if row.get("known") is False:
        return NotYet(number, now)
    scans = row.get("scans")
    if not isinstance(scans, list):
        return Failure(number, FailureKind.DRIFT, "The scans of this number are not a list.")
    read = (_event(scan, source) for scan in scans if isinstance(scan, dict))
    events = tuple(dict.fromkeys(event for event in read if event.text or event.code))
    kept = _evidence(number, events)
    return Snapshot(
        number=number,
        looked_at=now,  # it asks its own books at the moment we ask it
        events=events,
        looks={source: now},
        evidence=kept,
        fingerprint=sha256(kept).hexdigest(),
    )


def _event(scan: dict[str, Any], source: str) -> Event:
    raw_time = _text(scan, "when")
    at = _moment(raw_time)
    country = _text(scan, "country")
    return Event(
        source=source,
        provider=source,
        raw_time=raw_time,
        at=at,
        time_quality=TimeQuality.NONE if at is None else TimeQuality.EXACT,
        code=clean_text(_text(scan, "code"), 40),
        text=clean_text(_text(scan, "what")),
        place=clean_text(_text(scan, "where"), 80),
        country=country if re.fullmatch(r"[A-Z]{2}", country, re.ASCII) else "",
        original=_text(scan, "what"),
    )


def _text(scan: dict[str, Any], name: str) -> str:
    value = scan.get(name)
    return value[:2000] if isinstance(value, str) else ""


def _moment(raw: str) -> datetime | None:
    """Aware UTC; None for what is no time, or one without its offset."""
    try:
        at = datetime.fromisoformat(raw)
        return None if at.utcoffset() is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _evidence(number: str, events: tuple[Event, ...]) -> bytes:
    """What is kept for a dispute: the fields that are read and no other, as others may name people."""
    rows = sorted([e.raw_time, e.code, e.text, e.place, e.country] for e in events)
    return json.dumps({"number": number, "events": rows}, ensure_ascii=False).encode("utf-8")
