"""The rules over the nightly copies of the database: what is said when none can be made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.alerts.values import Present
from monitor.message.copies import render_copies
from monitor.sweep.ears import for_ears
from monitor.sweep.watching import Judged, end_watches, keep_judged

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.circuit import CopyRecord
    from monitor.history import History
    from monitor.history.schedules import Matter
    from monitor.rules.contract import CopyWatch
    from monitor.sweep.judge import Court


def judge_copies(history: History, court: Court, record: CopyRecord | None, now: datetime) -> int:
    """Judge how the copies do; how many tellings were put into the outbox.

    None for `record`: no copies are wanted any more, and what was open ends without a word.
    """
    stored = history.matters.of_service()
    open_ones = {
        watch.name: stored.get(watch.subject, {}).get(watch.name) for watch in court.copy_watches
    }
    if not any(open_ones.values()) and (record is None or record.failing_since is None):
        return 0
    with history.write_tx():
        if record is None:
            for watch in court.copy_watches:
                end_watches(history, watch.subject, [watch.name], now)
            return 0
        return sum(
            _judge(history, court, watch, record, open_ones[watch.name], now)
            for watch in court.copy_watches
        )


def _judge(
    history: History,
    court: Court,
    watch: CopyWatch,
    record: CopyRecord,
    before: Matter | None,
    now: datetime,
) -> int:
    since = before.episode.since if before is not None and before.episode is not None else None
    if record.failing_since is not None and since is not None:
        # A service that was started anew knows of its own failures only.
        record = replace(record, failing_since=min(record.failing_since, since))
    return keep_judged(
        history,
        Judged(watch.name, watch.subject, watch(record), before),
        Present(now, record.newest),
        court.manners,
        lambda telling: for_ears(
            court.ears, telling, render_copies(telling, record, court.style), watch.subject
        ),
    )
