"""Receivers on loopback: what arrives over HTTP and by mail is kept as it came."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


@dataclass
class Receiver:
    """`status` and `headers` are what it answers; `drip` keeps it answering and `hang` silent until
    the test is over; `vanish` makes it hang up without a word."""

    port: int = 0
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"{}"
    drip: bool = False
    hang: bool = False
    vanish: bool = False
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [payload for _, _, payload in self.requests]


class Handler(BaseHTTPRequestHandler):
    receiver: ClassVar[Receiver]

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        payload = json.loads(self.rfile.read(length))
        self.receiver.requests.append((self.path, dict(self.headers.items()), payload))
        if self.receiver.vanish:
            self.close_connection = True
            return
        if self.receiver.hang:
            self.receiver.over.wait()
        with contextlib.suppress(ConnectionError):  # the sender has given up meanwhile
            self.answer()

    def answer(self) -> None:
        self.send_response(self.receiver.status)
        for name, value in self.receiver.headers.items():
            self.send_header(name, value)
        if self.receiver.drip:
            self.drip()
        else:
            self.send_header("Content-Length", str(len(self.receiver.answer)))
            self.end_headers()
            self.wfile.write(self.receiver.answer)

    def drip(self) -> None:
        self.end_headers()
        while not self.receiver.over.wait(0.05):
            self.wfile.write(b"x")
            self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"receiver": found}))
    server.daemon_threads = False  # so that closing the server waits for what still answers
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield found
    found.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Mailbox:
    """Keeps every mail as it came; `reply` is what it answers to one."""

    port: int = 0
    reply: str = "250 OK"
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=parcels@home.example&to=me@home.example"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd looks for this name
        if self.reply.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(mail, email.message.EmailMessage)
            self.mails.append(mail)
        return self.reply


class AnyPort(Controller):
    """The library waits for its server on the port it was told, which 0 is not."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    found = Mailbox()
    controller = AnyPort(found, hostname="127.0.0.1", port=0)
    controller.start()
    found.port = controller.port
    yield found
    controller.stop()


@pytest.fixture
def strict() -> Iterator[Mailbox]:
    """A mail server that knows nobody."""
    found = Mailbox()
    controller = AnyPort(
        found,
        hostname="127.0.0.1",
        port=0,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    controller.start()
    found.port = controller.port
    yield found
    controller.stop()
