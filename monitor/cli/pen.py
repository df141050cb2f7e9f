"""One line of a timeline: an event, a step to come, a deadline, today, a gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.cli.screen import padded, wide, wrapped
from monitor.cli.wording import COLOURS, IF_SILENT, STAGE_WORDS, WAITS, mark_of
from monitor.message.texts import is_foreign, shown_time
from monitor.parcel import Stage, TimeQuality
from monitor.protection.policies import SHOP
from monitor.schedule import Severity, Witness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime, timedelta

    from monitor.cli.office import Office
    from monitor.cli.screen import Screen
    from monitor.parcel import Event
    from monitor.protection import Deadline
    from monitor.schedule import Step

COLUMNS_FROM = 110  # cells of a screen that has room for where it stands in a column of its own
CUSTOMS = frozenset(
    {
        Stage.EXPORT_CLEARANCE,
        Stage.EXPORT_CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_START,
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_PAYMENT_DUE,
        Stage.CLEARANCE_DOCUMENTS_NEEDED,
        Stage.CLEARANCE_FAILURE,
        Stage.CLEARANCE_SUCCESS,
    }
)
BAD = frozenset(
    {
        Stage.EXPORT_CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_PAYMENT_DUE,
        Stage.CLEARANCE_DOCUMENTS_NEEDED,
        Stage.CLEARANCE_FAILURE,
        Stage.DELIVERY_FAILED,
        Stage.RETURNING,
        Stage.RETURNED,
        Stage.LOST_OR_DAMAGED,
    }
)
NOT_A_STAGE = {Stage.OTHER: "remark", Stage.UNKNOWN: "not understood"}
GOOD = frozenset({Stage.CLEARANCE_SUCCESS, Stage.DELIVERED})


class Pen:
    """Draws one thing of a timeline after the other; knows the year it is at."""

    def __init__(self, office: Office, screen: Screen) -> None:
        self._office, self.screen, self._zone = office, screen, office.surroundings.zone
        self._year = 0

    def event(self, event: Event, said_by: str) -> Iterator[str]:
        customs = event.stage in CUSTOMS
        place = NOT_A_STAGE.get(event.stage, STAGE_WORDS[event.stage])
        sign = self.screen.signs.customs if customs else self.screen.signs.scan
        withdrawn = " (taken back)" if event.superseded is not None else ""
        by = f" {self.screen.signs.dot} {said_by}" if said_by else ""
        dated = event.time_quality is not TimeQuality.DATE_ONLY
        yield from self._line(
            sign,
            self._when(event.when, timed=dated),
            place,
            f"{_words(event)}{by}{withdrawn}",
            _colour(event),
            year=event.when,
        )

    def step(self, step: Step, text: str) -> Iterator[str]:
        waits = WAITS if step.at <= self._office.now else IF_SILENT
        condition = f", {waits}" if step.witness is Witness.CHECK else ""
        mark = mark_of(step.severity, self.screen).strip()
        yield from self._line(
            self.screen.signs.coming,
            self._when(step.at),
            "",
            f"{mark} {text}{condition}".strip(),
            COLOURS.get(step.severity) if step.severity is Severity.CRITICAL else None,
            year=step.at,
        )

    def end(self, end: Deadline) -> Iterator[str]:
        late = end.past_act_by(self._office.now)
        by = "now" if late else f"by {end.act_by.day} {end.act_by:%b}"
        there = end.day
        alone = end.kind == SHOP and " " not in end.title  # a name that does not say what ends
        title = f"{end.title} protection" if alone else end.title
        local = end.closes.astimezone(self._zone).date()
        where = "" if local == there else f" ({there.day} {there:%b} in its own zone)"
        yield from self._line(
            self.screen.signs.deadline,
            self._when(end.closes),
            "",
            f"{title} ends{where}; act {by}",
            "red",
            year=end.closes,
        )

    def today(self, now: datetime) -> str:
        line, local = self.screen.signs.line, now.astimezone(self._zone)
        said = f"today, {local:%a} {local.day} {local:%b %Y, %H:%M}"
        rest = 0 if self.screen.width is None else self.screen.width - wide(said) - 9
        drawn = f"  {line * 3} {said} {line * max(3, min(rest, 40))}"
        return self.screen.ink(drawn, bold=True)

    def gap(self, length: timedelta) -> Iterator[str]:
        yield from self.more(f"{length.days} days of silence")

    def more(self, text: str) -> Iterator[str]:
        """A line for what is not there, or not shown."""
        lead = f"  {self.screen.signs.more} "
        yield from wrapped(text, self.screen, lead, paint=self._dim)

    def _dim(self, text: str) -> str:
        return self.screen.ink(text, dim=True)

    def _line(
        self,
        sign: str,
        when: str,
        place: str,
        text: str,
        colour: str | None,
        *,
        year: datetime | None,
    ) -> Iterator[str]:
        if self.screen.drawn and year is not None:
            yield from self._new_year(year.astimezone(self._zone).year)
        in_columns = self.screen.width is None or self.screen.width >= COLUMNS_FROM
        stands = padded(place, 23) + "  " if in_columns and place else ""
        prefix = f"  {sign} {when}  {stands}"
        inked = f"  {self.screen.ink(sign, colour, bold=True)} {self._dim(when)}  " + (
            self.screen.ink(stands, colour)
        )
        if in_columns or not place:
            yield from wrapped(text, self.screen, prefix, inked=inked)
            return
        paint = _painted(place, self.screen, colour)
        yield from wrapped(f"{place}: {text}", self.screen, prefix, inked=inked, paint=paint)

    def _new_year(self, year: int) -> Iterator[str]:
        if year != self._year:
            self._year = year
            yield self._dim(f"    {year}")

    def _when(self, at: datetime | None, *, timed: bool = True) -> str:
        """When it was by the owner's clock, in a column; the year where no heading tells it."""
        if at is None:
            return "no date".ljust(16 if self.screen.drawn else 22)
        if not timed:
            return self._day(at.astimezone(self._zone).date())
        if not self.screen.drawn:
            return shown_time(at, self._office.style).ljust(22)
        local = at.astimezone(self._zone)
        return f"{local:%a} {local.day:>2} {local:%b %H:%M}"

    def _day(self, day: date) -> str:
        if self.screen.drawn:
            return f"{day:%a} {day.day:>2} {day:%b}".ljust(16)
        return f"{day:%a} {day.day} {day:%b %Y}".ljust(22)


def _painted(place: str, screen: Screen, colour: str | None) -> Callable[[str], str]:
    """Colour for where it stands, as far as a line begins with it."""

    def paint(text: str) -> str:
        if not text.startswith(place):
            return text
        return screen.ink(place, colour, bold=bool(colour)) + text[len(place) :]

    return paint


def _colour(event: Event) -> str | None:
    if event.stage in BAD:
        return "red"
    if event.stage in GOOD:
        return "green"
    return "yellow" if event.stage in CUSTOMS else None


def _words(event: Event) -> str:
    place = f" ({event.place})" if event.place else ""
    meaning = f" [{event.translation}]" if event.translation and is_foreign(event) else ""
    return f"{event.text}{meaning}{place}"
