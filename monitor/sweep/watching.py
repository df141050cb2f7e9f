"""The rules over the sources themselves: what is said when nothing can be seen through one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind
from monitor.alerts.values import Present
from monitor.errors import FailureKind
from monitor.message.allowances import render_quota
from monitor.message.sources import render_source
from monitor.rules.quota import Quota
from monitor.sweep.ears import for_ears

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from monitor.alerts.memory import Memory
    from monitor.alerts.values import Manners, Telling
    from monitor.circuit import SourceRecord
    from monitor.history import History
    from monitor.history.outbox import Message
    from monitor.history.schedules import Matter
    from monitor.rules.contract import Watch
    from monitor.schedule import Episode
    from monitor.sweep.judge import Court

NEARER = timedelta(days=2)  # so much may a forecast come nearer without being told again


def judge_sources(
    history: History,
    court: Court,
    records: Sequence[SourceRecord],
    now: datetime,
    *,
    waking: bool = False,
) -> int:
    """Judge every source that is switched on; how many tellings were put into the outbox.

    What was open about a source that is switched off meanwhile ends without a word. `waking`: the
    machine has just slept and its network may not be up, so that a source out of reach is left for
    later.
    """
    if not _anything(court, records) and not history.matters.of_service():
        return 0
    names = {watch.name for watch in court.watches}
    with history.write_tx():
        stored = history.matters.of_service()
        for subject in stored.keys() - {record.name for record in records}:
            end_watches(history, subject, stored[subject].keys() & names, now)
        return sum(
            _judge(history, court, watch, record, stored.get(record.name, {}).get(watch.name), now)
            for record in records
            if not (waking and record.health.reason is FailureKind.TRANSIENT)
            for watch in court.watches
        )


def _anything(court: Court, records: Sequence[SourceRecord]) -> bool:
    """Whether any watch has anything about any source: most of the time none has."""
    return any(watch(record) is not None for record in records for watch in court.watches)


def end_watches(history: History, subject: str, rules: Iterable[str], now: datetime) -> None:
    """What these rules have with a source or a channel that is gone ends without a word."""
    for rule in rules:
        history.matters.save(subject, rule, None, None, (), now)


def _judge(
    history: History,
    court: Court,
    watch: Watch,
    record: SourceRecord,
    before: Matter | None,
    now: datetime,
) -> int:
    episode = steady(watch(record), None if before is None else before.memory)
    return keep_judged(
        history,
        Judged(watch.name, record.name, episode, before),
        Present(now, record.health.last_ok),  # an answer is what a source says anew
        court.manners,
        lambda telling: _messages(court, watch, record, before, telling),
        news=watch.news,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule of the service makes of its subject now, and what was stored of it before."""

    rule: str
    subject: str
    episode: Episode | None
    before: Matter | None


def keep_judged(
    history: History,
    judged: Judged,
    present: Present,
    manners: Manners,
    written: Callable[[Telling], list[Message]],
    *,
    news: bool = False,
) -> int:
    """Decide what there is to tell, and store it with its messages; how many tellings it came to.

    Part of the transaction that is open. `news`: a date that has moved is told. Most news is of parcels:
    a date that moves with the settings is nothing a source has said.
    """
    before = judged.before
    memory = None if before is None else before.memory
    verdict = decide(judged.rule, memory, judged.episode, present, manners)
    tellings = [t for t in verdict.tellings if news or t.kind is not Kind.NEWS]
    messages = [message for telling in tellings for message in written(telling)]
    known = (None, None) if before is None else (memory, before.episode)
    if verdict.tellings or known != (verdict.memory, judged.episode):
        history.matters.save(
            judged.subject, judged.rule, judged.episode, verdict.memory, messages, present.now
        )
    return len(tellings)


def steady(episode: Episode | None, memory: Memory | None) -> Episode | None:
    """The same with the dates that were told, unless one has come more than two days nearer.

    A forecast moves every day: it is told again when the owner has less time than was said. That
    there is more is no news, as it grows with every day on which nothing happens.
    """
    if episode is None or memory is None:
        return episode
    told = dict(memory.deadlines)
    kept = ((name, at, told.get(name, at)) for name, at in episode.deadlines)
    dates = tuple((name, before if at >= before - NEARER else at) for name, at, before in kept)
    return episode._replace(deadlines=dates)


def _messages(
    court: Court, watch: Watch, record: SourceRecord, before: Matter | None, telling: Telling
) -> list[Message]:
    if watch.name == Quota.name:
        words = render_quota(telling, record, court.style)
    else:
        since = before.episode.since if before is not None and before.episode is not None else None
        words = render_source(telling, record, since, court.style)
    return for_ears(court.ears, telling, words, record.name)
