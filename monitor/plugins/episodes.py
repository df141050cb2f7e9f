"""What a rule of somebody else answers, checked before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.message.texts import texts
from monitor.parcel import clean_text
from monitor.schedule import Episode, Severity, Step, Witness, ascending

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME_LIMIT, FACT_LIMIT = 60, 500  # characters
STEPS_LIMIT, FACTS_LIMIT, DATES_LIMIT, PAUSES_LIMIT = 40, 40, 20, 20
YEARS = range(2000, 2200)


class Malformed(Exception):
    """Not what a rule may answer, as half a sentence."""


def sound(found: Any, rule: str, subject: str) -> Episode:
    """The episode with its dates in UTC and whole seconds, its steps ascending. Raises Malformed."""
    if not isinstance(found, Episode):
        raise Malformed(f"it answered with {type(found).__name__} and not with an Episode")
    if (found.rule, found.subject) != (rule, subject):
        raise Malformed("its episode names another rule or another subject")
    since = _moment(found.since)
    steps = _steps(found.steps)
    return Episode(
        rule,
        subject,
        _name(found.anchor, "its anchor"),
        since,
        ascending(since, steps),
        verified=None if found.verified is None else _moment(found.verified),
        deadlines=_deadlines(found.deadlines),
        facts=_facts(found.facts),
        until=None if found.until is None else _moment(found.until),
    )


def _steps(found: Any) -> list[Step]:
    if not isinstance(found, tuple | list) or not 1 <= len(found) <= STEPS_LIMIT:
        raise Malformed(f"its episode has not 1 to {STEPS_LIMIT} steps")
    steps = [_step(step) for step in found]
    if len({step.key for step in steps}) < len(steps):
        raise Malformed("two of its steps have the same key")
    return steps


def _step(found: Any) -> Step:
    if not isinstance(found, Step):
        raise Malformed("a step is no Step")
    severity, witness = _as_given(found.severity), _as_given(found.witness)
    if not isinstance(severity, Severity) or not isinstance(witness, Witness):
        raise Malformed("a step has no Severity, or no Witness")
    if found.advice not in texts():
        raise Malformed(f"its advice {clean_text(str(found.advice), NAME_LIMIT)!r} has no words")
    return Step(
        _name(found.key, "the key of a step"),
        _moment(found.at),
        found.severity,
        found.advice,
        found.witness,
        nags=bool(found.nags),
        insists=bool(found.insists),
        remind=_pauses(found.remind),
    )


def _as_given(value: Any) -> Any:
    """A field that holds whatever was put there."""
    return value


def _pauses(found: Any) -> tuple[timedelta, ...] | None:
    if found is None:
        return None
    pauses = tuple(found)
    sane = all(isinstance(p, timedelta) and p >= timedelta(minutes=1) for p in pauses)
    if not sane or len(pauses) > PAUSES_LIMIT:
        raise Malformed("the pauses between its reminders are not of a minute or more")
    return pauses


def _deadlines(found: Sequence[Any]) -> tuple[tuple[str, datetime], ...]:
    dates = tuple((_name(name, "a deadline"), _moment(at)) for name, at in found)
    if len(dates) > DATES_LIMIT or len(dict(dates)) < len(dates):
        raise Malformed(f"it has more than {DATES_LIMIT} deadlines, or two of one name")
    return dates


def _facts(found: Any) -> dict[str, str]:
    if not isinstance(found, Mapping) or len(found) > FACTS_LIMIT:
        raise Malformed(f"its facts are no table of at most {FACTS_LIMIT}")
    return {
        _name(name, "a fact"): clean_text(str(fact), FACT_LIMIT) for name, fact in found.items()
    }


def _name(found: Any, what: str) -> str:
    if not isinstance(found, str) or not 0 < len(found) <= NAME_LIMIT or not found.isprintable():
        raise Malformed(f"{what} is not 1 to {NAME_LIMIT} printable characters")
    return found


def _moment(found: Any) -> datetime:
    if not isinstance(found, datetime) or found.utcoffset() is None or found.year not in YEARS:
        raise Malformed(f"a date has no zone, or lies outside {YEARS.start} to {YEARS.stop - 1}")
    return found.astimezone(UTC).replace(microsecond=0)
