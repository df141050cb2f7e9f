"""What a single option may hold: from TOML or environment text to a checked value."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from monitor.errors import BadInput
from monitor.schedule import Severity
from monitor.settings.durations import FORMS, parse_duration, written
from monitor.settings.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT_LIMIT = 500
TITLE_LIMIT = 60
KEY_LIMIT = 256
NAME = r"(?a)[\w.-]{1,64}"

_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})
_CLOCK = r"(?a)([01]\d|2[0-3]):([0-5]\d)"
_DIGITS = r"(?a)-?\d{1,9}"


def whole(least: int, most: int) -> Callable[[object], int]:
    """A reader of whole numbers; it raises ValueError with a sentence, as all readers here do."""

    def read(value: object) -> int:
        if isinstance(value, str) and re.fullmatch(_DIGITS, value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"it must be a whole number from {least} to {most}")
        return value

    return read


def number(least: float, most: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        try:
            found = float(value) if isinstance(value, int | float | str) else math.nan
        except (ValueError, OverflowError):
            found = math.nan
        if isinstance(value, bool) or not least <= found <= most:
            raise ValueError(f"it must be a number from {least:g} to {most:g}")
        return found

    return read


def whole_list(least: int, most: int) -> Callable[[object], tuple[int, ...]]:
    """A reader of lists of whole numbers, without doubles, greatest first; at least one."""
    one = whole(least, most)

    def read(value: object) -> tuple[int, ...]:
        found = tuple(sorted({one(item) for item in _items(value)}, reverse=True))
        if not found:
            raise ValueError("it must name at least one day")
        return found

    return read


def yes_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        raise ValueError("it must be true or false")
    return word in _YES


def text(value: object) -> str:
    if not isinstance(value, str) or len(value) > TEXT_LIMIT or not value.isprintable():
        raise ValueError(f"it must be text of one line, at most {TEXT_LIMIT} characters")
    return value.strip()


def title(value: object) -> str:
    """A few words that are shown in messages."""
    found = value.strip() if isinstance(value, str) else ""
    if not found or len(found) > TITLE_LIMIT or not found.isprintable():
        raise ValueError(f"it must be text of one line, 1 to {TITLE_LIMIT} characters")
    return found


def day(value: object) -> date:
    """A day as TOML writes it, or the same as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("it must be a day such as 2026-11-20") from None


def name(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(NAME, value):
        raise ValueError("it must be 1 to 64 letters, digits, dots, hyphens or underscores")
    return value


def one_of(*words: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        word = value.strip().lower() if isinstance(value, str) else ""
        if word not in words:
            raise ValueError(f"it must be one of {', '.join(words)}")
        return word

    return read


def language(value: object) -> str:
    """A language alerts can be written in, by its name of two letters."""
    from monitor.message.language import languages  # noqa: PLC0415 - only where one is given

    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in languages():
        near = nearest(word, languages(), likeness=0.5)
        hint = f"; did you mean {near}?" if near else ""
        raise ValueError(f"it must be one of {', '.join(languages())}{hint}")
    return word


def severity(value: object) -> Severity:
    if isinstance(value, Severity):
        return value
    return Severity[one_of(*(str(member) for member in Severity))(value).upper()]


def duration(least: timedelta, most: timedelta) -> Callable[[object], timedelta]:
    """A reader of durations in the forms of `parse_duration`."""

    def read(value: object) -> timedelta:
        try:
            length = value if isinstance(value, timedelta) else parse_duration(_string(value))
        except BadInput:
            raise ValueError(f"it must be a duration: {FORMS}") from None
        if not least <= length <= most:
            raise ValueError(f"it must be from {written(least)} to {written(most)}")
        return length

    return read


def duration_list(least: timedelta, most: timedelta) -> Callable[[object], tuple[timedelta, ...]]:
    one = duration(least, most)

    def read(value: object) -> tuple[timedelta, ...]:
        return tuple(one(item) for item in _items(value))

    return read


def clock_time(value: object) -> time | None:
    """A time of day; None for the empty text."""
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0, tzinfo=None)
    if value is None or value == "":
        return None
    found = re.fullmatch(_CLOCK, value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError('it must be a time of day such as "08:00", or empty')
    return time(int(found[1]), int(found[2]))


def clock_span(value: object) -> tuple[time, time] | None:
    """Two different times of day, the second perhaps on the next day; None for the empty text."""
    if value is None or value == "":
        return None
    ends = value.split("-") if isinstance(value, str) else []
    found = [re.fullmatch(_CLOCK, end.strip()) for end in ends]
    start, end = (time(int(f[1]), int(f[2])) if f else None for f in (*found[:2], None, None)[:2])
    if len(found) != 2 or start is None or end is None or start == end:  # noqa: PLR2004 - from, to
        raise ValueError('it must be a span of the day such as "22:00-07:00", or empty')
    return start, end


def key(value: object) -> SecretStr | None:
    """An API key as it travels in a header; None for the empty text."""
    if isinstance(value, SecretStr) or value is None:
        return value
    word = value.strip() if isinstance(value, str) else "?" * (KEY_LIMIT + 1)
    if len(word) > KEY_LIMIT or not all("!" <= c <= "~" for c in word):
        raise ValueError(f"it must be at most {KEY_LIMIT} ASCII characters without blanks")
    return SecretStr(word) if word else None


def _items(value: object) -> tuple[object, ...]:
    """A list as TOML and JSON write it, or the same as comma separated text."""
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    if not isinstance(value, list | tuple):
        raise ValueError("it must be a list")  # noqa: TRY004 - pydantic turns ValueError into a report
    return tuple(value)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput("A duration is text.")
    return value
