"""Parcels app stands what every adapter must stand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.contract import Registering
from monitor.adapters.parcelsapp import ParcelsApp
from monitor.adapters.testing import KEY, ScriptedWire, WireContract, replied
from tests.adapters import parcelsapp_answers as made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class TestParcelsAppContract(WireContract):
    numbers = ("LP00000000000001", "RR123456789CN")

    def make(self) -> ParcelsApp:
        return ParcelsApp(api_key=KEY)

    def document(self, numbers: Sequence[str]) -> Any:
        return made.answer(*(made.shipment(number) for number in numbers))

    def events_in(self, document: Any, number: str) -> list[Any]:
        found: list[Any] = self.shipment(document, number)["states"]
        return found

    def date(self, event: Any, at: datetime | None) -> None:
        event["date"] = made.state("", at)["date"]

    def poison(self, document: Any, number: str) -> None:
        self.shipment(document, number)["states"] = "none"

    def shipment(self, document: Any, number: str) -> Any:
        return {row["trackingId"]: row for row in document["shipments"]}[number]

    def test_the_key_travels_in_a_header_and_nowhere_else(self) -> None:
        """This API wants it in the body of what is posted, and in the query of what is asked."""
        good = replied(self.document(self.numbers))
        wire = ScriptedWire([replied(made.CREATED), good])
        asyncio.run(self.make().fetch(wire, self.asks))
        posted, asked = wire.sent
        assert posted.json.pop("apiKey") == KEY
        assert asked.json.pop("apiKey") == KEY
        for sent in wire.sent:
            assert KEY not in sent.path + repr(sent.json) + repr(sent.headers)

    def test_it_registers(self) -> None:
        assert isinstance(self.make(), Registering)


@pytest.mark.parametrize(
    ("number", "worth_asking"),
    [
        pytest.param("LP00700000000001", True, id="an order at Cainiao"),
        pytest.param("1Z999AA10123456784", True, id="any other form"),
        pytest.param("four", False, id="four characters"),
        pytest.param("two words", False, id="a blank"),
    ],
)
def test_it_finds_the_carrier_of_any_number_itself(number: str, worth_asking: bool) -> None:
    assert ParcelsApp().recognise(number) is worth_asking


def test_it_costs_and_is_asked_gently() -> None:
    capability = ParcelsApp().capability
    assert (capability.official, capability.needs_key, capability.paid) == (True, True, True)
    assert capability.spacing >= 5
