"""A parcel's way as a timeline: what was said, by whom, the gaps, today, and what lies ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.cli.pen import BAD, CUSTOMS, Pen
from monitor.cli.screen import wrapped
from monitor.message.texts import count, source_name
from monitor.parcel import twins

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from monitor.cli.office import Office
    from monitor.cli.screen import Screen
    from monitor.parcel import Event
    from monitor.sweep.views import View

GAP = timedelta(days=5)  # between two events; a shorter silence is nothing to look at
GAP_TO_TODAY = timedelta(days=2)
NEWEST, IN_BETWEEN, COMING = 30, 30, 12  # lines a screen gets without --all


@dataclass(frozen=True, slots=True)
class Way:
    """What a timeline is drawn from. `everything`: all events ever seen of the parcel; `whole`: no
    event is left out, and those a source has taken back are shown, too.
    """

    view: View
    everything: Sequence[Event]
    office: Office
    whole: bool = False

    @property
    def sources(self) -> list[str]:
        """Who has said anything that stands, in the order they began."""
        return list(dict.fromkeys(e.source for e in self.everything if e.superseded is None))

    @property
    def taken_back(self) -> list[Event]:
        return [event for event in self.everything if event.superseded is not None]

    def said_by(self, event: Event) -> str:
        """Everyone who shows this event, where more than one source speaks at all."""
        if len(self.sources) < 2:  # noqa: PLR2004 - one is named in the heading
            return ""
        others = [e for e in self.everything if e.superseded is None and twins(event, e)]
        saying = {e.source for e in (event, *others)}
        return ", ".join(source_name(source) for source in self.sources if source in saying)


def heading(way: Way) -> str:
    names = ", ".join(source_name(source) for source in way.sources)
    by = f" by {names}" if names else ""
    return f"Timeline{by}; times of {way.office.surroundings.timezone}"


def timeline(way: Way, screen: Screen) -> Iterator[str]:
    """The lines from the first event to the last thing that lies ahead."""
    pen = Pen(way.office, screen)
    yield from _past(way, pen)
    yield pen.today(way.view.now)
    yield from _ahead(way, pen)
    withdrawn = len(way.taken_back)
    if withdrawn and not way.whole:
        said = f"{count(withdrawn, 'event')} that a source took back or reworded left out"
        yield from wrapped(f"{said}: parcels show {_ref(way)} --all", screen, "  ")


def _ref(way: Way) -> str:
    return way.view.parcel.number


# -- what was


def _past(way: Way, pen: Pen) -> Iterator[str]:
    events = list(way.view.dossier.events)
    if way.whole:
        events = _with(events, way.taken_back)
    if not events:
        yield "  no tracking event yet"
    shown = _shown(events) if pen.screen.drawn and not way.whole else set(range(len(events)))
    before: datetime | None = None
    left_out = 0
    for number, event in enumerate(events):
        when = event.when
        if number not in shown:
            left_out += 1
            before = when or before
            continue
        if left_out:
            yield from pen.more(f"{count(left_out, 'event')}: parcels show {_ref(way)} --all")
            left_out = 0
        elif when is not None and before is not None and when - before >= GAP:
            yield from pen.gap(when - before)
        before = when or before
        yield from pen.event(event, way.said_by(event))
    if before is not None and way.view.now - before >= GAP_TO_TODAY and not way.view.over:
        yield from pen.gap(way.view.now - before)


def _with(events: Sequence[Event], taken_back: Sequence[Event]) -> list[Event]:
    found = [*events, *taken_back]
    return sorted(found, key=lambda event: (event.when is None, event.when))


def _shown(events: Sequence[Event]) -> set[int]:
    """Which of many events are worth a line: the first, the newest, and what customs did between."""
    if len(events) <= NEWEST + IN_BETWEEN:
        return set(range(len(events)))
    newest = range(len(events) - NEWEST, len(events))
    telling = [n for n, event in enumerate(events) if event.stage in CUSTOMS | BAD]
    return {0, *telling[-IN_BETWEEN:], *newest}


# -- what is to come


def _ahead(way: Way, pen: Pen) -> Iterator[str]:
    view = way.view
    steps = [(step.at, pen.step(step, text)) for _, step, text in view.to_come()]
    ends = [(end.closes, pen.end(end)) for end in view.ends if end.closes > view.now]
    coming = sorted([*ends, *steps], key=lambda row: row[0])
    limited = pen.screen.drawn and not way.whole
    for _, drawn in coming[:COMING] if limited else coming:
        yield from drawn
    if limited and len(coming) > COMING:
        yield from pen.more(f"{len(coming) - COMING} more: parcels plan {_ref(way)}")
