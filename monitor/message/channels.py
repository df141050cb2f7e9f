"""An alert about a channel, told through the others: what does not arrive, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.render import TITLE_LIMIT, Words, to_do
from monitor.message.texts import count, filled, shown_time, texts, unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.alerts.values import Telling
    from monitor.circuit import ChannelRecord
    from monitor.message.texts import Style

DETAIL_LIMIT = 200


def render_channel(
    telling: Telling, record: ChannelRecord, since: datetime | None, style: Style
) -> Words:
    """The words of one telling about a channel. `since`: when it began to fail (UTC)."""
    name = clean_text(record.name, 40)
    over = telling.kind is Kind.RESOLVED or telling.step is None
    resolved = "resolved_channel_failing"
    advice = texts()[resolved if over or telling.step is None else telling.step.advice]
    facts = {"channel": name, "lost": count(record.dead, "alert")}
    paragraphs = [
        f"{name} (one of your channels, not a parcel)",
        f"What happened: {_again(record, style) if over else _trouble(record, since, style)}",
        f"What it means: {filled(advice['means'], facts)}",
        to_do(advice["do"], facts),
    ]
    still = "still " if telling.kind is Kind.REMINDED else ""
    fact = f"{still}{filled(advice['title'], facts)}"
    short = clean_text(name, max(12, TITLE_LIMIT - len(fact) - 2))
    return Words(f"{short}: {fact}"[:TITLE_LIMIT], "\n\n".join(p for p in paragraphs if p))


def _trouble(record: ChannelRecord, since: datetime | None, style: Style) -> str:
    first = clean_text(record.detail, DETAIL_LIMIT).partition(". ")[0]
    detail = unlinked(first).rstrip(".") or "it did not take a message"
    began = "" if since is None else f" Failing since {shown_time(since, style)}."
    sent = record.last_sent
    last = (
        "it has never taken one yet" if sent is None else f"the last on {shown_time(sent, style)}"
    )
    return f"{detail}.{began} {count(record.pending, 'message')} waiting; {last}."


def _again(record: ChannelRecord, style: Style) -> str:
    sent = record.last_sent
    return "nothing waits." if sent is None else f"it took a message on {shown_time(sent, style)}."
