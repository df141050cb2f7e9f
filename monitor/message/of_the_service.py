"""An alert about the service itself, a source or a channel: the parts that every one of them has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.memory import Kind
from monitor.message.layout import Words, body, meaning, titled, to_do
from monitor.message.texts import filled, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.alerts.values import Telling
    from monitor.message.texts import Style


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is about. `kind` is the phrase that introduces it, `name` as a person reads it,
    `resolved` the advice for its end, `facts` what advice may name.
    """

    kind: str
    name: str
    resolved: str
    facts: Mapping[str, str]


def is_over(telling: Telling) -> bool:
    """Whether the end is told."""
    return telling.kind is Kind.RESOLVED or telling.step is None


def of_the_service(
    telling: Telling, about: About, happened: str, style: Style, more: str = ""
) -> Words:
    """The words of one telling: what it is about, what happened, what it means, what to do, `more`."""
    words, facts = style.words, about.facts
    key = about.resolved
    if telling.step is not None and not is_over(telling):
        key = telling.step.advice
    advice = texts(style.language)[key]
    paragraphs = [
        words.phrase(about.kind, name=about.name),
        happened,
        meaning(advice["means"], facts, words),
        to_do(advice["do"], facts, words),
        more,
    ]
    title = titled(about.name, filled(advice["title"], facts), telling.kind, words)
    return Words(title, body(paragraphs))
