"""Ship24's official tracking API: a tracker is made once for a number, then read as often as wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.adapters.contract import Capability, Enrolment, EnrolmentState
from monitor.adapters.opening import no_key
from monitor.adapters.postcodes import postcode
from monitor.adapters.ship24 import errors
from monitor.adapters.ship24.outcomes import SOURCE, TABLE, TITLE, outcome, trackings
from monitor.errors import BadConfiguration, SourceTrouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.parcel.outcomes import Outcome
    from monitor.transport import Answer, Wire

__all__ = ["Ship24"]

_NUMBER = re.compile(r"[A-Za-z0-9-]{5,50}", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_COURIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+", re.ASCII)  # "us-post", "yun-express"
_MADE = range(200, 300)


@dataclass(frozen=True, slots=True)
class Ship24:
    """Ship24's official API; needs a key, and each new number costs one of the month's.

    api_key        the API key of the account
    base_url       version 1 of the API
    monthly_limit  so many new numbers a calendar month at most; the free plan has 10
    """

    api_key: str = field(default="", repr=False)
    base_url: str = "https://api.ship24.com/public/v1"
    monthly_limit: int = 10

    def __post_init__(self) -> None:
        if self.monthly_limit < 0:
            raise BadConfiguration("adapters.ship24.monthly_limit must be 0 or more.")

    @property
    def capability(self) -> Capability:
        """Reading is free, at most 10 times a second; Ship24 itself asks a carrier in its own time."""
        return Capability(
            name=SOURCE,
            official=True,
            needs_key=True,
            batch=1,
            spacing=0.25,
            every=timedelta(hours=6),
            floor=timedelta(hours=1),
            paid=True,
            page="https://www.ship24.com/tracking?p={numbers}",
            monthly=self.monthly_limit,
        )

    @property
    def codes(self) -> Mapping[str, str]:
        """None of its own: the reading knows Ship24's codes and milestones."""
        return MappingProxyType({})

    def recognise(self, number: str) -> bool:
        """5 to 50 letters, digits and hyphens: all that Ship24 takes."""
        return _NUMBER.fullmatch(number.strip()) is not None

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """Reads what is known of one number. Free. Raises SourceTrouble."""
        path = f"/trackers/search/{quote(_only(asks).number.strip(), safe='')}/results"
        return await wire.get(path, headers=self._headers())

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """The outcome for the one number asked. Raises SourceTrouble when the request failed."""
        return (outcome(answer, _only(asks), now),)

    async def register(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """Makes a tracker for one number where there is none yet, which costs one of the month's.

        Ship24 charges again for a number that comes with other particulars, so it is asked first
        whether it has one. After a lost answer (SourceTrouble with `maybe_done`) `enrolled` tells.
        """
        ask = _only(asks)
        if await self._has(wire, ask):
            return (Enrolment(ask.number, EnrolmentState.REGISTERED, free=True),)
        answer = await wire.post(
            "/trackers", json=_body(ask), headers=self._headers(), repeatable=False
        )
        if answer.status in _MADE:
            _check_made(answer)
            return (Enrolment(ask.number, EnrolmentState.REGISTERED),)
        return (errors.enrolment(ask.number, answer),)

    async def enrolled(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """Whether there is a tracker for the one number: REGISTERED or NEW. Free."""
        ask = _only(asks)
        there = await self._has(wire, ask)
        state = EnrolmentState.REGISTERED if there else EnrolmentState.NEW
        return (Enrolment(ask.number, state),)

    async def _has(self, wire: Wire, ask: Ask) -> bool:
        answer = await self.fetch(wire, [ask])
        return not errors.is_unknown(answer) and bool(trackings(answer))

    def _headers(self) -> Mapping[str, str]:
        if not self.api_key:
            raise no_key(TITLE, TABLE)
        return {
            "Authorization": f"Bearer {self.api_key}",
            "Content-Type": "application/json; charset=utf-8",
        }


def _body(ask: Ask) -> dict[str, object]:
    """What a tracker is made with. Another value in any field would be another shipment."""
    body: dict[str, object] = {"trackingNumber": ask.number.strip()}
    countries = (("originCountryCode", ask.origin), ("destinationCountryCode", ask.destination))
    body |= {name: code.upper() for name, code in countries if _COUNTRY.fullmatch(code)}
    if code := postcode(ask):
        body["destinationPostCode"] = code
    if _COURIER.fullmatch(ask.wanted_carrier.strip()):
        body["courierCode"] = [ask.wanted_carrier.strip()]
    return body


def _check_made(answer: Answer) -> None:
    """Raises SourceTrouble with `maybe_done` where the answer does not say what became of it."""
    try:
        errors.made(answer)
    except SourceTrouble as trouble:
        trouble.maybe_done = True
        raise


def _only(asks: Sequence[Ask]) -> Ask:
    if len(asks) != 1:
        raise ValueError(f"one number fits one request, not {len(asks)}")
    return asks[0]
