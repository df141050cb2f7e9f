"""A clock that is set, or stands still while the machine sleeps: nothing is told too soon or twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli.desk import KETTLE, LAMP, held
from tests.daemon.conftest import eventually

if TYPE_CHECKING:
    from tests.hard.machine import Machine

pytestmark = pytest.mark.long

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def watched(found: Machine, *, until: int | None = None) -> None:
    """The service has told of a parcel stopped on day 3; its clock stands at day 3.9."""
    found.cainiao.script(held(until=until))
    found.place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    found.place.at(3.9)
    found.place.start()
    eventually(lambda: heard(found) == ["opened:notice"], "the exception was told")


def heard(found: Machine) -> list[str]:
    return found.desk.told("phone")


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(-HOUR, id="back an hour"),
        pytest.param(-30 * DAY, id="back a month"),
        pytest.param(365 * DAY, id="forward a year, and right again"),
    ],
)
def test_a_clock_that_was_set(by: timedelta, found: Machine) -> None:
    """What was told stays told, and a new parcel is asked about and told of at once."""
    watched(found)
    place = found.place
    right = place.desk.now
    place.desk.clock.set(right + by)
    place._write(right + by)
    eventually(lambda: "looking before judging" in place.err, "the jump was noticed")
    if by > DAY:
        found.place.looked()
        place.desk.clock.set(right + HOUR)
        place._write(right + HOUR)
        eventually(lambda: place.err.count("looking before judging") > 1, "it was noticed again")
    found.cainiao.script(held(LAMP, shipped=(place.desk.now - 4 * DAY).date()))
    place.desk("add", LAMP, "--label", "Lamp", "--adapter", "cainiao", "--shop", "none")
    eventually(lambda: said_of(found, "Lamp"), "the new parcel was told")
    assert said_of(found, "Lamp") == 1
    assert sum("stopped at import customs" in m.title for m in about(found, "Kettle")) == 1


def about(found: Machine, label: str) -> list[object]:
    return [m for m in found.phones["phone"].messages if m.title.startswith(label)]


def said_of(found: Machine, label: str) -> int:
    return len(about(found, label))


def test_three_days_asleep_are_told_once_at_the_step_they_have_come_to(found: Machine) -> None:
    """The steady clock stands still meanwhile, as that of a machine with its lid closed."""
    watched(found)
    place = found.place
    place.at(6.5)
    place.looked()
    assert heard(found) == ["opened:notice"]
    place.at(9.5)
    eventually(lambda: len(heard(found)) > 1, "the silence of customs was told")
    jumps = place.err.count("looking before judging")
    place.later(HOUR)
    eventually(lambda: place.err.count("looking before judging") > jumps, "it went on")
    assert heard(found) == ["opened:notice", "escalated:warning"]


def test_three_days_asleep_in_which_customs_released_it_are_a_release_and_no_silence(
    found: Machine,
) -> None:
    watched(found, until=5)
    found.place.at(6.9)
    eventually(lambda: len(heard(found)) > 1, "the release was told")
    assert heard(found) == ["opened:notice", "resolved:notice"]
