"""A stay in customs as the matter of a rule: its anchor, its country, and what a message needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.parcel import Side
from monitor.rules.contract import subject_of
from monitor.schedule import Episode, ascending

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from monitor.parcel import Dossier
    from monitor.rules.customs import Stay
    from monitor.schedule import Step


def episode_of(
    rule: str,
    stay: Stay,
    steps: Iterable[Step],
    dossier: Dossier,
    *,
    since: datetime | None = None,
    deadlines: tuple[tuple[str, datetime], ...] = (),
    facts: Mapping[str, str] | None = None,
) -> Episode:
    """A stay in customs as the matter of a rule, with the steps the rule makes of it.

    `since` (UTC) where the matter began later than the stay; `facts` beside those of every stay.
    """
    begun = since or stay.since
    return Episode(
        rule,
        subject_of(dossier.parcel.id),
        anchor=stay.side.value,
        since=begun,
        steps=ascending(begun, steps),
        verified=dossier.witnessed,
        heard=dossier.heard,
        deadlines=deadlines,
        facts={**facts_of(stay, dossier), **(facts or {})},
    )


def country_of(stay: Stay, dossier: Dossier) -> str:
    """The alpha-2 code of the country whose customs it is, "" when unknown."""
    if stay.side is Side.IMPORT:
        return dossier.destination
    if stay.side is Side.EXPORT:
        return dossier.origin
    return stay.last.country


def facts_of(stay: Stay, dossier: Dossier) -> dict[str, str]:
    """What a message about this stay needs to know; strings only."""
    first = stay.refusal or stay.demand or stay.exception or stay.opened
    return {
        "text": first.text,
        "at": first.when.isoformat() if first.when else "",
        "place": first.place,
        "last_text": stay.last.text,
        "silent_since": stay.clock.isoformat(),
        "country": country_of(stay, dossier),
        "side": stay.side.value,
        "trouble": stay.trouble.value,
    }
