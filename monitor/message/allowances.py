"""An alert about a paid allowance: what is left of it, until when, and what ends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.render import TITLE_LIMIT, Words, to_do
from monitor.message.texts import SOURCE_NAMES, count, day_of, filled, texts
from monitor.parcel import clean_text
from monitor.quota import pace, used_up_at

if TYPE_CHECKING:
    from monitor.alerts.values import Telling
    from monitor.circuit import SourceRecord
    from monitor.message.texts import Style


def render_quota(telling: Telling, record: SourceRecord, style: Style) -> Words:
    """The words of one telling about an allowance that ends, has ended, or was added to."""
    name = clean_text(SOURCE_NAMES.get(record.name, record.name), 40)
    over = telling.kind is Kind.RESOLVED or telling.step is None
    advice = texts()["resolved_quota" if over or telling.step is None else telling.step.advice]
    facts = {"source": name, "name": record.name}
    paragraphs = [
        f"{name} (a source of tracking, not a parcel)",
        f"What happened: {what_is_left(record, style)}",
        f"What it means: {filled(advice['means'], facts)}",
        to_do(advice["do"], facts),
    ]
    still = "still " if telling.kind is Kind.REMINDED else ""
    fact = f"{still}{filled(advice['title'], facts)}"
    short = clean_text(name, max(12, TITLE_LIMIT - len(fact) - 2))
    return Words(f"{short}: {fact}"[:TITLE_LIMIT], "\n\n".join(p for p in paragraphs if p))


def what_is_left(record: SourceRecord, style: Style) -> str:
    """What the last reading found, and when nothing is left at this pace, as sentences."""
    if not record.quota:
        return "nothing is known of its allowance."
    newest = record.quota[-1]
    left = f"{count(max(0, newest.left), 'number')} of {newest.total} left to register"
    if newest.left <= 0:
        return f"{left}."
    found, end = pace(record.quota), used_up_at(record.quota)
    if found is None:
        return f"{left}; how fast they go is known after seven days."
    if end is None:
        return f"{left}; none was used in the last {count(found.over.days, 'day')}."
    used = f"{found.used} in {count(found.over.days, 'day')}"
    return f"{left}. At this pace ({used}) used up on {day_of(end, style)}."
