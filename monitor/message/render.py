"""One alert turned into words: what happened, what it means, what to do now, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.circumstances import law_lines, season_line
from monitor.message.texts import (
    DAY,
    LABEL_LIMIT,
    SOURCE_NAMES,
    contacts,
    count,
    days_until,
    filled,
    heading,
    is_foreign,
    shown_day,
    shown_name,
    shown_number,
    shown_text,
    shown_time,
    texts,
    tracker_page,
    unlinked,
)
from monitor.parcel import Stage, clean_text
from monitor.schedule import Witness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.alerts.values import Telling
    from monitor.message.texts import Style
    from monitor.parcel import Dossier, Event
    from monitor.protection import Deadline

TITLE_LIMIT = 60
PLACE_LIMIT = 60
LOOK_HOLDS = 2 * DAY  # 17TRACK asks a carrier once a day at the least, until it stops


@dataclass(frozen=True, slots=True)
class Words:
    """One message: a title of at most 60 characters, and the body as plain text."""

    title: str
    body: str


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
    advice = texts()[_advice(matter)]
    facts = _facts(matter, style)
    title = _title(shown_name(matter.dossier.parcel, style), filled(advice["title"], facts))
    then = filled(advice["action"], facts)
    lines = [heading(matter.dossier.parcel, style), f"Do now: {then}." if then else ""]
    return Words(title, "\n".join(line for line in lines if line))


def render(matter: Matter, style: Style) -> Words:
    """The words of one telling about one parcel."""
    advice = texts()[_advice(matter)]
    facts = _facts(matter, style)
    name = shown_name(matter.dossier.parcel, style)
    still = "still " if matter.telling.kind is Kind.REMINDED else ""
    fact = filled(advice["title"], facts)
    if still and "still" not in fact:
        fact = still + fact
    paragraphs = [
        heading(matter.dossier.parcel, style),
        _happened(matter, style),
        f"What it means: {filled(advice['means'], facts)}{_ended(matter.telling)}",
        law_lines(matter),
        to_do(advice["do"], facts),
        *_until(matter),
        *_pages(matter, style),
    ]
    return Words(_title(name, fact), "\n\n".join(p for p in paragraphs if p))


def _ended(telling: Telling) -> str:
    """Another matter that closes within this message."""
    over = telling.ended and telling.kind is not Kind.RESOLVED
    return " What you were told about it before is over." if over else ""


def _title(name: str, fact: str) -> str:
    room = max(12, TITLE_LIMIT - len(fact) - 2)
    short = name if len(name) <= room else name[: room - 1] + "…"
    return f"{short}: {fact}"[:TITLE_LIMIT]


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
    episode = matter.telling.episode
    facts = dict(episode.facts) if episode else {}
    main = _counted_down(matter)
    left = "" if main is None else count(max(0, days_until(main.closes, matter.now)), "day")
    return {**facts, "number": shown_number(matter.dossier.parcel.number, style), "left": left}


def _counted_down(matter: Matter) -> Deadline | None:
    """The deadline the step counts down to; the shop's where it counts to none."""
    step = matter.telling.step
    kind = _COUNTED.get(step.advice.partition("_")[0], "shop") if step else "shop"
    return next((d for d in matter.deadlines if d.kind == kind), None)


_COUNTED = {"claim": "payment", "law": "law"}


def _happened(matter: Matter, style: Style) -> str:
    silence = _silence_line(matter, style)
    lines = [_event_line(matter, style), silence, season_line(matter.telling)]
    return "\n".join(line for line in lines if line)


def _event_line(matter: Matter, style: Style) -> str:
    event = _speaking_event(matter)
    if event is None:
        return "What happened: no tracking event has been seen yet."
    number = matter.dossier.parcel.number
    text = shown_text(event.text, number, style) or event.stage.value.replace("_", " ")
    place = f" ({shown_text(event.place, number, style, PLACE_LIMIT)})" if event.place else ""
    translated = shown_text(event.translation, number, style) if is_foreign(event) else ""
    meaning = f' ("{translated}")' if translated and translated != text else ""
    return f'What happened: {_event_time(event, style)} "{text}"{meaning}{place}.'


def _speaking_event(matter: Matter) -> Event | None:
    """The event the message is about: the one the episode rests on; of news, the newest."""
    episode = None if matter.telling.kind is Kind.NEWS else matter.telling.episode
    wanted = episode.facts.get("text", "") if episode else ""
    found = (e for e in reversed(matter.dossier.events) if wanted and e.text == wanted)
    return next(found, matter.dossier.stage_event)


def _event_time(event: Event, style: Style) -> str:
    if event.when is None:
        return "without a date:"
    if event.at is None:
        return f"first seen {shown_time(event.when, style)}:"
    return f"on {shown_time(event.when, style)}:"


def _silence_line(matter: Matter, style: Style) -> str:
    """How long silent, counted only as long as somebody looked."""
    change = matter.dossier.last_change
    if matter.telling.kind in (Kind.RESOLVED, Kind.NEWS) or change is None:
        return ""
    looks = [k for k in matter.dossier.looks if k.looked_at is not None and k.shows_change]
    if not looks:
        return "Nothing newer is known; no source could confirm that lately."
    last = max(looks, key=lambda k: k.looked_at or matter.now)
    looked_at = last.looked_at or matter.now
    stale = matter.now - looked_at > LOOK_HOLDS
    days = max(0, ((looked_at if stale else matter.now) - change) // DAY)
    silent = "Nothing newer" if days == 0 else f"Nothing newer for {count(days, 'day')}"
    source = SOURCE_NAMES.get(last.source, last.source)
    end = ", and not since" if stale else ""
    untracked = f" {_ECONOMY}" if matter.dossier.economy else ""
    return (
        f"{silent}; {source} last asked the carrier {shown_time(looked_at, style)}{end}.{untracked}"
    )


_ECONOMY = "It is sent by an economy service, which shows few scans after the hand-over abroad."


def to_do(steps: Sequence[str], facts: Mapping[str, str]) -> str:
    """What to do now, in order: a sentence, or a numbered list of several; "" for none."""
    if not steps:
        return ""
    if len(steps) == 1:
        return f"Do now: {filled(steps[0], facts)}"
    lines = [f"{n}. {filled(step, facts)}" for n, step in enumerate(steps, 1)]
    return "\n".join(["Do now:", *lines])


def _until(matter: Matter) -> list[str]:
    lines = [_deadline_line(d, matter) + _after_that(d, matter) for d in matter.deadlines]
    lines += dict.fromkeys(words for d in matter.deadlines for words in d.exclusions)
    if matter.telling.kind is Kind.RESOLVED and not _still_open(matter):
        return []
    return ["\n".join(lines)] if lines else []


def _still_open(matter: Matter) -> bool:
    newest = matter.dossier.stage_event
    return newest is None or newest.stage is not Stage.DELIVERED


def _deadline_line(deadline: Deadline, matter: Matter) -> str:
    day = shown_day(deadline)
    title = unlinked(clean_text(deadline.title, LABEL_LIMIT))
    if deadline.closes < matter.now:
        return f"{title}: ended on {day}."
    left = count(days_until(deadline.closes, matter.now), "day")
    assumed = " Assumed; set it with --shipped or --protected-until." if deadline.assumed else ""
    uncertain = f" {_UNCERTAIN}" if deadline.uncertain else ""
    return f"{title}: {left} left, until {day} ({deadline.source}).{assumed}{uncertain}"


_UNCERTAIN = "Little is certain about this one (one page of somebody else): compare it."


def _after_that(deadline: Deadline, matter: Matter) -> str:
    """What is left when the shop pays nothing back any more, said with the shop's last date."""
    shops = [d for d in matter.deadlines if d.kind in ("shop", "dispute")]
    if not shops or deadline is not shops[-1]:
        return ""
    later = [d for d in matter.deadlines if d.closes > deadline.closes]
    if not later:
        return ""
    return f" After that: {unlinked(clean_text(later[0].title, LABEL_LIMIT))} until {shown_day(later[0])}."


def _pages(matter: Matter, style: Style) -> list[str]:
    """Links made here, never taken from an event. A shortened number is not put into a link."""
    if matter.telling.kind is Kind.RESOLVED:
        return []
    lines = [] if style.redact else [f"Look it up: {tracker_page(matter.dossier.parcel.number)}"]
    contact = contacts().get(matter.dossier.destination)
    if contact is not None:
        phone = f", phone {contact['phone']}" if contact["phone"] else ""
        lines.append(f"{contact['carrier']}: {contact['page']}{phone}")
    return ["\n".join(lines)]
