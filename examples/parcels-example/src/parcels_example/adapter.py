"""Example Post: up to twenty numbers in one request, a token in a header."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.adapters.contract import Capability, FailureKind, SourceTrouble
from parcels_example.answers import outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Outcome
    from monitor.transport import Answer, Wire

NAME = "example_post"  # also that of the entry point, and of the table in the configuration
BATCH = 20


@dataclass(frozen=True, slots=True)
class ExamplePost:
    """Example Post, a carrier that exists only in this example.

    base_url  where its API is
    token     the key it gives to everybody who asks
    language  of the words of its events
    """

    api_version: ClassVar[int] = 1  # the interface this was written for: a number, not a constant

    base_url: str = "https://api.example.org/v1"
    token: str = field(default="", repr=False)
    language: str = "en"

    @property
    def capability(self) -> Capability:
        """What the source allows: here made up, otherwise from its terms, with a link to them."""
        return Capability(
            name=NAME,
            official=True,
            needs_key=True,
            batch=BATCH,
            spacing=1.0,
            every=timedelta(hours=4),
            floor=timedelta(hours=1),
            page="https://example.org/track?ids={numbers}",
        )

    @property
    def codes(self) -> Mapping[str, str]:
        """Codes the program does not know, with the stage each means; the words do the rest."""
        return {"EX70": "delivered"}

    def recognise(self, number: str) -> bool:
        return re.fullmatch(r"EX\d{9}[A-Z]{2}", number, re.ASCII) is not None

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """One request. The wire paces it, limits it, and keeps the token out of every error."""
        if not self.token:
            detail = f"Example Post needs a token. Put it into adapters.{NAME}.token."
            raise SourceTrouble(FailureKind.AUTH, detail)
        numbers = ",".join(ask.number for ask in asks)
        return await wire.get(
            "/parcels",
            params={"ids": numbers, "lang": self.language},
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
        )

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        return outcomes(answer, asks, now, NAME)
