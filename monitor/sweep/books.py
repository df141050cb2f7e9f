"""Where it is written which numbers a source was told of: the parcels' own, and their other ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from monitor.adapters.contract import EnrolmentState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.adapters.contract import Capability, Enrolment
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel


class Book(Protocol):
    """What is known of registrations at one source; `parcel.number` is the number that is meant.

    All but `state` are part of the transaction that is open.
    """

    def state(self, parcel: Parcel) -> EnrolmentState: ...

    def announce(self, parcel: Parcel, saying: str) -> str:
        """Before the call: whatever breaks from here on, the number may be known there, and cost.

        Returns what is to be said of it.
        """
        ...

    def settle(self, parcel: Parcel, enrolment: Enrolment) -> None: ...

    def give_back(self, parcel: Parcel) -> None:
        """It certainly was not made, or cost nothing."""
        ...

    def forget_sent(self, parcel: Parcel) -> None: ...

    def refused(self, enrolment: Enrolment) -> Enrolment:
        """A refusal as it is told to the owner."""
        ...


class OwnNumbers:
    """The numbers the parcels are watched under."""

    def __init__(
        self,
        history: History,
        capability: Capability,
        now: datetime,
        states: Mapping[int, SourceState],
    ) -> None:
        self._history = history
        self._capability = capability
        self._now = now
        self._states = states

    def state(self, parcel: Parcel) -> EnrolmentState:
        known = self._states.get(parcel.id)
        return EnrolmentState.NEW if known is None else EnrolmentState(known.enrolment)

    def announce(self, parcel: Parcel, saying: str) -> str:
        name = self._capability.name
        sent = self._history.sources.registering({parcel.id: saying}, name, self._now)
        if self._capability.monthly is not None:
            self._history.spending.spend(name, [parcel.id], self._now)
        return sent.get(parcel.id, "")

    def settle(self, parcel: Parcel, enrolment: Enrolment) -> None:
        self._history.sources.settle(parcel.id, self._capability.name, enrolment, self._now)

    def give_back(self, parcel: Parcel) -> None:
        self._history.spending.give_back(self._capability.name, parcel.id)

    def forget_sent(self, parcel: Parcel) -> None:
        self._history.sources.forget_sent(parcel.id, self._capability.name)

    def refused(self, enrolment: Enrolment) -> Enrolment:
        return enrolment


class OtherNumbers:
    """The aliases the owner wants a source to be told of."""

    def __init__(
        self,
        history: History,
        capability: Capability,
        now: datetime,
        states: Mapping[tuple[int, str], EnrolmentState],
    ) -> None:
        self._history = history
        self._capability = capability
        self._now = now
        self._states = states

    def state(self, parcel: Parcel) -> EnrolmentState:
        return self._states[parcel.id, parcel.number]

    def announce(self, parcel: Parcel, saying: str) -> str:
        name, aliases = self._capability.name, self._history.paid_aliases
        if self._capability.monthly is not None:
            self._history.spending.spend(name, [parcel.id], self._now, parcel.number)
        return aliases.registering(parcel.id, name, parcel.number, saying, self._now)

    def settle(self, parcel: Parcel, enrolment: Enrolment) -> None:
        self._history.paid_aliases.settle(
            parcel.id, self._capability.name, parcel.number, enrolment, self._now
        )

    def give_back(self, parcel: Parcel) -> None:
        self._history.spending.give_back(self._capability.name, parcel.id, parcel.number)

    def forget_sent(self, parcel: Parcel) -> None:
        self._history.paid_aliases.forget_sent(parcel.id, self._capability.name, parcel.number)

    def refused(self, enrolment: Enrolment) -> Enrolment:
        """Without the command it names: that would change the parcel, whose own number is another."""
        first = enrolment.detail.partition(". ")[0].rstrip(".")
        return replace(enrolment, detail=f"{first}. The parcel is watched by its own number.")
