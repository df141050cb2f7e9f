"""A carrier's words as a message shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.message.texts import is_foreign, shown_text

if TYPE_CHECKING:
    from monitor.message.texts import Style
    from monitor.parcel import Event

PLACE_LIMIT = 60


def said_by(event: Event, number: str, style: Style) -> str:
    """The carrier's words, a translation where the reader needs one, and the place.

    `number`: the parcel's, which a redacted message does not show whole.
    """
    words = style.words
    text = shown_text(event.text, number, style) or words.stage(event.stage.value)
    foreign = is_foreign(event, style.language)
    translated = shown_text(event.translation, number, style) if foreign else ""
    said = words.phrase("quoted", text=text)
    if translated and translated != text:
        said += f" ({words.phrase('quoted', text=translated)})"
    return (
        f"{said} ({shown_text(event.place, number, style, PLACE_LIMIT)})" if event.place else said
    )
