"""A year of many parcels through the sandboxes, with all that goes wrong in a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from monitor.sandbox.registration import standing
from monitor.sandbox.timeline import lay_out, seen
from tests.arrivals import taken_apart
from tests.house import House
from tests.year.lives import START, Deed, Life, lives
from tests.year.record import REPEAT, Look, Record, Scale, Year
from tests.year.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from monitor.sandbox.receiver import Message
    from monitor.sandbox.timeline import Plan

ENVIRON = {
    "PARCELS_TIMEZONE": "Europe/Berlin",
    "PARCELS_ALERTS__QUIET_HOURS": "22:00-07:00",
    "PARCELS_ALERTS__DIGEST_AT": "08:00",
}
HOUR = timedelta(hours=1)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class _Living:
    """The same for the same scale, as far as the program is."""

    def __init__(self, scale: Scale, house: House) -> None:
        self.scale = scale
        self.record = Record()
        self._house = house
        self._weather = Weather(_chance("weather", scale))
        self.lives = lives(_chance("lives", scale), scale.parcels, scale.days)
        self._plans = {life.number: _scripted(house, life) for life in self.lives}
        deeds = [deed for life in self.lives for deed in life.deeds]
        self._deeds = sorted(deeds, key=lambda deed: deed.at, reverse=True)
        self._calls = self._asked = 0
        self._registered = house.sandbox.registrations

    def live(self, progress: Callable[[int, Record], None]) -> None:
        for place in range(self.scale.passes):
            now = START + place * timedelta(hours=self.scale.hours)
            self._weather.turn(self._house)
            progress(place, self.record)
            if self._weather.asleep:
                continue
            self._house.clock.set(now)
            if self._weather.restarts:
                self._house.restart()
            self._type(now)
            self._look(now)
            if self._weather.clock_back:
                self._look(now - HOUR)
        self.record.faults += [
            f"{number} was paid for {times} times"
            for number, times in self._house.sandbox.charges.items()
            if times > 1
        ]

    def _type(self, now: datetime) -> None:
        while self._deeds and self._deeds[-1].at <= now:
            deed: Deed = self._deeds.pop()
            ran = self._house.desk(*deed.words)
            self.record.did.setdefault(deed.words[1], []).append((now, deed.words))
            if ran.code:
                self.record.faults.append(f"{now} parcels {' '.join(deed.words)}: {ran.err}")

    def _look(self, now: datetime) -> None:
        before = len(self._house.receiver.messages)
        report = self._house.look(now)
        self.record.passes += 1
        self.record.faults += [f"{now} {number}: {error}" for number, error in report.broken]
        (self.record.ears if self._weather.receiver_up else self.record.deaf).append(now)
        self._note_looks(now)
        for message in self._house.receiver.messages[before:]:
            self._hear(now, message)

    def _hear(self, now: datetime, message: Message) -> None:
        if message.body.startswith(REPEAT):
            return  # it says itself that it may have arrived before
        for arrived in taken_apart(message):
            self.record.hear(now, arrived)

    def _note_looks(self, now: datetime) -> None:
        """What each source answered in this pass, worked out from the histories."""
        trackers, cainiao = self._house.sandbox.calls, self._house.cainiao.calls
        self._registered = self._house.sandbox.registrations
        if self._weather.trackers_up:
            for call in trackers[self._calls :]:
                if call.endpoint == "gettrackinfo" and call.status == 200:
                    for number in call.numbers:
                        self._note(now, number, self._checked_at(number, now))
        if self._weather.cainiao_up:
            for ask in cainiao[self._asked :]:
                for number in ask.numbers:
                    self._note(now, number, now)
        self._calls, self._asked = len(trackers), len(cainiao)

    def _checked_at(self, number: str, now: datetime) -> datetime | None:
        """17TRACK's last look at the carrier; it stops by itself."""
        plan = self._plans.get(number)
        records = [r for (n, _), r in self._registered.items() if n == number]
        found = [standing(record, plan, now).checked_at for record in records]
        return max((at for at in found if at is not None), default=None)

    def _note(self, now: datetime, number: str, looked_at: datetime | None) -> None:
        plan = self._plans.get(number)
        if looked_at is None or plan is None:
            return
        shown = seen(plan, looked_at)
        look = Look(
            now,
            looked_at,
            max((planned.at for planned in shown), default=None),
            any(planned.event.code.startswith("Delivered") for planned in shown),
        )
        self.record.looks.setdefault(number, []).append(look)


def _chance(of: str, scale: Scale) -> Random:
    return Random(f"{of} {scale.seed}")  # noqa: S311 - a year is to be had again, not to be secret


def _scripted(house: House, life: Life) -> Plan:
    if life.history.events:
        house.sandbox.script(life.history)
        if life.number.startswith("LP"):
            house.cainiao.script(life.history)
    return lay_out(life.history, START.date(), lambda _: _ALWAYS)


def lived(scale: Scale, folder: Path, progress: Callable[[int, Record], None]) -> Year:
    with House(folder, START, environ=ENVIRON) as house:
        living = _Living(scale, house)
        living.live(progress)
    return Year(scale, living.lives, living.record)
