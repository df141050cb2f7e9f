"""What the rules make of one parcel, in words: pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind
from monitor.alerts.standing import standing
from monitor.alerts.values import Look, Present, Verdict
from monitor.message.render import Matter, render, summary
from monitor.protection import deadlines
from monitor.rules.contract import RuleFailed, subject_of
from monitor.sweep.ears import for_ears
from monitor.sweep.farewell import one_farewell
from monitor.sweep.held import Held, reconsidered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from monitor.alerts.memory import Memory
    from monitor.alerts.values import Telling
    from monitor.history.outbox import Message
    from monitor.history.schedules import Matter as Stored
    from monitor.parcel import Dossier
    from monitor.schedule import Episode
    from monitor.sweep.farewell import Finding
    from monitor.sweep.judge import Court


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one rule makes of one parcel, with the words: all that is to be stored.

    `farewell` goes with the matter that `verdict` closes beside the one it speaks of. `instead`:
    what is held back of it is not to be sent any more.
    """

    rule: str
    episode: Episode | None
    verdict: Verdict
    words: list[Message]
    farewell: list[Message]
    instead: bool = False


def sentences_on(
    dossier: Dossier,
    stored: Mapping[str, Stored],
    court: Court,
    now: datetime,
    *,
    waits: Mapping[int, bool] = MappingProxyType({}),
    brief: bool = False,
) -> list[Sentence]:
    """The verdicts on one parcel put into words; pure. `waits`: see `Outbox.waiting`."""
    found = []
    for rule, (episode, verdict, instead) in verdicts_on(
        dossier, stored, court, now, waits=waits
    ).items():
        ended = [t for t in verdict.tellings if t.kind is Kind.RESOLVED and verdict.closed]
        rest = [t for t in verdict.tellings if t not in ended]
        words = _messages(dossier, rule, rest, court, now, brief=brief)
        farewell = _messages(dossier, rule, ended, court, now)
        found.append(Sentence(rule, episode, verdict, words, farewell, instead))
    return found


def verdicts_on(
    dossier: Dossier,
    stored: Mapping[str, Stored],
    court: Court,
    now: datetime,
    *,
    waits: Mapping[int, bool] = MappingProxyType({}),
) -> dict[str, Finding]:
    """What every rule makes of one parcel, by rule; pure. One that fails is left out."""
    episodes = episodes_of(court, dossier)
    memories = {name: stored[name].memory if name in stored else None for name in episodes}
    speaking = {n for n, e in episodes.items() if e and _speaks(e, memories[n], now)}
    present = Present(now, dossier.last_change)
    found: dict[str, Finding] = {}
    for rule in court.rules:
        if rule.name not in episodes:
            continue
        episode, memory = episodes[rule.name], memories[rule.name]
        if episode is None and memory is None:
            continue  # nothing to say, and nothing was ever said
        muted = bool(rule.yields_to & speaking)
        verdict = decide(rule.name, memory, episode, present, court.manners, muted=muted)
        instead = None
        if memory is not None and stored[rule.name].id in waits:
            held = Held(memory, unheard=waits[stored[rule.name].id])
            instead = reconsidered(held, verdict, episode, present, court.manners, muted=muted)
        found[rule.name] = (episode, instead or verdict, instead is not None)
    return one_farewell(found, dossier)


def episodes_of(court: Court, dossier: Dossier) -> dict[str, Episode | None]:
    """What the rules answer; a rule of a plug-in that fails is not among them."""
    found: dict[str, Episode | None] = {}
    for rule in court.rules:
        with suppress(RuleFailed):  # which was told where it happened
            found[rule.name] = rule(dossier)
    return found


def _speaks(episode: Episode, memory: Memory | None, now: datetime) -> bool:
    """A rule is open in the sense of yielding when one of its steps is due, and is more than news.

    News silences nobody: a delivery that ends a silence would keep its end from those who heard of
    the silence and do not want to hear of mere deliveries.
    """
    blank = memory if memory and memory.anchor == episode.anchor else None
    if episode.until is not None and now >= episode.until:
        return False
    step = standing(episode, blank, now)
    return step is not None and step.nags


def earliest(looks: Iterable[Look]) -> Look:
    all_looks = list(looks)
    judge_at = min((k.judge_at for k in all_looks if k.judge_at is not None), default=None)
    check_at = min((k.check_at for k in all_looks if k.check_at is not None), default=None)
    return Look(judge_at, check_at)


def _messages(
    dossier: Dossier,
    rule: str,
    tellings: Iterable[Telling],
    court: Court,
    now: datetime,
    *,
    brief: bool = False,
) -> list[Message]:
    parcel = dossier.parcel
    found: list[Message] = []
    for telling in tellings:
        matter = Matter(rule, telling, dossier, deadlines(dossier, court.policies), now)
        words = summary(matter, court.style) if brief else render(matter, court.style)
        found += for_ears(court.ears, telling, words, subject_of(parcel.id), parcel)
    return found
