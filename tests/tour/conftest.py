"""Services a tour meets on loopback: a mail server, a Telegram, and receivers that hang or drip."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.channels.conftest import Mailbox, mailbox
from tests.cli.conftest import bare, desk

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Mailbox", "bare", "desk", "mailbox"]


@dataclass
class Service:
    """An HTTP service: keeps what is posted; hangs or drips until the test is over, or is told."""

    port: int = 0
    hangs: bool = False
    drips: bool = False
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/"

    def answer(self, handler: BaseHTTPRequestHandler, path: str, posted: dict[str, Any]) -> None:
        self.posts.append((path, posted))
        hangs, drips = self.hangs, self.drips
        self.arrived.set()
        if hangs:
            self.over.wait(60)
            return
        body = b'{"ok": true, "result": {}}'
        handler.send_response(200)
        handler.send_header("Content-Length", str(1_000_000 if drips else len(body)))
        handler.end_headers()
        while drips and not self.over.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()
        handler.wfile.write(b"" if drips else body)


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            posted = json.loads(self.rfile.read(length))
            try:
                found.answer(self, self.path, posted)
            except ConnectionError:
                return  # the sender has gone meanwhile

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # so that closing the server waits for what still answers
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield found
    found.over.set()
    server.shutdown()
    server.server_close()
    thread.join()
