"""Whether a host can be connected to is found out without asking it anything."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from monitor.transport.reach import unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> int:
    port: int = server.getsockname()[1]
    return port


def test_a_host_that_takes_the_connection_is_reached_and_hears_nothing(
    listening: socket.socket,
) -> None:
    assert asyncio.run(unreachable(f"http://127.0.0.1:{port_of(listening)}/v1")) == ""
    connection, _ = listening.accept()
    with connection:
        assert connection.recv(100) == b""  # closed without a byte


def test_a_port_nobody_listens_on_refuses(listening: socket.socket) -> None:
    port = port_of(listening)
    listening.close()
    said = asyncio.run(unreachable(f"http://127.0.0.1:{port}"))
    assert said == "127.0.0.1 cannot be connected to: it refuses connections"


def test_a_host_that_is_silent_is_given_up(listening: socket.socket) -> None:
    said = asyncio.run(unreachable(f"https://127.0.0.1:{port_of(listening)}", patience=0.2))
    assert said == "127.0.0.1 does not answer within 0.2 seconds"


def test_https_means_an_encrypted_connection() -> None:
    async def told() -> str:
        async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 no\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(plain, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await unreachable(f"https://127.0.0.1:{port}")

    assert asyncio.run(told()) == (
        "127.0.0.1 cannot be connected to: no encrypted connection came about"
    )


def test_a_name_that_has_no_address_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    said = asyncio.run(unreachable("https://no-such-host.example"))
    assert said == "no-such-host.example cannot be connected to: its name has no address"
