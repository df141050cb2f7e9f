"""The rules over the channels: what is said, through the others, when one takes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from monitor.alerts.standing import standing
from monitor.alerts.values import Present
from monitor.circuit import ChannelRecord
from monitor.message.channels import render_channel
from monitor.sweep.ears import for_ears
from monitor.sweep.watching import Judged, end_watches, keep_judged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from monitor.alerts.values import Telling
    from monitor.history import History
    from monitor.history.outbox import Message
    from monitor.history.schedules import Matter
    from monitor.message.layout import Words
    from monitor.schedule import Episode
    from monitor.sweep.ears import Ear
    from monitor.sweep.judge import Court


@dataclass(slots=True)
class Heard:
    """How many tellings there were about channels, and those that no working channel can carry."""

    told: int = 0
    unsaid: list[Words] = field(default_factory=list)


def channel_records(history: History, names: Sequence[str]) -> list[ChannelRecord]:
    """How the channels of the configuration do, as far as they were ever written to."""
    states = history.outbox.channels()
    return [
        ChannelRecord(
            name,
            pending=state.pending,
            dead=state.dead,
            last_sent=state.last_sent,
            waiting_since=state.waiting_since,
            given_up_at=state.given_up_at,
            last_failure=state.last_failure,
            detail=state.last_error,
        )
        for name in names
        if (state := states.get(name)) is not None
    ]


def judge_channels(history: History, court: Court, now: datetime) -> Heard:
    """Judge every channel that is configured, and put what there is to say into the others' outbox.

    What was open about a channel that is gone from the configuration ends without a word.
    """
    records = channel_records(history, [ear.channel for ear in court.ears])
    heard = Heard()
    rules = {watch.name for watch in court.channel_watches}
    open_ones = {s: of for s, of in history.matters.of_service().items() if rules & of.keys()}
    if not open_ones and all(r.waiting_since is None and not r.dead for r in records):
        return heard
    with history.write_tx():
        stored = history.matters.of_service()
        for subject in open_ones.keys() - {record.name for record in records}:
            end_watches(history, subject, stored.get(subject, {}).keys() & rules, now)
        records = [_since_known(r, stored.get(r.name, {}), rules) for r in records]
        episodes = {
            (r.name, watch.name): watch(r) for r in records for watch in court.channel_watches
        }
        failing = _failing(episodes, stored, now)
        for record in records:
            others = [ear for ear in court.ears if ear.channel != record.name]
            channel = _Channel(record, others, failing)
            for watch in court.channel_watches:
                before = stored.get(record.name, {}).get(watch.name)
                judged = Judged(watch.name, record.name, episodes[record.name, watch.name], before)
                heard.told += keep_judged(
                    history,
                    judged,
                    Present(
                        now, record.last_sent
                    ),  # a message that got through is what it says anew
                    court.manners,
                    partial(_messages, court, channel, judged, heard=heard),
                )
    return heard


def _since_known(
    record: ChannelRecord, matters: Mapping[str, Matter], rules: Collection[str]
) -> ChannelRecord:
    """The outbox keeps the last failure of a message; the first one is what was stored then."""
    known = [m.episode.since for name, m in matters.items() if name in rules and m.episode]
    if record.waiting_since is None or not known:
        return record
    return replace(record, waiting_since=min(record.waiting_since, *known))


@dataclass(frozen=True, slots=True)
class _Channel:
    """One channel that is judged: what is known of it, the other channels, and those that fail."""

    record: ChannelRecord
    others: Sequence[Ear]
    failing: frozenset[str]


def _failing(
    episodes: Mapping[tuple[str, str], Episode | None],
    stored: Mapping[str, Mapping[str, Matter]],
    now: datetime,
) -> frozenset[str]:
    """The channels of which a step is due, so that they cannot be counted on."""
    found = set()
    for (channel, rule), episode in episodes.items():
        before = stored.get(channel, {}).get(rule)
        memory = None if before is None else before.memory
        if episode is not None and standing(episode, memory, now) is not None:
            found.add(channel)
    return frozenset(found)


def _messages(
    court: Court, channel: _Channel, judged: Judged, telling: Telling, heard: Heard
) -> list[Message]:
    record = channel.record
    episode = judged.episode or (judged.before.episode if judged.before else None)
    since = None if episode is None else episode.since
    words = render_channel(telling, record, since, court.style)
    ears = [ear for ear in channel.others if telling.severity >= ear.min_severity]
    if not any(ear.channel not in channel.failing for ear in ears):
        heard.unsaid.append(words)
    return for_ears(ears, telling, words, record.name)
