"""A described API on a real line: requests as they leave, and a server that answers them."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from monitor.adapters.contract import Ask, FailureKind, NotYet, Snapshot, SourceTrouble
from monitor.adapters.testing import KEY, ScriptedWire, replied, told
from monitor.errors import BadConfiguration
from monitor.transport import HttpClient, Wire
from tests.adapters.http_json_answers import NUMBER, described, parcel
from tests.transport.conftest import Source

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from monitor.transport import Answer
    from tests.transport.conftest import Seen

NOW = datetime(2026, 9, 20, 12, tzinfo=UTC)


class AtOnce:
    """A pace for servers that count no requests."""

    async def turn(self) -> None:
        return


def server(status: int = 200, body: bytes = b"{}", **headers: str) -> Source:
    """A source that answers everything alike, and remembers what it was asked."""
    sent = {"Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())

    async def play(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body)

    return Source(play)


def asked(source: Source, number: str = NUMBER, **changes: Any) -> tuple[Any, Seen]:
    """The outcome or the trouble, and the request as it arrived."""

    async def within() -> Any:
        async with source, HttpClient() as client:
            adapter = described(base_url=f"{source.url}/v1/", **changes)
            wire = Wire(client, base_url=adapter.base_url, pace=AtOnce(), attempts=1)
            try:
                answer = await adapter.fetch(wire, [Ask(number)])
                (found,) = adapter.parse(answer, [Ask(number)], NOW)
            except SourceTrouble as trouble:
                return trouble
            return found

    found = asyncio.run(within())
    return found, source.seen[-1]


def test_a_question_leaves_as_described_and_its_answer_is_understood() -> None:
    found, seen = asked(server(body=json.dumps(parcel()).encode()))
    assert (seen.method, seen.target) == ("GET", f"/v1/parcels/{NUMBER}?lang=en")
    assert (seen.headers["x-key"], seen.headers["accept"]) == (KEY, "application/json")
    assert isinstance(found, Snapshot)
    assert [event.code for event in found.events] == ["A1", "T1", "H1"]


@pytest.mark.parametrize(
    ("number", "target"),
    [
        pytest.param("AB/../CD", "AB%2F..%2FCD", id="a path"),
        pytest.param("A B?c=d#e", "A%20B%3Fc%3Dd%23e", id="a query and a fragment"),
        pytest.param("%41&{api_key}", "%2541%26%7Bapi_key%7D", id="an escape and a place"),
        pytest.param("ä\udcff1", "%C3%A4%3F1", id="letters and what is none"),
    ],
)
def test_no_number_leaves_its_place_in_the_path(number: str, target: str) -> None:
    _, seen = asked(server(404), number=number)
    assert seen.target == f"/v1/parcels/{target}?lang=en"


def test_number_and_key_travel_in_the_query_where_it_says_so() -> None:
    _, seen = asked(
        server(404),
        path="/find.json",
        query={"id": "{number}", "apikey": "{api_key}", "both": "{number}:{api_key}"},
        headers={"accept": "application/vnd.x+json", "X-Key": "Bearer {api_key}"},
        api_key="k&y={number}",
    )
    parts = urlsplit(seen.target)
    assert parts.path == "/v1/find.json"
    assert parse_qs(parts.query) == {
        "id": [NUMBER], "apikey": ["k&y={number}"], "both": [f"{NUMBER}:k&y={{number}}"],
    }  # fmt: skip
    assert seen.headers["accept"] == "application/vnd.x+json"
    assert seen.headers["x-key"] == "Bearer k&y={number}"


def test_a_number_that_is_not_known_yet_is_no_trouble() -> None:
    found, _ = asked(server(404, b'{"returnCode":104}'))
    assert found == NotYet(NUMBER, NOW)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, FailureKind.DRIFT), (401, FailureKind.AUTH), (403, FailureKind.AUTH),
        (429, FailureKind.RATE_LIMITED), (503, FailureKind.TRANSIENT),
    ],
)  # fmt: skip
def test_no_refusal_shows_the_key_wherever_it_travels(
    caplog: pytest.LogCaptureFixture, status: int, kind: FailureKind
) -> None:
    caplog.set_level(logging.DEBUG)
    source = server(status, f"no such key: {KEY}".encode(), Location=f"/elsewhere?apikey={KEY}")
    found, seen = asked(source, query={"apikey": "{api_key}"})
    assert f"apikey={KEY}" in seen.target
    assert isinstance(found, SourceTrouble)
    assert found.kind is kind
    assert KEY not in told(found)
    assert KEY not in caplog.text


def test_a_source_that_is_not_there_shows_no_key() -> None:
    async def within(work: Callable[[Wire], Awaitable[Answer]], port: int) -> None:
        async with HttpClient() as client:
            base = f"http://127.0.0.1:{port}"
            await work(Wire(client, base_url=base, pace=AtOnce(), attempts=1))

    async def port_of_a_server_that_was() -> int:
        async with server() as source:
            return int(source.url.rpartition(":")[2])

    adapter = described(query={"apikey": "{api_key}"})
    port = asyncio.run(port_of_a_server_that_was())
    with pytest.raises(SourceTrouble) as caught:
        asyncio.run(within(lambda wire: adapter.fetch(wire, [Ask(NUMBER)]), port))
    assert caught.value.kind is FailureKind.TRANSIENT
    assert KEY not in told(caught.value)


def fetched(adapter: Any, number: str = NUMBER) -> SourceTrouble:
    with pytest.raises(SourceTrouble) as caught:
        asyncio.run(adapter.fetch(ScriptedWire([replied({})]), [Ask(number)]))
    return caught.value


def test_without_its_key_it_is_not_asked() -> None:
    trouble = fetched(described(api_key=""))
    assert trouble.kind is FailureKind.AUTH
    assert trouble.detail == "mycarrier needs a key. Put it into adapters.mycarrier.api_key."


@pytest.mark.parametrize("number", ["", "..", " - ", "9" * 51])
def test_what_is_no_number_is_not_asked_about(number: str) -> None:
    assert fetched(described(), number).kind is FailureKind.BAD_REQUEST


def test_plain_http_is_for_this_machine_alone() -> None:
    adapter = described(base_url="http://api.mycarrier.example")
    with pytest.raises(BadConfiguration, match="https://"):
        Wire(HttpClient(), base_url=adapter.base_url, pace=AtOnce())
