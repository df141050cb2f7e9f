"""Rules over the parcels that are due: what is said, remembered, and looked at again when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.alerts.decision import decide
from monitor.alerts.memory import Kind
from monitor.alerts.standing import standing
from monitor.alerts.values import Look, Manners, Present, Verdict
from monitor.history.outbox import Message
from monitor.message.render import Matter, render
from monitor.protection import deadlines
from monitor.rules.contract import subject_of
from monitor.sweep.dossiers import dossiers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.alerts.memory import Memory
    from monitor.alerts.values import Telling
    from monitor.history import History
    from monitor.history.schedules import Matter as Stored
    from monitor.message.texts import Style
    from monitor.parcel import Dossier
    from monitor.protection import Policy
    from monitor.rules.contract import Rule, Watch
    from monitor.schedule import Episode, Severity

QUARANTINE = timedelta(hours=1)  # how long a parcel that cannot be judged is left alone
CHUNK = 50  # parcels judged in one transaction, so that nobody waits long for the lock


@dataclass(frozen=True, slots=True)
class Ear:
    """A channel as far as judging needs to know it: its name and what it wants to hear."""

    channel: str
    min_severity: Severity


@dataclass(frozen=True, slots=True)
class Court:
    """Everything judging needs beside the history: rules, manners, words, and who listens.

    `watches` are the rules over the sources themselves.
    """

    rules: tuple[Rule, ...]
    policies: Mapping[str, Policy]
    ears: tuple[Ear, ...]
    manners: Manners
    style: Style
    country: str = ""
    settings_fingerprint: str = ""
    watches: tuple[Watch, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes with the settings, the data files and the version: then all is judged anew."""
        seed = f"{__version__} {self.settings_fingerprint} {_data_fingerprint()}"
        return hashlib.sha256(seed.encode()).hexdigest()[:16]


@cache
def _data_fingerprint() -> str:
    digest = hashlib.sha256()
    digest.update(files("monitor").joinpath("data/protection.toml").read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one rule makes of one parcel, with the words: all that is to be stored.

    `farewell` goes with the matter that `verdict` closes beside the one it speaks of.
    """

    rule: str
    episode: Episode | None
    verdict: Verdict
    words: list[Message]
    farewell: list[Message]


def unnoticed(_number: str, _error: Exception) -> None:
    """A parcel that cannot be judged, told to nobody."""


def judge_due(
    history: History,
    court: Court,
    now: datetime,
    broken: Callable[[str, Exception], None] = unnoticed,
    *,
    among: Sequence[int] | None = None,
    without: Collection[int] = (),
) -> int:
    """Judge every parcel whose date has come, that was touched, or that other settings judged.

    Returns how many tellings were put into the outbox (each may go to several channels). A parcel
    that cannot be judged is told to `broken` with its number, and left alone for an hour. `among`:
    only these parcels are looked at, `without`: not these.
    """
    ids = history.parcels.to_judge(now, court.fingerprint)
    if among is not None:
        ids = sorted(set(ids) & set(among))
    ids = [i for i in ids if i not in without] if without else ids
    told = 0
    for start in range(0, len(ids), CHUNK):
        with history.write_tx():
            told += _judge_chunk(history, ids[start : start + CHUNK], court, now, broken)
    return told


def _judge_chunk(
    history: History,
    ids: Sequence[int],
    court: Court,
    now: datetime,
    broken: Callable[[str, Exception], None],
) -> int:
    stored = history.matters.of(ids)
    fingerprint = court.fingerprint
    told = 0
    for parcel_id, dossier in dossiers(history, ids, country=court.country).items():
        before = stored.get(parcel_id, {})
        try:
            sentences = sentences_on(dossier, before, court, now)
        except Exception as error:  # noqa: BLE001 - one parcel must not silence all the others
            broken(dossier.parcel.number, error)
            history.parcels.looked(parcel_id, now + QUARANTINE, None, fingerprint)
            continue
        told += sum(_keep(history, parcel_id, s, before.get(s.rule), now) for s in sentences)
        look = earliest(s.verdict.look for s in sentences)
        history.parcels.looked(parcel_id, look.judge_at, look.check_at, fingerprint)
    return told


def sentences_on(
    dossier: Dossier, stored: Mapping[str, Stored], court: Court, now: datetime
) -> list[Sentence]:
    """The verdicts on one parcel put into words; pure."""
    found = []
    for rule, (episode, verdict) in verdicts_on(dossier, stored, court, now).items():
        ended = [t for t in verdict.tellings if t.kind is Kind.RESOLVED and verdict.closed]
        rest = [t for t in verdict.tellings if t not in ended]
        words = _messages(dossier, rule, rest, court, now)
        farewell = _messages(dossier, rule, ended, court, now)
        found.append(Sentence(rule, episode, verdict, words, farewell))
    return found


def verdicts_on(
    dossier: Dossier, stored: Mapping[str, Stored], court: Court, now: datetime
) -> dict[str, tuple[Episode | None, Verdict]]:
    """What every rule makes of one parcel, by rule; pure."""
    episodes = {rule.name: rule(dossier) for rule in court.rules}
    memories = {name: stored[name].memory if name in stored else None for name in episodes}
    speaking = {n for n, e in episodes.items() if e and _speaks(e, memories[n], now)}
    present = Present(now, dossier.last_change)
    found = {}
    for rule in court.rules:
        episode, memory = episodes[rule.name], memories[rule.name]
        muted = bool(rule.yields_to & speaking)
        verdict = decide(rule.name, memory, episode, present, court.manners, muted=muted)
        found[rule.name] = (episode, verdict)
    return one_farewell(found)


def _speaks(episode: Episode, memory: Memory | None, now: datetime) -> bool:
    """A rule is open in the sense of yielding when one of its steps is due."""
    blank = memory if memory and memory.anchor == episode.anchor else None
    if episode.until is not None and now >= episode.until:
        return False
    return standing(episode, blank, now) is not None


def one_farewell(
    found: dict[str, tuple[Episode | None, Verdict]],
) -> dict[str, tuple[Episode | None, Verdict]]:
    """Several matters of one parcel that end together are one notice: that of the gravest.

    Whoever heard of a milder one has heard of the gravest, too.
    """
    ended = {n: t for n, (_, v) in found.items() for t in v.tellings if t.kind is Kind.RESOLVED}
    if len(ended) < 2:  # noqa: PLR2004 - one alone needs no choice
        return found
    gravest = max(ended, key=lambda name: ended[name].severity)
    return {
        name: (
            episode,
            replace(verdict, tellings=()) if name in ended and name != gravest else verdict,
        )
        for name, (episode, verdict) in found.items()
    }


def earliest(looks: Iterable[Look]) -> Look:
    all_looks = list(looks)
    judge_at = min((k.judge_at for k in all_looks if k.judge_at is not None), default=None)
    check_at = min((k.check_at for k in all_looks if k.check_at is not None), default=None)
    return Look(judge_at, check_at)


def _keep(
    history: History, parcel_id: int, sentence: Sentence, before: Stored | None, now: datetime
) -> int:
    """Store one verdict and put its words into the outbox, in the transaction that is open."""
    rule, episode, verdict = sentence.rule, sentence.episode, sentence.verdict
    if verdict.closed is not None:
        history.matters.save(parcel_id, rule, None, verdict.closed, sentence.farewell, now)
    known = (None, None) if before is None else (before.memory, before.episode)
    if verdict.tellings or known != (verdict.memory, episode):
        history.matters.save(parcel_id, rule, episode, verdict.memory, sentence.words, now)
    return len(verdict.tellings)


def _messages(
    dossier: Dossier, rule: str, tellings: Iterable[Telling], court: Court, now: datetime
) -> list[Message]:
    found = []
    for telling in tellings:
        ends = deadlines(dossier, court.policies)
        words = render(Matter(rule, telling, dossier, ends, now), court.style)
        found += [
            Message(
                channel=ear.channel,
                kind=telling.kind,
                severity=telling.severity,
                title=words.title,
                body=words.body,
                parcel_id=dossier.parcel.id,
                subject=subject_of(dossier.parcel.id),
                number=dossier.parcel.number,
            )
            for ear in court.ears
            if telling.severity >= ear.min_severity
        ]
    return found


def reschedule(history: History, parcel_id: int, court: Court, now: datetime) -> None:
    """Store what the rules make of one parcel now, without telling anybody.

    For commands that change a parcel: lists and plans read what is stored here, and the next pass
    tells what there is to tell.
    """
    with history.write_tx():
        found = dossiers(history, [parcel_id], country=court.country).get(parcel_id)
        if found is None:
            return
        episodes = {rule.name: rule(found) for rule in court.rules}
        history.matters.refresh(parcel_id, {n: e for n, e in episodes.items() if e}, now)
        history.parcels.touch(parcel_id, now)
