"""What was decided and is still held back: replaced when it was overtaken, dropped when untrue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.alerts.decision import decide
from monitor.alerts.hours import waits_until
from monitor.alerts.memory import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.alerts.memory import Memory
    from monitor.alerts.values import Manners, Present, Verdict
    from monitor.history import History
    from monitor.schedule import Episode

MOST = 100_000  # rows that wait, for the count of them


@dataclass(frozen=True, slots=True)
class Held:
    """A message of a matter that nobody has tried to send, and perhaps nobody is going to.

    `unheard`: nor was anything else of the matter ever heard, so that it may be decided anew as if
    nothing had been told.
    """

    memory: Memory
    unheard: bool


def reconsidered(
    held: Held, verdict: Verdict, episode: Episode | None, present: Present, manners: Manners, *,
    muted: bool,
) -> Verdict | None:  # fmt: skip
    """The verdict to take instead of `verdict`, which was made as if the owner had heard all.

    None: what is held still stands. Otherwise it is not to be sent any more; where something else
    is to be said instead, the verdict says it.
    """
    after = verdict.memory
    stands = (
        not verdict.tellings
        and not (muted and held.unheard)
        and episode is not None
        and after is not None
        and after.closed_at is None
        and after.step == held.memory.step
    )
    if stands:
        return None
    if held.unheard and episode is not None:
        untold = _untold(held.memory)
        if any(telling.kind is Kind.ESCALATED for telling in verdict.tellings):
            untold = replace(untold, acknowledged_at=None)  # a later step ends it, heard or not
        return decide(episode.rule, untold, episode, present, manners, muted=muted)
    if held.unheard:  # the rule has nothing any more, and there is nobody to be told so
        closed = replace(held.memory, worst=None, closed_at=present.now)
        return replace(verdict, memory=closed, tellings=())
    if verdict.tellings or after is None or muted:
        return verdict
    heard = tuple(told for told in after.heard if told[0] != held.memory.step)
    return replace(verdict, memory=replace(after, heard=heard))


def _untold(memory: Memory) -> Memory:
    """The same matter with what was done about it, and nothing told; `told` goes on counting."""
    return replace(
        memory, step=None, told_at=None, reminders=0, worst=None, deadlines=(), heard=(),
        withdrawn_since=None,
    )  # fmt: skip


def waiting(history: History, manners: Manners, now: datetime) -> dict[datetime, int]:
    """How many messages wait for the end of the quiet hours or for the digest, and until when."""
    found: dict[datetime, int] = {}
    for row in history.outbox.rows(pending=True, limit=MOST):
        until = waits_until(manners, row.severity, row.created_at, now)
        if row.state == "pending" and until is not None:
            found[until] = found.get(until, 0) + 1
    return dict(sorted(found.items()))
