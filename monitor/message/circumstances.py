"""What a parcel cannot help: the time of the year, and the law of the lane it travels on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.advisories import explaining
from monitor.alerts.memory import Kind
from monitor.message.texts import LABEL_LIMIT, unlinked
from monitor.parcel import clean_text
from monitor.seasons import season_of

if TYPE_CHECKING:
    from monitor.alerts.values import Telling
    from monitor.message.render import Matter
    from monitor.message.texts import Style

OF_CUSTOMS = frozenset({"clearance", "clearance_due"})


def season_line(telling: Telling, style: Style) -> str:
    """The season that let this step come later than usual; "" for none."""
    if telling.step is None or telling.episode is None or telling.kind is Kind.NEWS:
        return ""
    season = season_of(telling.episode.facts, telling.step.key)
    if not season:
        return ""
    name = unlinked(clean_text(style.words.fact(season), 2 * LABEL_LIMIT), style.language)
    return style.words.phrase("season", season=name)


def law_lines(matter: Matter, style: Style) -> str:
    """The changes of customs law that explain the alert, one a line; "" for none."""
    step = matter.telling.step
    if step is None or matter.rule not in OF_CUSTOMS or matter.telling.kind is Kind.RESOLVED:
        return ""
    origin, destination = matter.dossier.origin, matter.dossier.destination
    known = explaining(step.advice, origin, destination, matter.now.date())
    return "\n".join(style.words.fact(row.text) for row in known)
