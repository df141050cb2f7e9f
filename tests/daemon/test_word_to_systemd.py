"""What systemd hears from the service, through a socket of the test's own."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from monitor.daemon.supervisor import Supervisor
from tests.cli.desk import KETTLE
from tests.daemon.conftest import Place, eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.long


class Listener:
    """The other end of NOTIFY_SOCKET: `words` are the datagrams so far."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self._socket.setblocking(False)
        self.address = address
        self._words: list[str] = []

    @property
    def words(self) -> list[str]:
        while True:
            try:
                self._words.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return list(self._words)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["a path", "an abstract name"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listener]:
    path = request.param == "a path"
    found = Listener(str(tmp_path / "notify") if path else f"@parcels-test-{os.getpid()}")
    yield found
    found.close()


def test_the_service_says_ready_shows_progress_and_says_that_it_stops(
    place: Place, listener: Listener
) -> None:
    place.desk("add", KETTLE)
    process = place.start(NOTIFY_SOCKET=listener.address, WATCHDOG_USEC="2000000")
    eventually(lambda: listener.words.count("WATCHDOG=1") >= 4, "progress was shown again")
    eventually(
        lambda: "STATUS=Watching 1 parcel; cainiao ok" in listener.words, "the status was said"
    )
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=25) == 0
    words = listener.words
    assert words[0] == "READY=1"
    assert words.count("READY=1") == 1
    assert words.index("STOPPING=1") > words.index("READY=1")


def test_ready_is_not_said_before_the_database_can_be_written_to(
    place: Place, tmp_path: Path
) -> None:
    listener = Listener(str(tmp_path / "notify"))
    place.desk("add", KETTLE)
    place.desk.database.write_bytes(b"")
    process = place.start(NOTIFY_SOCKET=listener.address)
    assert process.wait(timeout=20) == 78
    assert listener.words == []
    listener.close()


def test_a_supervisor_that_does_not_listen_holds_nothing_up(tmp_path: Path) -> None:
    """A socket takes a few datagrams (10 by default); then whoever sends has to wait for a reader."""
    path = tmp_path / "notify"
    deaf = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    deaf.bind(str(path))
    word = Supervisor({"NOTIFY_SOCKET": str(path)}, lambda: 0.0)
    for _ in range(2000):  # more than any machine lets wait
        word.ready()
    deaf.close()


def test_without_a_watchdog_no_progress_is_shown(place: Place, tmp_path: Path) -> None:
    listener = Listener(str(tmp_path / "notify"))
    place.start(NOTIFY_SOCKET=listener.address)
    eventually(lambda: any(w.startswith("STATUS=") for w in listener.words), "it has judged")
    assert "WATCHDOG=1" not in listener.words
    listener.close()


@pytest.fixture
def steady() -> Callable[[], float]:
    moments = iter(range(0, 1000, 5))
    return lambda: float(next(moments))


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        pytest.param({}, 0.0, id="nobody listens"),
        pytest.param({"WATCHDOG_USEC": "180000000"}, 0.0, id="a watchdog without a socket"),
        pytest.param(
            {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "180000000"}, 180.0, id="three minutes"
        ),
        pytest.param({"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "soon"}, 0.0, id="no number"),
        pytest.param(
            {"NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"},
            0.0,
            id="meant for another process",
        ),
        pytest.param(
            {"NOTIFY_SOCKET": "vsock:2:1234", "WATCHDOG_USEC": "1000000"},
            0.0,
            id="an address of a kind that is not spoken",
        ),
    ],
)
def test_the_watchdog_is_what_systemd_asks_of_this_process(
    environ: dict[str, str], seconds: float, steady: Callable[[], float]
) -> None:
    assert Supervisor(environ, steady).watchdog == seconds


def test_a_listener_that_has_gone_is_no_trouble(
    tmp_path: Path, steady: Callable[[], float]
) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}, steady)
    supervisor.ready()
    supervisor.status("all is well")
    supervisor.stopping()


def test_the_same_status_is_not_said_again_and_never_begins_a_word_of_its_own(
    tmp_path: Path, steady: Callable[[], float]
) -> None:
    listener = Listener(str(tmp_path / "notify"))
    supervisor = Supervisor({"NOTIFY_SOCKET": listener.address}, steady)
    supervisor.status("a\nREADY=1")
    supervisor.status("a\nREADY=1")
    assert listener.words == ["STATUS=a READY=1"]
    listener.close()


@pytest.mark.parametrize("wanted", ["9" * 5_000, "²", "٣٠٠٠", "-1", "1e6", "", " 1"])
def test_a_watchdog_that_nobody_could_mean_is_none(wanted: str) -> None:
    environ = {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": wanted}
    assert Supervisor(environ, lambda: 0.0).watchdog == 0.0


@pytest.mark.parametrize(
    "address", ["/" + "x" * 300, "@" + "x" * 300, "/dev/null", "/etc/\udcff", "relative"]
)
def test_an_address_where_nobody_listens_is_no_error(address: str) -> None:
    Supervisor({"NOTIFY_SOCKET": address}, lambda: 0.0).ready()
