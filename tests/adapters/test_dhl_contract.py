"""DHL stands what every adapter must stand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.contract import Registering
from monitor.adapters.dhl import Dhl
from monitor.adapters.testing import KEY
from tests.adapters import dhl_answers as made
from tests.adapters.one_at_a_time import OneAtATime

if TYPE_CHECKING:
    from datetime import datetime


class TestDhlContract(OneAtATime):
    numbers = ("RR123456785DE", "JJD000390007882823467")

    def make(self) -> Dhl:
        return Dhl(api_key=KEY)

    def answer(self, number: str) -> Any:
        return made.answer(made.shipment(number))

    def events_in(self, document: Any, number: str) -> list[Any]:
        found: list[Any] = document[number]["shipments"][0]["events"]
        return found

    def date(self, event: Any, at: datetime | None) -> None:
        event["timestamp"] = made.event("", "", at)["timestamp"]

    def poison(self, document: Any, number: str) -> None:
        document[number]["shipments"][0]["events"] = "none"

    def test_it_needs_no_registration(self) -> None:
        assert not isinstance(self.make(), Registering)


def test_it_is_asked_no_faster_than_the_free_key_allows() -> None:
    capability = Dhl().capability
    assert (capability.official, capability.needs_key, capability.paid) == (True, True, False)
    assert (capability.batch, capability.leads, capability.daily) == (1, True, 240)
    assert capability.spacing > 5
    assert timedelta(days=1) / capability.floor <= 10


@pytest.mark.parametrize(
    ("number", "anywhere", "in_germany"),
    [
        pytest.param("JJD000390007882823467", True, True, id="a piece of Paket"),
        pytest.param("JVGL05123456789012", True, True, id="a piece of Express"),
        pytest.param("00340434292135100124", True, True, id="the long form of Paket"),
        pytest.param("GM295117494011169042", True, True, id="eCommerce"),
        pytest.param("RR 1234 5678 5 DE", True, True, id="Deutsche Post, with blanks"),
        pytest.param("3318810025", True, True, id="a waybill of Express"),
        pytest.param("3318810010", False, False, id="ten digits with a wrong check digit"),
        pytest.param("470800204932", False, True, id="the short form of Paket"),
        pytest.param("LX123456785CN", False, True, id="the post of China"),
        pytest.param("LP00123456789012", False, False, id="an order at Cainiao"),
        pytest.param("№", False, False, id="no number at all"),
    ],
)
def test_it_recognises_numbers_worth_one_of_its_calls(
    number: str, anywhere: bool, in_germany: bool
) -> None:
    assert Dhl(country="FR").recognise(number) is anywhere
    assert Dhl(country="DE").recognise(number) is in_germany
