"""17TRACK's official tracking API: register a number once, then ask about it as often as wanted."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.adapters.contract import Capability, Enrolment, EnrolmentState
from monitor.adapters.seventeentrack.answers import as_key
from monitor.adapters.seventeentrack.codes import Next, refusal
from monitor.adapters.seventeentrack.envelope import answered_at, read_envelope
from monitor.adapters.seventeentrack.outcomes import (
    SOURCE,
    by_number,
    error_code,
    outcomes,
    same_number,
)
from monitor.adapters.seventeentrack.registration import (
    carrier_key,
    extra_problem,
    item_to_register,
    known_extras,
)
from monitor.errors import BadConfiguration, BadInput, FailureKind, SourceTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.adapters.seventeentrack.outcomes import Rows
    from monitor.parcel.outcomes import Outcome
    from monitor.transport import Answer, Wire

__all__ = ["SeventeenTrack", "carrier_key", "extra_problem", "known_extras"]

BATCH = 40  # numbers in one request; with more, 17TRACK refuses all of them
PAGE_SIZE = 40  # rows in one answer of gettracklist; fixed by 17TRACK
PAGES_LIMIT = 25  # 40 numbers have a handful of registrations; more means the filter was ignored
_SPREAD = 1.05  # a little more than 1/rate, as no clock here runs with 17TRACK's
_NUMBER = re.compile(r"[A-Za-z0-9-]{5,50}", re.ASCII)
_KEY_TEXT = re.compile(r"[!-~]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class SeventeenTrack:
    """17TRACK's official API; needs a key, and each new number costs quota.

    api_key              the access key of the account, from the security page of the dashboard
    base_url             version 2.4 of the API; version 2.2 is understood, too
    requests_per_second  17TRACK takes 3 from one key, over all programs that use it
    """

    api_key: str = field(default="", repr=False)
    base_url: str = "https://api.17track.net/track/v2.4"
    requests_per_second: float = 3

    def __post_init__(self) -> None:
        if not _KEY_TEXT.fullmatch(self.api_key):
            raise BadConfiguration(
                "adapters.seventeentrack.api_key holds a blank or a character no key has; copy it again."
            )
        if not (math.isfinite(self.requests_per_second) and self.requests_per_second > 0):
            raise BadConfiguration(
                "adapters.seventeentrack.requests_per_second must be above 0; 17TRACK takes 3."
            )

    @property
    def capability(self) -> Capability:
        """17TRACK itself asks a carrier every 6 to 12 hours; asking 17TRACK is free."""
        return Capability(
            name=SOURCE,
            official=True,
            needs_key=True,
            batch=BATCH,
            spacing=_SPREAD / self.requests_per_second,
            every=timedelta(hours=3),
            floor=timedelta(minutes=15),
            paid=True,
        )

    @property
    def codes(self) -> Mapping[str, str]:
        """None of its own: the reading knows 17TRACK's sub-statuses."""
        return MappingProxyType({})

    def recognise(self, number: str) -> bool:
        """5 to 50 letters, digits and hyphens: all that 17TRACK takes."""
        return _NUMBER.fullmatch(number.strip()) is not None

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """Asks about 1 to 40 registered numbers. Free. Raises SourceTrouble."""
        items = [_item(ask) for ask in _batch(asks)]
        return await self._post(wire, "/gettrackinfo", items)

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """One outcome per number asked. Raises SourceTrouble when the request failed as a whole."""
        return outcomes(read_envelope(answer, now), asks, now)

    async def register(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """Registers 1 to 40 numbers in one request; each accepted one costs 1 quota.

        A number whose carrier or extras cannot be sent is REFUSED without being sent. After a lost
        answer (SourceTrouble with `maybe_done`) `enrolled` tells what arrived.
        """
        items, refused = _to_register(_batch(asks))
        if not items:
            return tuple(refused[ask.number] for ask in asks)
        answer = await self._post(wire, "/register", items, repeatable=False)
        envelope = read_envelope(answer, answered_at(answer), changing=True)
        accepted, rejected = by_number(envelope.accepted), by_number(envelope.rejected)
        return tuple(
            refused.get(ask.number) or _enrolment(ask.number, accepted, rejected) for ask in asks
        )

    async def enrolled(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """Which of 1 to 40 numbers the account has: REGISTERED or NEW for each. Free.

        NEW is said only after the whole list was read, as the next registration costs.
        """
        wanted = {same_number(ask.number) for ask in _batch(asks)}
        found: Rows = {}
        for page in range(1, PAGES_LIMIT + 1):
            body = {"number": ",".join(ask.number for ask in asks), "page_no": page}
            answer = await self._post(wire, "/gettracklist", body)
            envelope = read_envelope(answer, answered_at(answer))
            for number, rows in by_number(envelope.accepted).items():
                found.setdefault(number, []).extend(rows)
            more = page < envelope.pages if envelope.pages else len(envelope.accepted) >= PAGE_SIZE
            if not more or wanted <= found.keys():
                return tuple(_listed(ask, found.get(same_number(ask.number), [])) for ask in asks)
        raise SourceTrouble(
            FailureKind.DRIFT,
            "17TRACK's list of registered numbers has more pages than 40 numbers can fill.",
        )

    async def _post(
        self, wire: Wire, path: str, body: object, *, repeatable: bool = True
    ) -> Answer:
        if not self.api_key:
            raise SourceTrouble(
                FailureKind.AUTH,
                "17TRACK needs a key. Put it into adapters.seventeentrack.api_key.",
            )
        headers = {"17token": self.api_key}
        return await wire.post(path, json=body, headers=headers, repeatable=repeatable)


def _batch(asks: Sequence[Ask]) -> Sequence[Ask]:
    if not 1 <= len(asks) <= BATCH:
        raise ValueError(f"1 to {BATCH} numbers fit one request, not {len(asks)}")
    return asks


def _item(ask: Ask) -> dict[str, object]:
    """Further fields would risk a refusal of the whole request."""
    key = as_key(ask.carrier)
    return {"number": ask.number, "carrier": key} if key else {"number": ask.number}


def _to_register(asks: Sequence[Ask]) -> tuple[list[dict[str, object]], dict[str, Enrolment]]:
    """The items to send, one a number as each would cost, and the numbers that cannot be sent."""
    items: dict[str, dict[str, object]] = {}
    refused: dict[str, Enrolment] = {}
    for ask in asks:
        try:
            items.setdefault(same_number(ask.number), item_to_register(ask))
        except BadInput as problem:
            refused[ask.number] = _not_registered(
                ask.number, EnrolmentState.REFUSED, str(problem), FailureKind.BAD_REQUEST
            )
    return list(items.values()), refused


def _enrolment(number: str, accepted: Rows, rejected: Rows) -> Enrolment:
    found = accepted.get(same_number(number))
    if found:
        return Enrolment(number, EnrolmentState.REGISTERED, _carrier(found[0]))
    refused = rejected.get(same_number(number))
    if not refused:
        detail = "17TRACK's answer to the registration does not mention this number."
        return _not_registered(number, EnrolmentState.REGISTERING, detail, FailureKind.TRANSIENT)
    why = refusal(error_code(refused[0]))
    if why.next is Next.DONE:
        return Enrolment(number, EnrolmentState.REGISTERED, _carrier(refused[0]))
    later = why.kind in (FailureKind.QUOTA, FailureKind.TRANSIENT, FailureKind.RATE_LIMITED)
    state = EnrolmentState.NEW if later else EnrolmentState.REFUSED
    return _not_registered(number, state, why.about(number), why.kind)


def _not_registered(
    number: str, state: EnrolmentState, detail: str, failure: FailureKind
) -> Enrolment:
    return Enrolment(number, state, detail=detail, failure=failure)


def _listed(ask: Ask, rows: Sequence[Mapping[str, object]]) -> Enrolment:
    """The registration meant, where there are several: the known carrier's, the wanted one's, a live one."""
    if not rows:
        return Enrolment(ask.number, EnrolmentState.NEW)

    def fits(row: Mapping[str, object]) -> tuple[bool, bool, bool]:
        carrier = _carrier(row)
        live = row.get("tracking_status") != "Stopped"
        return carrier == ask.carrier, carrier == ask.wanted_carrier.strip(), live

    best = max(rows, key=fits)
    stopped = best.get("tracking_status") == "Stopped"
    detail = "17TRACK has stopped tracking this number." if stopped else ""
    return Enrolment(ask.number, EnrolmentState.REGISTERED, _carrier(best), detail)


def _carrier(row: Mapping[str, object]) -> str:
    key = as_key(row.get("carrier"))
    return str(key) if key else ""
