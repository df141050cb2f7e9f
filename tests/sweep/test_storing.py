"""An answer waits for the disk where nobody waits for the round, and is asked for only once."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from monitor.adapters.contract import Enrolment, EnrolmentState
from monitor.errors import BadDatabase, Busy, ParcelsError
from monitor.parcel import Parcel
from monitor.sweep import storing
from monitor.sweep.enrol import Enrolling
from monitor.sweep.lines import Line
from tests.cli.desk import KETTLE, START
from tests.sweep.eyes_beside import Named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.history import History
    from monitor.transport import Wire

FULL = ParcelsError("The disk is full.")


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "AGAIN", 0.0)


def line(*, patient: bool) -> Line:
    return Line(Named("shelf"), cast("Wire", None), patient=patient)


def tried(errors: list[Exception], *, patient: bool = True) -> list[Exception]:
    """Store an answer while these go wrong, one after the other; what is left of them."""
    left = list(errors)

    def store() -> None:
        if left:
            raise left.pop(0)

    asyncio.run(storing.stored(store, line(patient=patient)))
    return left


@pytest.mark.parametrize("error", [FULL, Busy("Another process keeps it locked.")])
def test_an_answer_is_stored_as_soon_as_it_can_be(error: ParcelsError) -> None:
    assert tried([error] * 10) == []


def test_a_person_who_waits_is_told_at_once() -> None:
    with pytest.raises(ParcelsError, match="full"):
        tried([FULL], patient=False)


def test_what_does_not_go_by_is_not_waited_for() -> None:
    with pytest.raises(BadDatabase):
        tried([BadDatabase("It is damaged.")])
    with pytest.raises(ValueError, match="a fault"):
        tried([ValueError("a fault of ours")])


def test_a_disk_that_stays_full_ends_the_round() -> None:
    with pytest.raises(ParcelsError, match="full"):
        tried([FULL] * (storing.TRIES + 1))


@dataclass
class Books:
    """A history that notes on which thread it is written to."""

    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def sources(self) -> Any:
        return self

    @contextmanager
    def write_tx(self) -> Iterator[None]:
        self.threads.append(threading.current_thread())
        yield

    @property
    def paid_aliases(self) -> Any:
        return self

    def of(self, *_: object) -> list[Any]:
        return []

    def registering(self, *_: object) -> dict[int, str]:
        return {}

    def settle(self, *_: object) -> None: ...


class Registrar:
    async def register(self, _wire: object, asks: list[Any]) -> list[Enrolment]:
        return [Enrolment(ask.number, EnrolmentState.REGISTERED) for ask in asks]


def test_a_locked_database_stops_registrations_and_not_the_service() -> None:
    """What waits for another process must not wait on the event loop, where signals arrive, too."""
    books = Books()
    enrolling = Enrolling(
        line(patient=True), cast("Any", Registrar()), cast("History", books), START, ""
    )
    asyncio.run(enrolling.run([Parcel(1, KETTLE, START)], {}))
    assert len(books.threads) == 2
    assert threading.main_thread() not in books.threads
