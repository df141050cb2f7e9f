"""The end: what is under way is finished and noted, what would never end is left behind."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, held
from tests.daemon.conftest import eventually
from tests.faults.conftest import IMPATIENT
from tests.hard.machine import machine
from tests.tour.conftest import Service, service

if TYPE_CHECKING:
    from pathlib import Path

    from tests.daemon.conftest import Place

pytestmark = pytest.mark.long

__all__ = ["service"]


def test_a_message_under_way_is_waited_for_and_noted_as_sent(tmp_path: Path) -> None:
    with machine(tmp_path) as found:
        found.phones["phone"].latency = found.phones["tablet"].latency = 1.5
        found.cainiao.script(held())
        found.place.at(4)
        found.desk("add", KETTLE, "--adapter", "cainiao", "--shop", "none")
        process = found.place.start()
        eventually(lambda: all(phone.seen for phone in found.phones.values()), "it was sending")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert [alert["state"] for alert in found.desk.alerts()] == ["sent", "sent"]


def test_a_channel_that_never_ends_its_answer_does_not_keep_the_service_from_ending(
    place: Place, service: Service
) -> None:
    service.drips = True
    place.desk.environ["PARCELS_CHANNELS__0__URL"] = service.url
    place.cainiao.script(held())
    place.at(4)
    place.desk("add", KETTLE, "--shop", "none")
    process = place.start()
    eventually(service.arrived.is_set, "it was sending")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert not service.over.is_set()  # it drips on


def test_a_database_locked_for_ever_does_not_keep_the_service_from_ending(place: Place) -> None:
    place.desk("add", KETTLE)
    process = place.start(program=IMPATIENT, SECONDS="600")
    place.looked()
    with closing(sqlite3.connect(place.desk.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        place.at(4)
        eventually(lambda: "looking before judging" in place.err, "it began to work, and waits")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
