"""Days as shops write them, in several languages; one that could be two days is not guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from monitor.intake.words import months
from monitor.parcel import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_YEAR, LAST_YEAR = 2000, 2100
LEAP_YEAR = 2024

_ISO = re.compile(  # on both sides of a stroke, too: "2026-11-20/2026-11-30"
    r"(?:(?<![\d/.-])|(?<=\d{4}-\d\d-\d\d/))(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?![\d-]|/(?!\d{4}-\d\d-\d\d)|\.\d)",
    re.ASCII,
)
_DIGITS = re.compile(  # on both sides of a hyphen, too, as in "20.11.2026-30.11.2026"
    r"(?:(?<![\d/.-])|(?<=[./]\d{4}-)|(?<=\.-))(\d{1,2})([./-])(\d{1,2})\2(\d{4})"
    r"(?![\d/]|\.\d|-(?!\d{1,2}[./]\d{1,2}[./]\d))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date in a line. `day` is None where the digits could mean two days, and where no year stands
    there: then `of_year` is the month and the day.
    """

    start: int
    end: int
    text: str
    day: date | None
    of_year: tuple[int, int] | None = None


def written(line: str) -> list[Written]:
    """Every date in a line, in its order; those without a year among them."""
    found = [*_by_digits(line), *_by_name(line)]
    return sorted(found, key=lambda each: each.start)


def nearest(of_year: tuple[int, int], today: date, *, past: bool) -> date:
    """The day without a year that is meant: with `past` the last one there was, tomorrow among them
    (the shop may be ahead of the owner); else the one nearest to `today`.
    """
    # A 29th of February may be eight years away (1896 to 1904, 2096 to 2104).
    years = range(today.year - 8, today.year + 9)
    days = [day for year in years if (day := _in(year, of_year)) is not None]
    if past:
        return max(day for day in days if day <= today + timedelta(days=1))
    return min(days, key=lambda day: abs(day - today))


def _in(year: int, of_year: tuple[int, int]) -> date | None:
    try:
        return date(year, *of_year)
    except ValueError:
        return None


def _near(year: int, of_year: tuple[int, int]) -> date | None:
    """The same, of the years in which there were such parcels."""
    return _in(year, of_year) if FIRST_YEAR <= year <= LAST_YEAR else None


def _by_digits(line: str) -> Iterator[Written]:
    for match in _ISO.finditer(line):
        yield from _checked(match, *map(int, match.groups()))
    for match in _DIGITS.finditer(line):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        # With dots the day comes first, wherever dots are used; else only the size of one can tell.
        if match[2] == "." or first > 12 or first == second:  # noqa: PLR2004 - months
            yield from _checked(match, year, second, first)
        elif second > 12:  # noqa: PLR2004 - months
            yield from _checked(match, year, first, second)
        elif FIRST_YEAR <= year <= LAST_YEAR:
            yield Written(match.start(), match.end(), match[0], None)


def _by_name(line: str) -> Iterator[Written]:
    small = line.lower()
    if not any(name in small for name in months()):  # most lines, and much sooner told
        return
    before, after = _named()
    for match in before.finditer(line):
        yield from _of_month(match, "day", match.span(), match[0])
    for match in after.finditer(line):
        yield from _after_its_month(match)


def _after_its_month(match: re.Match[str]) -> Iterator[Written]:
    """Of "Nov 20" the day, of "Nov 20-30" both; of "Nov 20 - 2" the first, since no span goes back."""
    if match["last"] is None:
        yield from _of_month(match, "day", match.span(), match[0])
        return
    first = (match.start(), match.end("day"))
    yield from _of_month(match, "day", first, match.string[slice(*first)])
    if int(match["last"]) > int(match["day"]):
        text = f"{match['month']} {match.string[match.start('last') : match.end()]}"
        yield from _of_month(match, "last", (match.start("last"), match.end()), text)


def _of_month(
    match: re.Match[str], which: str, where: tuple[int, int], text: str
) -> Iterator[Written]:
    of_year = months().get(fold(match["month"]), 0), int(match[which])
    if match["year"]:
        day = _near(int(match["year"]), of_year)
        if day is not None:
            yield Written(*where, text, day)
    elif _in(LEAP_YEAR, of_year):
        yield Written(*where, text, None, of_year)


@cache
def _named() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(sorted((re.escape(name) for name in months()), key=len, reverse=True))
    month, nth = f"(?P<month>{names})", "(?:st|nd|rd|th)?"
    before = (
        rf"(?<![\w.])(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|er|\.|º)?\s{{1,3}}(?:of\s|de\s)?{month}"
        r"(?:\.?,?\s{1,3}(?:de\s|del\s)?(?P<year>(?:19|20|21)\d\d)(?!\w)|(?!\w))"
    )
    # Behind a dash with blanks a number with a word after it counts things: "Nov 24 - 25 pieces".
    last = (
        rf"(?:(?:[-–]|\s[-–]\s?(?![0-9]{{1,2}}{nth}\s?(?:[^\W\d_]|[€$£¥×%])))"  # noqa: RUF001
        rf"(?P<last>[0-3]?[0-9]){nth}(?![\w:]|[.,]\d))?"
    )
    after = (
        rf"(?<!\w){month}\.?\s{{1,3}}(?P<day>[0-3]?[0-9]){nth}{last}"
        r"(?:,?\s{1,3}(?P<year>(?:19|20|21)\d\d)(?!\w)|(?![\w:]|[.,]\d))"
    )
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


def _checked(match: re.Match[str], year: int, month: int, day: int) -> Iterator[Written]:
    found = _near(year, (month, day))
    if found is not None:
        yield Written(match.start(), match.end(), match[0], found)
