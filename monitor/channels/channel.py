"""What a channel is, and what became of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

if TYPE_CHECKING:
    from monitor.schedule import Severity

_SECRET_LENGTH = 8  # characters; shorter pieces of a URL are words like "json" or "chat"
_PIECES = re.compile(r"[/:@?&=;,]+")


class Delivery(StrEnum):
    """What is known of one sending."""

    SENT = "sent"  # the service accepted it
    FAILED = "failed"  # the service did not get it, or refused it
    UNKNOWN = "unknown"  # no word from the service: it may have arrived, a repeat must say so


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one sending. `detail` is a clean sentence without a secret or a URL."""

    delivery: Delivery
    detail: str


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach the owner. `url` is an Apprise URL with one target, and a secret as a whole:
    even Apprise's own masked form of it shows keys, so it is never logged, printed or stored.
    """

    name: str
    url: str = field(repr=False)
    min_severity: Severity

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not appear in a log: the URL and its longer pieces, host names left out."""
        pieces = {piece for piece in _PIECES.split(self.url) if len(piece) >= _SECRET_LENGTH}
        keys = {piece for piece in pieces if not _HOST.fullmatch(piece)}
        return (self.url, *sorted(keys | {unquote(key) for key in keys}))


_HOST = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")


class Outlet(Protocol):
    """Anything a message can be given to."""

    @property
    def name(self) -> str: ...

    @property
    def min_severity(self) -> Severity: ...

    def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
        """Blocks for at most about `timeout` seconds; never raises for a failed delivery."""
        ...
