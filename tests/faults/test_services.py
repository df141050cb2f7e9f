"""Sources and channels that are away for long, or refuse one and not the other."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.channels.conftest import AnyPort
from tests.cli.desk import KETTLE, held
from tests.daemon.conftest import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hard.machine import Machine

pytestmark = pytest.mark.long

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("outage", [pytest.param("error_503"), "nobody listens"])
def test_a_week_without_the_source_is_one_word_about_it_and_one_of_its_return(
    outage: str, found: Machine
) -> None:
    place, cainiao = found.place, found.cainiao
    cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    place.at(1)
    process = place.start(WAKING="0")
    place.looked()
    port = cainiao._server.port
    if outage == "error_503":
        cainiao.faults.inject("error_503")
    else:
        cainiao.stop()
    for day in range(2, 9):
        failed = place.err.count("cainiao failed")
        place.at(day)
        eventually(lambda n=failed: place.err.count("cainiao failed") > n, "it was tried again")
    told = found.desk.told("phone")
    assert told == ["opened:warning", *["reminded:warning"] * (len(told) - 1)]
    assert len(told) <= 4  # reminders come after one day, three and seven
    assert all(m.title.startswith("Cainiao") for m in found.phones["phone"].messages)
    cainiao.faults.clear()
    cainiao._server._port = port
    cainiao.start()
    place.at(8.3)
    eventually(lambda: "resolved:warning" in place.told("blind"), "its return was told")
    eventually(lambda: place.told("clearance"), "what was missed was told after it")
    assert process.poll() is None


class Postmaster:
    """A mail server that knows no more than one of its recipients."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.tried: Counter[str] = Counter()
        self.refuses = {"gone@home.example"}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        self.tried[address] += 1
        if address in self.refuses:
            return "550 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(0)
        self.taken.extend(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Postmaster, int]]:
    found = Postmaster()
    controller = AnyPort(found, hostname="127.0.0.1", port=0)
    controller.start()
    yield found, controller.port
    controller.stop()


def mail(port: int, to: str) -> str:
    return f"mailto://127.0.0.1:{port}?from=parcels@home.example&to={to}@home.example"


def test_a_recipient_refused_is_tried_again_alone_and_told_of_through_the_other(
    found: Machine, post: tuple[Postmaster, int]
) -> None:
    """One recipient a channel: else whoever is known would get each mail again with every try."""
    postmaster, port = post
    place = found.place
    for name in [n for n in place.desk.environ if "CHANNELS" in n]:
        del place.desk.environ[name]
    place.desk.channel("known", mail(port, "me"))
    place.desk.channel("unknown", mail(port, "gone"))
    found.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    place.at(3.9)
    process = place.start()
    eventually(lambda: postmaster.taken, "the known one got it")
    for tries in range(2, 5):
        place.later(HOUR)
        eventually(lambda n=tries: postmaster.tried["gone@home.example"] >= n, "it was tried again")
    eventually(lambda: len(postmaster.taken) > 1, "the known one heard of the other")
    assert postmaster.taken == ["me@home.example"] * 2
    titles = [a["title"] for a in place.desk.alerts() if a["channel"] == "known"]
    assert titles == ["Kettle: stopped at import customs", "unknown: does not take messages"]
    postmaster.refuses.clear()
    place.later(2 * HOUR)
    eventually(lambda: "gone@home.example" in postmaster.taken, "it got what it was owed")
    assert process.poll() is None


def test_a_channel_that_is_dead_for_good_is_told_of_and_what_it_was_owed_can_be_seen(
    found: Machine,
) -> None:
    place, dead = found.place, found.phones["phone"]
    dead.refuse_fraction(1)
    found.cainiao.script(held())
    place.desk("add", KETTLE, "--label", "Kettle", "--adapter", "cainiao", "--shop", "none")
    place.at(3.9)
    process = place.start()
    eventually(lambda: place.told("clearance"), "the other one has it")
    for hour in range(1, 31):
        before = dead.attempts
        place.later(HOUR)
        given_up = any(a["state"] == "dead" for a in place.desk.alerts())
        if given_up:
            break
        eventually(lambda n=before: dead.attempts > n, f"it was tried in hour {hour}")
    assert given_up, "it is given up after a day"
    words = [m.title for m in found.phones["tablet"].messages if m.title.startswith("phone:")]
    eventually(lambda: any("phone:" in m.title for m in found.phones["tablet"].messages), "a word")
    assert words, "the other channel carries the word of it"
    doctor = place.desk("doctor")
    assert doctor.code == 1
    assert "parcels alerts retry ID" in doctor.out
    dead.refuse_fraction(0)
    row = next(a["id"] for a in place.desk.alerts() if a["state"] == "dead")
    assert place.desk("alerts", "retry", str(row)).code == 0
    eventually(lambda: any("Kettle" in m.title for m in dead.messages), "it arrived after all")
    assert process.poll() is None
