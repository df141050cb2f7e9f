"""Several alerts for one channel as one message that leaves nothing out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.language import ENGLISH, language
from monitor.message.layout import TITLE_LIMIT, Words
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.message.language import Language
    from monitor.schedule import Severity

MESSAGE_LIMIT = 3500  # visible characters; Telegram takes 4,096 and counts entities
RULE_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Part:
    """One alert of a joined message, as it was rendered and stored."""

    kind: Kind
    severity: Severity
    title: str
    body: str


def joined(parts: Sequence[Part], *, repeat: bool = False, code: str = ENGLISH) -> Words:
    """Several alerts for one channel as one message, in the order given.

    The alerts have the words they were stored with; what joins them is in the language of now.
    """
    words, first = language(code), parts[0]
    if len(parts) == 1:
        title = first.title
        body = f"{urgency(first.kind, first.severity, words)} · {first.body}"
    else:
        more = " " + words.phrase("more", number=str(len(parts) - 1))
        title = clean_text(first.title, TITLE_LIMIT - len(more)) + more
        body = ("\n\n" + "—" * RULE_WIDTH + "\n\n").join(_part(p, words) for p in parts)
    if repeat:
        body = f"{words.phrase('repeat')}\n\n{body}"
    return Words(title, body)


def _part(part: Part, words: Language) -> str:
    """One of several: with its own title, since the message's title is that of the first."""
    return f"{urgency(part.kind, part.severity, words)}: {part.title}\n{part.body}"


def urgency(kind: Kind, severity: Severity, words: Language) -> str:
    """The first word of a part: how much it matters, or that it is over."""
    if kind is Kind.RESOLVED:
        return words.phrase("resolved")
    return words.phrase("news" if kind is Kind.NEWS else str(severity))


def fitting(parts: Sequence[Part], limit: int = MESSAGE_LIMIT, code: str = ENGLISH) -> int:
    """How many of the parts, from the first on, fit into one message; at least one."""
    count = 1
    while count < len(parts):
        if len(joined(parts[: count + 1], repeat=True, code=code).body) > limit:
            break
        count += 1
    return count
