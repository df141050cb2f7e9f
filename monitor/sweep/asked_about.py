"""Under which numbers the parcels of one round are asked about at one source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.adapters.contract import Enrolment, EnrolmentState, Failure
from monitor.message.texts import source_name
from monitor.parcel import clean_text
from monitor.sweep.lines import ask_of
from monitor.sweep.numbers_of import as_one, numbers_of, told_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Adapter, Ask, Outcome
    from monitor.history import History
    from monitor.history.paid_aliases import PaidAlias
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel


class AskedAbout:
    """The numbers of each parcel, its own and others. Reads and writes the history, so for a thread."""

    def __init__(self, history: History, adapter: Adapter) -> None:
        self._history = history
        self._adapter = adapter
        self._name = adapter.capability.name
        self._numbers: dict[int, tuple[str, ...]] = {}
        self._carriers: dict[tuple[int, str], str] = {}  # of other numbers, by the source's key
        self._with_others: set[int] = set()  # parcels of which another number may have been shown

    def load(self, parcels: Sequence[Parcel]) -> None:
        """At a source that need not be told of anything."""
        aliases = self._history.parcels.aliases([p.id for p in parcels])
        adapter = self._adapter
        self._numbers = {p.id: numbers_of(p, aliases.get(p.id, ()), adapter) for p in parcels}

    def told(self, parcels: Sequence[Parcel], states: Mapping[int, SourceState]) -> list[Parcel]:
        """At one that must be told first: the parcels it was told of, under whatever number."""
        aliases: dict[int, list[PaidAlias]] = {}
        for alias in self._history.paid_aliases.of([p.id for p in parcels], self._name):
            aliases.setdefault(alias.parcel_id, []).append(alias)
            self._carriers[alias.parcel_id, alias.number] = alias.carrier
        for p in parcels:
            self._numbers[p.id] = told_of(p, states.get(p.id), aliases.get(p.id, ()))
        self._with_others |= aliases.keys()
        return [p for p in parcels if self._numbers[p.id]]

    def sent_of(self, parcels: Sequence[Parcel], states: Mapping[int, SourceState]) -> None:
        """Where it speaks of its own accord: of the parcels' own numbers it may have been told without
        that being known here.
        """
        self.told(parcels, states)
        for p in parcels:
            self._numbers[p.id] = tuple(dict.fromkeys((p.number, *self._numbers[p.id])))

    def of(self, parcel: Parcel) -> tuple[str, ...]:
        return self._numbers[parcel.id]

    def owner(self, number: str) -> int:
        """The id of the parcel that goes by this number; 0 for none."""
        return next((i for i, numbers in self._numbers.items() if number in numbers), 0)

    def asks(
        self, batch: Sequence[Parcel], states: Mapping[int, SourceState], country: str
    ) -> list[Ask]:
        """A question for each number. The carrier the owner chose is that of the parcel's own."""
        found = []
        for parcel in batch:
            ask = ask_of(parcel, states.get(parcel.id), country)
            for number in self.of(parcel):
                carrier = self._carriers.get((parcel.id, number), "")
                other = replace(ask, number=number, carrier=carrier, wanted_carrier="")
                found.append(ask if number == parcel.number else other)
        return found

    def about(self, parcel: Parcel, found: Mapping[str, Outcome]) -> Outcome:
        """What the answers to all its numbers say of the parcel."""
        numbers = self.of(parcel)
        if numbers == (parcel.number,) and parcel.id not in self._with_others:
            return found[parcel.number]
        providers = self._history.timeline.providers(parcel.id, self._name)
        return as_one(parcel, {number: found[number] for number in numbers}, providers)

    def forget_gone(
        self, batch: Sequence[Parcel], found: Mapping[str, Outcome], now: datetime
    ) -> list[tuple[str, str]]:
        """A number the source has deleted is not registered again by itself: that would cost.

        Returns what is to be said of other numbers, as (the parcel's own, sentence).
        """
        name, history = self._name, self._history
        said: list[tuple[str, str]] = []
        for parcel, number in ((p, n) for p in batch for n in self.of(p)):
            outcome = found[number]
            if not isinstance(outcome, Failure) or not outcome.gone:
                continue
            gone = Enrolment(number, EnrolmentState.GONE, detail=outcome.detail)
            if number == parcel.number:
                history.sources.settle(parcel.id, name, gone, now)
            else:
                history.paid_aliases.settle(parcel.id, name, number, gone, now)
                said.append(
                    (
                        parcel.number,
                        _GONE.format(
                            title=source_name(name),
                            other=clean_text(number, 60),
                            number=clean_text(parcel.number, 60),
                            name=name,
                        ),
                    )
                )
        return said


_GONE = (
    "{title} has deleted its other number {other}. It is told of it again, which costs again, only when "
    "you ask for it: parcels edit {number} --adapter {name}"
)
