"""Which parcels each source is asked about in this pass."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from monitor.circuit import Health, may_ask
from monitor.sweep.eyes import AHEAD, Outlook, alarm_of, looking
from monitor.sweep.rhythm import AT_ONCE, NEVER, Rhythm, floor_reached, next_look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Adapter
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel

TOGETHER = timedelta(minutes=5)  # what is due so soon is asked along with what is due


@dataclass(slots=True)
class Choice:
    """What one source is asked now. `resting` parcels are left out because it blocks who asks more
    often. `barred`: it is not asked at all. `next_at`: when the next parcel is due (UTC).
    """

    adapter: Adapter
    health: Health
    parcels: list[Parcel] = field(default_factory=list)
    resting: int = 0
    barred: bool = False
    next_at: datetime = NEVER


@dataclass(frozen=True, slots=True)
class Known:
    """What the history holds that decides who is asked, read at once."""

    states: Mapping[int, Mapping[str, SourceState]]
    healths: Mapping[str, Health]
    dates: Mapping[int, tuple[datetime | None, datetime | None]]
    alarms: Mapping[int, datetime | None]
    aliases: Mapping[int, tuple[str, ...]]

    def outlook(self, parcel: Parcel) -> Outlook:
        """What decides who looks at the parcel."""
        return Outlook(
            parcel,
            self.states.get(parcel.id, {}),
            self.alarms.get(parcel.id),
            self.aliases.get(parcel.id, ()),
        )

    def failures(self, parcel: Parcel, name: str) -> int:
        """How often in a row a source failed when asked about it. Such a parcel is asked about last:
        one number may be all that a source stumbles over, and the first one asked about stands for
        all while a source is failing.
        """
        state = self.states.get(parcel.id, {}).get(name)
        return 0 if state is None else state.failures


def known_of(history: History, parcels: Sequence[Parcel], now: datetime) -> Known:
    ids = [p.id for p in parcels]
    dates = history.parcels.dates(ids)
    # Silence waits for a look (`check`), and goes on doing so after it was told: there may be a key
    # only then. The rest need not be read.
    near = [i for i, (judge, check) in dates.items() if check or (judge and judge <= now + AHEAD)]
    alarms = {
        parcel_id: alarm_of(matter.episode for matter in by_rule.values())
        for parcel_id, by_rule in history.matters.of(near).items()
    }
    aliases = {
        i: tuple(dict.fromkeys(alias.number for alias in found))
        for i, found in history.parcels.aliases(ids).items()
    }
    return Known(history.sources.of(ids), history.sources.healths(), dates, alarms, aliases)


def by_hand(
    known: Known, adapters: Sequence[Adapter], parcels: Iterable[Parcel], now: datetime
) -> list[Choice]:
    """All these parcels, whatever their next regular time: only what a source imposes holds.

    Sources that look at none of them are left out.
    """
    choices = _choices(known, adapters, now, asked_for=True)
    pairs = _pairs(known, adapters, parcels, now)
    for parcel, name in pairs:
        choice = choices[name]
        state = known.states.get(parcel.id, {}).get(name)
        if not floor_reached(state, choice.adapter.capability, now):
            choice.resting += 1
        elif not choice.barred:
            choice.parcels.append(parcel)
    for name, choice in choices.items():
        choice.parcels.sort(key=partial(known.failures, name=name))
    watching = {name for _, name in pairs}
    return [choice for name, choice in choices.items() if name in watching]


def due(
    known: Known,
    adapters: Sequence[Adapter],
    parcels: Iterable[Parcel],
    now: datetime,
    rhythm: Rhythm,
) -> dict[str, Choice]:
    """By source the parcels whose time has come, together with those whose time comes soon."""
    choices = _choices(known, adapters, now, asked_for=False)
    soon: dict[str, list[tuple[datetime, Parcel]]] = {name: [] for name in choices}
    for parcel, name in _pairs(known, adapters, parcels, now):
        state = known.states.get(parcel.id, {}).get(name)
        check_at = known.dates.get(parcel.id, (None, None))[1]
        at = next_look(parcel, state, choices[name].adapter.capability, rhythm, check_at)
        if state is not None and state.last_ok is not None and state.last_ok > now:
            at = AT_ONCE  # the clock was ahead when that was stored
        soon[name].append((at, parcel))
    for name, choice in choices.items():
        _pick(choice, soon[name], known, now)
    return choices


def _pick(choice: Choice, soon: list[tuple[datetime, Parcel]], known: Known, now: datetime) -> None:
    name = choice.adapter.capability.name
    choice.next_at = min((at for at, _ in soon), default=NEVER)
    if choice.barred and choice.health.wait_until is not None:
        choice.next_at = max(choice.next_at, choice.health.wait_until)
        return
    if choice.next_at > now:
        return
    picked = [(at, p) for at, p in soon if at <= now + TOGETHER]
    choice.parcels = [
        p
        for at, p in sorted(
            picked, key=lambda pair: (known.failures(pair[1], name), pair[0], pair[1].id)
        )
        if at <= now
        or floor_reached(known.states.get(p.id, {}).get(name), choice.adapter.capability, now)
    ]


def _choices(
    known: Known, adapters: Sequence[Adapter], now: datetime, *, asked_for: bool
) -> dict[str, Choice]:
    found = {}
    for adapter in adapters:
        name = adapter.capability.name
        health = known.healths.get(name, Health())
        barred = not may_ask(health, now, by_hand=asked_for)
        found[name] = Choice(adapter, health, barred=barred)
    return found


def _pairs(
    known: Known, adapters: Sequence[Adapter], parcels: Iterable[Parcel], now: datetime
) -> list[tuple[Parcel, str]]:
    """Every parcel with every source that looks at it."""
    return [
        (parcel, name)
        for parcel in parcels
        for name in sorted(looking(known.outlook(parcel), adapters, known.healths, now))
    ]
