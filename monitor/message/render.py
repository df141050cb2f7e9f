"""One alert turned into words: what happened, what it means, what to do now, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.circumstances import law_lines
from monitor.message.facts import worded
from monitor.message.happened import happened
from monitor.message.layout import Words, body, meaning, titled, to_do
from monitor.message.texts import (
    contact_of,
    days_until,
    filled,
    heading,
    shown_name,
    shown_number,
    texts,
    tracker_page,
)
from monitor.message.until import until
from monitor.parcel import Stage
from monitor.schedule import Witness

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.alerts.values import Telling
    from monitor.message.language import Language
    from monitor.message.texts import Style
    from monitor.parcel import Dossier
    from monitor.protection import Deadline


@dataclass(frozen=True, slots=True)
class Matter:
    """All a message about one telling may speak of."""

    rule: str
    telling: Telling
    dossier: Dossier
    deadlines: tuple[Deadline, ...]
    now: datetime


def summary(matter: Matter, style: Style) -> Words:
    """The same in short, for a message about many parcels: which it is, the fact, what to do."""
    words, parcel = style.words, matter.dossier.parcel
    advice, facts = texts(style.language)[_advice(matter)], _facts(matter, style)
    then = filled(advice["action"], facts)
    lines = [heading(parcel, style), words.phrase("do_short", text=then) if then else ""]
    fact = filled(advice["title"], facts)
    title = titled(shown_name(parcel, style), fact, Kind.OPENED, words)
    return Words(title, "\n".join(line for line in lines if line))


def render(matter: Matter, style: Style) -> Words:
    """The words of one telling about one parcel."""
    words, parcel = style.words, matter.dossier.parcel
    advice, facts = texts(style.language)[_advice(matter)], _facts(matter, style)
    paragraphs = [
        heading(parcel, style),
        happened(matter, style),
        meaning(advice["means"], facts, words) + _ended(matter.telling, words),
        law_lines(matter, style),
        to_do(advice["do"], facts, words),
        until(matter, style),
        _pages(matter, style),
    ]
    fact = filled(advice["title"], facts)
    title = titled(shown_name(parcel, style), fact, matter.telling.kind, words)
    return Words(title, body(paragraphs))


def _ended(telling: Telling, words: Language) -> str:
    """Another matter that closes within this message."""
    over = telling.ended and telling.kind is not Kind.RESOLVED
    return f" {words.phrase('ended')}" if over else ""


def _advice(matter: Matter) -> str:
    telling = matter.telling
    if telling.kind is Kind.RESOLVED:
        newest = matter.dossier.stage_event
        ended = None if newest is None else _ENDINGS.get(newest.stage)
        if ended is None and telling.withdrawn and matter.rule in _TAKEN_BACK:
            return "resolved_withdrawn"
        return ended or f"resolved_{matter.rule}"
    if telling.kind is Kind.NEWS:
        moved = telling.reason.startswith("the deadline")
        advice = "news_deadline" if moved else _news_advice(telling, matter.dossier)
        return _of_the_rule(advice, matter.rule)
    return telling.step.advice if telling.step else f"resolved_{matter.rule}"


def _of_the_rule(advice: str, rule: str) -> str:
    """The rule's own words for a piece of news, where it has some; a restart speaks of customs."""
    own = f"{advice}_{rule}"
    if own in texts():
        return own
    restart = advice == "news_restart" and not rule.startswith("clearance")
    return "news_changed" if restart else advice


# A deadline rests on no source's word.
_TAKEN_BACK = frozenset({"clearance", "clearance_due", "clearance_failed"})
_ENDINGS = {
    Stage.DELIVERED: "ended_delivered",
    Stage.RETURNING: "ended_returning",
    Stage.RETURNED: "ended_returning",
    Stage.LOST_OR_DAMAGED: "ended_lost",
}


def _news_advice(telling: Telling, dossier: Dossier) -> str:
    """A fall-back is quiet news, unless the newest event stopped the parcel or asks for something."""
    step, newest = telling.step, dossier.stage_event
    if step is None or newest is None or newest.moment is None:
        return "news_restart"
    asks = "_asked" in step.advice and newest.stage in _ASKING
    begun = step.witness is Witness.CLOCK and step.at >= newest.moment
    return step.advice if asks or begun else "news_restart"


_ASKING = (Stage.CLEARANCE_PAYMENT_DUE, Stage.CLEARANCE_DOCUMENTS_NEEDED)


def _facts(matter: Matter, style: Style) -> dict[str, str]:
    episode, words = matter.telling.episode, style.words
    facts = worded(episode.facts, words) if episode else {}
    main = _counted_down(matter)
    days = 0 if main is None else max(0, days_until(main.closes, matter.now))
    left = "" if main is None else words.counted("left", days)
    return {**facts, "number": shown_number(matter.dossier.parcel.number, style), "left": left}


def _counted_down(matter: Matter) -> Deadline | None:
    """The deadline the step counts down to; the shop's where it counts to none."""
    step = matter.telling.step
    kind = _COUNTED.get(step.advice.partition("_")[0], "shop") if step else "shop"
    return next((d for d in matter.deadlines if d.kind == kind), None)


_COUNTED = {"claim": "payment", "law": "law"}


def _pages(matter: Matter, style: Style) -> str:
    """Links made here, never taken from an event. A shortened number is not put into a link."""
    if matter.telling.kind is Kind.RESOLVED:
        return ""
    words, number = style.words, matter.dossier.parcel.number
    lines = [] if style.redact else [words.phrase("look_up", page=tracker_page(number))]
    contact = contact_of(number, matter.dossier.destination)
    if contact is not None:
        given = {name: str(contact[name]) for name in ("carrier", "page", "phone")}
        lines.append(words.phrase("contact_with_phone" if given["phone"] else "contact", **given))
    return "\n".join(lines)
