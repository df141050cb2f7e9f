"""What a source said, read as far as anybody understands it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from monitor.errors import BadConfiguration
from monitor.numbers import postal_numbers
from monitor.parcel import Alias, Stage
from monitor.parcel.outcomes import Snapshot
from monitor.reading import Reader, Reading, read
from monitor.settings import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.adapters.contract import Outcome
    from monitor.parcel import Event
    from monitor.settings import Settings

OWN_WORDS_LIMIT = 512 * 1024  # bytes; the largest vocabulary of the program has a tenth of that
ALIASES_LIMIT = 5  # other numbers of one answer that are kept
_SAYS_LITTLE = (Stage.UNKNOWN, Stage.OTHER, Stage.IN_TRANSIT)


class Reads(Protocol):
    """Whoever reads messages, as `Reader.read` does."""

    def __call__(
        self,
        text: str,
        *,
        code: str | None = None,
        source: str | None = None,
        codes: Mapping[str, str] | None = None,
    ) -> Reading: ...


def reading_of(settings: Settings) -> Reads:
    """How messages are read with these settings: with the owner's own words, where there are any.

    Raises BadConfiguration at once, not in the middle of a pass, where they cannot be used.
    """
    extra = settings.reading.extra
    if extra is None:
        return read
    try:
        files.read(extra, OWN_WORDS_LIMIT)
    except BadConfiguration as trouble:
        raise BadConfiguration(f"[reading] extra: {trouble}") from None
    reader = Reader(extra)
    try:
        reader.read("")
    except RecursionError:
        raise BadConfiguration(f"[reading] extra: {extra} is nested too deeply.") from None
    return reader.read


def understood(outcome: Outcome, codes: Mapping[str, str], reads: Reads = read) -> Outcome:
    """The outcome with every event read; what nobody understands stays `unknown`.

    A postal number that a carrier names in its words is one the parcel goes by from there on.
    """
    if not isinstance(outcome, Snapshot):
        return outcome
    events = tuple(understood_event(event, codes, reads) for event in outcome.events)
    known = {alias.number for alias in outcome.aliases} | {outcome.number}
    more = tuple(alias for alias in _named_in(events) if alias.number not in known)
    return replace(outcome, events=events, aliases=(*outcome.aliases, *more)[:ALIASES_LIMIT])


def _named_in(events: Iterable[Event]) -> Iterable[Alias]:
    by_number = {n: event.source for event in events for n in postal_numbers(event.text)}
    return (Alias(number, "", source) for number, source in by_number.items())


def understood_event(event: Event, codes: Mapping[str, str], reads: Reads = read) -> Event:
    """The event with what its words, its translation and its code mean; all three stay as they are."""
    reading = _reading(event, codes, reads)
    return event._replace(
        stage=reading.stage,
        side=reading.side,
        cause=reading.cause,
        language=reading.language,
        matched=tuple(reading.matched),
    )


def _reading(event: Event, codes: Mapping[str, str], reads: Reads) -> Reading:
    """The carrier's own words first; their translation only where those say nothing, or little."""
    code, source = event.code or None, event.source
    said = reads(event.text, code=code, source=source, codes=codes)
    if not event.translation:
        return said
    in_words = reads(event.text).stage is not Stage.UNKNOWN
    if in_words and said.stage not in _SAYS_LITTLE:
        return said
    translated = reads(event.translation, code=code, source=source, codes=codes)
    adds_nothing = _SAYS_LITTLE if in_words else (Stage.UNKNOWN,)
    return said if translated.stage in adds_nothing else translated
