"""Cainiao stands what every adapter must stand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.adapters.cainiao import Cainiao
from monitor.adapters.contract import FailureKind, Registering
from monitor.adapters.testing import WireContract
from tests.adapters import cainiao_answers as made

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


class TestCainiaoContract(WireContract):
    numbers = ("LP00000000000001", "RR123456785CN")
    has_key = False
    html_kind = FailureKind.CHALLENGE
    statuses: Mapping[int, FailureKind] = {
        **WireContract.statuses,
        # No key can be wrong: it is a program that is not wanted.
        401: FailureKind.CHALLENGE,
        403: FailureKind.CHALLENGE,
    }

    def make(self) -> Cainiao:
        return Cainiao()

    def document(self, numbers: Sequence[str]) -> Any:
        return made.answer(*(made.entry(number) for number in numbers))

    def events_in(self, document: Any, number: str) -> list[Any]:
        found: list[Any] = self.entry(document, number)["detailList"]
        return found

    def date(self, event: Any, at: datetime | None) -> None:
        event.update(made.timed(at))

    def poison(self, document: Any, number: str) -> None:
        self.entry(document, number)["detailList"] = "none"

    def entry(self, document: Any, number: str) -> Any:
        return {entry["mailNo"]: entry for entry in document["module"]}[number]

    def test_it_needs_no_registration(self) -> None:
        assert not isinstance(self.make(), Registering)


def test_it_is_asked_gently_and_leads_although_nobody_promises_anything() -> None:
    capability = Cainiao().capability
    assert (capability.official, capability.needs_key, capability.paid) == (False, False, False)
    assert capability.leads
    assert capability.floor_binds
    assert capability.batch == 10
    assert capability.spacing >= 2
    assert (capability.every, capability.floor) == (timedelta(hours=6), timedelta(hours=2))


def test_the_page_for_people_is_the_real_one_whatever_address_is_asked() -> None:
    page = Cainiao(base_url="http://127.0.0.1:1").capability.page
    shown = page.format(numbers="LP00000000000001,RR123456785CN")
    assert shown == (
        "https://global.cainiao.com/newDetail.htm?mailNoList=LP00000000000001,RR123456785CN"
    )


@pytest.mark.parametrize(
    ("number", "worth_asking"),
    [
        pytest.param("LP00700000000001", True, id="an order at Cainiao"),
        pytest.param("ap 0083 9881 4555 75", True, id="small letters and blanks"),
        pytest.param("CNG00839881455575", True, id="Cainiao's own number"),
        pytest.param("RC000000005EE", True, id="a postal number"),
        pytest.param("UA123456789YP", True, id="Yanwen"),
        pytest.param("4PX3000000000000CN", True, id="4PX, as a second source"),
        pytest.param("YT2616912345678901", False, id="YunExpress"),
        pytest.param("GFUS01000000000000", False, id="a last mile of the United States"),
        pytest.param("1Z999AA10123456784", False, id="a form nobody described"),
        pytest.param("LP007", False, id="half a number"),
    ],
)
def test_it_recognises_what_cainiao_is_known_to_know(number: str, worth_asking: bool) -> None:
    assert Cainiao().recognise(number) is worth_asking
