"""The good documents that are spoilt: answers of the sandboxes, and recorded ones where they lie."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from monitor.sandbox.cainiao import CainiaoSandbox
from monitor.sandbox.cainiao_challenge import PAGE
from monitor.sandbox.clock import SteppedClock
from monitor.sandbox.histories import load_histories
from monitor.sandbox.server import Request
from monitor.sandbox.seventeentrack import SeventeenTrackSandbox
from tests.adapters import cainiao_answers, http_json_answers, seventeentrack_answers

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
LARGEST = 64_000  # bytes; larger recordings say the same and take longer
START = datetime(2026, 9, 1, 6, tzinfo=UTC)
DAYS = (2, 9, 40)  # after the parcels were shipped


def _post(path: str, numbers: list[str]) -> Request:
    body = json.dumps([{"number": number} for number in numbers]).encode()
    return Request("POST", f"/track/v2.4/{path}", {"17token": "sandbox-key"}, body, 0.0)


@cache
def from_sandboxes() -> dict[str, tuple[bytes, ...]]:
    """By adapter, what its sandbox answers about the parcels it ships with, on several days."""
    histories = load_histories()
    clock = SteppedClock(START)
    post = SeventeenTrackSandbox(clock, rate_limit=0)
    cainiao = CainiaoSandbox(clock)
    for history in histories.values():
        post.script(history)
        cainiao.script(history)
    numbers = [history.number for history in histories.values()]
    seventeentrack = [post.answer(_post("register", numbers)).body]
    seen = [PAGE.body]
    for day in DAYS:
        clock.set(START + timedelta(days=day))
        asked = Request(
            "GET", f"/global/detail.json?mailNos={','.join(numbers)}&lang=en-US", {}, b"", 0
        )
        seen.append(cainiao.answer(asked).body)
        asked_each = [post.answer(_post("gettrackinfo", [number])).body for number in numbers]
        seventeentrack += [*asked_each, post.answer(_post("gettrackinfo", numbers)).body]
    seventeentrack.append(post.answer(_post("register", [*numbers, "XX1"])).body)
    return {"cainiao": tuple(seen), "seventeentrack": tuple(seventeentrack)}


@cache
def by_hand() -> dict[str, tuple[bytes, ...]]:
    """By adapter, the answers from which the tests of each begin."""
    made, others = cainiao_answers, seventeentrack_answers
    entries = made.entry("LP00000000000001", mailType="Economy"), made.unknown("RC000000005EE")
    item = others.item(
        "LP00000000000001", 3011, [others.provider(3011, "CN"), others.provider(7041, "ES")]
    )
    documents = {
        "cainiao": [made.answer(*entries)],
        "seventeentrack": [others.answer(item), others.answer(item, {"number": "XX1"})],
        "http_json": [http_json_answers.parcel()],
    }
    return {name: tuple(json.dumps(d).encode() for d in rows) for name, rows in documents.items()}


@cache
def recorded() -> dict[str, tuple[bytes, ...]]:
    """By adapter, real answers, where they lie beside this checkout; those of all others are http_json's."""
    found: dict[str, list[bytes]] = {"http_json": [], "cainiao": [], "seventeentrack": []}
    for path in sorted(SAMPLES.rglob("*.*")):
        if path.suffix in (".json", ".html") and path.stat().st_size <= LARGEST:
            folder = path.relative_to(SAMPLES).parts[0]
            found[folder if folder in found else "http_json"].append(path.read_bytes())
    return {name: tuple(bodies) for name, bodies in found.items()}


@cache
def answers(adapter: str) -> tuple[bytes, ...]:
    """All good answers there are for an adapter."""
    sources = (by_hand(), from_sandboxes(), recorded())
    return tuple(dict.fromkeys(body for source in sources for body in source.get(adapter, ())))


@cache
def messages() -> tuple[str, ...]:
    """What carriers write: every text in the good answers."""
    found: set[str] = set()
    for adapter in ("cainiao", "seventeentrack", "http_json"):
        for body in answers(adapter):
            waiting = [_loaded(body)]
            while waiting:
                value = waiting.pop()
                if isinstance(value, str) and 3 < len(value) < 300:
                    found.add(value)
                elif isinstance(value, dict | list):
                    waiting += value.values() if isinstance(value, dict) else value
    return tuple(sorted(found))


def _loaded(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None
