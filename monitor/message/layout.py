"""How a message is put together: its title, and what stands in every body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.texts import filled
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.message.language import Language

TITLE_LIMIT = 60
SHORTEST_NAME = 12  # characters of a name that are left where the fact is long


@dataclass(frozen=True, slots=True)
class Words:
    """One message: a title of at most 60 characters, and the body as plain text."""

    title: str
    body: str


def titled(name: str, fact: str, kind: Kind, words: Language) -> str:
    """A name and a fact; that it was told before is said where there is room for it."""
    if kind is Kind.REMINDED:
        again = words.phrase("reminder", fact=fact)
        room = TITLE_LIMIT - len(": ") - min(SHORTEST_NAME, len(name))
        fact = again if len(again) <= room else fact
    short = clean_text(name, max(SHORTEST_NAME, TITLE_LIMIT - len(fact) - len(": ")))
    return f"{short}: {fact}"[:TITLE_LIMIT]


def body(paragraphs: Iterable[str]) -> str:
    """The paragraphs that say something, a blank line between two."""
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def meaning(text: str, facts: Mapping[str, str], words: Language) -> str:
    """What it means."""
    return words.phrase("means", text=filled(text, facts))


def to_do(steps: Sequence[str], facts: Mapping[str, str], words: Language) -> str:
    """What to do now, in order: a sentence, or a numbered list of several; "" for none."""
    if not steps:
        return ""
    if len(steps) == 1:
        return words.phrase("do_one", text=filled(steps[0], facts))
    lines = [f"{n}. {filled(step, facts)}" for n, step in enumerate(steps, 1)]
    return "\n".join([words.phrase("do_more"), *lines])
