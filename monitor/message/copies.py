"""An alert about the nightly copies of the database: since when there is none, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.of_the_service import About, is_over, of_the_service
from monitor.message.texts import shown_time, unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from monitor.alerts.values import Telling
    from monitor.circuit import CopyRecord
    from monitor.message.layout import Words
    from monitor.message.texts import Style

DETAIL_LIMIT = 200


def render_copies(telling: Telling, record: CopyRecord, style: Style) -> Words:
    """The words of one telling about the copies."""
    name = style.words.phrase("copies_name")
    about = About("copies", name, "resolved_backup_failing", {"folder": clean_text(record.folder)})
    happened = _again(record, style) if is_over(telling) else _trouble(record, style)
    return of_the_service(telling, about, happened, style)


def _trouble(record: CopyRecord, style: Style) -> str:
    """The first sentence of what went wrong; what to do about it is said below it."""
    words = style.words
    first = clean_text(record.detail, DETAIL_LIMIT).partition(". ")[0]
    detail = words.phrase("copies_detail", detail=unlinked(first, style.language).rstrip("."))
    since = "" if record.failing_since is None else shown_time(record.failing_since, style)
    if record.newest is None:
        return words.phrase("copies_missing", detail=detail, since=since)
    newest = shown_time(record.newest, style)
    return words.phrase("copies_failing", detail=detail, since=since, time=newest)


def _again(record: CopyRecord, style: Style) -> str:
    if record.newest is None:
        return style.words.phrase("copies_work")
    return style.words.phrase("copies_made", time=shown_time(record.newest, style))
