"""What every adapter must stand at the end of a real line: a class to subclass beside AdapterContract.

Every refusal is given by a real HTTP server on loopback and taken by the real transport.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from monitor.errors import FailureKind, SourceTrouble
from monitor.sandbox.server import LoopbackServer, Request, Response
from monitor.transport import HttpClient, Wire
from tests.adapters.contract_battery import KEY, NOW, AdapterContract, told
from tests.cli.desk import NoPace

HTML = "text/html; charset=utf-8"


@cache
def bomb() -> bytes:
    """64 MiB of blanks, packed small."""
    return gzip.compress(b" " * (64 << 20), 1)


@cache
def flood() -> bytes:
    """64 MiB of sound JSON."""
    return b'{"module":[' + b" " * (64 << 20) + b"]}"


class Answering:
    """Gives every request the same answer."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self.requests = 0

    def answer(self, _: Request, /) -> Response:
        self.requests += 1
        return self._response


class WireContract(AdapterContract):
    def asked(self, response: Response, *, patience: float = 20.0) -> SourceTrouble:
        """The trouble that comes of asking a server which always answers like this."""
        adapter = self.make()

        async def ask(url: str) -> Any:
            async with HttpClient() as client:
                wire = Wire(
                    client, base_url=url, pace=NoPace(), patience=patience, attempts=2,
                    first_pause=0.001, secrets=(KEY,),
                )  # fmt: skip
                batch = self.asks[: adapter.capability.batch]
                return adapter.parse(await adapter.fetch(wire, batch), batch, NOW)

        with (
            LoopbackServer(Answering(response)) as server,
            pytest.raises(SourceTrouble) as trouble,
        ):
            asyncio.run(ask(f"http://127.0.0.1:{server.port}"))
        return trouble.value

    @pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
    def test_a_refusal_over_the_line_is_trouble_of_its_kind(self, status: int) -> None:
        trouble = self.asked(Response(status, KEY.encode(), "text/plain"))
        assert trouble.kind is self.statuses[status]
        assert KEY not in told(trouble)

    def test_the_wait_asked_for_over_the_line_is_handed_on(self) -> None:
        busy = Response(429, headers=(("Retry-After", "90"),))
        trouble = self.asked(busy)
        assert (trouble.kind, trouble.wait) == (FailureKind.RATE_LIMITED, timedelta(seconds=90))

    @pytest.mark.parametrize(
        ("response", "kinds"),
        [
            pytest.param(
                Response(200, b"<html><body>Please wait</body></html>", HTML), None, id="a page"
            ),
            pytest.param(Response(200), {FailureKind.DRIFT, FailureKind.TRANSIENT}, id="nothing"),
            pytest.param(Response(200, b"null"), {FailureKind.DRIFT}, id="null"),
            pytest.param(
                Response(200, b'{"code":0,"da'),
                {FailureKind.DRIFT, FailureKind.TRANSIENT},
                id="half an answer",
            ),
            pytest.param(
                Response(302, headers=(("Location", "https://127.0.0.1:1/elsewhere"),)),
                {FailureKind.DRIFT},
                id="a redirect",
            ),
        ],
    )
    def test_what_is_no_answer_over_the_line_is_trouble(
        self, response: Response, kinds: set[FailureKind] | None
    ) -> None:
        assert self.asked(response).kind in (kinds or {self.html_kind})

    @pytest.mark.parametrize("packed", [False, True], ids=["64 MiB of JSON", "a gzip bomb"])
    def test_an_answer_without_end_is_cut_off_and_trouble(self, packed: bool) -> None:
        body = bomb() if packed else flood()
        headers = (("Content-Encoding", "gzip"),) if packed else ()
        trouble = self.asked(Response(200, body, headers=headers))
        assert trouble.kind is FailureKind.DRIFT

    def test_an_answer_that_drips_is_waited_for_no_longer_than_our_patience(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        dripping = Response(200, b'{"code": 0}' * 50, drip=0.2)
        trouble = self.asked(dripping, patience=0.5)
        assert trouble.kind is FailureKind.TRANSIENT
        assert KEY not in caplog.text + told(trouble)
