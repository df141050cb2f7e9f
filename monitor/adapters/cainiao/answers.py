"""The frame around Cainiao's answer: the entries in it, or why there are none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.cainiao import challenge
from monitor.adapters.entries import text_or_nothing
from monitor.adapters.opening import wait_of
from monitor.adapters.strangers_json import BrokenOff, json_object
from monitor.errors import FailureKind, SourceTrouble
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from monitor.adapters.entries import Entry
    from monitor.transport import Answer

ENTRIES_LIMIT = 100  # of one answer; a request asks about 10 numbers
WAIT_LIMIT = timedelta(hours=24)
_SAID = 120  # characters of Cainiao's own reason in a sentence
_OK, _REDIRECT, _TOO_MANY, _SERVER = 200, 300, 429, 500
_TURNED_AWAY = frozenset({401, 403, 405})  # 405: Alibaba's firewall, to whatever it dislikes


def entries(answer: Answer) -> tuple[Entry, ...]:
    """The entries as they came, in their order; anything else among them is left out.

    Raises SourceTrouble: CHALLENGE where a person is asked for, TRANSIENT where the next answer may
    be better, RATE_LIMITED, DRIFT.
    """
    text = answer.body.decode("utf-8", "replace").lstrip("\ufeff").strip()
    if challenge.announced(answer):
        raise challenge.challenged()
    if not _OK <= answer.status < _REDIRECT:
        raise _refused(answer, text)
    document = _document(answer, text)
    module = document.get("module")
    if document.get("success") in (False, "false"):
        raise _unsuccessful(document)
    if not isinstance(module, list):
        detail = "Cainiao's answer has another shape than it had: it lists no parcels."
        raise SourceTrouble(FailureKind.DRIFT, detail)
    return tuple(entry for entry in module[:ENTRIES_LIMIT] if isinstance(entry, dict))


def _document(answer: Answer, text: str) -> Entry:
    try:
        document = json_object(text)
    except ValueError as trouble:
        if challenge.is_page(answer, text) or challenge.marked(text):
            raise challenge.challenged() from None
        raise _unreadable(trouble) from None
    if challenge.in_json(document):
        raise challenge.challenged()
    return document


def _unreadable(trouble: ValueError) -> SourceTrouble:
    if isinstance(trouble, BrokenOff):
        detail = "Cainiao's answer broke off before its end."
        return SourceTrouble(FailureKind.TRANSIENT, detail)
    return SourceTrouble(FailureKind.DRIFT, "Cainiao's answer is not the JSON it used to be.")


def _unsuccessful(document: Entry) -> SourceTrouble:
    said = (text_or_nothing(document, name) for name in ("errorMsg", "errorCode"))
    tidy = (clean_text(one, _SAID).rstrip(" .") for one in said)
    reason = next(filter(None, tidy), "no reason given")
    detail = f"Cainiao says that it could not look: {reason}. It is asked again."
    return SourceTrouble(FailureKind.TRANSIENT, detail)


def _refused(answer: Answer, text: str) -> SourceTrouble:
    """What a status other than 2xx means. Redirects and most of 429 and 5xx never come this far."""
    status = answer.status
    if status >= _SERVER:
        return SourceTrouble(FailureKind.TRANSIENT, f"Cainiao is out of order (status {status}).")
    if status == _TOO_MANY:
        detail = "Cainiao says that requests come too fast (status 429)."
        return SourceTrouble(FailureKind.RATE_LIMITED, detail, wait=wait_of(answer, WAIT_LIMIT))
    if challenge.marked(text):
        return challenge.challenged()
    if status in _TURNED_AWAY:
        return challenge.turned_away(status)
    detail = f"Cainiao answered with HTTP status {status}. Check adapters.cainiao.base_url."
    return SourceTrouble(FailureKind.DRIFT, detail)
