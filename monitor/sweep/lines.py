"""Which source is asked about which parcel, and through what it is reached."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from monitor.adapters.contract import Ask, FailureKind, SourceTrouble
from monitor.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from monitor.adapters.contract import Adapter, Capability
    from monitor.errors import ParcelsError
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel
    from monitor.sweep.understanding import Reads
    from monitor.transport import Wire


T = TypeVar("T")

FEWEST, MOST = 4, 16  # requests abreast
WHILE = 1.2  # seconds from the start of a request to its answer being stored, if it takes long


def unheeded(_: ParcelsError) -> None:
    """A reason nobody asks for."""


@dataclass(frozen=True, slots=True)
class Line:
    """A source that is switched on, the wire to it, and who reads what it says.

    `patient`: nobody waits for the end of the round, so that an answer can wait to be stored; `waits`
    is told why, on the event loop, each time it is tried in vain.
    """

    adapter: Adapter
    wire: Wire
    reads: Reads = read
    patient: bool = False
    waits: Callable[[ParcelsError], None] = unheeded

    @property
    def name(self) -> str:
        return self.adapter.capability.name


def ask_of(parcel: Parcel, state: SourceState | None, country: str) -> Ask:
    """While a registration is being moved nobody knows which carrier it is under: none is named."""
    return Ask(
        parcel.number,
        carrier="" if state is None or state.carrier_owed else state.carrier,
        wanted_carrier=parcel.carrier,
        origin=parcel.origin,
        destination=parcel.destination or country,
        extra=parcel.extra,
    )


def batches(items: Iterable[T], size: int) -> list[list[T]]:
    """The items in order, in lists of at most `size`."""
    everything = list(items)
    return [everything[n : n + size] for n in range(0, len(everything), size)]


def abreast(capability: Capability) -> int:
    """How many requests of one source are under way at once; the pace spaces their starts.

    So many that a source whose answers take a second is asked as fast as it wants to be, with room
    for what is made of each. One where asking on is held against us: what is under way cannot be
    called back.
    """
    if capability.floor_binds:
        return 1
    if capability.spacing <= 0:
        return FEWEST
    return min(MOST, max(FEWEST, math.ceil(WHILE / capability.spacing)))


def as_trouble(error: Exception) -> SourceTrouble:
    """What went wrong at one source. An adapter's own fault ends its round and no other.

    Whether such a request took effect is not known.
    """
    if isinstance(error, SourceTrouble):
        return error
    return SourceTrouble(
        FailureKind.DRIFT,
        f"its answer could not be read ({type(error).__name__}); this is a fault of this program, "
        "please report it",
        maybe_done=True,
    )
