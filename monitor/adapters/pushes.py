"""What a source may send of its own accord, where it can be told an address of the owner's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from monitor.adapters.contract import Adapter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.parcel.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Push:
    """One push, opened. `numbers` are those it is about, in the spelling in which two are compared;
    `rows` what it shows of them, as it came.

    `stopped`: the source says that it has stopped tracking them, and shows nothing. A push of another
    kind than is known has neither numbers nor rows.
    """

    numbers: tuple[str, ...] = ()
    rows: tuple[dict[str, object], ...] = ()
    stopped: bool = False


@runtime_checkable
class Pushing(Adapter, Protocol):
    """A source that sends what it finds, signed, to an address of the owner's. All of this is pure."""

    def signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether these very bytes were signed with the key of the account; names of headers in small
        letters. To be asked before anything is made of them.
        """
        ...

    def opened(self, body: bytes) -> Push:
        """What a signed push is about. Raises SourceTrouble where it cannot be read."""
        ...

    def shown(self, push: Push, asks: Sequence[Ask], now: datetime) -> tuple[Outcome, ...]:
        """One outcome for each of these numbers, as an answer about them would lead to."""
        ...
