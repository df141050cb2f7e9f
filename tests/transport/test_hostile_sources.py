"""Sources that drip, hang, explode, redirect and break off, over real connections on loopback."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from monitor.errors import FailureKind, SourceTrouble
from monitor.transport import HttpClient, Wire
from monitor.transport.inflate import BODY_LIMIT, TooLarge, Unreadable, inflated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Play = Callable[[Any, asyncio.StreamWriter], Awaitable[None]]


class Free:
    async def turn(self) -> None:
        return None


def talk(source: Any, play: Play, work: Callable[[Wire], Awaitable[Any]], **options: Any) -> Any:
    """Runs `work` against a server that plays, and gives its result and the server."""

    async def run() -> Any:
        async with source(play) as server, HttpClient() as client:
            wire = Wire(client, base_url=server.url, pace=Free(), first_pause=0.01, **options)
            return await work(wire), server

    return asyncio.run(run())


def trouble(source: Any, play: Play, **options: Any) -> tuple[SourceTrouble, Any]:
    async def ask(wire: Wire) -> SourceTrouble:
        with pytest.raises(SourceTrouble) as caught:
            await wire.get("/secret-path")
        assert "secret-path" not in str(caught.value)
        return caught.value

    found, server = talk(source, play, ask, **options)
    return found, server


def test_a_body_that_drips_for_ever_ends_at_the_deadline_of_the_attempt(source: Any) -> None:
    async def drip(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    found, server = trouble(source, drip, attempts=2, attempt_seconds=0.3)
    assert found.kind is FailureKind.TRANSIENT
    assert len(server.seen) == 2


def test_a_source_that_hangs_ends_with_our_patience(source: Any) -> None:
    async def hang(_seen: Any, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    found, _ = trouble(source, hang, patience=0.3)
    assert (found.kind, found.maybe_done) == (FailureKind.TRANSIENT, False)


def test_sources_that_hang_leave_a_connection_for_the_others(source: Any, reply: Any) -> None:
    """Six of the owner's own with four requests each, of which none is answered."""

    count = 24
    all_hang = asyncio.Barrier(count + 1)

    async def hang(_seen: Any, _writer: asyncio.StreamWriter) -> None:
        await all_hang.wait()
        await asyncio.sleep(3600)

    async def answer(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(reply())

    async def run() -> int:
        async with source(hang) as server, source(answer) as other, HttpClient() as client:
            wires = [
                Wire(client, base_url=server.url, pace=Free(), patience=30) for _ in range(count)
            ]
            waiting = [asyncio.create_task(wire.get("/")) for wire in wires]
            async with asyncio.timeout(20):
                await all_hang.wait()
                found = await Wire(client, base_url=other.url, pace=Free()).get("/")
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            return int(found.status)

    assert asyncio.run(run()) == 200


def test_a_connection_that_breaks_within_the_body_is_tried_again(source: Any, reply: Any) -> None:
    async def breaks_once(_seen: Any, writer: asyncio.StreamWriter) -> None:
        if len(servers[0].seen) == 1:
            writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{")
            writer.close()
        else:
            writer.write(reply(body=b"[]"))

    servers = []

    async def run() -> Any:
        async with source(breaks_once) as server, HttpClient() as client:
            servers.append(server)
            return await Wire(client, base_url=server.url, pace=Free(), first_pause=0).get("/")

    assert asyncio.run(run()).body == b"[]"


def test_a_connection_reset_at_once_is_transient(source: Any) -> None:
    async def reset(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    found, server = trouble(source, reset, attempts=3)
    assert found.kind is FailureKind.TRANSIENT
    assert len(server.seen) == 3


def test_nobody_listening_is_transient_and_certainly_not_done(closed_port: int) -> None:
    async def run() -> SourceTrouble:
        async with HttpClient() as client:
            url = f"http://127.0.0.1:{closed_port}"
            wire = Wire(client, base_url=url, pace=Free(), attempts=1)
            with pytest.raises(SourceTrouble) as caught:
                await wire.post("/", json={}, headers={}, repeatable=False)
            return caught.value

    found = asyncio.run(run())
    assert (found.kind, found.maybe_done) == (FailureKind.TRANSIENT, False)
    assert "it refuses connections" in found.detail


def test_a_redirect_is_not_followed_to_where_it_points(source: Any, reply: Any) -> None:
    async def run() -> tuple[SourceTrouble, list[Any]]:
        async def answer(_seen: Any, writer: asyncio.StreamWriter) -> None:
            writer.write(reply())

        async def point(_seen: Any, writer: asyncio.StreamWriter) -> None:
            writer.write(reply(302, Location=thief.url))

        async with source(answer) as thief, source(point) as server, HttpClient() as client:
            with pytest.raises(SourceTrouble) as caught:
                await Wire(client, base_url=server.url, pace=Free()).get("/")
            return caught.value, thief.seen

    found, stolen = asyncio.run(run())
    assert found.kind is FailureKind.DRIFT
    assert stolen == []


BOMB = zlib.compress(bytes(BODY_LIMIT + 1), wbits=31)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        pytest.param(
            "Content-Encoding: gzip", BOMB, id="a small body that unpacks to more than 8 MiB"
        ),
        pytest.param("Content-Encoding: gzip", b"not packed", id="a body that is not what it says"),
        pytest.param("Content-Encoding: gzip", gzip.compress(b"{}")[:-4], id="a body cut short"),
        pytest.param(
            "Content-Encoding: br", b"\x0b\x00\x80{}\x03", id="an encoding nobody asked for"
        ),
        pytest.param("Content-Encoding: gzip, gzip", gzip.compress(b"{}"), id="two encodings"),
        pytest.param("X-Padding: 1", bytes(BODY_LIMIT + 1), id="a plain body of more than 8 MiB"),
    ],
)
def test_a_body_that_cannot_be_taken_is_drift_and_not_asked_for_again(
    head: str, body: bytes, source: Any
) -> None:
    async def send(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 X\r\n{head}\r\nConnection: close\r\n\r\n".encode() + body)
        writer.close()

    found, server = trouble(source, send)
    assert (found.kind, len(server.seen)) == (FailureKind.DRIFT, 1)


def test_a_body_announced_as_too_large_is_refused_before_it_comes(source: Any) -> None:
    async def announce(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 X\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n".encode())
        await asyncio.sleep(3600)

    found, _ = trouble(source, announce)
    assert found.kind is FailureKind.DRIFT


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        pytest.param("identity", b'{"a":1}', id="plain, as asked for"),
        pytest.param("gzip", gzip.compress(b'{"a":1}'), id="packed although nobody asked"),
        pytest.param("X-GZIP", gzip.compress(b'{"a":1}'), id="packed, under its old name"),
        pytest.param("deflate", zlib.compress(b'{"a":1}'), id="deflate as the standard has it"),
        pytest.param("deflate", zlib.compress(b'{"a":1}', wbits=-15), id="deflate as some send it"),
    ],
)
def test_a_body_arrives_unpacked(encoding: str, body: bytes, source: Any, reply: Any) -> None:
    async def send(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(body=body, Content_Encoding=encoding))

    answer, _ = talk(source, send, lambda wire: wire.get("/"))
    assert answer.body == b'{"a":1}'


def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    packed = zlib.compress(bytes(1000), wbits=31)
    assert inflated(packed, "gzip", 1000) == bytes(1000)
    assert inflated(bytes(1000), "", 1000) == bytes(1000)
    for body, encoding in ((packed, "gzip"), (bytes(1000), "")):
        with pytest.raises(TooLarge):
            inflated(body, encoding, 999)


def test_a_bomb_is_never_unpacked_beyond_the_limit() -> None:
    """64 MiB in 64 kB: what is unpacked first and measured afterwards is in memory already."""
    bomb = zlib.compress(bytes(64 << 20), 9, wbits=31)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            inflated(bomb, "gzip", 1 << 20)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


def test_no_proxy_of_the_environment_hears_of_a_request(
    source: Any, reply: Any, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "HTTPS_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)

    async def send(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(body=b"{}"))

    answer, _ = talk(source, send, lambda wire: wire.get("/"))
    assert answer.status == 200


def test_bytes_after_the_packed_body_are_no_part_of_it() -> None:
    with pytest.raises(Unreadable):
        inflated(gzip.compress(b"{}") + b"more", "gzip")


def test_calls_of_a_pass_share_a_connection_and_no_cookie_comes_back(
    source: Any, reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def tag(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(Set_Cookie="session=1; Path=/"))

    async def thrice(wire: Wire) -> None:
        for _ in range(3):
            await wire.get("/", params={"n": "RB 1&x"})

    _, server = talk(source, tag, thrice)
    assert server.connections == 1
    assert [seen.target for seen in server.seen] == ["/?n=RB+1%26x"] * 3
    assert not any("cookie" in seen.headers for seen in server.seen)
    assert {seen.headers["accept-encoding"] for seen in server.seen} == {"identity"}


def test_an_adapter_cannot_ask_for_packed_bodies(source: Any, reply: Any) -> None:
    async def answer(_seen: Any, writer: asyncio.StreamWriter) -> None:
        writer.write(reply())

    greedy = {"accept-encoding": "gzip, br"}
    _, server = talk(source, answer, lambda wire: wire.get("/", headers=greedy))
    assert server.seen[0].headers["accept-encoding"] == "identity"
