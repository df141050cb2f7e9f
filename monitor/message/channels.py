"""An alert about a channel, told through the others: what does not arrive, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.of_the_service import About, is_over, of_the_service
from monitor.message.texts import shown_time, unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.alerts.values import Telling
    from monitor.circuit import ChannelRecord
    from monitor.message.layout import Words
    from monitor.message.texts import Style

DETAIL_LIMIT = 200


def render_channel(
    telling: Telling, record: ChannelRecord, since: datetime | None, style: Style
) -> Words:
    """The words of one telling about a channel. `since`: when it began to fail (UTC)."""
    name = clean_text(record.name, 40)
    about = About("channel", name, "resolved_channel_failing", {"channel": name})
    happened = _again(record, style) if is_over(telling) else _trouble(record, since, style)
    return of_the_service(telling, about, happened, style)


def _trouble(record: ChannelRecord, since: datetime | None, style: Style) -> str:
    words = style.words
    first = clean_text(record.detail, DETAIL_LIMIT).partition(". ")[0]
    said = unlinked(first, style.language).rstrip(".")
    detail = words.phrase("channel_detail", detail=said) if said else words.phrase("channel_silent")
    if since is None:
        failing = words.phrase("channel_failing", detail=detail)
    else:
        began = shown_time(since, style)
        failing = words.phrase("channel_failing_since", detail=detail, since=began)
    return f"{failing} {_waiting(record, style)}"


def _waiting(record: ChannelRecord, style: Style) -> str:
    sent = record.last_sent
    if sent is None:
        return style.words.counted("channel_never_took", record.pending)
    return style.words.counted("channel_waiting", record.pending, time=shown_time(sent, style))


def _again(record: ChannelRecord, style: Style) -> str:
    if record.last_sent is None:
        return style.words.phrase("channel_empty")
    return style.words.phrase("channel_took", time=shown_time(record.last_sent, style))
