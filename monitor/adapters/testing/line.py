"""What every adapter must stand at the end of a real line, as a test class to subclass.

Every refusal is given by a real HTTP server on the loopback and taken by the real transport.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from monitor.adapters.testing.answers import KEY, NOW, told
from monitor.adapters.testing.contract import AdapterContract
from monitor.errors import FailureKind, SourceTrouble
from monitor.transport import HttpClient, Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
_DRIP_CHUNK = 16  # bytes


class NoPace:
    """Every turn is free: for tests that are not about pacing."""

    async def turn(self) -> None:
        return


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer every request gets; `drip`: 16 bytes of it every so many seconds."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and hang up, whatever it was."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
            await reader.readexactly(int(length[1]) if length else 0)  # or the line would be cut
            writer.write(self._head())
            if not self.drip:
                writer.write(self.body)
                await writer.drain()
                return
            for start in range(0, len(self.body), _DRIP_CHUNK):
                writer.write(self.body[start : start + _DRIP_CHUNK])
                await writer.drain()
                await asyncio.sleep(self.drip)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # it has heard enough
        finally:
            writer.close()

    def _head(self) -> bytes:
        fields = {
            "Content-Type": self.content_type,
            "Content-Length": str(len(self.body)),
            "Connection": "close",
            **self.headers,
        }
        lines = [f"HTTP/1.1 {self.status} Canned", *(f"{k}: {v}" for k, v in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


@cache
def bomb() -> bytes:
    """64 MiB of blanks, packed small."""
    return gzip.compress(b" " * (64 << 20), 1)


@cache
def flood() -> bytes:
    """64 MiB of sound JSON."""
    return b'{"module":[' + b" " * (64 << 20) + b"]}"


class WireContract(AdapterContract):
    """The same, and the line beside it."""

    def asked(self, answer: Canned, *, patience: float = 20.0) -> SourceTrouble:
        """The trouble that comes of asking a server which always answers like this."""
        with pytest.raises(SourceTrouble) as trouble:
            asyncio.run(self._ask(answer, patience))
        return trouble.value

    async def _ask(self, answer: Canned, patience: float) -> None:
        adapter = self.make()
        server = await asyncio.start_server(answer.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            async with HttpClient() as client:
                wire = Wire(
                    client, base_url=f"http://127.0.0.1:{port}", pace=NoPace(), patience=patience,
                    attempts=2, first_pause=0.001, secrets=(KEY,),
                )  # fmt: skip
                batch = self.asks[: adapter.capability.batch]
                adapter.parse(await adapter.fetch(wire, batch), batch, NOW)
        finally:
            server.close()

    @pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
    def test_a_refusal_over_the_line_is_trouble_of_its_kind(self, status: int) -> None:
        trouble = self.asked(Canned(status, KEY.encode(), "text/plain"))
        assert trouble.kind is self.statuses[status]
        assert KEY not in told(trouble)

    def test_the_wait_asked_for_over_the_line_is_handed_on(self) -> None:
        trouble = self.asked(Canned(429, headers={"Retry-After": "90"}))
        assert (trouble.kind, trouble.wait) == (FailureKind.RATE_LIMITED, timedelta(seconds=90))

    @pytest.mark.parametrize(
        ("answer", "kinds"),
        [
            pytest.param(
                Canned(200, b"<html><body>Please wait</body></html>", HTML), None, id="a page"
            ),
            pytest.param(Canned(200), {FailureKind.DRIFT, FailureKind.TRANSIENT}, id="nothing"),
            pytest.param(Canned(200, b"null"), {FailureKind.DRIFT}, id="null"),
            pytest.param(
                Canned(200, b'{"code":0,"da'),
                {FailureKind.DRIFT, FailureKind.TRANSIENT},
                id="half an answer",
            ),
            pytest.param(
                Canned(302, headers={"Location": "https://127.0.0.1:1/elsewhere"}),
                {FailureKind.DRIFT},
                id="a redirect",
            ),
        ],
    )
    def test_what_is_no_answer_over_the_line_is_trouble(
        self, answer: Canned, kinds: set[FailureKind] | None
    ) -> None:
        assert self.asked(answer).kind in (kinds or {self.html_kind})

    @pytest.mark.parametrize("packed", [False, True], ids=["64 MiB of JSON", "a gzip bomb"])
    def test_an_answer_without_end_is_cut_off_and_trouble(self, packed: bool) -> None:
        headers = {"Content-Encoding": "gzip"} if packed else {}
        trouble = self.asked(Canned(200, bomb() if packed else flood(), headers=headers))
        assert trouble.kind is FailureKind.DRIFT

    def test_an_answer_that_drips_is_waited_for_no_longer_than_our_patience(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        trouble = self.asked(Canned(200, b'{"code": 0}' * 50, drip=0.2), patience=0.5)
        assert trouble.kind is FailureKind.TRANSIENT
        assert KEY not in caplog.text + told(trouble)
