"""A service that refuses one text gets all the other alerts all the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.channels import Delivery, Result
from monitor.history import History
from monitor.history.letters import ALONE_AFTER
from monitor.parcel import Parcel
from monitor.schedule import Severity
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.instance import alive, holder
from monitor.sweep.judge import judge_due
from monitor.sweep.tell import tell
from tests.cli.desk import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = timedelta(days=1)


@dataclass
class Picky:
    """Takes everything but messages in which `word` stands."""

    word: str
    name: str = "stdout"
    min_severity: Severity = Severity.INFO
    taken: list[str] = field(default_factory=list)

    def send(self, title: str, body: str, *, timeout: float = 60.0) -> Result:
        if self.word in body:
            return Result(Delivery.FAILED, "refused")
        self.taken.append(body)
        return Result(Delivery.SENT, "taken")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=START) as opened:
        until = (START + 5 * DAY).date()
        for n, label in enumerate(("offending", "harmless", "blameless")):
            number = f"LP{n:014}"
            opened.parcels.add(
                Parcel(0, number, START, label=label, shop="aliexpress", protected_until=until)
            )
        judge_due(opened, court_from(Settings()), START)
        yield opened


def passes(history: History, speaker: Picky, count: int) -> None:
    for n in range(count):
        now = START + n * timedelta(minutes=5)
        asyncio.run(
            tell(history, [speaker], now, holder=holder(), alive=alive, ignore_backoff=True)
        )


def test_alerts_joined_with_a_refused_one_arrive_once_each(history: History) -> None:
    speaker = Picky("offending")
    passes(history, speaker, ALONE_AFTER + 3)

    assert sum("harmless" in body for body in speaker.taken) == 1
    assert sum("blameless" in body for body in speaker.taken) == 1


def test_after_a_short_outage_alerts_are_still_joined(history: History) -> None:
    speaker = Picky("")
    passes(history, speaker, ALONE_AFTER - 1)
    speaker.word = "a word that does not occur"
    passes(history, speaker, 1)

    assert len(speaker.taken) == 1
