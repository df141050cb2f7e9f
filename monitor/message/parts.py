"""Several alerts for one channel as one message that leaves nothing out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.render import TITLE_LIMIT, Words
from monitor.parcel import clean_text
from monitor.schedule import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

MESSAGE_LIMIT = 3500  # visible characters; Telegram takes 4,096 and counts entities
RULE_WIDTH = 24

_URGENCY = {
    Severity.CRITICAL: "CRITICAL",
    Severity.WARNING: "WARNING",
    Severity.NOTICE: "Notice",
    Severity.INFO: "Info",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One alert of a joined message, as it was rendered and stored."""

    kind: Kind
    severity: Severity
    title: str
    body: str


def joined(parts: Sequence[Part], *, repeat: bool = False) -> Words:
    """Several alerts for one channel as one message, in the order given."""
    first = parts[0]
    if len(parts) == 1:
        title = first.title
        body = f"{urgency(first.kind, first.severity)} · {first.body}"
    else:
        more = f" (+{len(parts) - 1} more)"
        title = clean_text(first.title, TITLE_LIMIT - len(more)) + more
        body = ("\n\n" + "—" * RULE_WIDTH + "\n\n").join(_part(p) for p in parts)
    if repeat:
        body = f"(may be a repeat)\n\n{body}"
    return Words(title, body)


def _part(part: Part) -> str:
    """One of several: with its own title, since the message's title is that of the first."""
    return f"{urgency(part.kind, part.severity)}: {part.title}\n{part.body}"


def urgency(kind: Kind, severity: Severity) -> str:
    """The first word of a part: how much it matters, or that it is over."""
    if kind is Kind.RESOLVED:
        return "Resolved"
    return "News" if kind is Kind.NEWS else _URGENCY[severity]


def fitting(parts: Sequence[Part], limit: int = MESSAGE_LIMIT) -> int:
    """How many of the parts, from the first on, fit into one message; at least one."""
    count = 1
    while count < len(parts) and len(joined(parts[: count + 1], repeat=True).body) <= limit:
        count += 1
    return count
