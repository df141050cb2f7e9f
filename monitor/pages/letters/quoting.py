"""Facts as a letter shows them: what is from outside on one line, without anything to click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.language import ENGLISH, languages
from monitor.message.texts import unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from datetime import date

    from monitor.pages.letters.story import Story
    from monitor.pages.letters.wording import Wording
    from monitor.parcel import Event, Parcel

FACT_LIMIT = 80  # characters of an order number, a name
SAID_LIMIT = 160  # of a carrier's words
PLACE_LIMIT = 60


def single(text: str) -> str:
    """What the owner recorded, on one line."""
    return clean_text(text, FACT_LIMIT)


def dated(day: date | None, words: Wording) -> str:
    return "" if day is None else words.day(day)


def price(parcel: Parcel, words: Wording) -> str:
    """The sum as it is written where the language is spoken."""
    amount = parcel.price.replace(".", words("frame", "decimal"))
    return single(f"{amount} {parcel.currency}".strip())


def said_on(event: Event, story: Story, words: Wording) -> str:
    """The day of an event; "" where none is known."""
    return "" if event.when is None else words.day(story.day_of(event.when))


def quoted(event: Event, words: Wording, limit: int = SAID_LIMIT) -> str:
    """The carrier's own words, what they mean, and the place."""
    code = words.code if words.code in languages() else ENGLISH
    text = unlinked(clean_text(event.text, limit), code)
    meaning = words.meaning(event.stage.value)
    said = words("frame", "quote", text=text) if text else meaning
    if text and meaning and text.casefold() != meaning.casefold():
        said = words("frame", "meaning", said=said, meaning=meaning)
    place = unlinked(clean_text(event.place, PLACE_LIMIT), code)
    return words("frame", "place", said=said, place=place) if place else said
