"""Events as the dispute kit shows them: their own words, and what they mean in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.message.explaining import advice
from monitor.message.stands import STAGE_WORDS
from monitor.message.texts import is_foreign, shown_time, source_name
from monitor.pages.words import apart, language_of
from monitor.parcel import HAND, SILENT_STAGES, TimeQuality

if TYPE_CHECKING:
    from monitor.message.texts import Style
    from monitor.pages.known import Known
    from monitor.parcel import Event

BUYER = "the buyer"
_QUALITY = {
    TimeQuality.OFFSET_ASSUMED: "time zone assumed",
    TimeQuality.DATE_ONLY: "only the date is known",
    TimeQuality.NONE: "no date given; when it was first seen",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the kit shows it; `text` in `language`, `meaning` in English."""

    when: str
    said_when: str
    text: str
    language: str
    meaning: str
    where: str
    note: str = ""


def row_of(event: Event, known: Known, style: Style) -> Row:
    """One event in its own words and in English."""
    when = "no date" if event.when is None else shown_time(event.when, style)
    said = [f"as given: {event.raw_time}"] if event.raw_time and event.source != HAND else []
    said += [_QUALITY[event.time_quality]] if event.time_quality in _QUALITY else []
    where = [
        apart(event.place),
        event.country if event.country not in event.place else "",
        _who(event, known),
    ]
    note = ""
    if event.superseded is not None:
        note = f"no longer shown since {shown_time(event.superseded, style)}"
    return Row(
        when=when,
        said_when="; ".join(said),
        text=event.text or STAGE_WORDS[event.stage],
        language=language_of(event.language),
        meaning=meaning_of(event),
        where=" · ".join(part for part in where if part),
        note=note,
    )


def meaning_of(event: Event) -> str:
    """What an event says, in English: a translation where there is one, and how it was understood."""
    translated = event.translation if is_foreign(event) else ""
    if event.stage in SILENT_STAGES:
        return translated
    title = str(advice(event.stage, event.side, event.cause)["title"])
    return f"{translated} ({title})" if translated else title


def _who(event: Event, known: Known) -> str:
    if event.source == HAND:
        return f"written down by {BUYER}"
    source = source_name(event.source)
    carrier = known.carriers.get(event.provider, event.provider)
    if carrier.casefold() in ("", source.casefold()):
        return source
    return f"{apart(carrier)}, shown by {source}"
