"""The numbers one parcel is asked about at one source, and the answers to them as one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.adapters.contract import EnrolmentState, Registering
from monitor.parcel.outcomes import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.adapters.contract import Adapter, Outcome
    from monitor.history.paid_aliases import PaidAlias
    from monitor.history.sources import SourceState
    from monitor.parcel import Alias, Event, Parcel

MOST_ALIASES = 3  # numbers followed beside the parcel's own; a chain seen so far has two


def numbers_of(parcel: Parcel, aliases: Iterable[Alias], adapter: Adapter) -> tuple[str, ...]:
    """The parcel's number, then those it goes by elsewhere that this source knows, too.

    A carrier that took the parcel over may know its own number alone, and is asked about that one;
    but whom the owner chose is asked about the number the owner gave. A source that must be told of
    a number first is not told of an alias, as that may cost; see `told_of`.
    """
    if isinstance(adapter, Registering) or adapter.capability.paid:
        return (parcel.number,)
    followed = followed_by(parcel, aliases, adapter)
    chosen = adapter.capability.name in parcel.adapters
    if followed and not chosen and not adapter.recognise(parcel.number):
        return followed
    return (parcel.number, *followed)


def told_of(
    parcel: Parcel, state: SourceState | None, aliases: Iterable[PaidAlias]
) -> tuple[str, ...]:
    """The numbers of a parcel that stand registered at a source that must be told of them first."""
    own = (parcel.number,) if state is not None and state.registered else ()
    return (*own, *(a.number for a in aliases if a.enrolment == EnrolmentState.REGISTERED))


def followed_by(parcel: Parcel, aliases: Iterable[Alias], adapter: Adapter) -> tuple[str, ...]:
    """The other numbers of a parcel that this source knows by their form; only a few are followed."""
    known = dict.fromkeys(a.number for a in aliases if a.number != parcel.number)
    return tuple(number for number in known if adapter.recognise(number))[:MOST_ALIASES]


def as_one(parcel: Parcel, outcomes: Mapping[str, Outcome], providers: Iterable[str]) -> Outcome:
    """The answers to all numbers of a parcel as one about the parcel.

    `outcomes` by number, the parcel's own first where it was asked about. What another number shows
    is told apart by its provider, so that the same scan shown twice is one event and a number that
    was not heard this time takes nothing back; `providers` are those known so far.
    """
    first = next(iter(outcomes.values()))
    shown = {n: o for n, o in outcomes.items() if isinstance(o, Snapshot)}
    if not shown:
        return first if first.number == parcel.number else replace(first, number=parcel.number)
    if isinstance(first, Snapshot) and shown.keys() == outcomes.keys() == {parcel.number}:
        left = _unheard(providers, set(), own_heard=True)
        return replace(first, unheard=left) if left else first
    return _joined(parcel, shown, providers)


def _joined(parcel: Parcel, shown: Mapping[str, Snapshot], providers: Iterable[str]) -> Snapshot:
    parts = [_part(parcel, number, snapshot) for number, snapshot in shown.items()]
    heard = {number for number in shown if number != parcel.number}
    return replace(
        parts[0],
        number=parcel.number,
        looks={name: at for part in parts for name, at in part.looks.items()},
        carrier=shown[parcel.number].carrier if parcel.number in shown else "",
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
    return replace(
        snapshot,
        events=tuple(_under(number, event) for event in snapshot.events),
        looks={_of_number(provider, number): at for provider, at in snapshot.looks.items()},
    )


def _under(number: str, event: Event) -> Event:
    return event._replace(provider=_of_number(event.provider, number))


def _of_number(provider: str, number: str) -> str:
    return f"{provider} ({number})"


def _unheard(providers: Iterable[str], heard: set[str], *, own_heard: bool) -> frozenset[str]:
    """Known providers whose number did not answer now."""
    numbers = {provider: _number_in(provider) for provider in providers}
    return frozenset(
        p for p, number in numbers.items() if not (number in heard if number else own_heard)
    )


def _number_in(provider: str) -> str:
    """The alias behind a provider made by `_of_number`, "" for the parcel's own."""
    number = provider.rpartition(" (")[2][:-1] if provider.endswith(")") else ""
    return number if any(c.isdigit() for c in number) else ""  # "Post (Germany)" is a mere name


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
