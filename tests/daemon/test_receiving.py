"""The door itself, over real HTTP and without a service behind it: what it takes, and from whom."""

from __future__ import annotations

import http.client
import io
import socket
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from monitor.adapters.seventeentrack import SeventeenTrack, pushes
from monitor.daemon import listening
from monitor.daemon.listening import BODY_LIMIT, Listener, NotListeningError
from monitor.daemon.receiving import Reception
from monitor.settings.listening import Listen
from tests import leaks

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/seventeentrack"
BODY = b'{"event":"TRACKING_STOPPED","data":{"number":"RR123456789CN","carrier":3011}}'
SIGN = pushes.sign(BODY, leaks.KEY)
PATIENCE = 30.0  # seconds


@dataclass
class Door:
    """`taken`: the bytes that came in; `turned_away`: how many came without a signature."""

    port: int = 0
    taken: list[bytes] = field(default_factory=list)
    turned_away: int = 0

    def reception(self) -> Reception:
        return Reception(PATH, SeventeenTrack(leaks.KEY), self._take, self._turn_away)

    def _take(self, body: bytes) -> int:
        self.taken.append(body)
        return 200

    def _turn_away(self) -> None:
        self.turned_away += 1

    def line(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())


@contextmanager
def opened() -> Iterator[Door]:
    found = Door()
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        found.port = int(probe.getsockname()[1])
    listener = Listener(Listen("127.0.0.1", found.port), found.reception())
    try:
        yield found
    finally:
        listener.stop()


@pytest.fixture
def door() -> Iterator[Door]:
    with opened() as found:
        yield found


TAKEN = [
    pytest.param(PATH, {"sign": SIGN}, id="as 17TRACK sends it"),
    pytest.param(f"{PATH}/", {"sign": SIGN}, id="with a slash at the end"),
    pytest.param(f"{PATH}?from=proxy", {"sign": SIGN}, id="with a query"),
    pytest.param(PATH, {"sign": SIGN.upper()}, id="signed in capitals"),
    pytest.param(PATH, {"sign": SIGN, "Content-Type": "text/plain"}, id="as plain text"),
    pytest.param(PATH, {"sign": SIGN, "Connection": "keep-alive"}, id="to be kept open"),
    pytest.param(PATH, {"sign": SIGN, "X-Forwarded-For": "1.2.3.4"}, id="by a proxy"),
]


@pytest.mark.parametrize(("path", "headers"), TAKEN)
def test_a_signed_push_is_taken(door: Door, path: str, headers: dict[str, str]) -> None:
    status, text, answered = door.ask("POST", path, BODY, headers)
    assert (status, text, door.taken) == (200, b"200 OK\n", [BODY])
    assert answered.keys() & {"Server", "Via"} == set()
    assert answered["Connection"] == "close"


def test_a_push_in_pieces_is_taken_whole(door: Door) -> None:
    pieces = (BODY[n : n + 7] for n in range(0, len(BODY), 7))
    assert door.ask("POST", PATH, pieces, {"sign": SIGN})[0] == 200
    assert door.taken == [BODY]


REFUSED = [
    pytest.param("POST", PATH, BODY + b" ", {"sign": SIGN}, 401, id="a byte more than was signed"),
    pytest.param("POST", PATH, BODY[:-1], {"sign": SIGN}, 401, id="a byte less than was signed"),
    pytest.param("POST", PATH, BODY, {"sign": SIGN[:-1]}, 401, id="a signature cut short"),
    pytest.param("POST", PATH, BODY, {"sign": "\xe9" * 64}, 401, id="a signature outside ASCII"),
    pytest.param("POST", PATH, BODY, {"sign": ""}, 401, id="an empty signature"),
    pytest.param("POST", PATH, BODY, {"x-sign": SIGN}, 401, id="a signature under another name"),
    pytest.param("POST", PATH, BODY, {}, 401, id="no signature"),
    pytest.param("POST", PATH, b"", {"sign": SIGN}, 401, id="nothing, signed as something"),
    pytest.param("POST", "/", BODY, {"sign": SIGN}, 404, id="another path"),
    pytest.param("POST", f"{PATH}%00", BODY, {"sign": SIGN}, 404, id="a path with a zero byte"),
    pytest.param("POST", f"/x/..{PATH}", BODY, {"sign": SIGN}, 404, id="a path in disguise"),
    pytest.param("GET", PATH, b"", {"sign": SIGN}, 405, id="a question"),
    pytest.param("PUT", PATH, BODY, {"sign": SIGN}, 405, id="another method"),
]


@pytest.mark.parametrize(("method", "path", "body", "headers", "status"), REFUSED)
def test_turned_away_without_a_word_of_what_came(
    door: Door, method: str, path: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    found, text, answered = door.ask(method, path, body, headers)
    assert (found, door.taken) == (status, [])
    assert answered.keys() & {"Server", "Via"} == set()
    assert b"waitress" not in text
    assert b"RR123456789CN" not in text
    assert door.turned_away == (status == 401)


def test_the_largest_push_there_may_be_is_taken(door: Door) -> None:
    body = b"x" * BODY_LIMIT
    assert door.ask("POST", PATH, body, {"sign": pushes.sign(body, leaks.KEY)})[0] == 200


@pytest.mark.parametrize("length", [BODY_LIMIT + 1, 10**12])
def test_what_is_announced_as_too_large_is_refused_before_it_comes(door: Door, length: int) -> None:
    with door.line() as line:
        line.sendall(f"POST {PATH} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_head_that_does_not_end_is_refused(door: Door) -> None:
    with door.line() as line:
        line.sendall(b"POST / HTTP/1.1\r\nsign: ".ljust(listening.HEADER_LIMIT, b"x"))
        assert line.recv(100).split()[1] == b"431"


def test_clients_that_drip_are_hung_up_on_and_keep_nobody_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "LIFETIME", 1.0)
    monkeypatch.setattr(listening, "SWEEP", 0)
    with opened() as door, ExitStack() as held:
        dripping = [held.enter_context(door.line()) for _ in range(listening.CONNECTIONS)]
        for line in dripping:
            line.sendall(b"POST")
        end = time.monotonic() + PATIENCE
        while not _hung_up(dripping[0]) and time.monotonic() < end:
            time.sleep(0.05)
        assert _hung_up(dripping[0])
        assert door.ask("POST", PATH, BODY, {"sign": SIGN})[0] == 200


def _hung_up(line: socket.socket) -> bool:
    try:
        line.send(b" ")
        line.settimeout(0.01)
        return line.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_an_address_in_use_is_said_in_a_sentence(door: Door) -> None:
    with pytest.raises(NotListeningError, match="another program listens there already"):
        Listener(Listen("127.0.0.1", door.port), door.reception())


@given(body=st.binary(max_size=300), sign=st.text(max_size=80), path=st.text(max_size=20))
def test_whatever_comes_has_a_status_of_ours_and_nothing_unsigned_gets_in(
    body: bytes, sign: str, path: str
) -> None:
    door, said = Door(), []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path if len(path) % 2 else PATH,
        "HTTP_SIGN": sign, "wsgi.input": io.BytesIO(body),
    }  # fmt: skip
    answer = door.reception()(environ, lambda status, _headers: said.append(status))  # type: ignore[arg-type, return-value]
    assert b"".join(answer).decode().strip() == said[0]
    assert said[0][:3] in {"401", "404"}
    assert door.taken == []


@given(body=st.binary(max_size=300))
def test_whatever_was_signed_is_taken_byte_for_byte(body: bytes) -> None:
    door = Door()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": PATH,
        "HTTP_SIGN": pushes.sign(body, leaks.KEY), "wsgi.input": io.BytesIO(body),
    }  # fmt: skip
    door.reception()(environ, lambda *_: None)  # type: ignore[arg-type, return-value]
    assert door.taken == [body]


class Faulty:
    """One of the server's lines, by whose fault its loop ends."""

    def readable(self) -> bool:
        raise ZeroDivisionError

    def close(self) -> None:
        pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_server_that_has_ended_is_seen_to_and_leaves_its_address_to_the_next() -> None:
    with opened() as door:
        pass
    first = Listener(Listen("127.0.0.1", door.port), door.reception())
    assert first.alive
    first._server._map[1 << 20] = Faulty()
    first._server.trigger.pull_trigger(int)  # it looks at its lines
    first._thread.join(PATIENCE)
    assert not first.alive
    first.stop()
    second = Listener(Listen("127.0.0.1", door.port), door.reception())
    try:
        assert door.ask("POST", PATH, BODY, {"sign": SIGN})[0] == 200
    finally:
        second.stop()
