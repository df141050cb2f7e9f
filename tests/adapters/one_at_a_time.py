"""The batteries for a source that is asked about one number at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.contract import Ask, Failure, Snapshot
from monitor.adapters.testing import NOW, ScriptedWire, WireContract, replied, reply

if TYPE_CHECKING:
    from collections.abc import Sequence


class OneAtATime(WireContract):
    """A document of the battery holds one answer for each number; each is parsed by itself."""

    @property
    def asks(self) -> tuple[Ask, ...]:
        return (Ask(self.numbers[0]),)

    def answer(self, number: str) -> Any:
        """A good answer about one number."""
        raise NotImplementedError

    def document(self, numbers: Sequence[str]) -> Any:
        return {number: self.answer(number) for number in numbers}

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
        assert all(isinstance(each, Snapshot) and len(each.events) >= 3 for each in found)

    def test_deep_nesting_inside_an_item_stays_inside_its_number(self) -> None:
        document = self.document(self.numbers)
        self.events_in(document, self.numbers[0]).append("HERE")
        body = replied(document[self.numbers[0]]).body
        deep = body.replace(b'"HERE"', b"[" * 50_000 + b"]" * 50_000)
        (odd,) = self.make().parse(reply(200, deep), self.asks, NOW)
        assert isinstance(odd, Snapshot | Failure)

    def test_two_numbers_in_one_request_are_a_fault_of_the_caller(self) -> None:
        asks = [Ask(number) for number in self.numbers]
        good = replied(self.answer(self.numbers[0]))
        with pytest.raises(ValueError, match="one number"):
            self.make().parse(good, asks, NOW)
        with pytest.raises(ValueError, match="one number"):
            asyncio.run(self.make().fetch(ScriptedWire([]), asks))
