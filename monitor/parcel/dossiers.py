"""All a rule may look at: one parcel, its merged timeline, and how fresh each source is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from monitor.parcel.outline import Outline, last_moment, newest_of, outlined
from monitor.parcel.timeline import changes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from monitor.parcel.events import Event, Stage
    from monitor.parcel.values import Parcel


T = TypeVar("T")


class WorkingDays(Protocol):
    """Working days of one country; built outside, so that rules stay free of calendars."""

    def is_working(self, day: date, /) -> bool: ...

    def __hash__(self) -> int: ...


NEVER_HEARD = datetime(1970, 1, 1, tzinfo=UTC)  # of a source that has not answered yet
SATURDAY = 5  # as date.weekday() counts


class MondayToFriday:
    """The calendar of a country nobody named."""

    def is_working(self, day: date, /) -> bool:
        return day.weekday() < SATURDAY


def monday_to_friday(_country: str) -> WorkingDays:
    return MondayToFriday()


@dataclass(frozen=True, slots=True)
class SourceLook:
    """How fresh one source is about one parcel.

    `looked_at`: the newest look (UTC) of any outcome that witnesses something; `shows_change`: the
    source itself shows the last change, so that it can witness that nothing followed. `heard_at`:
    its last look, or when it last said that it knows nothing; `awaited`: it is switched on and looks
    at the parcel, so that no silence is claimed before it was heard, too.
    """

    source: str
    looked_at: datetime | None
    shows_change: bool
    not_yet: bool = False
    heard_at: datetime | None = None
    awaited: bool = False


@dataclass(frozen=True)
class Dossier:
    """All a rule may look at.

    `events` are standing, merged, oldest first by their own time. `origin` and `destination` are
    alpha-2 codes, as the owner gave them or else as a source shows them; "" is unknown.
    `economy`: tracking ends with the hand-over abroad, so that silence after it says little.
    `working_days` gives the calendar of a country ("" too). What is worked out from the events is
    worked out once, at the first question: every rule asks.
    """

    parcel: Parcel
    events: tuple[Event, ...] = ()
    looks: tuple[SourceLook, ...] = ()
    origin: str = ""
    destination: str = ""
    working_days: Callable[[str], WorkingDays] = monday_to_friday
    economy: bool = False
    _answers: dict[Callable[[Dossier], Any], Any] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def once(self, work: Callable[[Dossier], T]) -> T:
        """What `work` makes of this dossier, worked out at the first question only.

        For what several rules ask alike; `work` is a pure function of the dossier.
        """
        if work not in self._answers:
            self._answers[work] = work(self)
        found: T = self._answers[work]
        return found

    @cached_property
    def changes(self) -> tuple[Event, ...]:
        """The events that say something else than the one before them; see `timeline.changes`."""
        return changes(self.events)

    @cached_property
    def stages(self) -> frozenset[Stage]:
        """Every stage any event speaks of."""
        return frozenset([event.stage for event in self.events])

    @cached_property
    def last_change(self) -> datetime | None:
        """The moment of the newest event that says something else than the one before it."""
        return last_moment(self.changes)

    @cached_property
    def witnessed(self) -> datetime | None:
        """The last look (UTC) that bears out "nothing newer": see DESIGN of `looked_at`."""
        if self.changes:
            looks = [k.looked_at for k in self.looks if k.shows_change and not k.not_yet]
        else:
            looks = [k.looked_at for k in self.looks]
        return max((look for look in looks if look is not None), default=None)

    @cached_property
    def heard(self) -> datetime | None:
        """When the source heard least lately was heard (UTC); None: there is no other to wait for."""
        heard = [look.heard_at or NEVER_HEARD for look in self.looks if look.awaited]
        return min(heard) if len(heard) > 1 else None

    @cached_property
    def stage_event(self) -> Event | None:
        """The newest event that is neither a remark nor unknown."""
        return newest_of(self.events)

    @cached_property
    def outline(self) -> Outline:
        """What a list says of it."""
        return outlined(self.events, self.changes)
