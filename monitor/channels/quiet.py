"""Logs without secrets: libraries that print URLs are silenced, what is left is gone over."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from monitor.transport import silence

if TYPE_CHECKING:
    from collections.abc import Iterable

_APPRISE = "apprise"
_TALKATIVE = (_APPRISE, "urllib3", "requests", "httpx", "httpcore", "stamina", "charset_normalizer")
STATUS = re.compile(r"\berror=(\d{3})\b")
"""Where Apprise's log has the HTTP status of a refusal; it is told nowhere else. A mail server's code
is put into the same form."""
BROKEN = "broken"
"""What is left of a line of Apprise that says that the connection broke before an answer came."""
_BROKEN = re.compile(
    r"RemoteDisconnected|Connection aborted|ConnectionReset|reset by peer|IncompleteRead"
    r"|ChunkedEncoding|Broken ?pipe|unexpectedly closed",
    re.IGNORECASE,
)
WHY = {
    "its name is not known": r"NameResolution|Name or service not known|name resolution|getaddrinfo",
    "nobody listens there": r"Connection refused",
    "there is no way to it": r"is unreachable|No route to host",
    "its certificate is not to be trusted": r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
    "it takes no password, or none without encryption": r"SMTP AUTH extension not supported",
    "it has no encryption": r"STARTTLS extension not supported",
}
"""Reasons for which nothing was handed over, and how Apprise's log writes them. A line of it becomes
the sentence on the left, so that nothing else of the line is told."""
_WHY = {reason: re.compile(pattern, re.IGNORECASE) for reason, pattern in WHY.items()}
_SMTP = re.compile(r"\((\d{3}), b['\"]")  # how smtplib writes the answer of a mail server
_SHORTEST = 6  # characters; replacing shorter values would riddle ordinary words
_MASK = "**********"
_FORMATTER = logging.Formatter()


def quiet_libraries() -> None:
    """Keeps the loggers of HTTP and notification libraries from every handler, at any level."""
    silence(_TALKATIVE)
    apprise = logging.getLogger(_APPRISE)
    apprise.setLevel(logging.DEBUG)  # why a message was not taken is said at this level alone
    if not any(isinstance(each, _ReasonOnly) for each in apprise.filters):
        apprise.addFilter(_ReasonOnly())


class _ReasonOnly(logging.Filter):
    """Leaves of a line of Apprise the status, a reason of `WHY`, or that the connection broke.

    The rest may hold a key or a URL, and at this level it does.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _reason(_message(record)), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _reason(said: str) -> str:
    status = STATUS.search(said) or _SMTP.search(said)
    if status:
        return f"error={status[1]}"
    known = next((reason for reason, pattern in _WHY.items() if pattern.search(said)), "withheld")
    return BROKEN if _BROKEN.search(said) else known


class RedactionFilter(logging.Filter):
    """For the root's handlers: replaces each secret in message, arguments and traceback.

    A filter of a logger would not see what other loggers hand up; put it on every handler. Secrets
    shorter than six characters are left alone. They are also found percent-encoded and as JSON
    writes them. The record itself is changed, so that no other handler sees more.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def filter(self, record: logging.LogRecord) -> bool:
        if self._secrets is None:
            return True
        record.msg, record.args = self._clean(_message(record)), None
        if record.exc_info:
            record.exc_text = record.exc_text or _FORMATTER.formatException(record.exc_info)
            record.exc_info = None
        if record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        return True

    def _clean(self, text: str) -> str:
        return text if self._secrets is None else self._secrets.sub(_MASK, text)


def _message(record: logging.LogRecord) -> str:
    """The message as it would be printed; where that fails, without its arguments."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _forms(secret: str) -> set[str]:
    lines = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return lines | {json.dumps(secret)[1:-1], repr(secret)[1:-1]}
