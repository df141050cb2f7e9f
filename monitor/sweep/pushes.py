"""What sources send of their own accord: understood and written down as an answer would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.adapters.pushes import Pushing
from monitor.errors import BadConfiguration, FailureKind, ParcelsError, SourceTrouble
from monitor.parcel.outcomes import Failure, Snapshot
from monitor.sweep.account import list_due_at
from monitor.sweep.asked_about import AskedAbout
from monitor.sweep.sources import SEVENTEENTRACK, adapters_of
from monitor.sweep.understanding import understood

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.adapters.contract import Ask, Outcome
    from monitor.adapters.pushes import Push
    from monitor.history import History
    from monitor.history.sources import SourceState
    from monitor.parcel import Parcel
    from monitor.settings import Settings
    from monitor.sweep.understanding import Reads

LISTS_APART = timedelta(hours=1)  # a push leads to a look at the account's list so often at most
_FAR = timedelta(days=1)


class AheadOfClockError(ParcelsError):
    """What was seen later than now can be put in no order with what is known."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a push: parcels with something new, parcels with none, numbers not watched here,
    and whether the account's list is looked at soon, as the push speaks of an end.
    """

    changed: int = 0
    known: int = 0
    unwatched: int = 0
    ended: bool = False


def pushing_of(settings: Settings) -> Pushing:
    """The source that may push. Raises BadConfiguration where none can prove that it is one."""
    named = {each.capability.name: each for each in adapters_of(settings)}
    source = named.get(SEVENTEENTRACK)
    if not isinstance(source, Pushing):
        table = settings.adapters.seventeentrack
        why = "has no api_key" if table.api_key is None else "is switched off"
        raise BadConfiguration(
            f"webhook.listen is set, but adapters.{SEVENTEENTRACK} {why}: what 17TRACK pushes is "
            "believed only by the key it is signed with, and polling stays the safety net. Set "
            f"adapters.{SEVENTEENTRACK}.api_key, or take webhook.listen out."
        )
    return source


class Pushes:
    """Takes the pushes of one source, one at a time, whichever thread brings them."""

    def __init__(self, history: History, source: Pushing, country: str, reads: Reads) -> None:
        self._history = history
        self._source = source
        self._name = source.capability.name
        self._country = country
        self._reads = reads
        self._list_due: datetime | None = None

    def take(self, body: bytes, now: datetime) -> Taken:
        """Store what a signed push shows of parcels that are watched; the rest of it is nobody's business.

        Raises SourceTrouble where it cannot be read, AheadOfClockError, and what storing raises.
        """
        push = self._source.opened(body)
        told = self._history.paid_aliases.parcels_of(push.numbers, self._name)
        parcels = self._history.parcels.watched_by(push.numbers, told)
        parcels = [p for p in parcels if not p.adapters or self._name in p.adapters]
        found = self._history.sources.of([p.id for p in parcels])
        states = {i: known[self._name] for i, known in found.items() if self._name in known}
        asked = AskedAbout(self._history, self._source)
        asked.sent_of(parcels, states)
        ours = {number.upper() for p in parcels for number in asked.of(p)}
        unwatched = sum(number not in ours for number in push.numbers)
        if push.stopped:
            own = [states.get(p.id) for p in parcels if p.number.upper() in push.numbers]
            return Taken(unwatched=unwatched, ended=self._ended(own, now))
        heard = [
            (p, self._heard(push, asked.asks([p], states, self._country), now)) for p in parcels
        ]
        changed = self._store(heard, asked, now)
        return Taken(changed, len(parcels) - changed, unwatched)

    def _heard(self, push: Push, asks: Sequence[Ask], now: datetime) -> dict[str, Outcome]:
        """What is shown of a parcel, by number; one that the push is not about is a failure."""
        found: dict[str, Outcome] = {ask.number: _unheard(ask) for ask in asks}
        meant = [ask for ask in asks if ask.number.upper() in push.numbers]
        # Read as of tomorrow: a look later than now must show, and not be set back to now.
        for ask, outcome in zip(meant, self._source.shown(push, meant, now + _FAR), strict=True):
            if isinstance(outcome, Failure):
                found[ask.number] = outcome
            elif isinstance(outcome, Snapshot) and _meant(outcome, ask):
                found[ask.number] = understood(outcome, self._source.codes, self._reads)
        return found

    def _store(
        self,
        heard: Sequence[tuple[Parcel, Mapping[str, Outcome]]],
        asked: AskedAbout,
        now: datetime,
    ) -> int:
        """How many parcels have something new."""
        outcomes = [outcome for _, found in heard for outcome in found.values()]
        shown = [o for o in outcomes if isinstance(o, Snapshot)]
        unread = [o for o in outcomes if isinstance(o, Failure) and o.kind is FailureKind.DRIFT]
        if unread and not shown:
            raise SourceTrouble(unread[0].kind, unread[0].detail)
        if any(at > now for snapshot in shown for at in snapshot.looks.values()):
            raise AheadOfClockError("its last look lies ahead of the clock of this machine")
        with self._history.write_tx():  # who is not heard is known of what is stored by now
            pairs = [(parcel.id, asked.about(parcel, found)) for parcel, found in heard]
            recorded = [
                self._history.timeline.record_push(parcel_id, outcome, self._name, now)
                for parcel_id, outcome in pairs
                if isinstance(outcome, Snapshot)
            ]
        return sum(each.changed for each in recorded)

    def _ended(self, states: Sequence[SourceState | None], now: datetime) -> bool:
        """Have the account's list looked at, which says whether tracking has stopped, and why.

        The word itself bears no date: who sends an old one again must not end what goes on.
        """
        news = any(s is not None and s.registered and s.stopped_at is None for s in states)
        if not news:
            return False
        if self._list_due is None:
            self._list_due = now
        elif self._list_due <= now:
            self._list_due = max(now, self._list_due + LISTS_APART)
        list_due_at(self._history, self._name, self._list_due)
        return True


def _unheard(ask: Ask) -> Failure:
    return Failure(ask.number, FailureKind.TRANSIENT, "The push is not about this number.")


def _meant(outcome: Snapshot, ask: Ask) -> bool:
    """Not another registration of the same number, under another carrier."""
    return ask.carrier in ("", outcome.carrier) or not outcome.carrier
