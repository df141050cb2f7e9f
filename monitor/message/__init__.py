"""Alerts as words; every text stands in `data/messages.*.toml`."""

from monitor.message.parts import MESSAGE_LIMIT, Part, fitting, joined, urgency
from monitor.message.render import Matter, Words, render
from monitor.message.texts import (
    SOURCE_NAMES,
    Style,
    action,
    contacts,
    days_until,
    heading,
    shown_day,
    shown_number,
    shown_time,
    texts,
    tracker_page,
    unlinked,
)

__all__ = [
    "MESSAGE_LIMIT",
    "SOURCE_NAMES",
    "Matter",
    "Part",
    "Style",
    "Words",
    "action",
    "contacts",
    "days_until",
    "fitting",
    "heading",
    "joined",
    "render",
    "shown_day",
    "shown_number",
    "shown_time",
    "texts",
    "tracker_page",
    "unlinked",
    "urgency",
]
