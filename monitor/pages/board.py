"""The board: one page of all parcels, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.message.texts import (
    LABEL_LIMIT,
    Style,
    count,
    is_foreign,
    shown_name,
    shown_number,
    shown_text,
    shown_time,
    source_name,
)
from monitor.pages.drawing import drawn, short_day
from monitor.pages.environment import page
from monitor.pages.words import (
    asked_line,
    is_remark,
    language_of,
    level_of,
    place_of,
    protection_of,
    silence_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.pages.case import Case
    from monitor.pages.drawing import Drawing
    from monitor.pages.words import Level

NEWEST = 160  # characters of the newest event


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest event: the carrier's words, their language, what they mean, where and when that was."""

    text: str
    language: str
    meaning: str
    place: str
    when: str


@dataclass(frozen=True, slots=True)
class Card:
    """One parcel on the board. `number` is "" where it has no other name."""

    level: Level
    name: str
    number: str
    stands: str
    protection: tuple[str, ...]
    advice: str
    newest: Newest | None
    asked: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Group:
    """The parcels of one heading. `anchor` is its address within the page."""

    heading: str
    anchor: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """A parcel nobody waits for any more."""

    name: str
    number: str
    said: str


def warm_up() -> None:
    """Make a page of nothing, so that the first of something takes no longer than the others."""
    board_page([], [], datetime(2026, 1, 1, tzinfo=UTC), Style(UTC))


def board_page(
    cases: Sequence[Case],
    finished: Iterable[Case],
    now: datetime,
    style: Style,
    *,
    every: str = "",
) -> str:
    """The page as text (HTML). `cases` come in the order they are shown, `finished` newest first.

    `every` says how often it is written anew, "" for a page made once. Numbers are shortened where
    the style says so.
    """
    cards = [card_of(case, style) for case in cases]
    headed: dict[str, list[Card]] = {}
    for card in cards:
        headed.setdefault(card.level.heading, []).append(card)
    groups = [
        Group(heading, under[0].level.name, tuple(under)) for heading, under in headed.items()
    ]
    return page(
        "board.html.j2",
        groups=groups,
        finished=[_finished(case, style) for case in finished],
        watched=count(len(cards), "parcel"),
        made=shown_time(now, style),
        every=every,
        version=__version__,
    )


def card_of(case: Case, style: Style) -> Card:
    """What the board shows of one parcel."""
    parcel = case.parcel
    stands = [place_of(case), silence_of(case)]
    return Card(
        level=level_of(case),
        name=shown_name(parcel, style),
        number=shown_number(parcel.number, style) if parcel.label else "",
        stands=_sentence(", ".join(part for part in stands if part)),
        protection=protection_of(case),
        advice=_advice(case, style),
        newest=_newest(case, style),
        asked=" · ".join(asked_line(asked, style) for asked in case.asked),
        drawing=drawn(case, style.zone),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _advice(case: Case, style: Style) -> str:
    if not case.advice:
        return ""
    said = shown_text(case.advice, case.parcel.number, style)
    when = case.advice_at
    if when is None:
        return f"Now: {said}"
    # A step whose day is over and that is not due comes when a source has looked.
    return (
        f"At the next look: {said}"
        if when <= case.now
        else f"{short_day(when, style.zone)}: {said}"
    )


def _newest(case: Case, style: Style) -> Newest | None:
    event = next((e for e in reversed(case.dossier.events) if not is_remark(e)), None)
    if event is None:
        return None
    number = case.parcel.number
    meaning = shown_text(event.translation, number, style, NEWEST) if is_foreign(event) else ""
    when = "no date" if event.when is None else shown_time(event.when, style)
    place = shown_text(event.place, number, style, LABEL_LIMIT)
    text = shown_text(event.text, number, style, NEWEST)
    return Newest(
        text, language_of(event.language), meaning, place, f"{when}, {source_name(event.source)}"
    )


def _finished(case: Case, style: Style) -> Finished:
    parcel = case.parcel
    done = case.now if parcel.done_at is None else parcel.done_at
    return Finished(
        shown_name(parcel, style),
        shown_number(parcel.number, style) if parcel.label else "",
        f"{parcel.done_as}, {style.words.day(done.astimezone(style.zone).date())}",
    )
