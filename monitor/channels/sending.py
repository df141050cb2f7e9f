"""One message to one target, and an honest word on what became of it."""

from __future__ import annotations

import logging
import unicodedata
from typing import TYPE_CHECKING

from monitor.channels.channel import Delivery, Result
from monitor.channels.quiet import BROKEN, STATUS, WHY
from monitor.parcel import clean_text
from monitor.schedule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from apprise import Apprise, AppriseResult, NotifyBase

READ = 20.0
"""Seconds a service may stay silent."""
CONNECT = 10.0
"""Seconds until a connection must stand."""
BODY_LIMIT = 3_500
"""Visible characters. Telegram takes 4,096, of which the title and escapes need some."""
TITLE_LIMIT = 200

# Of HTTP and of SMTP (RFC 4954): who sends is not who may.
_WHO = frozenset({"401", "530", "534", "535"})
_UNKNOWN_TO_IT = ": user, password or token is not the right one"
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class OpenChannel:
    """A channel that is ready to send. Made by `open_channel`."""

    def __init__(
        self, name: str, min_severity: Severity, apprise: Apprise, service: NotifyBase
    ) -> None:
        self.name = name
        self.min_severity = min_severity
        self._apprise = apprise
        self._service = service

    def __repr__(self) -> str:
        return f"OpenChannel({self.name!r})"

    def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
        """Sends plain text and blocks for at most about `timeout` seconds (more than 0).

        Text from outside arrives inert: it is sent as text, without control and direction
        characters, the title on one line. UNKNOWN means that the service was not heard in time and
        the message may have arrived; Apprise's thread may then live on for as long as the service
        keeps its connection open, and would hold up the end of the process, which therefore has to
        end with `os._exit` once it has waited long enough.
        """
        from apprise import NotifyFormat  # noqa: PLC0415 - loaded by open_channel already

        if timeout <= 0:
            raise ValueError("timeout is more than 0 seconds")  # Apprise takes 0 for no end at all
        result = self._apprise.notify(
            body=inert(body),
            title=clean_text(title, TITLE_LIMIT),
            body_format=NotifyFormat.TEXT,
            timeout=timeout,
            log_level=logging.DEBUG,  # see `quiet`: of each line only the reason is left
        )
        return self._judged(result, timeout)

    def _judged(self, result: AppriseResult, timeout: float) -> Result:
        from apprise import AppriseResultStatus  # noqa: PLC0415 - loaded by open_channel already

        service = f"{clean_text(self.name, 60)} ({self._service.schema})"
        if result.status == AppriseResultStatus.SUCCESS:
            return Result(Delivery.SENT, f"{service} accepted the message.")
        if result.status == AppriseResultStatus.TIMEOUT or self._went_silent(result):
            waited = min(timeout, result.elapsed)
            detail = f"{service} gave no answer within {waited:.0f} seconds; it may have arrived."
            return Result(Delivery.UNKNOWN, detail)
        if _broke_off(result):
            detail = f"{service} broke the connection off without an answer; it may have arrived."
            return Result(Delivery.UNKNOWN, detail)
        return Result(Delivery.FAILED, f"{service} did not take the message: {_why(result)}.")

    def _went_silent(self, result: AppriseResult) -> bool:
        """Apprise calls a read that timed out a failure, although the service may have the message.

        It does not tell why it failed, but such a failure has lasted at least as long as one read.
        """
        return result.elapsed >= self._service.socket_read_timeout


class StandardOutput:
    """The channel of those who have set up none: messages go where `write` puts them."""

    name = "stdout"
    min_severity = Severity.INFO

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:  # noqa: ARG002 - as every outlet
        try:
            self._write(f"{clean_text(title, TITLE_LIMIT)}\n{inert(body)}\n")
        except (OSError, ValueError):
            return Result(Delivery.FAILED, "Standard output cannot be written to.")
        return Result(Delivery.SENT, "Written to standard output.")


def inert(text: str, limit: int = BODY_LIMIT) -> str:
    """Text of several lines without anything that a terminal or a reader would obey.

    Control, direction, zero-width, private and unassigned characters and surrogates go; tabs become
    blanks, indentation stays; at most `limit` characters.
    """
    lines = "\n".join(_inert_line(line) for line in text[: limit * 4].splitlines())
    tidy = unicodedata.normalize("NFC", lines).strip("\n")
    return tidy if len(tidy) <= limit else tidy[: limit - 1] + "…"


def _inert_line(line: str) -> str:
    spaced = line.replace("\t", " ").rstrip()
    return "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED)


def _broke_off(result: AppriseResult) -> bool:
    """Apprise calls it a failure when the answer is lost, although the service has the message."""
    return any(entry.message == BROKEN for service in result for entry in service.logs())


def _why(result: AppriseResult) -> str:
    """The status, or what kept the message from being handed over; Apprise has it in its log alone."""
    lines = [entry.message for service in result for entry in service.logs()]
    codes = [found[1] for line in lines if (found := STATUS.search(line))]
    if codes:
        return f"it answered {codes[0]}{_UNKNOWN_TO_IT if codes[0] in _WHO else ''}"
    return next((line for line in lines if line in WHY), "it could not be reached or refused it")
