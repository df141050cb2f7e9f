"""An alert about a source, not about a parcel: what cannot be seen, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.alerts.memory import Kind
from monitor.message.render import TITLE_LIMIT, Words, to_do
from monitor.message.texts import SOURCE_NAMES, filled, shown_time, texts, unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.alerts.values import Telling
    from monitor.circuit import Health, SourceRecord
    from monitor.message.texts import Style

DETAIL_LIMIT = 200


def render_source(
    telling: Telling, record: SourceRecord, since: datetime | None, style: Style
) -> Words:
    """The words of one telling about a source that is blind, or sees again.

    `since` is when the blindness began (UTC), for the notice that it is over.
    """
    name = clean_text(SOURCE_NAMES.get(record.name, record.name), 40)
    over = telling.kind is Kind.RESOLVED or telling.step is None
    advice = texts()["resolved_blind" if over or telling.step is None else telling.step.advice]
    facts = {"source": name, "name": record.name}
    happened = _again(record.health, since, style) if over else _trouble(record.health, style)
    paragraphs = [
        f"{name} (a source of tracking, not a parcel)",
        f"What happened: {happened}",
        f"What it means: {filled(advice['means'], facts)}",
        to_do(advice["do"], facts),
        "" if over else _page(record, style),
    ]
    still = "still " if telling.kind is Kind.REMINDED else ""
    fact = f"{still}{filled(advice['title'], facts)}"
    short = clean_text(name, max(12, TITLE_LIMIT - len(fact) - 2))
    return Words(f"{short}: {fact}"[:TITLE_LIMIT], "\n\n".join(p for p in paragraphs if p))


def _trouble(health: Health, style: Style) -> str:
    """The first sentence of what went wrong; what to do about it is said below it."""
    first = clean_text(health.detail, DETAIL_LIMIT).partition(". ")[0]
    detail = unlinked(first).rstrip(".") or "it gave no answer"
    since = "" if health.failing_since is None else shown_time(health.failing_since, style)
    if health.last_ok is None:
        return f"{detail}. Failing since {since}; it has never answered yet."
    return (
        f"{detail}. Failing since {since}; it last answered on {shown_time(health.last_ok, style)}."
    )


def _again(health: Health, since: datetime | None, style: Style) -> str:
    began = "" if since is None else f" It had failed since {shown_time(since, style)}."
    seen = "" if health.last_ok is None else f" on {shown_time(health.last_ok, style)}"
    return f"it answered{seen}.{began}"


def _page(record: SourceRecord, style: Style) -> str:
    """Where a person can look meanwhile. A shortened number is not put into a link."""
    if not record.page or not record.numbers or style.redact:
        return ""
    numbers = quote(",".join(record.numbers), safe=",")
    return f"Look by hand meanwhile: {record.page.replace('{numbers}', numbers)}"
