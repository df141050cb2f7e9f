"""A parcel's way drawn to scale: what happened, customs, the silence, today and the deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from monitor.message.texts import count
from monitor.pages.words import called, is_remark
from monitor.rules.customs import times_in_customs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, tzinfo

    from monitor.pages.case import Case
    from monitor.parcel import Dossier
    from monitor.protection import Deadline

WIDTH = 1000  # units from the first day to the last; a page stretches them to its own width
LABEL = 150  # units a label takes on a phone
FAR = timedelta(
    days=120
)  # a deadline farther ahead is told in words: it would squeeze all the rest
DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_TICKS = 60


class Kind(StrEnum):
    """What a bar stands for; also its class in the style sheet."""

    WAY = "way"  # somebody had it and said so
    CUSTOMS = "customs"
    SILENCE = "silence"  # nothing new, and a source has looked
    UNSEEN = "unseen"  # nobody has looked since


@dataclass(frozen=True, slots=True)
class Bar:
    """From `x` on, `width` units wide."""

    kind: Kind
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line at `x`; `anchor` of its label is start, middle or end. `tight`: there is room
    for the label only where the page is wider than a phone.
    """

    x: int
    label: str = ""
    anchor: str = "middle"
    tight: bool = False

    @property
    def percent(self) -> str:
        return f"{self.x / 10:g}%"


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it in units of the width. `said` is the same in sentences, for who does not see it."""

    bars: tuple[Bar, ...]
    dots: tuple[int, ...]
    ticks: tuple[int, ...]
    begin: Mark
    today: Mark
    ends: tuple[Mark, ...]
    said: str

    @property
    def dotted(self) -> str:
        """The dots as the data of a path whose line has round ends."""
        return "".join(f"M{x} 27h0" for x in self.dots)

    @property
    def ticked(self) -> str:
        return "".join(f"M{x} 40v4" for x in self.ticks)


def drawn(case: Case, zone: tzinfo) -> Drawing:
    """The way of one parcel so far, and the deadlines ahead of it within 120 days.

    From the first day known (ordered, shipped, first event) to the last deadline drawn, or to today.
    `zone` is the one days are shown in.
    """
    ends = _ends(case)
    begin = _begin(case, zone)
    until = max([case.now, *(d.closes.astimezone(UTC) for d in ends)])
    scale = _Scale(begin, max(until, begin + DAY))
    today = scale.at(case.now)
    return Drawing(
        bars=tuple(_bars(case, scale)),
        dots=tuple(sorted({scale.at(at) for at in _moments(case)})),
        ticks=tuple(scale.ticks()),
        begin=Mark(0, "" if today < 2 * LABEL else short_day(begin, zone), "start"),
        today=Mark(today, "today", _anchor(today)),
        ends=_labelled(case, ends, scale),
        said=" ".join(_said(case, ends, zone)),
    )


def short_day(at: datetime, zone: tzinfo) -> str:
    """For instance `3 Nov`."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%b}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days as units of the width."""

    first: datetime
    last: datetime

    def at(self, moment: datetime) -> int:
        part = (moment - self.first) / (self.last - self.first)
        return round(WIDTH * min(1.0, max(0.0, part)))

    def ticks(self) -> Iterator[int]:
        """A tick a week, or every fourth week where there would be too many."""
        apart = WEEK if (self.last - self.first) / WEEK <= MOST_TICKS else 4 * WEEK
        moment = self.first
        for _ in range(MOST_TICKS):
            if moment > self.last:
                return
            yield self.at(moment)
            moment += apart


def _moments(case: Case) -> list[datetime]:
    """When something happened to the parcel; what the owner did is nothing that happened to it."""
    return case.dossier.once(_shown)


def _shown(dossier: Dossier) -> list[datetime]:
    times = (event.when for event in dossier.events if not is_remark(event))
    return sorted(at for at in times if at is not None)


def _begin(case: Case, zone: tzinfo) -> datetime:
    parcel = case.parcel
    days = [day for day in (parcel.ordered, parcel.paid, parcel.shipped) if day is not None]
    known = [_first_moment(day, zone) for day in days]
    known += _moments(case)
    return min([parcel.added_at, *known, case.now])


def _first_moment(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _ends(case: Case) -> list[Deadline]:
    """The deadlines that are drawn; once a parcel is delivered none is watched."""
    if case.over:
        return []
    begin = min(case.now, case.parcel.added_at)
    return [d for d in case.layers.dated if begin <= d.closes <= case.now + FAR]


def _bars(case: Case, scale: _Scale) -> Iterator[Bar]:
    dossier, now = case.dossier, case.now
    moments = _moments(case)
    if moments:
        yield _bar(Kind.WAY, moments[0], moments[-1], scale)
    for each in times_in_customs(dossier):
        yield _bar(Kind.CUSTOMS, each.since, each.until or now, scale)
    silent = dossier.last_change
    if silent is None or case.over:
        return
    seen = min(now, max(silent, dossier.witnessed or silent))
    if scale.at(seen) > scale.at(silent):
        yield _bar(Kind.SILENCE, silent, seen, scale)
    if now - seen >= DAY:
        yield _bar(Kind.UNSEEN, seen, now, scale)


def _bar(kind: Kind, begin: datetime, end: datetime, scale: _Scale) -> Bar:
    x = scale.at(begin)
    return Bar(kind, x, max(1, scale.at(end) - x))


def _anchor(x: int) -> str:
    if x < LABEL // 2:
        return "start"
    return "end" if x > WIDTH - LABEL // 2 else "middle"


def _labelled(case: Case, ends: Iterable[Deadline], scale: _Scale) -> tuple[Mark, ...]:
    """A line for each; labels for the shop's first, and for the others as far as there is room."""
    taken: list[int] = []
    marks = []
    for end in sorted(ends, key=lambda d: (d != case.shop_end, d.closes)):
        x = scale.at(end.closes.astimezone(UTC))
        middle = min(max(x, LABEL // 2), WIDTH - LABEL // 2)
        room = min((abs(middle - other) for other in taken), default=WIDTH)
        label = f"{end.day.day} {end.day:%b}" if room >= LABEL // 2 else ""
        taken += [middle] if label else []
        marks.append(Mark(x, label, _anchor(x), tight=room < LABEL))
    return tuple(sorted(marks, key=lambda mark: mark.x))


def _said(case: Case, ends: Iterable[Deadline], zone: tzinfo) -> Iterator[str]:
    dossier = case.dossier
    moments = _moments(case)
    if not moments:
        yield "No tracking event yet."
    else:
        events = count(len(moments), "event")
        yield f"{events} from {short_day(moments[0], zone)} to {short_day(moments[-1], zone)}."
    for each in times_in_customs(dossier):
        yield f"In {each.side.value} customs {_span(each.since, each.until, case.now, zone)}."
    if dossier.last_change is not None and not case.over:
        yield _silence(case, dossier.last_change, zone)
    for end in ends:
        over = "ended" if end.closes <= case.now else "ends"
        yield f"{called(end)} {over} on {end.day.day} {end.day:%b}."


def _span(since: datetime, until: datetime | None, now: datetime, zone: tzinfo) -> str:
    days = count(((until or now) - since) // DAY, "day")
    if until is None:
        return f"since {short_day(since, zone)}, for {days} now"
    return f"from {short_day(since, zone)} to {short_day(until, zone)}, {days}"


def _silence(case: Case, since: datetime, zone: tzinfo) -> str:
    looked = case.dossier.witnessed
    said = f"Nothing new since {short_day(since, zone)}, for {count(case.days_silent, 'day')}"
    if looked is None or looked <= since:
        return f"{said}; no source has looked since."
    return f"{said}; a source last looked on {short_day(looked, zone)}."
