"""A machine with two sources beside it, Cainiao and 17TRACK, that tell of the same parcels."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from inspect import isawaitable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from monitor.adapters.contract import Capability
from monitor.sandbox.cainiao import CainiaoSandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from monitor.adapters.contract import Ask, Outcome
    from monitor.sandbox.histories import ParcelHistory
    from monitor.transport import Wire
    from tests.cli.desk import Desk

MINUTE = 1 / 24 / 60  # of a day, as `Desk.at` counts


@contextmanager
def cainiao_beside(desk: Desk) -> Iterator[CainiaoSandbox]:
    """Cainiao on the loopback in the desk's time, switched on for its commands."""
    with CainiaoSandbox(desk.clock) as cainiao:
        desk.environ |= {
            "PARCELS_ADAPTERS__CAINIAO__ENABLED": "true",
            "PARCELS_ADAPTERS__CAINIAO__BASE_URL": cainiao.base_url,
        }
        yield cainiao


def everywhere(desk: Desk, cainiao: CainiaoSandbox, history: ParcelHistory) -> None:
    """A parcel that both sources would show."""
    desk.sandbox.script(history)
    cainiao.script(history)


def registered(desk: Desk) -> dict[str, int]:
    """What each number has cost at 17TRACK so far."""
    return dict(desk.sandbox.charges)


def blind_alerts(desk: Desk) -> list[tuple[str, str]]:
    """What was told about sources, as (source, kind), oldest first."""
    return [(a["subject"], a["kind"]) for a in desk.alerts() if a["rule"] == "blind"]


@dataclass
class Named:
    """A source that knows numbers by how they begin; `script` answers, or raises, per request.

    It is asked about two numbers at a time and, with `floor_binds`, not more often than two hours.
    """

    name: str = "shelf"
    numbers: tuple[str, ...] = ("",)
    script: Callable[[Sequence[Ask]], Any] | None = None
    batch: int = 2
    floor_binds: bool = False
    asked: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def capability(self) -> Capability:
        return Capability(
            name=self.name,
            official=True,
            needs_key=False,
            batch=self.batch,
            spacing=0.0,
            every=timedelta(hours=6),
            floor=timedelta(hours=2),
            floor_binds=self.floor_binds,
        )

    @property
    def codes(self) -> Mapping[str, str]:
        return MappingProxyType({})

    def recognise(self, number: str) -> bool:
        return number.startswith(self.numbers)

    async def fetch(self, _: Wire, asks: Sequence[Ask]) -> Any:
        self.asked.append(tuple(ask.number for ask in asks))
        answer = None if self.script is None else self.script(asks)
        return await answer if isawaitable(answer) else answer

    def parse(self, answer: Any, asks: Sequence[Ask], _: Any) -> tuple[Outcome, ...]:
        found: tuple[Outcome, ...] = answer
        return found
