"""The switches that make a sandbox server misbehave as the real service can."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container


class FaultKind(StrEnum):
    """What goes wrong with a request that would otherwise be answered."""

    # instead of the check of the key
    UNAUTHORIZED_401 = "unauthorized_401"  # as if the key had been revoked
    IP_NOT_ALLOWED_200 = "ip_not_allowed_200"  # -18010001 with data null, under 200
    # instead of the check of the rate
    RATE_429 = "rate_429"
    # nothing is done
    ERROR_500 = "error_500"
    ERROR_502 = "error_502"
    ERROR_503 = "error_503"
    HTML_200 = "html_200"  # a page for people under 200
    EMPTY_200 = "empty_200"  # no body at all
    DATA_NULL = "data_null"  # code 0, data null
    ERRORS_200 = "errors_200"  # code 0 with data.errors[]
    INTERNAL_200 = "internal_200"  # -18010003, which asks for another try
    # nothing is done, at Cainiao only
    CHALLENGE_200 = "challenge_200"  # a page that asks whether one is human, under 200
    CHALLENGE_JSON = "challenge_json"  # the same as JSON of the shop's gateway
    ENVELOPE_FAILURE = "envelope_failure"  # success false, under 200
    # the work is done, and something is wrong with the answer
    TRUNCATED = "truncated"  # a whole HTTP body that ends in the middle of its JSON
    SLOW = "slow"  # sent after `seconds`
    DRIP = "drip"  # 16 bytes every `seconds`
    HUGE = "huge"  # padded with blanks to `size` bytes
    OMITS = "omits"  # the last accepted number is in neither list
    RENAMED = "renamed"  # the fields that hold events have another name from now on
    LOST_ANSWER = "lost_answer"  # the connection ends without a byte


REFUSES_KEY = frozenset({FaultKind.UNAUTHORIZED_401, FaultKind.IP_NOT_ALLOWED_200})
REFUSES_RATE = frozenset({FaultKind.RATE_429})
DOES_NOTHING = frozenset(
    {
        FaultKind.ERROR_500,
        FaultKind.ERROR_502,
        FaultKind.ERROR_503,
        FaultKind.HTML_200,
        FaultKind.EMPTY_200,
        FaultKind.DATA_NULL,
        FaultKind.ERRORS_200,
        FaultKind.INTERNAL_200,
    }
)
CAINIAO_ONLY = frozenset(
    {FaultKind.CHALLENGE_200, FaultKind.CHALLENGE_JSON, FaultKind.ENVELOPE_FAILURE}
)
SPOILS_ANSWER = frozenset(FaultKind) - REFUSES_KEY - REFUSES_RATE - DOES_NOTHING - CAINIAO_ONLY


class NothingYet(StrEnum):
    """How `gettrackinfo` speaks of a number without any event; clients have met all four."""

    NATURAL = "natural"  # rejected before the first result, NotFound after it
    REJECTED = "rejected"  # always rejected with -18019909
    NOTFOUND = "notfound"  # always accepted, with the status NotFound and no events
    NULL = "null"  # accepted with `track_info` null before the first result, NotFound after it


class ErrorShape(StrEnum):
    """How a refusal of the whole request is wrapped; clients have met both."""

    ERRORS = "errors"  # {"code": n, "data": {"errors": [{"code": n, "message": "…"}]}}
    NULL = "null"  # {"code": n, "data": null}


@dataclass(slots=True)
class Fault:
    """One fault. `endpoint` (lower case) None: any; `times` None: until it is cleared."""

    kind: FaultKind
    endpoint: str | None = None
    times: int | None = None
    seconds: float = 1.0
    retry_after: str | None = None
    size: int = 32 << 20


class Faults:
    """The faults in force, and the forms the service chooses freely; mutable and thread-safe.

    A server takes the kinds it knows; one that only another service shows stays where it is.
    """

    def __init__(
        self,
        *,
        nothing_yet: NothingYet | str = NothingYet.NATURAL,
        error_shape: ErrorShape | str = ErrorShape.ERRORS,
    ) -> None:
        self.nothing_yet = nothing_yet
        self.error_shape = error_shape
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def inject(
        self,
        kind: FaultKind | str,
        *,
        endpoint: str | None = None,
        times: int | None = None,
        seconds: float = 1.0,
        retry_after: str | None = None,
        size: int = 32 << 20,
    ) -> None:
        """Adds a fault: for one endpoint or all, `times` requests or until `clear`."""
        wanted = None if endpoint is None else endpoint.casefold()
        fault = Fault(FaultKind(kind), wanted, times, seconds, retry_after, size)
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, endpoint: str, kinds: Container[FaultKind]) -> Fault | None:
        """The first fault in force of these kinds, counted as used once."""
        with self._lock:
            for fault in self._faults:
                if fault.kind not in kinds or fault.endpoint not in (None, endpoint):
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                return fault
        return None
