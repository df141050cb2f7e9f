"""17TRACK's official tracking API: register a number once, then ask about it as often as wanted."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.adapters.accounts import Change, ChangeState, Listing
from monitor.adapters.contract import Capability
from monitor.adapters.seventeentrack import pushes
from monitor.adapters.seventeentrack.account import (
    carrier_item,
    changes,
    quota_reading,
    registered,
)
from monitor.adapters.seventeentrack.answers import as_key
from monitor.adapters.seventeentrack.enrolments import enrolment, listed, to_register
from monitor.adapters.seventeentrack.envelope import (
    Envelope,
    answered_at,
    read_data,
    read_envelope,
)
from monitor.adapters.seventeentrack.outcomes import SOURCE, by_number, outcomes, same_number
from monitor.adapters.seventeentrack.registration import (
    carrier_key,
    extra_problem,
    final_carrier_of,
    info_of,
    known_extras,
)
from monitor.errors import BadConfiguration, BadInput, FailureKind, SourceTrouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.accounts import Registered
    from monitor.adapters.contract import Ask, Enrolment
    from monitor.adapters.pushes import Push
    from monitor.adapters.seventeentrack.outcomes import Rows
    from monitor.parcel.outcomes import Outcome
    from monitor.quota import QuotaReading
    from monitor.transport import Answer, Wire

__all__ = ["SeventeenTrack", "carrier_key", "extra_problem", "known_extras"]

BATCH = 40  # numbers in one request; with more, 17TRACK refuses all of them
PAGE_SIZE = 40  # rows in one answer of gettracklist; fixed by 17TRACK
PAGES_LIMIT = 25  # 40 numbers have a handful of registrations; more means the filter was ignored
ACCOUNT_PAGES_LIMIT = 250  # of a whole account: 10,000 numbers
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

    def signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether a push bears the signature made with the key, in constant time."""
        return pushes.signed(body, headers, self.api_key)

    def opened(self, body: bytes) -> Push:
        """What a push is about. Raises SourceTrouble."""
        return pushes.opened(body)

    def shown(self, push: Push, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """One outcome per number: the items of a push are those of `gettrackinfo`."""
        return outcomes(Envelope(push.rows), asks, now)

    async def register(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """Registers 1 to 40 numbers in one request; each accepted one costs 1 quota.

        A number whose carrier or extras cannot be sent is REFUSED without being sent. After a lost
        answer (SourceTrouble with `maybe_done`) `enrolled` tells what arrived.
        """
        items, refused = to_register(_batch(asks))
        if not items:
            return tuple(refused[ask.number] for ask in asks)
        envelope = await self._changed(wire, "/register", items)
        accepted, rejected = by_number(envelope.accepted), by_number(envelope.rejected)
        return tuple(
            refused.get(ask.number) or enrolment(ask.number, accepted, rejected) for ask in asks
        )

    async def enrolled(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """Which of 1 to 40 numbers the account has: REGISTERED or NEW for each. Free.

        NEW is said only after the whole list was read, as the next registration costs.
        """
        wanted = {same_number(ask.number) for ask in _batch(asks)}
        found: Rows = {}
        async for envelope, last in self._pages(wire, _by_numbers(asks), PAGES_LIMIT):
            for number, rows in by_number(envelope.accepted).items():
                found.setdefault(number, []).extend(rows)
            if last or wanted <= found.keys():
                return tuple(listed(ask, found.get(same_number(ask.number), [])) for ask in asks)
        raise SourceTrouble(
            FailureKind.DRIFT,
            "17TRACK's list of registered numbers has more pages than 40 numbers can fill.",
        )

    async def listed(self, wire: Wire, asks: Sequence[Ask] = ()) -> Listing:
        """The account's registrations, at most 10,000, or those of 1 to 40 numbers. Free."""
        wanted = _by_numbers(_batch(asks)) if asks else {"order_by": "RegisterTimeAsc"}
        rows: list[Registered] = []
        async for envelope, last in self._pages(wire, wanted, ACCOUNT_PAGES_LIMIT):
            rows += registered(envelope.accepted)
            if last:
                return Listing(tuple(rows))
        return Listing(tuple(rows), whole=False)

    async def change_carrier(self, wire: Wire, ask: Ask, carrier: str, final: str) -> Change:
        """Moves a registration to other carriers, five times at the most. Free."""
        body = [carrier_item(ask, carrier, final)]
        return changes([ask], await self._changed(wire, "/changecarrier", body))[0]

    def info_of(self, ask: Ask) -> Mapping[str, object]:
        """Countries and extras, as at the registration. Raises BadInput."""
        return info_of(ask)

    async def change_info(self, wire: Wire, ask: Ask) -> Change:
        """Tells countries and extras; labels and notes stay here. Nothing to tell: DONE. Free."""
        try:
            items = info_of(ask)
        except BadInput as problem:
            return Change(ask.number, ChangeState.REFUSED, detail=str(problem))
        if not items:
            return Change(ask.number, ChangeState.DONE)
        body = [{**_item(ask), "items": items}]
        return changes([ask], await self._changed(wire, "/changeinfo", body))[0]

    async def track_again(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Change, ...]:
        """Has 1 to 40 stopped numbers tracked again; 17TRACK does so once for each. Free."""
        items = [_item(ask) for ask in _batch(asks)]
        return changes(asks, await self._changed(wire, "/retrack", items))

    async def forget(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Change, ...]:
        """Deletes 1 to 40 registrations for good. Registering them again costs again."""
        items = [_item(ask) for ask in _batch(asks)]
        return changes(asks, await self._changed(wire, "/deletetrack", items))

    async def quota(self, wire: Wire, now: datetime) -> QuotaReading:
        """How many numbers may still be registered. Free."""
        answer = await self._post(wire, "/getquota", [])
        return quota_reading(read_data(answer, answered_at(answer)), now)

    def key_of(self, carrier: str) -> str:
        """17TRACK's key of a carrier given by name or key. Raises BadInput."""
        return str(carrier_key(carrier))

    def final_of(self, extra: Sequence[tuple[str, str]]) -> str:
        """The key of the last-mile carrier among these extras, or "". Raises BadInput."""
        return final_carrier_of(extra)

    async def _pages(
        self, wire: Wire, wanted: Mapping[str, object], limit: int
    ) -> AsyncIterator[tuple[Envelope, bool]]:
        """The pages of `gettracklist`, each with whether it is the last one."""
        for page in range(1, limit + 1):
            answer = await self._post(wire, "/gettracklist", {**wanted, "page_no": page})
            envelope = read_envelope(answer, answered_at(answer))
            more = page < envelope.pages if envelope.pages else len(envelope.accepted) >= PAGE_SIZE
            yield envelope, not more

    async def _changed(self, wire: Wire, path: str, body: object) -> Envelope:
        """A request that must not be sent twice by itself."""
        answer = await self._post(wire, path, body, repeatable=False)
        return read_envelope(answer, answered_at(answer), changing=True)

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


def _by_numbers(asks: Sequence[Ask]) -> dict[str, object]:
    return {"number": ",".join(ask.number for ask in asks)}
