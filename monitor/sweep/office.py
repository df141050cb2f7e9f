"""One whole pass, with everything it needs made from the settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.alerts.hours import gate
from monitor.channels import Channel, Delivery, StandardOutput, open_channel
from monitor.reading import read
from monitor.sweep.channels_watched import judge_channels
from monitor.sweep.held import waiting
from monitor.sweep.judge import crowd_of, judge_due
from monitor.sweep.lines import Line
from monitor.sweep.poll import poll
from monitor.sweep.published import PAGES, keep
from monitor.sweep.rounds import Round, Task, unheeded, unseen
from monitor.sweep.selection import by_hand, known_of
from monitor.sweep.sources import adapters_of, base_url_of, records_of
from monitor.sweep.tell import Speaker, Spoken, tell
from monitor.sweep.watching import judge_sources
from monitor.transport import HttpClient, SharedPace, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Adapter
    from monitor.history import History
    from monitor.message.layout import Words
    from monitor.parcel import Parcel
    from monitor.settings import Settings
    from monitor.sweep.judge import Court
    from monitor.sweep.selection import Choice
    from monitor.sweep.understanding import Reads
    from monitor.transport import Pace


@dataclass(slots=True)
class PassReport:
    """What one pass did: a round per source, how many tellings, every message that was sent.

    `broken`: parcels that could not be judged, by number, and the kind of error. `unsaid`: what there
    is to say of channels and no working channel carries. `waiting`: how many messages wait for their
    hour, and until when (UTC). `unwritten`: why a file for others to fetch was not written.
    """

    rounds: list[Round] = field(default_factory=list)
    told: int = 0
    spoken: list[Spoken] = field(default_factory=list)
    broken: list[tuple[str, str]] = field(default_factory=list)
    unsaid: list[Words] = field(default_factory=list)
    waiting: dict[datetime, int] = field(default_factory=dict)
    unwritten: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """A source or a channel failed, or a parcel needs the owner before it can be watched."""
        lost = any(s.delivery is not Delivery.SENT for s in self.spoken)
        return lost or bool(self.broken) or any(r.failed or r.problems for r in self.rounds)

    @property
    def complete(self) -> bool:
        """Some source answered wholly, or none was to be asked: not all eyes are shut."""
        return not self.rounds or any(not r.failed for r in self.rounds)

    def note_broken(self, number: str, error: Exception) -> None:
        self.broken.append((number, type(error).__name__))


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass works with. `pace_of` makes the pace of a source by name and spacing (seconds);
    `reads` reads what sources say, with the owner's words where there are any.
    """

    history: History
    settings: Settings
    court: Court
    speakers: tuple[Speaker, ...]
    holder: str
    alive: Callable[[str], bool]
    pace_of: Callable[[str, float], Pace]
    progress: Callable[[Round], None] = unseen
    reads: Reads = read

    async def run(self, parcels: Sequence[Parcel], now: datetime) -> PassReport:
        """Poll these parcels, judge whatever is due, send whatever waits."""
        report = PassReport()

        crowd = crowd_of(self.history)

        def judge(among: Sequence[int] | None = None) -> None:
            report.told += judge_due(
                self.history, self.court, now, report.note_broken, among=among, crowd=crowd
            )

        # Judged while other parcels wait for their turn, but none before it was asked about: a
        # deadline must not be told a moment before its parcel is found to be delivered.
        report.rounds = await self.poll(parcels, now, settled=judge)
        await asyncio.to_thread(judge)
        report.told += await asyncio.to_thread(self._judge_sources, now)
        report.spoken = await self._tell(now)
        # What this very pass could not send counts, and what is said of it goes out with it.
        about_channels = await asyncio.to_thread(judge_channels, self.history, self.court, now)
        if about_channels.told:
            report.told += about_channels.told
            report.unsaid = about_channels.unsaid
            report.spoken += await self._tell(now, ignore_backoff=False)
        report.waiting = await asyncio.to_thread(waiting, self.history, self.court.manners, now)
        report.unwritten = await asyncio.to_thread(self._publish, now)
        return report

    async def _tell(self, now: datetime, *, ignore_backoff: bool = True) -> list[Spoken]:
        return await tell(
            self.history,
            self.speakers,
            now,
            holder=self.holder,
            alive=self.alive,
            gate=gate(self.court.manners, now),
            language=self.court.style.language,
            ignore_backoff=ignore_backoff,
        )

    def _judge_sources(self, now: datetime) -> int:
        records = records_of(self.settings, adapters_of(self.settings), self.history)
        return judge_sources(self.history, self.court, records, now)

    def _publish(self, now: datetime) -> list[str]:
        done = (keep(page, self.history, self.settings, now) for page in PAGES)
        return [trouble for trouble in done if trouble]

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
        """Ask about these parcels now, because a person wants it."""
        adapters = adapters_of(self.settings)
        if not adapters or not parcels:
            return []
        choices = by_hand(known_of(self.history, parcels, now), adapters, parcels, now)
        async with HttpClient() as client:
            tasks = [
                Task(line_of(self.settings, c.adapter, client, self.pace_of, self.reads), c.parcels)
                for c in choices
                if c.parcels
            ]
            rounds = await poll(
                self.history,
                tasks,
                now,
                country=self.settings.country,
                register=register,
                progress=self.progress,
                settled=settled,
            )
        return _with_those_left_alone(rounds, choices)


def _with_those_left_alone(rounds: list[Round], choices: Sequence[Choice]) -> list[Round]:
    """A round for every source that watches some of the parcels, asked or not."""
    by_name = {r.source: r for r in rounds}
    found = []
    for choice in choices:
        name = choice.adapter.capability.name
        done = by_name.get(name, Round(name))
        done.resting = choice.resting
        if choice.barred:
            done.barred_until = choice.health.wait_until
            done.barred_by = choice.health.detail
        if choice.barred or choice.resting or name in by_name:
            found.append(done)
    return found


def line_of(
    settings: Settings,
    adapter: Adapter,
    client: HttpClient,
    pace_of: Callable[[str, float], Pace],
    reads: Reads,
) -> Line:
    """The way to a source, for one round: its patience begins with it."""
    capability = adapter.capability
    wire = Wire(
        client,
        base_url=base_url_of(settings, capability.name),
        pace=pace_of(capability.name, capability.spacing),
        secrets=settings.secrets(),
    )
    return Line(adapter, wire, reads)


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
