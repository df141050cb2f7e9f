"""DHL's unified tracking API: one free key for the divisions of DHL and Deutsche Post, 250 calls a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.adapters.contract import Capability
from monitor.adapters.dhl.numbers import is_of_dhl
from monitor.adapters.dhl.outcomes import SOURCE, TABLE, TITLE, outcome
from monitor.adapters.opening import no_key
from monitor.adapters.postcodes import postcode
from monitor.errors import BadInput
from monitor.numbers import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.parcel.outcomes import Outcome
    from monitor.transport import Answer, Wire

__all__ = ["Dhl"]

DAILY = 240  # of 250 calls; the rest is for those that have to be repeated
_SPACING = 5.25  # a little more than 5 s, as no clock here runs with DHL's


@dataclass(frozen=True, slots=True)
class Dhl:
    """DHL's official tracking API; needs a key, which is free for 250 calls a day.

    api_key   the consumer key of an app at developer.dhl.com with "Shipment Tracking - Unified"
    base_url  the API
    country   where parcels usually come to; with DE, postal numbers from abroad are asked about, too
    """

    api_key: str = field(default="", repr=False)
    base_url: str = "https://api-eu.dhl.com"
    country: str = ""

    @property
    def capability(self) -> Capability:
        """DHL's rule of thumb is at most ten looks a day at one parcel, at most one every 5 s."""
        return Capability(
            name=SOURCE,
            official=True,
            needs_key=True,
            batch=1,
            spacing=_SPACING,
            every=timedelta(hours=6),
            floor=timedelta(hours=3),
            leads=True,
            page="https://www.dhl.com/global-en/home/tracking.html?tracking-id={numbers}",
            daily=DAILY,
        )

    @property
    def codes(self) -> Mapping[str, str]:
        """None of its own: the reading knows DHL's five words."""
        return MappingProxyType({})

    def recognise(self, number: str) -> bool:
        """The forms DHL gives its own numbers, and postal ones that Deutsche Post delivers."""
        try:
            return is_of_dhl(normalise(number), self.country)
        except BadInput:
            return False

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """Asks about one number. Raises SourceTrouble."""
        ask = _only(asks)
        if not self.api_key:
            raise no_key(TITLE, TABLE)
        params = {"trackingNumber": ask.number.strip(), "language": "en"}
        if code := postcode(ask):  # some divisions show more to who knows it
            params["recipientPostalCode"] = code
        headers = {"DHL-API-Key": self.api_key, "Accept": "application/json"}
        return await wire.get("/track/shipments", params=params, headers=headers)

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """The outcome for the one number asked. Raises SourceTrouble when the request failed."""
        return (outcome(answer, _only(asks), now),)


def _only(asks: Sequence[Ask]) -> Ask:
    if len(asks) != 1:
        raise ValueError(f"one number fits one request, not {len(asks)}")
    return asks[0]
