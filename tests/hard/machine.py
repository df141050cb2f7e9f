"""A machine with the real service on it, both sources and two telephones, for what it must survive."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.receiver import Receiver
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.sweep import office  # noqa: F401 - a desk replaces a part of it by name
from tests.cli.desk import START, Desk, keyed
from tests.daemon.conftest import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.sandbox.server import Request, Response

QUOTA = 100_000  # registrations: no test of endurance is about a spent allowance


class Telephone(Receiver):
    """A receiver whose answer takes `latency` seconds; `seen` counts what arrived."""

    def __init__(self, latency: float = 0.0) -> None:
        self.latency = latency
        self.seen = 0
        super().__init__()

    def answer(self, request: Request) -> Response:
        self.seen += 1
        return replace(super().answer(request), delay=self.latency)


class SeenCainiao(CainiaoSandbox):
    """A Cainiao that counts how often it was asked."""

    def __init__(self, clock: SteppedClock, latency: float) -> None:
        self.seen = 0
        super().__init__(clock, latency=latency)

    def answer(self, request: Request) -> Response:
        self.seen += 1
        return super().answer(request)


class SeenSeventeenTrack(SeventeenTrackSandbox):
    """A 17TRACK that counts how often it was asked, and whose account is never used up."""

    def __init__(self, clock: SteppedClock, latency: float) -> None:
        self.seen = 0
        super().__init__(
            clock,
            rate_limit=0,
            first_result_after=timedelta(0),
            latency=latency,
            quota_total=QUOTA,
        )

    def answer(self, request: Request) -> Response:
        self.seen += 1
        return super().answer(request)


@dataclass
class Machine:
    """`place` starts the service and moves the clocks; `phones` are its two channels by name."""

    place: Place
    cainiao: SeenCainiao
    seventeentrack: SeenSeventeenTrack
    phones: dict[str, Telephone]

    @property
    def desk(self) -> Desk:
        return self.place.desk

    @property
    def database(self) -> Path:
        return self.desk.database

    @property
    def log(self) -> str:
        """What the service has written to its log so far."""
        return self.place.err if (self.desk.folder / "err").exists() else ""


@contextmanager
def machine(folder: Path, latency: float = 0.0) -> Iterator[Machine]:
    """`latency`: seconds every answer of a source or a telephone takes."""
    clock = SteppedClock(START)
    with (
        SeenSeventeenTrack(clock, latency) as seventeentrack,
        SeenCainiao(clock, latency) as cainiao,
        Telephone(latency) as phone,
        Telephone(latency) as tablet,
    ):
        desk = keyed(Desk(folder, clock, seventeentrack))
        desk.environ |= {
            "PARCELS_ADAPTERS__CAINIAO__ENABLED": "true",
            "PARCELS_ADAPTERS__CAINIAO__BASE_URL": cainiao.base_url,
            "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
        }
        place = Place(desk, cainiao, phone)
        place.at(0)
        phones = {"phone": phone, "tablet": tablet}
        for name, telephone in phones.items():
            desk.channel(name, telephone.url)
        try:
            yield Machine(place, cainiao, seventeentrack, phones)
        finally:
            place.close()
