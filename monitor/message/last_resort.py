"""What is said past the outbox: that nothing can be stored, that it can be again, that it all ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.layout import Words, body, meaning, to_do
from monitor.message.texts import shown_time, texts

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.message.texts import Style


def nothing_stored(error: str, folder: str, style: Style) -> Words:
    """`error` is a sentence without secrets, in English; `folder` is that of the database."""
    return _words("nothing_stored", "critical", _trouble(error, style), style, folder=folder)


def stored_again(since: datetime, now: datetime, folder: str, style: Style) -> Words:
    """From when to when (UTC) nothing could be stored."""
    spans = {"since": shown_time(since, style), "now": shown_time(now, style)}
    gap = style.words.phrase("monitor_gap", folder=folder, **spans)
    return _words("stored_again", "resolved", gap, style)


def monitor_stopped(error: str, style: Style) -> Words:
    """The service has ended, and nobody starts it again by himself."""
    return _words("monitor_stopped", "critical", _trouble(error, style), style)


def _trouble(error: str, style: Style) -> str:
    return style.words.phrase("monitor_happened", error=error)


def _words(advice: str, level: str, happened: str, style: Style, **facts: str) -> Words:
    words, said = style.words, texts(style.language)[advice]
    paragraphs = [
        words.phrase("monitor_itself", word=words.phrase(level)),
        happened,
        meaning(said["means"], facts, words),
        to_do(said["do"], facts, words),
    ]
    return Words(words.phrase("monitor_title", fact=said["title"]), body(paragraphs))
