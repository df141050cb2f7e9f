"""Where a matter stands: the step it is at, seen from the step told last."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from monitor.schedule import due

if TYPE_CHECKING:
    from monitor.alerts.memory import Memory
    from monitor.schedule import Episode, Step

DAY = timedelta(days=1)


class ToldLast(Protocol):
    """Of a Memory what tells where its matter stands."""

    @property
    def step(self) -> str | None: ...
    @property
    def told_at(self) -> datetime | None: ...


def standing(episode: Episode, memory: ToldLast | None, now: datetime) -> Step | None:
    """The step the matter is at: the last that has come.

    Never one before the step told last unless the schedule itself has moved: a clock set back by
    a day at most, or a witness lost, untells nothing.
    """
    if memory is None:
        return due(episode, now)
    told_at = memory.told_at
    if told_at is not None and now < told_at <= now + DAY:
        now = told_at
    come = due(episode, now)
    told = next((s for s in episode.steps if s.key == memory.step and s.at <= now), None)
    if come is None or told is None:
        return come or told
    return max(come, told, key=episode.steps.index)


class Position(Enum):
    """Where the standing step is, seen from the one told last."""

    EARLIER = "earlier"
    SAME = "same"
    LATER = "later"


def position(memory: Memory, episode: Episode, step: Step | None) -> Position:
    if step is None:
        return Position.SAME if memory.step is None else Position.EARLIER
    if step.key == memory.step:
        return Position.SAME
    keys = [s.key for s in episode.steps]
    if memory.step in keys:
        later = keys.index(step.key) > keys.index(memory.step)
    else:
        later = _graver(memory, step)
    return Position.LATER if later else Position.EARLIER


def _graver(memory: Memory, step: Step) -> bool:
    """Whether `step` is a later one although the step told last is gone from the schedule.

    The matter took another turn: severity tells the direction, and between equals the date, since a
    source that takes something back uncovers steps from before.
    """
    if memory.worst is None or step.severity > memory.worst:
        return True
    fresh = memory.told_at is None or step.at > memory.told_at
    return fresh and (memory.step is None or step.severity == memory.worst)
