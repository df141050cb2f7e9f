"""Failures, the last resort and the sign of life: what they say when, on clocks that stand still."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from monitor.channels import Delivery, StandardOutput
from monitor.circuit import Health
from monitor.daemon.beginning import Beginning
from monitor.daemon.failures import Failures
from monitor.daemon.last_resort import LastResort
from monitor.daemon.looking import Ended
from monitor.daemon.sign_of_life import SignOfLife
from monitor.daemon.supervisor import Supervisor
from monitor.errors import Busy, DiskTrouble
from monitor.history import History
from monitor.history.outbox import ChannelState
from monitor.settings import Settings
from monitor.sweep.instance import take_post

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FULL = DiskTrouble("The disk is full.")


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class House:
    """As much of the service as these parts see."""

    folder: Path
    steady: Clock = field(default_factory=Clock)
    notes: dict[str, str] = field(default_factory=dict)
    settings: Any = field(default_factory=Settings)

    @property
    def database(self) -> Path:
        return self.folder / "parcels.db"

    def wall(self) -> datetime:
        return NOW + timedelta(seconds=self.steady())

    def history(self) -> History:
        return History.open(self.database, now=NOW)

    @property
    def supervisor(self) -> Any:
        return SimpleNamespace(status=lambda _: None)

    @property
    def post(self) -> Any:
        return SimpleNamespace(note=lambda about, words="": self.notes.update({about: words}))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


# -- failures


def test_a_job_that_fails_is_said_once_then_by_the_hour_and_when_it_works_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock()
    failures = Failures(clock)
    for minute in range(0, 121, 10):
        clock.seconds = minute * 60.0
        failures.failed("judge", "the same")
    failures.failed("judge", "something else")
    failures.went_well("judge")
    failures.went_well("judge")
    assert [record.message for record in caplog.records] == [
        "judge: the same",
        "judge: the same (7 times in a row)",
        "judge: the same (13 times in a row)",
        "judge: something else (14 times in a row)",
        "judge: works again; it had failed 14 times",
    ]


def test_a_job_keeps_failing_from_the_third_time_on_until_it_goes_well() -> None:
    failures = Failures(Clock())
    for _ in range(2):
        failures.failed("judge", "x")
    assert failures.lasting() == []
    failures.failed("judge", "x")
    assert failures.lasting() == ["judge"]
    failures.went_well("judge")
    assert failures.lasting() == []


# -- the last resort


def heads(written: list[str]) -> list[str]:
    return [text.partition("\n")[0].removeprefix("Your parcels: ") for text in written]


def resort(house: House, speakers: list[StandardOutput]) -> LastResort:
    return LastResort(house, speakers, house.history().try_writing)


def test_that_nothing_can_be_stored_is_told_by_the_hour_and_its_end_once(house: House) -> None:
    written: list[str] = []
    last = resort(house, [StandardOutput(written.append)])

    async def a_bad_night() -> None:
        for minute in range(0, 121, 10):
            house.steady.seconds = minute * 60.0
            await last.befell(FULL)
        assert not await last.still()
        assert not await last.still()

    asyncio.run(a_bad_night())
    assert heads(written) == ["nothing can be stored"] * 3 + ["it can be stored again"]
    assert "The disk is full." in written[0]
    assert "from Thu 10 Sep 2026, 08:00 to Thu 10 Sep 2026, 10:00" in written[-1]


def test_a_disk_that_is_full_every_few_minutes_is_told_once_an_hour(house: House) -> None:
    written: list[str] = []
    last = resort(house, [StandardOutput(written.append)])

    async def flapping() -> None:
        for minute in range(0, 60, 5):
            house.steady.seconds = minute * 60.0
            await last.befell(FULL)
            assert not await last.still()

    asyncio.run(flapping())
    assert heads(written) == ["nothing can be stored", "it can be stored again"]


def test_a_folder_that_is_gone_is_told_as_what_cannot_be_stored(
    house: House, tmp_path: Path
) -> None:
    house.folder = tmp_path / "unmounted"

    def write() -> None:
        raise FULL

    last = LastResort(house, [], write)

    async def still() -> bool:
        await last.befell(FULL)
        return await last.still()

    assert asyncio.run(still())


def test_a_channel_that_fails_keeps_no_other_from_being_told(house: House) -> None:
    written: list[str] = []

    def broken(_: str) -> None:
        raise OSError

    both = [StandardOutput(broken), StandardOutput(written.append)]
    last = resort(house, both)
    asyncio.run(last.farewell(FULL))
    assert heads(written) == ["the monitor has stopped"]
    assert both[0].send("", "").delivery is Delivery.FAILED


# -- the beginning


def begins(house: House, monkeypatch: pytest.MonkeyPatch) -> Beginning:
    """On a disk that is full when it is written to first, and has room from then on."""
    opened = History.open
    attempts = iter([FULL])

    def at_first_full(*args: Any, **options: Any) -> History:
        for error in attempts:
            raise error
        return opened(*args, **options)

    monkeypatch.setattr(History, "open", at_first_full)
    supervisor = Supervisor({}, house.steady)
    settings = SimpleNamespace(
        database=SimpleNamespace(path=house.database),
        zone=UTC,
        alerts=SimpleNamespace(language="en"),
    )
    return Beginning(settings, supervisor, house.wall, house.steady, 0.0)  # type: ignore[arg-type]


def test_a_service_that_waited_for_room_begins_as_soon_as_there_is_some(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    post = begins(house, monkeypatch).enter([StandardOutput(written.append)])
    post.leave()
    assert heads(written) == ["nothing can be stored", "it can be stored again"]


def test_of_two_that_waited_for_room_the_second_gives_way_to_the_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = take_post(house.database, NOW)
    try:
        with pytest.raises(Busy, match="already watches"):
            begins(house, monkeypatch).enter([])
    finally:
        first.leave()


# -- the sign of life

WHOLE, FAILED = Ended(NOW, complete=True), Ended(NOW, complete=False)
LONG_AGO = Ended(NOW - 2 * DAY, complete=True)
ILL = Health(failures=1, failing_since=NOW, last_failure=NOW)
FAILS = ChannelState("phone", 1, 0, None, NOW - HOUR, NOW - HOUR, None, NOW, "no")
FAILS_NEWLY = replace(FAILS, failing_since=NOW)
WELL = replace(FAILS, failing_since=None)


@pytest.mark.parametrize(
    ("sources", "healths", "channels", "failing", "said"),
    [
        pytest.param({}, {}, {}, 0, "", id="nothing is to be asked"),
        pytest.param({"a": None}, {}, {}, 0, "", id="nothing was to be asked yet"),
        pytest.param({"a": WHOLE}, {}, {}, 0, "", id="the source answers"),
        pytest.param({"a": FAILED}, {}, {}, 0, "no source", id="the only source does not"),
        pytest.param({"a": FAILED, "b": WHOLE}, {}, {}, 0, "", id="one of two does"),
        pytest.param({"a": FAILED, "b": FAILED}, {}, {}, 0, "(a, b)", id="none of two does"),
        pytest.param({"a": FAILED, "b": None}, {}, {}, 0, "(a)", id="the other has nothing to do"),
        pytest.param({"a": FAILED, "b": LONG_AGO}, {}, {}, 0, "(a)", id="the other did long ago"),
        pytest.param({"a": None}, {"a": ILL}, {}, 0, "(a)", id="it failed before this start"),
        pytest.param({"a": WHOLE}, {"a": ILL}, {}, 0, "", id="it has recovered since"),
        pytest.param({"a": WHOLE}, {}, {}, 2, "", id="a job failed twice"),
        pytest.param({"a": WHOLE}, {}, {}, 3, "judge keeps failing", id="a job keeps failing"),
        pytest.param({}, {}, {"phone": FAILS}, 0, "no channel", id="nobody can be told"),
        pytest.param({}, {}, {"phone": FAILS_NEWLY}, 0, "", id="since a moment"),
        pytest.param({}, {}, {"phone": FAILS, "mail": WELL}, 0, "", id="one channel works"),
        pytest.param({}, {}, {"phone": FAILS, "mail": None}, 0, "", id="one was never needed"),
    ],
)
def test_the_sign_of_life_is_withheld_while_passes_are_not_complete(
    house: House,
    sources: dict[str, Ended | None],
    healths: dict[str, Health],
    channels: dict[str, ChannelState | None],
    failing: int,
    said: str,
) -> None:
    names = [SimpleNamespace(name=name) for name in channels]
    house.settings = SimpleNamespace(channels=names)
    failures = Failures(house.steady)
    for _ in range(failing):
        failures.failed("judge", "x")
    lookers = [SimpleNamespace(name=name, last=last) for name, last in sources.items()]
    states = {name: state for name, state in channels.items() if state is not None}
    history = SimpleNamespace(
        sources=SimpleNamespace(healths=lambda: healths),
        outbox=SimpleNamespace(channels=lambda: states),
    )
    sign = SignOfLife(house, failures, lookers, lambda *_: None)  # type: ignore[arg-type]
    reason = sign.reason(history, NOW)  # type: ignore[arg-type]
    assert (reason == "") if not said else (said in reason)
