"""Parcels app's official API: a request is made, and asked after until every number in it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.adapters.contract import Capability, Enrolment, EnrolmentState
from monitor.adapters.countries import english_name
from monitor.adapters.entries import same_number
from monitor.adapters.opening import no_key
from monitor.adapters.parcelsapp import requests
from monitor.adapters.parcelsapp.outcomes import SOURCE, TABLE, TITLE, outcomes, result
from monitor.adapters.postcodes import postcode
from monitor.errors import FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.parcel.outcomes import Outcome
    from monitor.transport import Answer, Wire

__all__ = ["ParcelsApp"]

BATCH = 20  # no limit is published; a request takes as long as its slowest carrier
POLLS = 12  # questions after one request; what is not done by then is asked about another time
_PATH = "/shipments/tracking"
_LANGUAGE = "en"  # decides the words of every event; another one would look like edits
_JSON: Mapping[str, str] = MappingProxyType({"Accept": "application/json"})
_NUMBER = re.compile(r"[A-Za-z0-9-]{5,50}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ParcelsApp:
    """Parcels app's official API; needs a key, and each number costs once a month.

    api_key   the key of the account, from the dashboard
    base_url  version 3 of the API
    """

    api_key: str = field(default="", repr=False)
    base_url: str = "https://parcelsapp.com/api/v3"

    @property
    def capability(self) -> Capability:
        """No limit is published. A question after a request counts as one, so they keep the pace, too."""
        return Capability(
            name=SOURCE,
            official=True,
            needs_key=True,
            batch=BATCH,
            spacing=5.0,
            every=timedelta(hours=6),
            floor=timedelta(hours=4),
            paid=True,
            page="https://parcelsapp.com/en",  # a link of its own takes one number alone
        )

    @property
    def codes(self) -> Mapping[str, str]:
        """None of its own: the reading knows its words for the state of a parcel."""
        return MappingProxyType({})

    def recognise(self, number: str) -> bool:
        """5 to 50 letters, digits and hyphens: it finds the carrier itself."""
        return _NUMBER.fullmatch(number.strip()) is not None

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """Asks about 1 to 20 numbers, and waits for them. Raises SourceTrouble.

        A request that is forgotten meanwhile is made once more.
        """
        answer = await self._followed(wire, await self._post(wire, asks))
        if requests.forgotten(answer):
            answer = await self._followed(wire, await self._post(wire, asks))
        return answer

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """One outcome per number asked. Raises SourceTrouble when the request failed as a whole."""
        return outcomes(result(answer), asks, now)

    async def register(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """Has 1 to 20 numbers looked up for the first time, which counts each of them once a month.

        A number without a country it goes to is REFUSED without being sent: most carriers then show
        nothing, and it would count all the same. After a lost answer it can simply be sent again.
        """
        known = [ask for ask in asks if english_name(ask.destination)]
        if known:
            result(await self._post(wire, known))
        return tuple(_registered(ask) if ask in known else _without_country(ask) for ask in asks)

    async def enrolled(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """NEW for all: there is no list, and what was counted this month counts no second time."""
        del wire
        return tuple(Enrolment(ask.number, EnrolmentState.NEW) for ask in asks)

    async def _post(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        if not 1 <= len(asks) <= BATCH:
            raise ValueError(f"1 to {BATCH} numbers fit one request, not {len(asks)}")
        if not self.api_key:
            raise no_key(TITLE, TABLE)
        items = {same_number(ask.number): _item(ask) for ask in asks}
        body = {"apiKey": self.api_key, "language": _LANGUAGE, "shipments": list(items.values())}
        return await wire.post(_PATH, json=body, headers=_JSON)

    async def _followed(self, wire: Wire, first: Answer) -> Answer:
        """The answer to a request once it is done, or as far as it came, as one answer."""
        request = requests.opened(first)
        if request is None:
            return first
        params = {"uuid": request.uuid, "apiKey": self.api_key, "language": _LANGUAGE}
        for _ in range(POLLS):
            answer = await wire.get(_PATH, params=params, headers=_JSON)
            if not request.add(answer):
                return answer
            if request.done:
                break
        return request.as_answer()


def _item(ask: Ask) -> dict[str, str]:
    item = {"trackingId": ask.number.strip()}
    if country := english_name(ask.destination):
        item["destinationCountry"] = country
    if code := postcode(ask):
        item["zipcode"] = code
    return item


def _registered(ask: Ask) -> Enrolment:
    return Enrolment(ask.number, EnrolmentState.REGISTERED)


def _without_country(ask: Ask) -> Enrolment:
    detail = (
        "Parcels app needs the country the parcel goes to: "
        f"parcels edit {ask.number} --to CC, or country in the configuration."
    )
    return Enrolment(ask.number, EnrolmentState.REFUSED, "", detail, FailureKind.BAD_REQUEST)
