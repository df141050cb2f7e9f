"""The last dates by which the money can be got back, and how near they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from monitor.protection import (
    START_UNKNOWN,
    Deadline,
    Stack,
    Undated,
    layers_of,
    purchase_of,
    shipped_layers,
    shipped_policies,
    stand_ins,
)
from monitor.rules.contract import subject_of
from monitor.rules.countdown import Track, end_of, merged, severity_of
from monitor.rules.doubts import settled
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, ascending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.parcel import Dossier
    from monitor.protection import Policy, Purchase

LAST_DAY = 1
ALIKE = 4096  # purchases remembered: after an update everything is judged at once
START_KNOWN_BY = timedelta(days=3)  # after adding
# The beginning of the advices of each kind of deadline.
ADVICES = {"shop": "protection", "payment": "claim", "law": "law", "cover": "cover"}


class Countdown(NamedTuple):
    """All that one purchase's deadlines amount to; parcels bought on the same day share it.

    `tracks`: one per deadline; `steps` and `until` (UTC) what they come to. `start_unknown`: a window
    has no start yet, which is a matter of when the parcel was added.
    """

    tracks: tuple[Track, ...]
    steps: tuple[Step, ...]
    until: datetime | None
    deadlines: tuple[tuple[str, datetime], ...]
    facts: Mapping[str, str]
    start_unknown: bool


@dataclass(frozen=True, slots=True)
class Protection:
    """The buyer protection of the shop is about to run out.

    `warn_days_before` (days) and the policies come from `[protection]`; more than 7 days before
    the end is a notice, 7 to 4 a warning, 3 or fewer critical.
    """

    name: ClassVar[str] = "protection"
    yields_to: ClassVar[frozenset[str]] = yields_to(name)

    warn_days_before: tuple[int, ...] = (14, 7, 3, 1)
    policies: Mapping[str, Policy] = field(default_factory=shipped_policies)

    _first_event_for: frozenset[tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _counted_down: Callable[[Purchase], Countdown] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_first_event_for", stand_ins({**shipped_layers(), **self.policies})
        )
        object.__setattr__(self, "_counted_down", lru_cache(ALIKE)(self._countdown))

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        if settled(dossier):  # a delivery that something speaks against settles nothing
            return None
        known = self._counted_down(purchase_of(dossier, self._first_event_for))
        added = dossier.parcel.added_at
        steps, until = known.steps, known.until
        if known.start_unknown:
            tracks = (*known.tracks, _unknown_start(added))
            steps, until = _in_order(tracks), end_of(tracks)
        if not steps:
            return None
        since = min(added, steps[0].at)
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor=dossier.parcel.shop or "cover",
            since=since,
            steps=steps,
            deadlines=known.deadlines,
            facts=known.facts,
            until=until,
        )

    def _countdown(self, purchase: Purchase) -> Countdown:
        layers = layers_of(purchase, self.policies)
        unknown = [u for u in layers.undated if u.pressing]
        tracks = tuple(self._tracks(layers.dated))
        return Countdown(
            tracks,
            _in_order(tracks),
            end_of(tracks),
            tuple((d.policy, d.closes.astimezone(UTC)) for d in layers.dated),
            _facts(layers, unknown),
            start_unknown=bool(unknown),
        )

    def _tracks(self, dated: Sequence[Deadline]) -> Iterable[Track]:
        dispute = next((d for d in dated if d.kind == "dispute"), None)
        for deadline in dated:
            if deadline is dispute:
                yield _dispute(deadline)
                continue
            key, advice = _key(deadline), ADVICES[deadline.kind]
            steps = tuple(self._steps(deadline, key, advice))
            # Of the shop's protection no end is said where the dispute window opens with it.
            over = _over(deadline, key, advice)
            yield Track(steps, deadline.closes.astimezone(UTC), over)

    def _steps(self, deadline: Deadline, key: str, advice: str) -> Iterable[Step]:
        for days, before, severity, ending in _warnings(self.warn_days_before):
            at = (deadline.closes - before).astimezone(UTC)  # wall clock in the policy's zone
            insists = severity is Severity.CRITICAL
            yield Step(f"{key}-{days}", at, severity, f"{advice}_{ending}", insists=insists)


def _in_order(tracks: Sequence[Track]) -> tuple[Step, ...]:
    steps = merged(tracks)
    return ascending(steps[0].at, steps) if steps else ()


@cache
def _warnings(days_before: tuple[int, ...]) -> tuple[tuple[int, timedelta, Severity, str], ...]:
    """Days before the end, latest last, with the severity and the ending of the advice."""
    return tuple(
        (days, timedelta(days=days), severity, "last" if days <= LAST_DAY else str(severity))
        for days in sorted(set(days_before), reverse=True)
        for severity in (severity_of(days),)
    )


def _key(deadline: Deadline) -> str:
    """What the keys of its steps begin with; a cover must not take those of the dispute window."""
    if deadline.kind == "shop":
        return "last"
    name = "cover-dispute" if deadline.policy == "dispute" else deadline.policy
    return f"{name}-last"


def _dispute(window: Deadline) -> Track:
    opens = window.opens or window.closes
    steps = (
        _critical("dispute", opens, "dispute_only"),
        _critical("dispute-last-1", window.closes - timedelta(days=1), "dispute_ends"),
    )
    over = _over(window, "dispute", "protection")
    return Track(steps, window.closes.astimezone(UTC), over)


def _critical(key: str, at: datetime, advice: str) -> Step:
    return Step(key, at.astimezone(UTC), Severity.CRITICAL, advice, insists=True)


def _over(deadline: Deadline, key: str, advice: str) -> Step:
    """The end of a deadline that others follow: without it, its last step would be due for ever."""
    at = deadline.closes.astimezone(UTC)
    return Step(f"{key}-over", at, Severity.INFO, f"{advice}_over", nags=False)


def _unknown_start(added: datetime) -> Track:
    at = added + START_KNOWN_BY
    return Track((Step(START_UNKNOWN, at, Severity.NOTICE, "start_unknown"),), None)


def _facts(layers: Stack, unknown: Sequence[Undated]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for deadline in layers.dated:
        facts |= _FACTS_OF[deadline.kind](deadline)
    if unknown:
        facts |= {
            "missing": "\n".join(u.policy.title for u in unknown),
            "set_with": "\n".join(dict.fromkeys(u.missing for u in unknown)),
            "or_until": "yes" if any(u.policy.kind == "shop" for u in unknown) else "",
        }
    return facts


def _facts_of_shop(shop: Deadline) -> dict[str, str]:
    return {
        "shop": shop.title,
        "closes": shop.day.isoformat(),
        "act_by": shop.act_by.isoformat(),
        "source": shop.source,
        "assumed": "yes" if shop.assumed else "",
    }


def _facts_of_layer(layer: Deadline) -> dict[str, str]:
    begin = ADVICES[layer.kind]
    return {
        begin: layer.title,
        f"{begin}_closes": layer.day.isoformat(),
        f"{begin}_act_by": layer.act_by.isoformat(),
    }


def _facts_of_dispute(window: Deadline) -> dict[str, str]:
    return {"dispute_closes": window.day.isoformat()}


def _facts_of_cover(cover: Deadline) -> dict[str, str]:
    return {f"cover {cover.policy}": cover.day.isoformat()}


_FACTS_OF = {
    "shop": _facts_of_shop,
    "dispute": _facts_of_dispute,
    "payment": _facts_of_layer,
    "law": _facts_of_layer,
    "cover": _facts_of_cover,
}
