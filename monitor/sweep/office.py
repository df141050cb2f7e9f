"""One whole pass, with everything it needs made from the settings."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.adapters import ADAPTERS
from monitor.channels import Channel, Delivery, StandardOutput, open_channel
from monitor.sweep.judge import judge_due
from monitor.sweep.lines import Line
from monitor.sweep.poll import Round, poll, unheeded, unseen
from monitor.sweep.tell import Speaker, Spoken, tell
from monitor.transport import HttpClient, SharedPace, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Adapter
    from monitor.history import History
    from monitor.parcel import Parcel
    from monitor.settings import Settings
    from monitor.sweep.judge import Court
    from monitor.transport import Pace


@dataclass(slots=True)
class PassReport:
    """What one pass did: a round per source, how many tellings, every message that was sent.

    `broken`: parcels that could not be judged, by number, and the kind of error.
    """

    rounds: list[Round] = field(default_factory=list)
    told: int = 0
    spoken: list[Spoken] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """A source or a channel failed, or a parcel needs the owner before it can be watched."""
        lost = any(s.delivery is not Delivery.SENT for s in self.spoken)
        return lost or bool(self.broken) or any(r.failed or r.problems for r in self.rounds)

    def note_broken(self, number: str, error: Exception) -> None:
        self.broken.append((number, type(error).__name__))


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass works with. `pace_of` makes the pace of a source by name and spacing (seconds)."""

    history: History
    settings: Settings
    court: Court
    speakers: tuple[Speaker, ...]
    holder: str
    alive: Callable[[str], bool]
    pace_of: Callable[[str, float], Pace]
    progress: Callable[[Round], None] = unseen

    async def run(self, parcels: Sequence[Parcel], now: datetime) -> PassReport:
        """Poll these parcels, judge whatever is due, send whatever waits."""
        report = PassReport()

        def judge(among: Sequence[int] | None = None) -> None:
            broken = report.note_broken
            report.told += judge_due(self.history, self.court, now, broken, among=among)

        # Judged while other parcels wait for their turn, but none before it was asked about: a
        # deadline must not be told a moment before its parcel is found to be delivered.
        report.rounds = await self.poll(parcels, now, settled=judge)
        await asyncio.to_thread(judge)
        report.spoken = await tell(
            self.history,
            self.speakers,
            now,
            holder=self.holder,
            alive=self.alive,
            ignore_backoff=True,
        )
        return report

    def on(self, history: History) -> Pass:
        """The same pass over another history."""
        return replace(self, history=history)

    async def poll(
        self,
        parcels: Sequence[Parcel],
        now: datetime,
        *,
        register: bool = True,
        settled: Callable[[Sequence[int]], None] = unheeded,
    ) -> list[Round]:
        adapters = adapters_of(self.settings)
        if not adapters or not parcels:
            return []
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(HttpClient())
            lines = [self._line(adapter, client) for adapter in adapters]
            return await poll(
                self.history,
                lines,
                parcels,
                now,
                country=self.settings.country,
                register=register,
                progress=self.progress,
                settled=settled,
            )

    def _line(self, adapter: Adapter, client: HttpClient) -> Line:
        capability = adapter.capability
        wire = Wire(
            client,
            base_url=base_url_of(self.settings, capability.name),
            pace=self.pace_of(capability.name, capability.spacing),
            secrets=self.settings.secrets(),
        )
        return Line(adapter, wire)


def adapters_of(settings: Settings) -> list[Adapter]:
    """The sources that are switched on and exist."""
    options = settings.adapters.seventeentrack
    if not options.active or options.api_key is None:
        return []
    return [
        ADAPTERS["seventeentrack"](
            api_key=options.api_key.get_secret_value(),
            base_url=options.base_url,
            requests_per_second=options.requests_per_second,
        )
    ]


def base_url_of(settings: Settings, name: str) -> str:
    url: str = getattr(settings.adapters, name).base_url
    return url


def shared_pace(settings: Settings) -> Callable[[str, float], Pace]:
    """Paces kept beside the database, so that every process of this owner shares them."""
    folder = settings.database.path.parent
    return lambda name, spacing: SharedPace(folder / f"pace-{name}", spacing)


def speakers_of(settings: Settings, write: Callable[[str], None]) -> tuple[Speaker, ...]:
    """The channels, opened; standard output where none is configured.

    Raises BadConfiguration for a channel that cannot work, before anything is polled.
    """
    if not settings.channels:
        return (StandardOutput(write),)
    return tuple(
        open_channel(Channel(c.name, c.url.get_secret_value(), c.min_severity))
        for c in settings.channels
    )
