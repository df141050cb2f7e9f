"""An alert about a source, not about a parcel: what cannot be seen, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.message.of_the_service import About, is_over, of_the_service
from monitor.message.texts import shown_time, source_name, unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.alerts.values import Telling
    from monitor.circuit import Health, SourceRecord
    from monitor.message.layout import Words
    from monitor.message.texts import Style

DETAIL_LIMIT = 200


def render_source(
    telling: Telling, record: SourceRecord, since: datetime | None, style: Style
) -> Words:
    """The words of one telling about a source that is blind, or sees again.

    `since` is when the blindness began (UTC), for the notice that it is over.
    """
    name, over = clean_text(source_name(record.name), 40), is_over(telling)
    about = About("source", name, "resolved_blind", {"source": name, "name": record.name})
    happened = _again(record.health, since, style) if over else _trouble(record.health, style)
    page = "" if over else _page(record, style)
    return of_the_service(telling, about, happened, style, page)


def _trouble(health: Health, style: Style) -> str:
    """The first sentence of what went wrong; what to do about it is said below it."""
    words = style.words
    first = clean_text(health.detail, DETAIL_LIMIT).partition(". ")[0]
    said = unlinked(first, style.language).rstrip(".")
    detail = words.phrase("source_detail", detail=said) if said else words.phrase("source_silent")
    since = "" if health.failing_since is None else shown_time(health.failing_since, style)
    if health.last_ok is None:
        return words.phrase("source_never_answered", detail=detail, since=since)
    seen = shown_time(health.last_ok, style)
    return words.phrase("source_failing", detail=detail, since=since, time=seen)


def _again(health: Health, since: datetime | None, style: Style) -> str:
    words = style.words
    answered = words.phrase("source_answers")
    if health.last_ok is not None:
        answered = words.phrase("source_answered_on", time=shown_time(health.last_ok, style))
    if since is None:
        return answered
    return f"{answered} {words.phrase('source_had_failed', since=shown_time(since, style))}"


def _page(record: SourceRecord, style: Style) -> str:
    """Where a person can look meanwhile. A shortened number is not put into a link."""
    if not record.page or not record.numbers or style.redact:
        return ""
    numbers = quote(",".join(record.numbers), safe=",")
    page = record.page.replace("{numbers}", numbers)
    return style.words.phrase("look_by_hand", page=page)
