"""The numbers one parcel is asked about at one source, and the answers to them as one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.adapters.contract import Registering
from monitor.parcel.outcomes import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.adapters.contract import Adapter, Outcome
    from monitor.parcel import Alias, Event, Parcel

MOST_ALIASES = 3  # numbers followed beside the parcel's own; a chain seen so far has two


def numbers_of(parcel: Parcel, aliases: Iterable[Alias], adapter: Adapter) -> tuple[str, ...]:
    """The parcel's number, then those it goes by elsewhere that this source knows, too.

    A source that must be told of a number first is not told of an alias, as that may cost. One that
    knows an alias alone is asked about that alone, unless the owner chose it for the parcel.
    """
    if isinstance(adapter, Registering) or adapter.capability.paid:
        return (parcel.number,)
    known = dict.fromkeys(a.number for a in aliases if a.number != parcel.number)
    able = [number for number in known if adapter.recognise(number)]
    chosen = adapter.capability.name in parcel.adapters
    own = chosen or not able or adapter.recognise(parcel.number)
    return (*((parcel.number,) if own else ()), *able[:MOST_ALIASES])


def as_one(parcel: Parcel, outcomes: Mapping[str, Outcome], providers: Iterable[str]) -> Outcome:
    """The answers to all numbers of a parcel as one about the parcel.

    `outcomes` by number, the parcel's own first where it was asked about. What another number shows is told apart by its
    provider, so that the same scan shown twice is one event and a number that was not heard this
    time takes nothing back; `providers` are those known so far.
    """
    shown = {n: o for n, o in outcomes.items() if isinstance(o, Snapshot)}
    if outcomes.keys() == {parcel.number} or not shown:
        own = outcomes.get(parcel.number)
        return own or replace(next(iter(outcomes.values())), number=parcel.number)
    parts = [_part(parcel, number, snapshot) for number, snapshot in shown.items()]
    first = parts[0]
    heard = {number for number in shown if number != parcel.number}
    return replace(
        first,
        number=parcel.number,
        events=tuple(event for part in parts for event in part.events),
        aliases=_distinct(alias for part in parts for alias in part.aliases),
        origin=next((p.origin for p in parts if p.origin), ""),
        destination=next((p.destination for p in parts if p.destination), ""),
        economy=any(part.economy for part in parts),
        unheard=_unheard(providers, heard, own_heard=parcel.number in shown),
        evidence=b"[" + b",".join(p.evidence for p in parts if p.evidence) + b"]",
        fingerprint=hashlib.sha256("".join(p.fingerprint for p in parts).encode()).hexdigest(),
    )


def _part(parcel: Parcel, number: str, snapshot: Snapshot) -> Snapshot:
    if number == parcel.number:
        return snapshot
    return replace(snapshot, events=tuple(_under(number, event) for event in snapshot.events))


def _under(number: str, event: Event) -> Event:
    return replace(event, provider=f"{event.provider} ({number})")


def _unheard(providers: Iterable[str], heard: set[str], *, own_heard: bool) -> frozenset[str]:
    """Known providers whose number did not answer now."""
    numbers = {provider: _number_in(provider) for provider in providers}
    return frozenset(
        p for p, number in numbers.items() if not (number in heard if number else own_heard)
    )


def _number_in(provider: str) -> str:
    """The alias behind a provider made by `_under`, "" for the parcel's own."""
    return provider.rpartition(" (")[2][:-1] if provider.endswith(")") else ""


def _distinct(aliases: Iterable[Alias]) -> tuple[Alias, ...]:
    return tuple(dict.fromkeys(aliases))


def packed(groups: Sequence[Sequence[str]], size: int) -> list[list[int]]:
    """Indices of the groups, in order, in lists of at most `size` members together.

    A group that alone has more members than fit stands in a list of its own.
    """
    found: list[list[int]] = []
    room = 0
    for index, group in enumerate(groups):
        if len(group) > room or not found:
            found.append([])
            room = size
        found[-1].append(index)
        room -= len(group)
    return found
