"""What a source promises that keeps registrations in an account of the owner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask
    from monitor.quota import QuotaReading
    from monitor.transport import Wire


class ChangeState(StrEnum):
    """What came of a change of one registration."""

    DONE = "done"  # it is as it was wanted, now or already
    LATER = "later"  # not now; the same may be tried again in a while
    STOPPED = "stopped"  # the number is not tracked any more; it must be tracked again first
    REFUSED = "refused"  # not as it stands; `detail` says what the owner can do
    GONE = "gone"  # the source has no such registration
    UNKNOWN = "unknown"  # its answer does not mention the number


@dataclass(frozen=True, slots=True)
class Change:
    """What a source said to a change. `carrier`: its key of the carrier from now on, where named."""

    number: str
    state: ChangeState
    carrier: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """One registration as the source's list shows it, the carriers by its own keys.

    `stopped_at`: since when nothing is looked for any more (UTC), None while it is; a stop whose
    moment is not told has `stopped` alone. `stop_reason` is the source's word. `retracked`: it was
    tracked again once after a stop.
    """

    number: str
    carrier: str
    final_carrier: str = ""
    stopped: bool = False
    stopped_at: datetime | None = None
    stop_reason: str = ""
    retracked: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The registrations found. `whole`: the list was read to its end."""

    rows: tuple[Registered, ...]
    whole: bool = True


@runtime_checkable
class KeepsAccount(Protocol):
    """A source whose registrations can be listed, changed and counted. All raise SourceTrouble;
    a change whose answer is lost with `maybe_done`. None of these calls costs anything.
    """

    async def listed(self, wire: Wire, asks: Sequence[Ask] = ()) -> Listing:
        """Every registration of the account, or those of at most a batch of numbers."""
        ...

    async def change_carrier(self, wire: Wire, ask: Ask, carrier: str, final: str) -> Change:
        """Moves a registration to other carriers, by the source's keys; "" leaves one as it is."""
        ...

    async def change_info(self, wire: Wire, ask: Ask) -> Change:
        """Tells the source what a carrier needs besides. Telling it twice changes nothing more."""
        ...

    def info_of(self, ask: Ask) -> Mapping[str, object]:
        """What `change_info` would tell of this number. Raises BadInput."""
        ...

    async def track_again(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Change, ...]:
        """Has stopped numbers tracked again, which a source allows once for each."""
        ...

    async def forget(self, wire: Wire, asks: Sequence[Ask]) -> tuple[Change, ...]:
        """Deletes registrations for good; registering them again costs again."""
        ...

    async def quota(self, wire: Wire, now: datetime) -> QuotaReading:
        """What is left of the allowance `now` (UTC)."""
        ...

    def key_of(self, carrier: str) -> str:
        """The source's key of a carrier given by name or key. Raises BadInput."""
        ...

    def final_of(self, extra: Sequence[tuple[str, str]]) -> str:
        """The source's key of the last-mile carrier named in these extras, or "". Raises BadInput."""
        ...
