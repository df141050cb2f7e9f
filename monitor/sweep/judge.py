"""Rules over the parcels that are due: what is said, remembered, and looked at again when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.sweep.dossiers import dossiers
from monitor.sweep.verdicts import earliest, episodes_of, sentences_on

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from monitor.alerts.values import Manners
    from monitor.history import History
    from monitor.history.schedules import Matter as Stored
    from monitor.message.texts import Style
    from monitor.protection import Policy
    from monitor.rules.contract import ChannelWatch, CopyWatch, Rule, Watch
    from monitor.sweep.ears import Ear
    from monitor.sweep.verdicts import Sentence

QUARANTINE = timedelta(hours=1)  # how long a parcel that cannot be judged is left alone
FEW = 5  # new parcels; what there is to say of more at once is said in one line each
CHUNK = 50  # parcels judged in one transaction, so that nobody waits long for the lock


@dataclass(frozen=True, slots=True)
class Court:
    """Everything judging needs beside the history: rules, manners, words, and who listens.

    `watches` are the rules over the sources themselves, `channel_watches` those over the channels,
    `copy_watches` those over the copies of the database.
    `sources` are those that are switched on: what is silent is not so before all were asked.
    `absent` are rules of plug-ins that are switched on and cannot be used now: what they said stands.
    """

    rules: tuple[Rule, ...]
    policies: Mapping[str, Policy]
    ears: tuple[Ear, ...]
    manners: Manners
    style: Style
    country: str = ""
    settings_fingerprint: str = ""
    watches: tuple[Watch, ...] = ()
    channel_watches: tuple[ChannelWatch, ...] = ()
    copy_watches: tuple[CopyWatch, ...] = ()
    sources: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> str:
        """Changes with the settings, the data files and the version: then all is judged anew."""
        seed = f"{__version__} {self.settings_fingerprint} {_data_fingerprint()}"
        return hashlib.sha256(seed.encode()).hexdigest()[:16]


@cache
def _data_fingerprint() -> str:
    digest = hashlib.sha256()
    for file in sorted(files("monitor").joinpath("data").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def unnoticed(_number: str, _error: Exception) -> None:
    """A parcel that cannot be judged, told to nobody."""


def unbroken() -> None:
    """Nothing is done between two transactions."""


def judge_due(
    history: History,
    court: Court,
    now: datetime,
    broken: Callable[[str, Exception], None] = unnoticed,
    *,
    among: Sequence[int] | None = None,
    without: Collection[int] = (),
    crowd: Collection[int] | None = None,
    between: Callable[[], None] = unbroken,
) -> int:
    """Judge every parcel whose date has come, that was touched, or that other settings judged.

    Returns how many tellings were put into the outbox (each may go to several channels). A parcel
    that cannot be judged is told to `broken` with its number, and left alone for an hour. `among`:
    only these parcels are looked at, `without`: not these. `crowd`: parcels of a first pass over more
    than five, which share one message; None: found here, and then none is judged before all can be.
    `between` is called after each transaction.
    """
    together = crowd_of(history) if crowd is None else frozenset(crowd)
    if crowd is None and not together.isdisjoint(without):
        without = {*without, *together}
    ids = history.parcels.to_judge(now, court.fingerprint)
    if among is not None:
        ids = sorted(set(ids) & set(among))
    ids = [i for i in ids if i not in without] if without else ids
    told = 0
    for start in range(0, len(ids), CHUNK):
        with history.write_tx():
            chunk = ids[start : start + CHUNK]
            told += _judge_chunk(history, chunk, court, now, broken, together)
        between()
    return told


def crowd_of(history: History) -> frozenset[int]:
    """The parcels nothing was made of yet, where they are more than five; else none."""
    new = history.parcels.unjudged()
    return frozenset(new) if len(new) > FEW else frozenset()


def _judge_chunk(
    history: History,
    ids: Sequence[int],
    court: Court,
    now: datetime,
    broken: Callable[[str, Exception], None],
    crowd: frozenset[int],
) -> int:
    stored = history.matters.of(ids)
    told_of = [m.id for of in stored.values() for m in of.values() if m.ever_told]
    waits = history.outbox.waiting(told_of) if told_of else {}
    fingerprint = court.fingerprint
    known = {rule.name for rule in court.rules} | court.absent
    told = 0
    for parcel_id, dossier in dossiers(
        history, ids, country=court.country, sources=court.sources
    ).items():
        before = stored.get(parcel_id, {})
        try:
            brief = parcel_id in crowd
            sentences = sentences_on(dossier, before, court, now, waits=waits, brief=brief)
        except Exception as error:  # noqa: BLE001 - one parcel must not silence all the others
            broken(dossier.parcel.number, error)
            history.parcels.looked(parcel_id, now + QUARANTINE, None, fingerprint)
            continue
        told += sum(_keep(history, parcel_id, s, before.get(s.rule), now) for s in sentences)
        for rule in before.keys() - known:  # of a plug-in that was switched off or removed
            history.matters.save(parcel_id, rule, None, None, (), now)
        look = earliest(s.verdict.look for s in sentences)
        history.parcels.looked(parcel_id, look.judge_at, look.check_at, fingerprint)
    return told


def _keep(
    history: History, parcel_id: int, sentence: Sentence, before: Stored | None, now: datetime
) -> int:
    """Store one verdict and put its words into the outbox, in the transaction that is open."""
    rule, episode, verdict = sentence.rule, sentence.episode, sentence.verdict
    if verdict.closed is not None:
        history.matters.save(parcel_id, rule, None, verdict.closed, sentence.farewell, now)
    known = (None, None) if before is None else (before.memory, before.episode)
    if sentence.instead and before is not None:
        history.outbox.drop_unsent(before.id)
    if verdict.tellings or known != (verdict.memory, episode):
        history.matters.save(parcel_id, rule, episode, verdict.memory, sentence.words, now)
    return len(verdict.tellings)


def reschedule(history: History, parcel_id: int, court: Court, now: datetime) -> None:
    """Store what the rules make of one parcel now, without telling anybody.

    For commands that change a parcel: lists and plans read what is stored here, and the next pass
    tells what there is to tell.
    """
    reschedule_all(history, [parcel_id], court, now)


def reschedule_all(
    history: History,
    ids: Sequence[int],
    court: Court,
    now: datetime,
    done: Callable[[int], None] = lambda _count: None,
) -> None:
    """As `reschedule`, for many parcels. `done` is called after each transaction with how many are."""
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        with history.write_tx():
            found = dossiers(history, chunk, country=court.country, sources=court.sources)
            for parcel_id, dossier in found.items():
                episodes = episodes_of(court, dossier)
                mute = court.absent | ({rule.name for rule in court.rules} - episodes.keys())
                standing_ones = {n: e for n, e in episodes.items() if e}
                history.matters.refresh(parcel_id, standing_ones, now, untouched=mute)
                history.parcels.touch(parcel_id, now)
        done(start + len(chunk))
