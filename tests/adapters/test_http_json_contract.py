"""A described API stands what every adapter must stand, asked about one number at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.contract import Ask, FailureKind, Registering, Snapshot
from monitor.adapters.testing import NOW, ScriptedWire, WireContract, replied, reply
from tests.adapters.http_json_answers import described, parcel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.adapters.http_json import HttpJson


class TestHttpJsonContract(WireContract):
    """A document of the battery holds one answer for each number; each is parsed by itself."""

    numbers = ("LX123456785CN", "RR123456789CN")

    def make(self) -> HttpJson:
        return described(not_found=())

    def document(self, numbers: Sequence[str]) -> Any:
        return {number: parcel(number) for number in numbers}

    def events_in(self, document: Any, number: str) -> list[Any]:
        found: list[Any] = document[number]["parcel"]["scans"]
        return found

    def date(self, event: Any, at: datetime | None) -> None:
        event["when"] = at.isoformat() if at else None

    def poison(self, document: Any, number: str) -> None:
        document[number]["parcel"]["scans"] = "none"

    @property
    def asks(self) -> tuple[Ask, ...]:
        return (Ask(self.numbers[0]),)

    def parsed(self, document: Any, asks: Sequence[Ask] | None = None) -> list[Any]:
        """Who is left out is answered with what another one gets."""
        found = []
        for ask in asks or [Ask(number) for number in self.numbers]:
            answer = replied(document.get(ask.number, document[self.numbers[0]]))
            found += self.make().parse(answer, [ask], NOW)
        return found

    def test_every_number_asked_gets_its_snapshot_in_the_order_asked(self) -> None:
        found = self.parsed(self.document(self.numbers))
        assert [each.number for each in found] == list(self.numbers)
        assert all(isinstance(each, Snapshot) and len(each.events) == 3 for each in found)

    def test_deep_nesting_inside_an_item_stays_inside_its_number(self) -> None:
        body = replied(parcel(self.numbers[0], {"label": "HERE"})).body
        deep = body.replace(b'"HERE"', b"[" * 50_000 + b"]" * 50_000)
        assert self.refused(reply(200, deep)).kind is FailureKind.DRIFT

    def test_it_registers_nothing(self) -> None:
        assert not isinstance(self.make(), Registering)

    def test_two_numbers_in_one_request_are_a_fault_of_the_caller(self) -> None:
        asks = [Ask(number) for number in self.numbers]
        with pytest.raises(ValueError, match="one number"):
            self.make().parse(replied(parcel()), asks, NOW)
        with pytest.raises(ValueError, match="one number"):
            asyncio.run(self.make().fetch(ScriptedWire([]), asks))
