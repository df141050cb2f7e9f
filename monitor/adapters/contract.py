"""What every tracking source promises the sweep, and the values both sides exchange."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

# Handed on, so that an adapter's author reads one page.
from monitor.errors import FailureKind, SourceTrouble
from monitor.parcel.outcomes import Failure, NotYet, Outcome, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from monitor.transport import Answer, Wire

__all__ = [
    "API_VERSION",
    "Adapter",
    "Ask",
    "Capability",
    "Enrolment",
    "EnrolmentState",
    "Failure",
    "FailureKind",
    "NotYet",
    "Outcome",
    "Registering",
    "Snapshot",
    "SourceTrouble",
]


# What a plug-in says it was written for. It changes when an adapter written for this page would no
# longer do; what is merely added, with a default, leaves it as it is.
API_VERSION = 1


@dataclass(frozen=True, slots=True)
class Capability:
    """What a source is and how it wants to be asked.

    `batch`: numbers a request; `spacing`: seconds between the starts of two requests, across
    processes; `every`: how often a parcel is asked about; `floor`: never more often than this.
    `paid`: a registration costs, so that a number must not be registered twice; `monthly`: so many a
    calendar month at most, None for as many as the source takes. `daily`: calls between two
    midnights (UTC), None for no such limit. `leads`: it knows
    the numbers it recognises well enough that a paid source is not told of them at once.
    `floor_binds`: the source blocks who asks more often, so that a person waits for the floor, too.
    `page`: where a person can look by hand, with {numbers} for numbers joined by commas; "" = none.
    """

    name: str
    official: bool
    needs_key: bool
    batch: int
    spacing: float
    every: timedelta
    floor: timedelta
    paid: bool = False
    leads: bool = False
    floor_binds: bool = False
    page: str = ""
    monthly: int | None = None
    daily: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One number to ask about, with what the owner and earlier answers know of it.

    `carrier` is the source's own carrier key once one is known; `wanted_carrier` what the owner
    chose; `extra` named values a carrier may need (postcode, phone, date).
    """

    number: str
    carrier: str = ""
    wanted_carrier: str = ""
    origin: str = ""
    destination: str = ""
    extra: tuple[tuple[str, str], ...] = ()


class EnrolmentState(StrEnum):
    """Where a number stands at a source that must be told of it before it can be asked."""

    NEW = "new"  # never registered there, as far as we know
    REGISTERING = "registering"  # a request went out; whether it arrived is not known
    REGISTERED = "registered"
    REFUSED = "refused"  # not accepted as it stands; `detail` says what the owner can do
    GONE = "gone"  # was registered, and the source has deleted it since


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a source said to a registration. `failure` tells why it is not REGISTERED.

    `free`: it was registered there before, so that this one cost nothing.
    """

    number: str
    state: EnrolmentState
    carrier: str = ""
    detail: str = ""
    failure: FailureKind | None = None
    free: bool = False


@runtime_checkable
class Adapter(Protocol):
    """A tracking source: `fetch` talks, `parse` understands, nothing else touches the world."""

    @property
    def capability(self) -> Capability: ...

    @property
    def codes(self) -> Mapping[str, str]:
        """Stage names for codes the reading does not know; usually empty."""
        ...

    def recognise(self, number: str) -> bool:
        """Whether it is worth asking about this number at all."""
        ...

    async def fetch(self, wire: Wire, asks: Sequence[Ask]) -> Answer:
        """One request about at most `capability.batch` numbers. Raises SourceTrouble."""
        ...

    def parse(self, answer: Answer, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """Exactly one outcome per number asked, in that order; numbers not asked are ignored.

        Raises SourceTrouble where the answer as a whole is a refusal or cannot be read.
        """
        ...


@runtime_checkable
class Registering(Protocol):
    """A source that must be told of a number before it answers about it."""

    async def register(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """One enrolment per ask. A lost answer raises SourceTrouble with `maybe_done`."""
        ...

    async def enrolled(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Enrolment, ...]:
        """What the source has of these numbers: REGISTERED or NEW for each. Costs nothing."""
        ...
