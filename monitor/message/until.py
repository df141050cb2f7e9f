"""Until when something can be done: the deadlines of a parcel, and what is left after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.texts import LABEL_LIMIT, days_until, unlinked
from monitor.parcel import Stage, clean_text

if TYPE_CHECKING:
    from monitor.message.language import Language
    from monitor.message.render import Matter
    from monitor.message.texts import Style
    from monitor.protection import Basis, Deadline


def until(matter: Matter, style: Style) -> str:
    """A line for each deadline, and one for each pair that excludes each other; "" for none."""
    if matter.telling.kind is Kind.RESOLVED and not _still_open(matter):
        return ""
    lines = [
        _deadline_line(d, matter, style) + _after_that(d, matter, style) for d in matter.deadlines
    ]
    said = [style.words.fact(text) for d in matter.deadlines for text in d.exclusions]
    return "\n".join([*lines, *dict.fromkeys(said)])


def _still_open(matter: Matter) -> bool:
    newest = matter.dossier.stage_event
    return newest is None or newest.stage is not Stage.DELIVERED


def _deadline_line(deadline: Deadline, matter: Matter, style: Style) -> str:
    words = style.words
    title, day = _title(deadline, matter, style), words.day(deadline.day)
    if deadline.closes < matter.now:
        return words.phrase("deadline_over", title=title, day=day)
    left = days_until(deadline.closes, matter.now)
    source = _source(deadline.basis, words)
    sentences = [words.counted("deadline", left, title=title, day=day, source=source)]
    sentences += [words.phrase("assumed")] if deadline.assumed else []
    sentences += [words.phrase("uncertain")] if deadline.uncertain else []
    return " ".join(sentences)


def _title(deadline: Deadline, matter: Matter, style: Style) -> str:
    title = style.words.fact(deadline.title)
    shop = next((d.title for d in matter.deadlines if d.kind == "shop"), "")
    if shop and deadline.kind == "dispute":
        title = style.words.phrase("dispute_window", shop=style.words.fact(shop))
    return unlinked(clean_text(title, LABEL_LIMIT), style.language)


def _source(basis: Basis, words: Language) -> str:
    """How a date was found."""
    if not basis.number:
        return words.phrase(f"by_{basis.by}")
    if basis.day is None:
        return words.counted(f"by_{basis.by}", basis.number)
    start = words.phrase(f"start_{basis.start}", day=words.day_of_advice(basis.day))
    source = words.counted(f"by_{basis.by}", basis.number, start=start)
    return words.phrase("by_assumption", source=source) if basis.assumed else source


def _after_that(deadline: Deadline, matter: Matter, style: Style) -> str:
    """What is left when the shop pays nothing back any more, said with the shop's last date."""
    shops = [d for d in matter.deadlines if d.kind in ("shop", "dispute")]
    if not shops or deadline is not shops[-1]:
        return ""
    later = [d for d in matter.deadlines if d.closes > deadline.closes]
    if not later:
        return ""
    title, day = _title(later[0], matter, style), style.words.day(later[0].day)
    return " " + style.words.phrase("after_that", title=title, day=day)
