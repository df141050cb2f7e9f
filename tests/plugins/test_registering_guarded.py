"""An adapter of a plug-in that registers numbers is believed as little as one that only asks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from monitor.adapters.contract import (
    Ask,
    Capability,
    Enrolment,
    EnrolmentState,
    FailureKind,
    Registering,
    SourceTrouble,
)
from monitor.plugins import Offer
from monitor.plugins.adapters import make_adapter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.adapters.contract import Adapter

SECRET = "sentinel0token0that0must0not0show"
OFFER = Offer("monitor.adapters", "made", "made:Made", "parcels-made", "1.0")
ASKS = (Ask("LP00123456789012"), Ask("LP00123456789029"))
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Asking:
    """Says of every number what it was made with."""

    api_version: ClassVar[int] = 1
    base_url: str = ""
    says: Any = None

    @property
    def capability(self) -> Capability:
        return Capability("made", True, False, 5, 1.0, HOUR, HOUR)

    @property
    def codes(self) -> dict[str, str]:
        return {}

    def recognise(self, number: str) -> bool:
        return bool(number)

    async def fetch(self, wire: Any, asks: Sequence[Ask]) -> Any:
        raise NotImplementedError

    def parse(self, answer: Any, asks: Sequence[Ask], now: datetime) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class Telling(Asking):
    async def register(self, wire: Any, asks: Sequence[Ask]) -> Any:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    enrolled = register


def made(says: Any, kind: type = Telling) -> Adapter:
    return make_adapter(OFFER, kind, {"says": says}, (SECRET,))


def registered(says: Any) -> tuple[Enrolment, ...]:
    adapter = made(says)
    assert isinstance(adapter, Registering)
    return asyncio.run(adapter.register(None, ASKS))  # type: ignore[arg-type]


def test_only_what_can_register_is_taken_to() -> None:
    assert not isinstance(made(None, Asking), Registering)
    assert isinstance(made(None), Registering)


def test_what_was_refused_is_handed_on_without_the_key() -> None:
    refused = Enrolment(ASKS[0].number, EnrolmentState.REFUSED, detail=f"no {SECRET}\x1b[31m")
    fine = Enrolment(ASKS[1].number, EnrolmentState.REGISTERED, carrier="c" * 500)

    found = registered((refused, fine))

    assert found[0].detail == "no ***[31m"
    assert len(found[1].carrier) == 80


@pytest.mark.parametrize(
    "says",
    [
        pytest.param((), id="too few"),
        pytest.param((1, 2), id="numbers"),
        pytest.param(None, id="nothing"),
        pytest.param(KeyError(SECRET), id="an error"),
    ],
)
def test_whatever_else_it_says_may_have_been_done_and_is_a_trouble(says: Any) -> None:
    with pytest.raises(SourceTrouble) as trouble:
        registered(says)
    assert (trouble.value.kind, trouble.value.maybe_done) == (FailureKind.DRIFT, True)
    assert "parcels-made 1.0" in trouble.value.detail
    assert SECRET not in trouble.value.detail + repr(trouble.value.__cause__)


def test_a_trouble_it_knows_keeps_its_kind_its_wait_and_whether_it_may_be_done() -> None:
    until = datetime(2026, 9, 1, tzinfo=UTC)
    busy = SourceTrouble(FailureKind.QUOTA, f"paid by {SECRET}", wait=HOUR, until=until)

    with pytest.raises(SourceTrouble) as trouble:
        registered(busy)

    said = trouble.value
    assert (said.kind, said.wait, said.until, said.maybe_done) == (busy.kind, HOUR, until, False)
    assert said.detail == "paid by ***"
