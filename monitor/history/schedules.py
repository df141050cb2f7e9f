"""Episodes and what is remembered of them, as columns of one row and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.alerts.memory import Memory
from monitor.history.columns import (
    from_json,
    moment,
    moment_or_none,
    not_before,
    seconds,
    seconds_or_none,
    to_json,
)
from monitor.schedule import Episode, Severity, Step, Witness

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

SCHEDULE = "holds, schedule_anchor, since, steps, verified, deadlines, facts, until, others_heard"
MEMORY = (
    "anchor, opened_at, step, told_at, reminders, told, worst, acknowledged_at, snoozed_until, "
    "deadlines_too, seen_change, withdrawn_since, told_deadlines, heard, closed_at"
)


class Told(NamedTuple):
    """Of a memory only what tells where the matter stands: the step told last, and when (UTC)."""

    step: str | None
    told_at: datetime | None


# What a list asks of a matter, in the order of the fields of Gist.
GIST = "rule, since, holds, steps, verified, until, others_heard, facts, step, told_at"


class Gist(NamedTuple):
    """Of one open matter of a parcel what a list asks: as Matter, at half the cost.

    The fields are columns as they are stored. What a schedule amounts to is worked out when it is
    asked for: of a thousand parcels in a list most rules have only what lies ahead.
    """

    rule: str
    since: int | None
    holds: int
    stored_steps: str
    verified: int | None
    until: int | None
    others_heard: int | None
    stored_facts: str
    step: str | None
    told_at: int | None

    @property
    def schedule(self) -> Episode | None:
        """The schedule as it stands, as far as it decides: without facts and deadlines."""
        if self.since is None or not self.holds:
            return None
        return Episode(
            self.rule,
            "",
            "",
            moment(self.since),
            _steps_from_json(self.stored_steps),
            verified=moment_or_none(self.verified),
            until=moment_or_none(self.until),
            heard=moment_or_none(self.others_heard),
        )

    @property
    def told_last(self) -> Told:
        return Told(self.step, moment_or_none(self.told_at))

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts of the schedule."""
        facts: Mapping[str, str] = from_json(self.stored_facts)
        return facts

    def rests_until(self, now: datetime) -> bool:
        """As of Matter."""
        return self.since is None or _rest_until(self.stored_steps, seconds(now))


@dataclass(frozen=True)
class Matter:
    """One matter between one rule and one subject. `id` is the episode's.

    Schedule and memory are read from the row when they are first asked for: of a thousand parcels
    in a list most rules have only what lies ahead.
    """

    id: int
    subject: str
    rule: str
    row: sqlite3.Row = field(repr=False)

    @cached_property
    def episode(self) -> Episode | None:
        """The schedule as it stands, None while the rule has nothing to say; of a closed matter it
        is the last one.
        """
        row = self.row
        known = row["since"] is not None
        return _episode(row) if known and (row["holds"] or row["closed_at"] is not None) else None

    @cached_property
    def memory(self) -> Memory:
        return _memory(self.row)

    @property
    def ever_told(self) -> bool:
        """The owner has heard of it."""
        told: int = self.row["told"]
        return told > 0

    def rests_until(self, now: datetime) -> bool:
        """Whether all its steps are dated later than `now`, so that none of them can have come.

        Told without reading the schedule. False says nothing: whether a step has come then follows
        from the schedule.
        """
        if self.row["since"] is None:
            return True
        return _rest_until(self.row["steps"], seconds(now))

    @property
    def schedule(self) -> Episode | None:
        return self.episode

    @property
    def told_last(self) -> Memory:
        return self.memory

    @property
    def facts(self) -> Mapping[str, str]:
        """The facts of the schedule, none where there is no schedule."""
        return {} if self.episode is None else self.episode.facts


def _rest_until(steps: str, latest: int) -> bool:
    first = _DATES.search(steps)  # nearly always the earliest
    if first is not None and int(first[1]) <= latest:
        return False
    return all(int(at) > latest for at in _DATES.findall(steps))


_DATES = re.compile(r'"at":(-?\d+)')  # of the steps, as `_step_as_json` writes them


def schedule_row(episode: Episode) -> tuple[Any, ...]:
    """The values of SCHEDULE."""
    return (
        1,
        episode.anchor,
        seconds(episode.since),
        to_json([_step_as_json(step) for step in episode.steps]),
        seconds_or_none(episode.verified),
        _dates_as_json(episode.deadlines),
        to_json(dict(episode.facts)),
        not_before(episode.until),
        seconds_or_none(episode.heard),
    )


def memory_row(memory: Memory) -> tuple[Any, ...]:
    """The values of MEMORY."""
    return (
        memory.anchor,
        seconds(memory.opened_at),
        memory.step,
        seconds_or_none(memory.told_at),
        memory.reminders,
        memory.told,
        None if memory.worst is None else int(memory.worst),
        seconds_or_none(memory.acknowledged_at),
        not_before(memory.snoozed_until),
        int(memory.deadlines_too),
        seconds_or_none(memory.seen_change),
        seconds_or_none(memory.withdrawn_since),
        _dates_as_json(memory.deadlines),
        to_json([[key, seconds(at)] for key, at in memory.heard]),
        seconds_or_none(memory.closed_at),
    )


def matter(row: sqlite3.Row) -> Matter:
    """A matter from a whole row of the table episode."""
    return Matter(row["id"], row["subject"], row["rule"], row)


def _episode(row: sqlite3.Row) -> Episode:
    return Episode(
        rule=row["rule"],
        subject=row["subject"],
        anchor=row["schedule_anchor"],
        since=moment(row["since"]),
        steps=_steps_from_json(row["steps"]),
        verified=moment_or_none(row["verified"]),
        deadlines=_dates_from_json(row["deadlines"]),
        facts=from_json(row["facts"]),
        until=moment_or_none(row["until"]),
        heard=moment_or_none(row["others_heard"]),
    )


def _memory(row: sqlite3.Row) -> Memory:
    return Memory(
        anchor=row["anchor"],
        opened_at=moment(row["opened_at"]),
        step=row["step"],
        told_at=moment_or_none(row["told_at"]),
        reminders=row["reminders"],
        told=row["told"],
        worst=None if row["worst"] is None else Severity(row["worst"]),
        acknowledged_at=moment_or_none(row["acknowledged_at"]),
        snoozed_until=moment_or_none(row["snoozed_until"]),
        deadlines_too=bool(row["deadlines_too"]),
        seen_change=moment_or_none(row["seen_change"]),
        withdrawn_since=moment_or_none(row["withdrawn_since"]),
        deadlines=_dates_from_json(row["told_deadlines"]),
        heard=tuple((key, moment(at)) for key, at in from_json(row["heard"])),
        closed_at=moment_or_none(row["closed_at"]),
    )


def _step_as_json(step: Step) -> dict[str, Any]:
    return {
        "key": step.key,
        "at": seconds(step.at),
        "severity": int(step.severity),
        "advice": step.advice,
        "witness": step.witness.value,
        "nags": step.nags,
        "insists": step.insists,
        "remind": None if step.remind is None else [p.total_seconds() for p in step.remind],
    }


_SEVERITIES = {int(severity): severity for severity in Severity}
_WITNESSES = {witness.value: witness for witness in Witness}


@lru_cache(maxsize=512)
def _steps_from_json(stored: str) -> tuple[Step, ...]:
    """The steps of a schedule; what was bought on one day counts down to one end."""
    return tuple(_step_from_json(step) for step in from_json(stored))


def _step_from_json(stored: dict[str, Any]) -> Step:
    """Done ten thousand times for a list of a thousand parcels: by position, as that is faster."""
    pauses = stored["remind"]
    return Step(
        stored["key"],
        _from_seconds(stored["at"], UTC),
        _SEVERITIES[stored["severity"]],
        stored["advice"],
        _WITNESSES[stored["witness"]],
        stored["nags"],
        stored["insists"],
        None if pauses is None else tuple(timedelta(seconds=p) for p in pauses),
    )


_from_seconds = datetime.fromtimestamp


def _dates_as_json(dates: tuple[tuple[str, datetime], ...]) -> str:
    return to_json({name: seconds(at) for name, at in dates})


def _dates_from_json(stored: str) -> tuple[tuple[str, datetime], ...]:
    if stored == "{}":
        return ()
    return tuple((name, moment(at)) for name, at in from_json(stored).items())
