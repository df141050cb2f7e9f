"""An alert about a paid allowance: what is left of it, until when, and what ends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.of_the_service import About, of_the_service
from monitor.message.texts import source_name
from monitor.parcel import clean_text
from monitor.quota import pace, used_up_at

if TYPE_CHECKING:
    from monitor.alerts.values import Telling
    from monitor.circuit import SourceRecord
    from monitor.message.layout import Words
    from monitor.message.texts import Style


def render_quota(telling: Telling, record: SourceRecord, style: Style) -> Words:
    """The words of one telling about an allowance that ends, has ended, or was added to."""
    name = clean_text(source_name(record.name), 40)
    about = About("source", name, "resolved_quota", {"source": name, "name": record.name})
    happened = style.words.phrase("quota_happened", left=what_is_left(record, style))
    return of_the_service(telling, about, happened, style)


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
