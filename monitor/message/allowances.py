"""An alert about a paid allowance: what is left of it, until when, and what ends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.layout import Words, body, meaning, titled, to_do
from monitor.message.texts import filled, source_name, texts
from monitor.parcel import clean_text
from monitor.quota import pace, used_up_at

if TYPE_CHECKING:
    from monitor.alerts.values import Telling
    from monitor.circuit import SourceRecord
    from monitor.message.texts import Style


def render_quota(telling: Telling, record: SourceRecord, style: Style) -> Words:
    """The words of one telling about an allowance that ends, has ended, or was added to."""
    words, name = style.words, clean_text(source_name(record.name), 40)
    over = telling.kind is Kind.RESOLVED or telling.step is None
    key = "resolved_quota" if over or telling.step is None else telling.step.advice
    advice, facts = texts(style.language)[key], {"source": name, "name": record.name}
    paragraphs = [
        words.phrase("source", name=name),
        words.phrase("quota_happened", left=what_is_left(record, style)),
        meaning(advice["means"], facts, words),
        to_do(advice["do"], facts, words),
    ]
    title = titled(name, filled(advice["title"], facts), telling.kind, words)
    return Words(title, body(paragraphs))


def what_is_left(record: SourceRecord, style: Style) -> str:
    """What the last reading found, and when nothing is left at this pace, as sentences."""
    words = style.words
    if not record.quota:
        return words.phrase("quota_unknown")
    newest = record.quota[-1]
    left = words.counted("quota_left", max(0, newest.left), total=str(newest.total))
    if newest.left <= 0:
        return words.phrase("quota_empty", left=left)
    found, end = pace(record.quota), used_up_at(record.quota)
    if found is None:
        return words.phrase("quota_too_early", left=left)
    if end is None:
        return words.counted("quota_none_used", found.over.days, left=left)
    used = words.counted("quota_used", found.over.days, used=str(found.used))
    day = words.day(end.astimezone(style.zone).date())
    return words.phrase("quota_forecast", left=left, used=used, day=day)
