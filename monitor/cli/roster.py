"""`parcels list` as people see it: one line a parcel, those that need somebody first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from monitor.cli.bars import LONG, SHORT, Used, bar, colour_of, used_of
from monitor.cli.screen import cut, fitted, padded, wide, wrapped
from monitor.cli.wording import COLOURS, have_it, mark_of
from monitor.message.stands import MISSING, STAGE_WORDS
from monitor.message.texts import days_until
from monitor.parcel import Stage
from monitor.protection import START_UNKNOWN
from monitor.schedule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import tzinfo

    from monitor.cli.screen import Screen
    from monitor.sweep.stands import Stand

STACKED_BELOW = 72  # cells; a narrower screen shows each parcel on lines of its own
NAME_AT_LEAST, NAME_WANTED, NEXT_WANTED = 12, 16, 24
NAME_AT_MOST = 40  # on a pipe a longer one moves only its own line
LONG_BAR_FROM = 100  # cells of the screen
GAP = "  "
NEXT_LOOK = "next look"


class Row(NamedTuple):
    """What the list says of one parcel.

    `place` is where it stands, `silent` for how long, "" where it has arrived; `left` what is left of
    the protection, `used` how much of it is used; `when` the day of the next step, or the next look,
    "" where `action` is to be done now (`due`).
    """

    severity: Severity | None
    name: str
    number: str
    place: str
    silent: str
    used: Used | None
    left: str
    when: str
    action: str
    due: bool
    done: bool

    @property
    def pressing(self) -> bool:
        """Whether somebody has to do something today."""
        return self.severity is not None and self.severity >= Severity.WARNING

    @property
    def then(self) -> str:
        return f"{self.when}: {self.action}" if self.when else self.action


def row_of(view: Stand, zone: tzinfo) -> Row:
    """What the list says of a parcel; days of steps by the owner's clock."""
    done = view.parcel.done_at is not None
    place = STAGE_WORDS[view.outline.stage or Stage.UNKNOWN]
    when, action, due = ("", "", False) if done else _next(view, zone)
    return Row(
        None if done else view.severity,
        view.parcel.name,
        view.parcel.number,
        f"done ({view.parcel.done_as})" if done else place,
        "" if view.over else f"{view.days_silent}d",  # of what has arrived nobody waits for a word
        used_of(view),
        _left(view),
        when,
        action,
        due,
        done,
    )


def _left(view: Stand) -> str:
    if view.shop_end is None or view.days_left is None:
        return ""
    if view.days_left < 0:
        return "over"
    return f"{days_until(view.shop_end.closes, view.now)}d"  # as alerts count: begun days, too


def _next(view: Stand, zone: tzinfo) -> tuple[str, str, bool]:
    """When and what the next step is, and whether it is to be done now."""
    step = view.next_step()
    if step is None and view.settled:
        return "", have_it(), False
    if step is None or step[0].key == START_UNKNOWN:
        unknown = view.start_unknown
        if unknown is None:
            return "", "", False
        wanted = MISSING.get(unknown.missing, "tell the date")
        return "", f"{wanted}: parcels edit … {unknown.missing}", step is not None
    if step[0] in view.due.values():
        return "", step[1], True
    at = step[0].at.astimezone(zone)
    # What is past and not due waits for a source to look: silence is claimed by nobody else.
    return NEXT_LOOK if step[0].at <= view.now else f"{at.day:2} {at:%b}", step[1], False


# -- on a pipe, and on a screen


def lines(rows: Sequence[Row], screen: Screen, *, parted: bool) -> Iterator[str]:
    """The list; `parted`: with a gap between the parcels that need somebody and the others."""
    if screen.width is None:
        yield from _table(rows, screen)
        return
    draw = _stacked if screen.width < STACKED_BELOW else _drawn
    pressing = [row for row in rows if row.pressing] if parted else []
    others = [row for row in rows if not row.pressing] if parted else rows
    yield from draw(pressing, others, screen)
    yield ""
    yield from wrapped(_sum(rows, screen), screen)


def _sum(rows: Sequence[Row], screen: Screen) -> str:
    """The whole list in a sentence, where the eye is when it has been printed."""
    watched = [row for row in rows if not row.done]
    of = "1 parcel" if len(watched) == 1 else f"{len(watched)} parcels"
    counts = [
        f"{mark_of(severity, screen).strip()} {number} {severity}"
        for severity in (Severity.CRITICAL, Severity.WARNING)
        if (number := sum(row.severity is severity for row in watched))
    ]
    if not counts:
        return f"{of}, none needs you today."
    needing = sum(row.pressing for row in watched)
    verb = "needs" if needing == 1 else "need"
    more = "More: parcels show NAME"
    return f"{of}, {needing} {verb} you today: {', '.join(counts)}. {more}"


class _Column(NamedTuple):
    """A column of the table on a pipe: every fact, whole."""

    heading: str
    cells: Sequence[str]
    right: bool = False

    def drawn(self) -> Iterator[str]:
        """The heading and the cells, of one width; very long ones move only their own line."""
        widest = max(map(wide, self.cells), default=0)
        width = max(len(self.heading), min(widest, NAME_AT_MOST))
        return (padded(cell, width, right=self.right) for cell in (self.heading, *self.cells))


def _table(rows: Sequence[Row], screen: Screen) -> Iterator[str]:
    columns = [
        _Column("PARCEL", [row.name for row in rows]),
        _Column("NUMBER", [row.number for row in rows]),
        _Column("WHERE IT STANDS", [row.place for row in rows]),
        _Column("SILENT", [row.silent for row in rows], right=True),
        _Column("DAY", [row.used.short if row.used else "" for row in rows], right=True),
        _Column("LEFT", [row.left for row in rows], right=True),
    ]
    marks = ["  ", *(mark_of(row.severity, screen) for row in rows)]
    last = ["NEXT", *(row.then for row in rows)]  # as long as it likes
    for cells in zip(marks, *(column.drawn() for column in columns), last, strict=True):
        mark, *others = cells
        yield f"{mark} {GAP.join(others)}".rstrip()


class _Widths(NamedTuple):
    """How a screen is shared out; `number` 0 leaves that column out."""

    name: int
    number: int
    place: int
    bar: int
    days: int
    then: int


def _widths(rows: Sequence[Row], width: int) -> _Widths:
    """Where not everything fits, what is to be done now goes on a line of its own below its parcel,
    and what comes later is cut.
    """

    def most(text: Callable[[Row], str], least: int = 0) -> int:
        return max(least, *(wide(text(row)) for row in rows))

    place = most(lambda row: row.place, len("WHERE IT STANDS"))
    days = most(lambda row: row.used.short if row.used else "", 4)
    length = LONG if width >= LONG_BAR_FROM else SHORT
    room = width - (3 + place + len("SILENT") + length + 1 + days + 4 * len(GAP))
    name, then = most(lambda row: row.name, len("PARCEL")), most(lambda row: row.then, len("NEXT"))
    now = most(lambda row: row.action if row.due else "", len("NEXT"))
    shown = min(name, room - now)
    if shown < min(name, NAME_AT_LEAST):
        shown = max(NAME_AT_LEAST, min(name, max(NAME_WANTED, room - NEXT_WANTED)))
    number = most(lambda row: row.number, len("NUMBER")) + len(GAP)
    if room - shown - then < number:
        number = 0
    return _Widths(shown, max(0, number - len(GAP)), place, length, days, room - shown - number)


def _drawn(pressing: Sequence[Row], others: Sequence[Row], screen: Screen) -> Iterator[str]:
    widths = _widths([*pressing, *others], screen.width or 0)
    yield screen.ink(_heading(widths), bold=True)
    for row in pressing:
        yield from _line(row, widths, screen)
    if pressing and others:
        yield ""
    for row in others:
        yield from _line(row, widths, screen)


def _heading(widths: _Widths) -> str:
    cells = [padded("PARCEL", widths.name)]
    cells += [padded("NUMBER", widths.number)] if widths.number else []
    cells += [padded("WHERE IT STANDS", widths.place), "SILENT"]
    protection = "PROTECTION".ljust(widths.bar + 1 + widths.days)
    last = ["NEXT"] if widths.then >= len("NEXT") else []
    return "   " + GAP.join([*cells, protection, *last]).rstrip()


def _line(row: Row, widths: _Widths, screen: Screen) -> Iterator[str]:
    colour = COLOURS.get(row.severity) if row.severity else None
    name = fitted(row.name, widths.name, screen)
    cells = [screen.ink(name, colour, bold=row.pressing, dim=row.done)]
    if widths.number:
        cells.append(screen.ink(padded(row.number, widths.number), dim=True))
    cells.append(screen.ink(padded(row.place, widths.place), colour, dim=row.done))
    cells.append(padded(row.silent, len("SILENT"), right=True))
    cells.append(_protection(row, widths, screen))
    below = row.due and wide(row.then) > widths.then
    if not below:
        then = cut(row.then, widths.then, screen)
        cells.append(screen.ink(then, colour if row.due else None, dim=not row.due))
    mark = screen.ink(mark_of(row.severity, screen), colour, bold=True)
    yield f"{mark} {GAP.join(cells)}".rstrip()
    if below:
        yield from _action(row, screen, colour)


def _action(row: Row, screen: Screen, colour: str | None) -> Iterator[str]:
    yield from wrapped(
        row.action,
        screen,
        f"   {screen.signs.arrow} ",
        paint=lambda text: screen.ink(text, colour, bold=row.pressing),
    )


def _protection(row: Row, widths: _Widths, screen: Screen) -> str:
    if row.used is None:
        return " " * (widths.bar + 1 + widths.days)
    days = padded(row.used.short, widths.days, right=True)
    ink = screen.ink(days, colour_of(row.used) if row.used.over else None)
    return f"{bar(row.used, widths.bar, screen)} {ink}"


def _stacked(pressing: Sequence[Row], others: Sequence[Row], screen: Screen) -> Iterator[str]:
    """Each parcel on two lines or three, for a screen no wider than a telephone."""
    for number, row in enumerate([*pressing, *others]):
        if number:
            yield ""
        colour = COLOURS.get(row.severity) if row.severity else None
        mark = screen.ink(mark_of(row.severity, screen), colour, bold=True)
        name = cut(row.name, (screen.width or 0) - 3, screen)
        yield f"{mark} {screen.ink(name, colour, bold=row.pressing, dim=row.done)}"
        silent = [f"silent {row.silent}"] if row.silent else []
        protection = [row.used.words] if row.used else []
        facts = [row.place, *silent, *protection]
        yield from wrapped(f" {screen.signs.dot} ".join(facts), screen, "   ")
        if row.due:
            yield from _action(row, screen, colour)
        elif row.then:
            yield from wrapped(row.then, screen, "   ", paint=lambda t: screen.ink(t, dim=True))
