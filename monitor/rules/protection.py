"""The last dates by which the money can be got back, and how near they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, ClassVar

from monitor.parcel import Stage
from monitor.protection import Deadline, deadlines, shipped_policies
from monitor.rules.contract import subject_of
from monitor.rules.precedence import yields_to
from monitor.schedule import Episode, Severity, Step, ascending

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from monitor.parcel import Dossier
    from monitor.protection import Policy

NOTICE_ABOVE = 7  # days before the end: more than this is a notice
WARNING_ABOVE = 3  # more than this a warning, the rest critical
LAST_DAY = 1


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

    def __call__(self, dossier: Dossier, /) -> Episode | None:
        if _delivered(dossier):
            return None
        ends = deadlines(dossier, self.policies)
        if not ends:
            return None
        shop = dossier.parcel.shop
        main = next((d for d in ends if d.policy == shop), None)
        dispute = next((d for d in ends if d.policy == f"{shop}_dispute"), None)
        covers = [d for d in ends if d not in (main, dispute)]
        until = ends[-1].closes.astimezone(UTC)
        found = [s for s in self._steps(main, dispute, covers) if s.at < until]
        if not found:
            return None
        steps = sorted(found, key=lambda s: s.at)
        since = min(dossier.parcel.added_at, steps[0].at)
        return Episode(
            self.name,
            subject_of(dossier.parcel.id),
            anchor=shop or "cover",
            since=since,
            steps=ascending(since, steps),
            deadlines=tuple((d.policy, d.closes.astimezone(UTC)) for d in ends),
            facts=_facts(main, dispute, covers),
            until=until,
        )

    def _steps(
        self, main: Deadline | None, dispute: Deadline | None, covers: Iterable[Deadline]
    ) -> Iterable[Step]:
        if main is not None:
            yield from self._countdown(main, "last", "protection")
            if dispute is None:
                yield _over(main, "last", "protection")
        if main is not None and dispute is not None:
            yield _critical("dispute", main.closes, "dispute_only")
            last = dispute.closes - timedelta(days=1)
            yield _critical("dispute-last-1", last, "dispute_ends")
            yield _over(dispute, "dispute", "protection")
        for cover in covers:
            yield from self._countdown(cover, f"{cover.policy}-last", "cover")
            yield _over(cover, f"{cover.policy}-last", "cover")

    def _countdown(self, deadline: Deadline, key: str, advice: str) -> Iterable[Step]:
        for days in sorted(set(self.warn_days_before), reverse=True):
            at = deadline.closes - timedelta(days=days)  # wall clock in the policy's zone
            severity = severity_of(days)
            insists = severity is Severity.CRITICAL
            text = f"{advice}_last" if days <= LAST_DAY else f"{advice}_{severity}"
            yield Step(f"{key}-{days}", at.astimezone(UTC), severity, text, insists=insists)


def severity_of(days_before: int) -> Severity:
    if days_before > NOTICE_ABOVE:
        return Severity.NOTICE
    return Severity.WARNING if days_before > WARNING_ABOVE else Severity.CRITICAL


def _critical(key: str, at: datetime, advice: str) -> Step:
    return Step(key, at.astimezone(UTC), Severity.CRITICAL, advice, insists=True)


def _over(deadline: Deadline, key: str, advice: str) -> Step:
    """The end of a deadline that others follow: without it, its last step would be due for ever."""
    at = deadline.closes.astimezone(UTC)
    return Step(f"{key}-over", at, Severity.INFO, f"{advice}_over", nags=False)


def _delivered(dossier: Dossier) -> bool:
    newest = dossier.stage_event
    return newest is not None and newest.stage is Stage.DELIVERED


def _facts(
    main: Deadline | None, dispute: Deadline | None, covers: Iterable[Deadline]
) -> dict[str, str]:
    facts: dict[str, str] = {}
    if main is not None:
        facts |= {
            "shop": main.title,
            "closes": main.day.isoformat(),
            "act_by": main.act_by.isoformat(),
            "source": main.source,
            "assumed": "yes" if main.assumed else "",
        }
    if dispute is not None:
        facts |= {"dispute_closes": dispute.day.isoformat()}
    for cover in covers:
        facts[f"cover {cover.policy}"] = cover.day.isoformat()
    return facts
