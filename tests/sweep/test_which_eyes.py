"""Who looks at a parcel: Cainiao first where it knows the number, 17TRACK when that is not enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.circuit import Health, after_failure
from monitor.errors import FailureKind
from monitor.history.sources import NEW, REFUSED, REGISTERED, REGISTERING, SourceState
from monitor.parcel import Parcel
from monitor.schedule import Episode, Severity, Step, Witness
from monitor.sweep.eyes import Outlook, alarm_of, looking
from tests.cli.desk import DAY, HOUR, KETTLE, LAMP, START, held
from tests.sweep.eyes_beside import MINUTE, cainiao_beside, everywhere, registered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.sandbox.cainiao import CainiaoSandbox
    from tests.cli.desk import Desk

YUN = "YT2412345678901234"  # YunExpress: no number of Cainiao's
KETTLES_OWN = replace(held(), events=held().events[:2])  # nothing wrong with it


@pytest.fixture
def cainiao(desk: Desk) -> Iterator[CainiaoSandbox]:
    with cainiao_beside(desk) as cainiao:
        yield cainiao


# whole passes


def test_a_number_cainiao_knows_is_not_registered_in_the_first_passes(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    everywhere(desk, cainiao, KETTLES_OWN)
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 0.3, 0.9, 1.1, 2, 2.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.endpoints() == []
    assert [call.numbers for call in cainiao.calls] == [(KETTLE,)] * 6
    assert {e["source"] for e in desk.shown()["events"]} == {"cainiao"}


def test_a_number_cainiao_does_not_know_after_a_day_is_registered_once(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 0.5, 1 - MINUTE):
        desk.at(day)
        assert desk("poll").code == 0
    assert registered(desk) == {}
    for day in (1.1, 1.2, 1.5, 2, 3):
        desk.at(day)
        assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}
    assert len(cainiao.calls) > 5  # and Cainiao is asked all the same


def test_a_number_cainiao_comes_to_know_within_a_day_costs_nothing(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    cainiao.script(KETTLES_OWN)
    for day in (0.9, 1.1, 1.5, 2):
        desk.at(day)
        desk("poll")
    assert registered(desk) == {}


def test_when_cainiao_was_challenged_for_a_day_its_numbers_are_registered(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    everywhere(desk, cainiao, KETTLES_OWN)
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.at(0.3)
    cainiao.challenge()
    for day in (0.3, 0.4, 0.8, 1.2, 1.3 - MINUTE):
        desk.at(day)
        assert desk("poll").code == 1
    assert registered(desk) == {}
    desk.at(1.3 + MINUTE)
    desk("poll")
    assert registered(desk) == {KETTLE: 1}
    desk.at(3)
    desk("poll")
    assert registered(desk) == {KETTLE: 1}


def test_a_machine_that_slept_after_one_failure_asks_cainiao_before_it_pays(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    """Blindness counts only while somebody looked."""
    everywhere(desk, cainiao, KETTLES_OWN)
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.at(0.3)
    cainiao.faults.inject("error_503")
    desk("poll")
    cainiao.faults.clear()
    desk.at(3)
    assert desk("poll").code == 0
    assert registered(desk) == {}


def test_a_parcel_about_to_be_called_stuck_is_registered_a_day_before(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    """Held on Friday 4 September, 07:00 UTC; the warning comes on Wednesday 9, 07:00."""
    everywhere(desk, cainiao, held())
    desk("add", KETTLE, "--shop", "none")
    for day in (0, 3.2, 5, 6.9, 7 + 1 / 24 - MINUTE):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.told() == ["opened:notice"]
    assert registered(desk) == {}
    desk.at(7 + 1 / 24)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}
    assert desk.told() == ["opened:notice"]


def test_a_parcel_called_stuck_before_there_was_a_key_is_registered_in_the_next_pass(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    everywhere(desk, cainiao, held())
    desk("add", KETTLE, "--shop", "none")
    key = desk.environ.pop("PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY")
    for day in (0, 3.2, 8.1, 9.2):
        desk.at(day)
        desk("poll")
    assert desk.told() == ["opened:notice", "escalated:warning", "reminded:warning"]
    desk.environ["PARCELS_ADAPTERS__SEVENTEENTRACK__API_KEY"] = key
    desk.at(9.4)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}


def test_what_the_owner_chose_is_registered_in_the_next_pass(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--adapter", "seventeentrack")
    desk("add", LAMP)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}
    assert [call.numbers for call in cainiao.calls] == [(LAMP,)]


def test_a_number_that_is_not_cainiaos_is_registered_in_the_next_pass(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", YUN, "--carrier", "190008")
    desk("add", KETTLE)
    desk("poll")
    assert [c.numbers for c in desk.sandbox.calls if c.endpoint == "register"] == [(YUN,)]
    assert [call.numbers for call in cainiao.calls] == [(KETTLE,)]


def test_without_cainiao_every_number_is_registered_in_the_next_pass(desk: Desk) -> None:
    desk("add", KETTLE)
    assert desk("poll").code == 0
    assert registered(desk) == {KETTLE: 1}


def test_what_is_registered_stays_looked_at_after_cainiao_knows_the_number(
    desk: Desk, cainiao: CainiaoSandbox
) -> None:
    desk("add", KETTLE, "--shop", "none")
    desk("poll")
    desk.at(1.1)
    desk("poll")
    assert registered(desk) == {KETTLE: 1}
    everywhere(desk, cainiao, KETTLES_OWN)
    for day in (2.1, 3.1, 4.1):
        desk.at(day)
        assert desk("poll").code == 0
    assert desk.endpoints().count("gettrackinfo") == 4
    assert {s["adapter"] for s in desk.shown()["sources"]} == {"cainiao", "seventeentrack"}


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("LP00123456789013", id="where Cainiao shows the carrier's words"),
        pytest.param("LP00123456789012", id="where Cainiao shows words of its own"),
    ],
)
def test_what_both_sources_show_is_one_timeline_without_doubles(
    desk: Desk, cainiao: CainiaoSandbox, number: str
) -> None:
    everywhere(desk, cainiao, held(number, until=5))
    desk("add", number, "--shop", "none", "--adapter", "cainiao")
    desk.at(6)
    desk("poll")
    alone = [e["at"] for e in desk.shown(number)["events"]]
    desk("edit", number, "--adapter", "cainiao", "--adapter", "seventeentrack")
    for day in (6.5, 7.5):
        desk.at(day)
        assert desk("poll").code == 0
    assert registered(desk) == {number: 1}
    assert [e["at"] for e in desk.shown(number)["events"]] == alone
    assert len(alone) == 4
