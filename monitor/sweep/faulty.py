"""Answers of which some part cannot be read: whose fault it is, and how long to leave it alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.contract import Failure, FailureKind, SourceTrouble
from monitor.adapters.unread import unread
from monitor.history.drifts import Drift
from monitor.transport import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Outcome
    from monitor.circuit import Health
    from monitor.history import History
    from monitor.sweep.lines import Line

QUARANTINE = timedelta(hours=1)  # for a number that cannot be asked or read; doubles
_DOUBLINGS = 4
_DRIFT = 0.2  # part of an answer; when more of it is unreadable, the source has changed


def drift_in(outcomes: Sequence[Outcome]) -> SourceTrouble | None:
    """The trouble with an answer of which more than a fifth, or all, cannot be read.

    One number that a source garbles is no reason to distrust the rest.
    """
    unread = [o for o in outcomes if isinstance(o, Failure) and o.kind is FailureKind.DRIFT]
    few = len(unread) <= max(1, len(outcomes) * _DRIFT)
    if not unread or (few and len(unread) < len(outcomes)):
        return None
    return SourceTrouble(FailureKind.DRIFT, unread[0].detail)


def keep_failure(
    history: History,
    line: Line,
    health: Health,
    trouble: SourceTrouble,
    answer: Answer | None,
    asks: Sequence[Ask],
) -> None:
    """Store how a source does after a failure, and what it answered where nobody could read that."""
    drift, at = None, health.last_failure
    # The answer of a plug-in may be anything.
    if at is not None and trouble.kind is FailureKind.DRIFT and isinstance(answer, Answer):
        drift = _drift(line, trouble, answer, asks, at)
    with history.write_tx():
        history.sources.keep_health(line.name, health)
        if drift is not None:
            history.drifts.keep(line.name, drift)


def _drift(
    line: Line, trouble: SourceTrouble, answer: Answer, asks: Sequence[Ask], at: datetime
) -> Drift:
    clean = line.wire.without_secrets
    left = unread(answer, clean)
    return Drift(
        at=at,
        detail=clean(trouble.detail),
        numbers=[ask.number for ask in asks],
        status=left.status,
        content_type=left.content_type,
        size=left.size,
        body=left.body,
        is_json=left.is_json,
    )


def rested(outcome: Outcome, failures: int, now: datetime) -> Outcome:
    """A number that failed within an answer rests for a while, longer after each of `failures`."""
    if not isinstance(outcome, Failure) or outcome.until is not None:
        return outcome
    return replace(outcome, until=now + QUARANTINE * 2 ** min(failures, _DOUBLINGS))
