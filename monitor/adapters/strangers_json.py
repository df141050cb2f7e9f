"""JSON as a stranger sends it: bounded, and repaired where it is merely too deep."""

from __future__ import annotations

import json
import re

DEPTH_LIMIT = 40  # the deepest documented answer, one of 17TRACK, has 11 floors
REPAIR_LIMIT = 2 << 20  # characters; 40 long histories have about half of that
# Brackets and commas. Empty tables, three bytes each, would become forty times their size: 8 MiB of
# them more than the service is allowed in all. 40 long histories have about 100,000.
VALUES_LIMIT = 400_000
_LONGEST_INT = 19  # digits
_LONGEST_WORD = 6  # characters of what an error may point to the start of: false, an escape
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


class BrokenOff(ValueError):
    """The text ends too early: the next answer may be whole."""


def json_object(text: str) -> dict[str, object]:
    """The object this text is. Raises BrokenOff, or ValueError where it is something else.

    What lies below `DEPTH_LIMIT`, endless numbers and numbers that are none are read as null, so
    that one of them does not spoil the rest.
    """
    try:
        document = _decoded(text)
    except ValueError as trouble:
        if broke_off(text, trouble):
            raise BrokenOff("the text ends too early") from None
        raise ValueError("the text is not JSON") from None
    if isinstance(document, dict):
        return document
    raise ValueError("the text is not an object")


def loads(text: str) -> object:
    """Any JSON, unrepaired. Raises ValueError, also for more than `VALUES_LIMIT` values, or
    RecursionError where it is too deep.

    Endless numbers and numbers that are none are read as null.
    """
    if sum(map(text.count, "[{,")) > VALUES_LIMIT:
        raise ValueError("too many values")
    # Control characters inside strings are let through; `clean_text` takes them out later.
    return json.loads(text, strict=False, parse_int=_bounded_int, parse_constant=lambda _: None)


def broke_off(text: str, trouble: ValueError, opening: str = "{") -> bool:
    """Whether JSON that begins with one of `opening` ends too early, rather than being something else."""
    if not text or not isinstance(trouble, json.JSONDecodeError):
        return not text
    near_the_end = trouble.pos >= len(text) - _LONGEST_WORD
    return text[0] in opening and (near_the_end or trouble.msg.startswith("Unterminated"))


def _decoded(text: str) -> object:
    try:
        return loads(text)
    except RecursionError:
        if len(text) > REPAIR_LIMIT:
            raise ValueError("too large and too deep to repair") from None
        return loads(_shallow(text))


def _bounded_int(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_INT else None


def _shallow(text: str) -> str:
    """The same JSON with everything below `DEPTH_LIMIT` as null."""
    kept, depth, start = [], 0, 0
    for found in _MARKS.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth == DEPTH_LIMIT:
                kept += [text[start : found.start()], "null"]
                start = len(text)
        elif mark in "]}":
            if depth == DEPTH_LIMIT:
                start = found.end()
            depth -= 1
    return "".join([*kept, text[start:]])
