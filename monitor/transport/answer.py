"""What goes out to a source, what comes back, and why nothing came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.errors import FailureKind


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came: any status but a redirect, 429 or 5xx, which are raised instead.

    `headers` have lower-case names; `body` is decompressed, at most 8 MiB. Neither stands in the
    repr, because both may hold personal data or a session.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be sent as often as needed. The repr shows the method alone."""

    method: str
    url: str = field(repr=False)
    host: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    params: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


class Missed(Exception):
    """One attempt brought no usable answer.

    `reached` is False only where the source certainly did not act on the request; `again` says
    whether another attempt may help, `wait` how many seconds the source wants to be left alone.
    """

    def __init__(
        self,
        kind: FailureKind,
        detail: str,
        *,
        reached: bool,
        again: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.reached = reached
        self.again = again
        self.wait = wait
