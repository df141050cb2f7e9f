"""Five plug-ins with 200 parcels each in one pass, against what the pace of the slowest imposes.

Their servers answer after 500 ms. Batches of 1 to 40 numbers and paces of 0.1 to 1 s: the three
slowest have about the same limit of their own, so that whatever holds one up for another shows.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlsplit

from monitor.adapters.contract import Capability, Failure, FailureKind, Snapshot
from monitor.adapters.strangers_json import json_object
from monitor.history import History
from monitor.parcel import Event, Parcel, TimeQuality, clean_text
from monitor.sandbox.server import Request, Response, Served
from monitor.settings import load
from monitor.sweep.court import court_from
from monitor.sweep.instance import alive, holder
from monitor.sweep.office import Pass, shared_pace, speakers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.adapters.contract import Ask, Outcome
    from monitor.settings import Settings
    from monitor.sweep.rounds import Round
    from monitor.transport import Answer, Wire

EACH = 200  # parcels a source
LATENCY = 0.5  # seconds
LIMIT = 1.15
NOW = datetime(2026, 9, 11, 6, tzinfo=UTC)
SCANS = 8  # events a parcel, one a day


@dataclass(frozen=True, slots=True)
class Pier:
    """A carrier that exists only here, written against the interface of plug-ins.

    base_url  where it is asked
    """

    api_version: ClassVar[int] = 1
    name: ClassVar[str]
    batch: ClassVar[int]
    spacing: ClassVar[float]  # seconds

    base_url: str = "https://api.example.org"

    @property
    def capability(self) -> Capability:
        hour = timedelta(hours=1)
        return Capability(self.name, True, False, self.batch, self.spacing, hour, hour)

    @property
    def codes(self) -> Mapping[str, str]:
        return {}

    def recognise(self, number: str) -> bool:
        return number.startswith(f"{self.name.upper()}-")

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        return await wire.get("/", params={"ids": ",".join(ask.number for ask in asks)})

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        document = json_object(answer.body.decode())
        return tuple(_outcome(document.get(ask.number), ask.number, self.name, now) for ask in asks)

    @classmethod
    def calls(cls) -> int:
        return math.ceil(EACH / cls.batch)

    @classmethod
    def limit(cls) -> float:
        """Seconds from the first request to the last answer, if nothing but the pace held it up."""
        return (cls.calls() - 1) * cls.spacing + LATENCY


class Single(Pier):
    name, batch, spacing = "single", 1, 0.1


class Pair(Pier):
    name, batch, spacing = "pair", 2, 0.2


class Ten(Pier):
    name, batch, spacing = "ten", 10, 1.0


class Score(Pier):
    name, batch, spacing = "score", 20, 0.5


class Forty(Pier):
    name, batch, spacing = "forty", 40, 1.0


PIERS = (Single, Pair, Ten, Score, Forty)


def _outcome(scans: object, number: str, source: str, now: datetime) -> Outcome:
    if not isinstance(scans, list):
        return Failure(number, FailureKind.DRIFT, "It lists no scans.")
    events = tuple(_event(source, str(when), str(what)) for when, what in scans)
    kept = json.dumps(scans).encode()
    return Snapshot(
        number,
        now,
        events,
        looks={source: now},
        evidence=kept,
        fingerprint=sha256(kept).hexdigest(),
    )


def _event(source: str, when: str, what: str) -> Event:
    at = datetime.fromisoformat(when)
    return Event(source, source, when, at, TimeQuality.EXACT, "", clean_text(what), original=what)


class Quay(Served):
    """The server of one of them: every number it is asked about has been on its way for days."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def answer(self, request: Request) -> Response:
        self.calls += 1
        (numbers,) = parse_qs(urlsplit(request.path).query)["ids"]
        body = json.dumps(dict.fromkeys(numbers.split(","), _SCANS)).encode()
        return Response(200, body, delay=LATENCY)


_SCANS = [
    ((NOW - timedelta(days=day)).isoformat(), f"Arrived at sorting centre {SCANS - day}")
    for day in range(SCANS, 0, -1)
]


@dataclass(slots=True)
class Watch:
    """When the last answer of each source was stored, in seconds since `start`."""

    start: float
    ends: dict[str, float]

    def seen(self, done: Round) -> None:
        self.ends[done.source] = time.perf_counter() - self.start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        quays = {pier.name: stack.enter_context(Quay()) for pier in PIERS}
        settings = _settings(Path(folder), quays)
        with History.open(settings.database.path, now=NOW) as history:
            _add(history)
            watch, taken = _timed(history, settings)
        _report(watch, taken, Counter({name: quay.calls for name, quay in quays.items()}))


def _settings(folder: Path, quays: Mapping[str, Quay]) -> Settings:
    """With the five installed, as an installer leaves them, and switched on; nothing else is."""
    info = folder / "parcels_piers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: parcels-piers\nVersion: 1.0\n")
    entries = "".join(f"{pier.name} = {__name__}:{pier.__name__}\n" for pier in PIERS)
    (info / "entry_points.txt").write_text(f"[monitor.adapters]\n{entries}")
    sys.path.append(str(folder))
    empty = folder / "config.toml"
    empty.touch(mode=0o600)
    environ = {
        "HOME": str(folder),
        "TZ": "UTC",
        "PARCELS_DATABASE__PATH": str(folder / "parcels.db"),
        "PARCELS_ADAPTERS__CAINIAO__ENABLED": "false",
    }
    for name, quay in quays.items():
        environ[f"PARCELS_ADAPTERS__{name.upper()}__ENABLED"] = "true"
        environ[f"PARCELS_ADAPTERS__{name.upper()}__BASE_URL"] = quay.base_url
    return load(empty, environ)


def _add(history: History) -> None:
    ordered = NOW - timedelta(days=SCANS + 2)
    with history.write_tx():
        for pier in PIERS:
            for index in range(EACH):
                number = f"{pier.name.upper()}-{index:06d}"
                parcel = Parcel(0, number, NOW, shop="aliexpress", ordered=ordered.date())
                history.parcels.add(parcel)


def _timed(history: History, settings: Settings) -> tuple[Watch, float]:
    watch = Watch(0.0, {})
    whole = Pass(
        history=history,
        settings=settings,
        court=court_from(settings),
        speakers=speakers_of(settings, lambda _: None),
        holder=holder(),
        alive=alive,
        pace_of=shared_pace(settings),
        progress=watch.seen,
    )
    parcels = history.parcels.watched()
    watch.start = time.perf_counter()
    report = asyncio.run(whole.run(parcels, NOW))
    taken = time.perf_counter() - watch.start
    assert not report.failed, [t.detail for r in report.rounds for t in r.troubles]
    assert sum(r.answered for r in report.rounds) == EACH * len(PIERS)
    return watch, taken


def _report(watch: Watch, taken: float, calls: Mapping[str, int]) -> None:
    print(f"{'source':8} {'batch':>5} {'pace':>6} {'calls':>5} {'own limit':>10} {'time':>8} ratio")
    for pier in PIERS:
        time_, limit = watch.ends[pier.name], pier.limit()
        print(
            f"{pier.name:8} {pier.batch:5} {pier.spacing:4.1f} s {calls[pier.name]:5} "
            f"{limit:8.2f} s {time_:6.2f} s {time_ / limit:.3f} x"
        )
        assert calls[pier.name] == pier.calls()
    slowest = max(pier.limit() for pier in PIERS)
    ratio = taken / slowest
    verdict = "ok" if ratio <= LIMIT else "TOO SLOW"
    print(
        f"the whole pass, judged and told, {taken:.2f} s; the slowest one's own limit "
        f"{slowest:.2f} s: {ratio:.3f} x (at most {LIMIT} x): {verdict}"
    )
