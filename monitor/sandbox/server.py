"""The plain HTTP/1.1 server on the loopback that every sandbox service stands on."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BODY_LIMIT = 1 << 20  # bytes; the largest honest request here has about 20 kB
_IDLE = 300.0  # seconds an unused keep-alive connection stays open
_NOTICE = 0.02  # seconds until a server that was told to stop notices
_DRIP_CHUNK = 16  # bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived. `at` is `time.monotonic()` when its body had been read."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Response:
    """What to send, and how: after `delay` seconds, 16 bytes every `drip` seconds, or not at all.

    `drop`: the connection is closed without a byte, as when an answer is lost on its way.
    """

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drip: float = 0.0
    drop: bool = False


class Service(Protocol):
    """What answers requests; called from many threads at once."""

    def answer(self, request: Request, /) -> Response: ...


class LoopbackServer:
    """Serves one `Service` on 127.0.0.1 between `start` and `stop`, also as a context manager."""

    def __init__(self, service: Service, *, port: int = 0) -> None:
        self._service = service
        self._port = port
        self._http: _Http | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port in use. Raises RuntimeError before `start`."""
        if self._http is None:
            raise RuntimeError("The sandbox server has not been started, so it has no port yet.")
        return self._http.server_port

    def start(self) -> Self:
        if self._http is None:
            self._http = _Http(self._port, self._service.answer)
            self._thread = threading.Thread(
                target=self._http.serve_forever, args=(_NOTICE,), name="sandbox", daemon=True
            )
            self._thread.start()
        return self

    def stop(self) -> None:
        """Ends every connection, also those in the middle of a slow answer."""
        if self._http is None or self._thread is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._http.hang_up()
        self._http.server_close()
        self._http = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class Served(ABC):
    """A service that brings its own server: `start`, `stop`, or a `with` block."""

    def __init__(self, port: int = 0) -> None:
        self._server = LoopbackServer(self, port=port)

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """What the service answers; called on a thread of the server."""

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Http(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = False  # joined in server_close, so that no thread outlives its test
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, port: int, answer: Callable[[Request], Response]) -> None:
        self.answer = answer
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer.server_bind would look up the host's name, which may ask a name server.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def process_request(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: tuple[str, int],
    ) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: tuple[str, int],
    ) -> None:
        """A client that went away is no error; anything else is printed as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def hang_up(self) -> None:
        self.stopping.set()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE
    server: _Http

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isascii() and length.isdigit() else BODY_LIMIT + 1
        if size > BODY_LIMIT:
            self.close_connection = True
            self._send(Response(413, content_type="text/plain"))
            return
        body = self.rfile.read(size)
        headers = {name.casefold(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body, time.monotonic())
        self._send(self.server.answer(request))

    do_GET = do_PUT = do_POST  # noqa: N815 - the names http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - given by http.server
        """Says nothing: callers read the service's own list of calls."""

    def _send(self, response: Response) -> None:
        if response.delay:
            self.server.stopping.wait(response.delay)
        if response.drop or self.server.stopping.is_set():
            self.close_connection = True
            return
        head = _head(response)
        if response.drip:
            self._drip(head, response)
        else:
            self.wfile.write(head + response.body)  # one segment where it fits

    def _drip(self, head: bytes, response: Response) -> None:
        self.wfile.write(head)
        for start in range(0, len(response.body), _DRIP_CHUNK):
            self.wfile.write(response.body[start : start + _DRIP_CHUNK])
            if self.server.stopping.wait(response.drip):
                self.close_connection = True
                return


def _head(response: Response) -> bytes:
    phrase = HTTPStatus(response.status).phrase
    lines = [
        f"HTTP/1.1 {response.status} {phrase}",
        f"Content-Type: {response.content_type}",
        f"Content-Length: {len(response.body)}",
        *(f"{name}: {value}" for name, value in response.headers),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
