"""A fault in one part of the program costs that part, and nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from monitor.adapters.contract import FailureKind
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.history import History
from monitor.parcel import Parcel
from monitor.schedule import Severity
from monitor.settings import Settings
from monitor.sweep.court import court_from
from monitor.sweep.ears import Ear
from monitor.sweep.judge import QUARANTINE, judge_due
from monitor.sweep.lines import Line
from monitor.sweep.poll import poll
from monitor.sweep.rounds import Task
from tests.cli.desk import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.parcel import Dossier
    from monitor.schedule import Episode
    from monitor.sweep.judge import Court

POISON, SOUND = "LP00123456789001", "LP00123456789002"


@dataclass(frozen=True)
class Stumbling:
    """A rule that cannot stand one parcel."""

    name: ClassVar[str] = "stumbling"
    yields_to: ClassVar[frozenset[str]] = frozenset()

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        if dossier.parcel.number == POISON:
            raise ZeroDivisionError
        return None


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "parcels.db", now=START) as opened:
        until = (START + timedelta(days=5)).date()
        for number in (POISON, SOUND):
            opened.parcels.add(Parcel(0, number, START, shop="aliexpress", protected_until=until))
        yield opened


def court() -> Court:
    made = court_from(Settings())
    return replace(made, rules=(*made.rules, Stumbling()), ears=(Ear("phone", Severity.INFO),))


def test_a_parcel_that_cannot_be_judged_is_named_and_the_others_are_told_of(
    history: History,
) -> None:
    broken: list[tuple[str, str]] = []

    told = judge_due(history, court(), START, lambda n, e: broken.append((n, type(e).__name__)))

    assert broken == [(POISON, "ZeroDivisionError")]
    assert told == 1
    assert [row.number for row in history.outbox.rows()] == [SOUND]


def test_a_parcel_that_cannot_be_judged_is_tried_again_after_an_hour(history: History) -> None:
    judge_due(history, court(), START)
    poison = history.parcels.find(POISON).id

    assert poison not in history.parcels.to_judge(START, court().fingerprint)
    assert poison in history.parcels.to_judge(START + QUARANTINE, court().fingerprint)


class Wireless:
    """A wire whose every use is a fault of the adapter's."""

    async def post(self, *_: Any, **__: Any) -> Any:
        raise KeyError("a bug")


def test_a_fault_of_an_adapter_is_a_failure_of_that_source_and_leaves_the_number_unsettled(
    history: History,
) -> None:
    line = Line(SeventeenTrack(api_key="sentinel-key"), Wireless())  # type: ignore[arg-type]

    (asked,) = asyncio.run(poll(history, [Task(line, history.parcels.watched())], START))

    assert next(t.kind for t in asked.troubles) is FailureKind.DRIFT
    assert "KeyError" in asked.troubles[0].detail
    assert "sentinel" not in asked.troubles[0].detail
    states = history.sources.of([1])[1]["seventeentrack"]
    assert states.enrolment == "registering"
