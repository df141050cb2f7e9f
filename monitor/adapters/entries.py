"""The tables inside a stranger's JSON, read with care: what is text, what is a list, what is neither."""

from __future__ import annotations

from monitor.errors import FailureKind
from monitor.parcel.outcomes import Failure

TEXT_LIMIT = 2_000  # characters kept of any one text

Entry = dict[str, object]


class Misshapen(ValueError):
    """A field is of another kind than it was ever seen to be; the message is its name."""


# What reading a stranger's JSON may raise.
UNREADABLE = (ValueError, RecursionError, OverflowError)


def drifted(number: str, words: str, problem: Exception) -> Failure:
    """An answer of another shape. `words` say so; where it differs is added, as far as it is known."""
    where = f" at {problem}" if isinstance(problem, Misshapen) else ""
    return Failure(number, FailureKind.DRIFT, f"{words}{where}.")


def same_number(number: str) -> str:
    """The form in which two spellings of a number are equal."""
    return "".join(number.split()).upper()


def text_of(entry: Entry, name: str) -> str:
    """A text or a number as text, "" where there is none. Raises Misshapen for a list or an object."""
    value = entry.get(name)
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):  # half surrogate pairs cannot be stored
        return value[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8")
    raise Misshapen(name)


def text_or_nothing(entry: object, name: str) -> str:
    """As `text_of`, for a part whose loss hides no event: what cannot be read counts as absent."""
    if not isinstance(entry, dict) or isinstance(entry.get(name), list | dict):
        return ""
    return text_of(entry, name)


def inside(entry: object, *names: str) -> object:
    """What stands below these names one after the other; None where any of them is missing."""
    for name in names:
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry


def rows_of(entry: Entry, name: str, limit: int) -> list[Entry]:
    """The rows of a list, at most `limit`; none where it is missing.

    Raises Misshapen for anything but a list of objects: one row left out would seem to vanish.
    """
    rows = entry.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise Misshapen(name)
    kept = [row for row in rows[:limit] if isinstance(row, dict)]
    if len(kept) < min(len(rows), limit):
        raise Misshapen(name)
    return kept
