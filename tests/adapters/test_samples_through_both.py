"""Every sample of tracking information goes through the sandbox and the adapter, unharmed."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.adapters.contract import Ask, EnrolmentState
from monitor.adapters.seventeentrack import SeventeenTrack
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from monitor.transport import Answer, HttpClient, Wire
from tests.adapters.test_seventeentrack_over_http import AtOnce

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "seventeentrack"
NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
KEY = "s3ntinel-key-of-the-samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sample answers are not beside this checkout"
)


def items(path: Path) -> list[dict[str, Any]]:
    """The accepted items of an answer, or the one item that a webhook pushes."""
    answer = json.loads(path.read_text("utf-8"))
    data = answer.get("data") if isinstance(answer, dict) else None
    found = data.get("accepted", [data]) if isinstance(data, dict) else []
    return [item for item in found if isinstance(item, dict) and item.get("track_info")]


WITH_TRACKING = [path for path in sorted(SAMPLES.glob("*/*.json")) if "carriers" not in path.parts]
WITH_TRACKING = [path for path in WITH_TRACKING if items(path)]


@pytest.mark.parametrize("path", WITH_TRACKING, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_the_adapter_reads_over_http_is_what_it_reads_from_the_sample(path: Path) -> None:
    adapter = SeventeenTrack(api_key=KEY)
    accepted = items(path)
    asks = [Ask(item["number"], carrier=str(item.get("carrier") or "")) for item in accepted]
    body = json.dumps({"code": 0, "data": {"accepted": accepted, "rejected": []}}).encode()
    wanted = adapter.parse(Answer(200, {}, body), asks, NOW)

    clock = SteppedClock(NOW - timedelta(hours=1))
    with SeventeenTrackSandbox(clock, key=KEY, rate_limit=0) as sandbox:
        for item in accepted:
            sandbox.can(item["number"], item)
        enrolled, got = asyncio.run(_asked(adapter, sandbox, clock, asks))

    assert {e.state for e in enrolled} == {EnrolmentState.REGISTERED}
    assert got == wanted
    assert sandbox.charges == {ask.number: 1 for ask in asks}


async def _asked(
    adapter: SeventeenTrack, sandbox: SeventeenTrackSandbox, clock: SteppedClock, asks: list[Ask]
) -> tuple[Any, Any]:
    async with HttpClient() as client:
        wire = Wire(client, base_url=sandbox.base_url, pace=AtOnce())
        enrolled = [
            found
            for ask in asks
            for found in await adapter.register(wire, [Ask(ask.number, wanted_carrier=ask.carrier)])
        ]
        clock.set(NOW)
        answer = await adapter.fetch(wire, asks)
    return enrolled, adapter.parse(answer, asks, NOW)
