from __future__ import annotations

import http.client
import json
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.histories import ParcelHistory, ScriptedEvent
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START = datetime(2026, 8, 3, 8, tzinfo=UTC)


@dataclass
class Caller:
    """A client of the sandbox over one kept-alive connection."""

    sandbox: SeventeenTrackSandbox
    connection: http.client.HTTPConnection
    version: str = "v2.4"

    def send(
        self, endpoint: str, body: Any = b"", *, key: str | None = None, method: str = "POST"
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"17token": self.sandbox.key if key is None else key}
        self.connection.request(method, f"/track/{self.version}/{endpoint}", data, headers)
        response = self.connection.getresponse()
        return response.status, response.read(), response.headers

    def ask(self, endpoint: str, body: Any = b"") -> dict[str, Any]:
        status, answer, _ = self.send(endpoint, body)
        assert status == 200
        parsed = json.loads(answer)
        assert isinstance(parsed, dict)
        return parsed

    def each(self, endpoint: str, *numbers: str, **more: Any) -> tuple[list[Any], list[Any]]:
        """Accepted and rejected items of a request that names these numbers."""
        data = self.ask(endpoint, [{"number": number} | more for number in numbers])["data"]
        return data["accepted"], data["rejected"]

    def refusals(self, endpoint: str, *numbers: str, **more: Any) -> list[int]:
        return [item["error"]["code"] for item in self.each(endpoint, *numbers, **more)[1]]

    def shown(self, number: str) -> list[str]:
        """The descriptions of the first provider, newest first."""
        (item,), _ = self.each("gettrackinfo", number)
        provider = item["track_info"]["tracking"]["providers"][0]
        return [event["description"] for event in provider["events"]]


def calling(sandbox: SeventeenTrackSandbox) -> http.client.HTTPConnection:
    port = int(sandbox.base_url.split(":")[2].split("/")[0])
    return http.client.HTTPConnection("127.0.0.1", port, timeout=20)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture
def sandbox(clock: SteppedClock) -> Iterator[SeventeenTrackSandbox]:
    with SeventeenTrackSandbox(clock, rate_limit=0) as sandbox:
        yield sandbox


@pytest.fixture
def open_caller(
    sandbox: SeventeenTrackSandbox,
) -> Callable[[], AbstractContextManager[Caller]]:
    """Opens one more connection to the sandbox each time it is called."""

    @contextmanager
    def opened() -> Iterator[Caller]:
        with closing(calling(sandbox)) as connection:
            yield Caller(sandbox, connection)

    return opened


@pytest.fixture
def caller(
    open_caller: Callable[[], AbstractContextManager[Caller]],
) -> Iterator[Caller]:
    with open_caller() as caller:
        yield caller


@pytest.fixture
def parcel() -> ParcelHistory:
    """Two events on days 1 and 3, delivered on day 6; day 0 is the clock's first day."""
    return ParcelHistory(
        "LP00700000000001",
        190271,
        (
            ScriptedEvent(1, "10:00", "InTransit_PickedUp", "Fetched", stage="PickedUp"),
            ScriptedEvent(3, "10:00", "InTransit_Departure", "Left", stage="Departure"),
            ScriptedEvent(6, "10:00", "Delivered_Other", "Arrived", stage="Delivered"),
        ),
        origin="CN",
        destination="DE",
    )
