"""What a receiver got, taken apart into the alerts it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.message.parts import RULE_WIDTH

if TYPE_CHECKING:
    from monitor.sandbox.receiver import Message

SEPARATOR = "\n\n" + "—" * RULE_WIDTH + "\n\n"


@dataclass(frozen=True)
class Arrived:
    """One alert as a person reads it: how urgent, its title, and the text below (label and number first)."""

    urgency: str
    title: str
    text: str


def taken_apart(message: Message) -> list[Arrived]:
    parts = message.body.split(SEPARATOR)
    if len(parts) == 1:
        urgency, _, text = parts[0].partition(" · ")
        return [Arrived(urgency, message.title, text)]
    return [_part(part) for part in parts]


def _part(part: str) -> Arrived:
    head, _, text = part.partition("\n")
    urgency, _, title = head.partition(": ")
    return Arrived(urgency, title, text)
