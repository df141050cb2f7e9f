"""JMESPath expressions: checked when the configuration is read, applied to answers that may be anything."""

from __future__ import annotations

import difflib
import math
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.functions import Functions

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPRESSION_LIMIT = 1_000  # characters
TEXT_LIMIT = 2_000  # characters kept of any one text of an answer
_LINE_ENDS = str.maketrans("\t\r\n", "   ")  # an expression may be written on several lines
PARTS_LIMIT = 20  # values that are put together to one text
# What the library is known to raise besides its own errors, which are ValueErrors: a comparison of
# text with a number, a slice with step 0, a sum beyond what a float holds.
_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Mismatch(Exception):
    """The answer is not what an option says. `reason` ends a sentence that begins with the option.

    `whole`: nothing at all stands where the option points to, so that the answer as a whole is
    another one than described; else something in it is odd.
    """

    def __init__(self, option: str, reason: str, *, whole: bool = False) -> None:
        super().__init__(option, reason)
        self.option = option
        self.reason = reason
        self.whole = whole


def expression(value: object) -> str:
    """A JMESPath expression as given, "" for none. Raises ValueError with a sentence."""
    if not isinstance(value, str) or len(value) > EXPRESSION_LIMIT:
        raise ValueError(
            f"it must be a JMESPath expression of at most {EXPRESSION_LIMIT} characters"
        )
    if not value.strip():
        return ""
    if not value.translate(_LINE_ENDS).isprintable():
        raise ValueError("it holds a character that cannot be seen")
    try:
        calls = list(_calls(_compiled(value).parsed))
    except _FAULTS as fault:
        raise ValueError(_where(value, fault)) from None
    for name, given in calls:
        _check_call(name, given)
    return value


def search(option: str, path: str, value: object) -> object:
    """What stands at `path`; None for nothing and for the path "". Raises Mismatch."""
    if not path:
        return None
    try:
        found: object = _compiled(path).search(value)
    except _FAULTS:
        raise Mismatch(option, "cannot be applied to it") from None
    return found


def text(option: str, path: str, value: object, between: str = ", ") -> str:
    """The text at `path`; several values in a list are put together. Raises Mismatch for tables."""
    found = search(option, path, value)
    parts = found[:PARTS_LIMIT] if isinstance(found, list) else [found]
    if any(not isinstance(part, str | int | float | None) for part in parts):
        raise Mismatch(option, "leads to something that is no text")
    return between.join(filter(None, map(written, parts)))[:TEXT_LIMIT]


def written(value: object) -> str:
    """Text, cut and without half surrogate pairs, and numbers as text; "" for anything else."""
    if isinstance(value, str):
        return value[:TEXT_LIMIT].encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return ""
    return str(value)


@lru_cache(maxsize=512)
def _compiled(path: str) -> Any:
    with warnings.catch_warnings():
        # `word` for `"word"` between backticks is deprecated there, and common.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        return jmespath.compile(path)


def _where(path: str, fault: Exception) -> str:
    """What is wrong, without repeating any of it."""
    if isinstance(fault, RecursionError):
        return "it is nested too deeply"
    places = (getattr(fault, name, None) for name in ("lexer_position", "lex_position"))
    position = next((place for place in places if isinstance(place, int)), len(path))
    if position >= len(path.rstrip()):
        return "it is no JMESPath expression: it ends too early"
    return f"it is no JMESPath expression: character {position + 1} cannot be understood"


def _calls(tree: Any) -> Iterator[tuple[str, int]]:
    """The functions an expression calls, each with the number of its arguments.

    The library itself finds a wrong one only when it comes across it in an answer.
    """
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        children = [child for child in node["children"] if isinstance(child, dict)]
        nodes += children
        if node["type"] == "function_expression":
            yield node["value"], len(children)


def _check_call(name: str, given: int) -> None:
    known = Functions.FUNCTION_TABLE
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"it calls a function that JMESPath does not have{hint}")
    signature = known[name]["signature"]
    needed = len(signature)
    endless = bool(signature and signature[-1].get("variadic"))
    if given < needed or (given > needed and not endless):
        raise ValueError(f"{name}() in it needs {needed} argument{'s' if needed != 1 else ''}")
