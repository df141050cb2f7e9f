"""Cainiao's public tracking page, asked by the address it asks itself; nobody promises that it stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.adapters.cainiao.aliases import SOURCE
from monitor.adapters.cainiao.answers import entries
from monitor.adapters.cainiao.outcomes import outcomes
from monitor.adapters.contract import Capability
from monitor.adapters.entries import same_number
from monitor.errors import BadInput
from monitor.numbers import candidates, normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.parcel.outcomes import Outcome
    from monitor.transport import Answer, Wire

__all__ = ["Cainiao"]

BATCH = 10  # numbers in one request, as the most careful of the known clients asks
_SITE = "https://global.cainiao.com"  # also where another address is asked: the page is for people
_LANGUAGE = "en-US"  # decides the words of every event; another one would look like edits
# What every known client sends. It stays the same: to change it after a refusal would be a disguise.
_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Accept": "application/json, text/plain, */*",
        "Accept-Language": "en-US,en;q=0.9",
        "Referer": f"{_SITE}/",
    }
)


@dataclass(frozen=True, slots=True)
class Cainiao:
    """Cainiao's public tracking page; needs no key, is unofficial and may stop any day.

    base_url  the site; its page for people is offered whatever stands here
    """

    base_url: str = _SITE

    @property
    def capability(self) -> Capability:
        """No limit is published. Those who asked every half hour were blocked; every 6 hours went well."""
        return Capability(
            name=SOURCE,
            official=False,
            needs_key=False,
            batch=BATCH,
            spacing=2.2,
            every=timedelta(hours=6),
            floor=timedelta(hours=2),
            leads=True,
            floor_binds=True,
            page=f"{_SITE}/newDetail.htm?mailNoList={{numbers}}",
        )

    @property
    def codes(self) -> Mapping[str, str]:
        """None of its own: the reading knows Cainiao's action codes."""
        return MappingProxyType({})

    def recognise(self, number: str) -> bool:
        """The forms of Cainiao's own numbers and of postal ones, as `data/numbers.toml` has them."""
        try:
            return any(SOURCE in form.ask for form in candidates(normalise(number)))
        except BadInput:
            return False

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """Asks about 1 to 10 numbers at once. Raises SourceTrouble."""
        if not 1 <= len(asks) <= BATCH:
            raise ValueError(f"1 to {BATCH} numbers fit one request, not {len(asks)}")
        numbers = dict.fromkeys(same_number(ask.number) for ask in asks)
        params = {"mailNos": ",".join(numbers), "lang": _LANGUAGE, "language": _LANGUAGE}
        return await wire.get("/global/detail.json", params=params, headers=_HEADERS)

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """One outcome per number asked. Raises SourceTrouble when the request failed as a whole."""
        return outcomes(entries(answer), asks, now)
