"""Ship24 stands what every adapter must stand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.contract import Registering
from monitor.adapters.ship24 import Ship24
from monitor.adapters.testing import KEY, ScriptedWire, replied
from monitor.errors import BadConfiguration
from tests.adapters import ship24_answers as made
from tests.adapters.one_at_a_time import OneAtATime

if TYPE_CHECKING:
    from datetime import datetime


class TestShip24Contract(OneAtATime):
    numbers = ("LP00000000000001", "RR123456789CN")

    def make(self) -> Ship24:
        return Ship24(api_key=KEY)

    def answer(self, number: str) -> Any:
        return made.answer(made.tracking(number))

    def events_in(self, document: Any, number: str) -> list[Any]:
        found: list[Any] = document[number]["data"]["trackings"][0]["events"]
        return found

    def date(self, event: Any, at: datetime | None) -> None:
        event["occurrenceDatetime"] = made.event("", at)["occurrenceDatetime"]

    def poison(self, document: Any, number: str) -> None:
        document[number]["data"]["trackings"][0]["events"] = "none"

    def test_the_key_travels_in_a_header_and_nowhere_else(self) -> None:
        wire = ScriptedWire([replied(self.answer(self.numbers[0]))])
        asyncio.run(self.make().fetch(wire, self.asks))
        (sent,) = wire.sent
        assert KEY not in sent.path + repr(sent.json)
        assert sent.headers["Authorization"] == f"Bearer {KEY}"

    def test_it_registers(self) -> None:
        assert isinstance(self.make(), Registering)


def test_it_costs_and_has_ten_a_month_unless_the_owner_says_otherwise() -> None:
    assert (Ship24().capability.paid, Ship24().capability.monthly) == (True, 10)
    assert Ship24(monthly_limit=0).capability.monthly == 0
    with pytest.raises(BadConfiguration, match="monthly_limit"):
        Ship24(monthly_limit=-1)
