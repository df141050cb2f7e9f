"""The words a rule of somebody else brings: checked like those of the program itself."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any

from monitor.message.added import register_advices
from monitor.message.texts import texts
from monitor.plugins.loading import Unfit

PARTS = frozenset({"title", "means", "do", "action"})
TITLE_LIMIT = 40  # characters; a label has to fit beside it
TEXT_LIMIT, LINES_LIMIT, ADVICES_LIMIT = 600, 8, 60
_ABOUT_NEWS = ("resolved_", "news_restart_", "news_deadline_", "news_changed_")


def advices(found: Any, rule: str) -> dict[str, dict[str, Any]]:
    """The texts of a rule by the name of the advice, in their final form. Raises Unfit.

    Names are `RULE`, `RULE_…`, `resolved_RULE` (needed) and, in place of the usual words for news,
    `news_restart_RULE`, `news_changed_RULE` and `news_deadline_RULE`.
    """
    if not isinstance(found, Mapping) or len(found) > ADVICES_LIMIT:
        raise Unfit(f"its texts are no table of at most {ADVICES_LIMIT} advices")
    if f"resolved_{rule}" not in found:
        raise Unfit(f"its texts lack resolved_{rule}, which is told when the matter is over")
    return {str(name): _advice(str(name), words, rule) for name, words in found.items()}


def install(words: Mapping[str, Mapping[str, Any]], rule: str) -> None:
    """Let messages and lists use these texts. Raises Unfit for one that another rule has."""
    known = texts()
    taken = [name for name, parts in words.items() if name in known and known[name] != parts]
    if taken:
        raise Unfit(f"the advice {taken[0]} has words already, of another rule than {rule}")
    register_advices(words)


def _advice(name: str, found: Any, rule: str) -> dict[str, Any]:
    own = name == rule or name.startswith(f"{rule}_")
    if not own and name not in {f"{start}{rule}" for start in _ABOUT_NEWS}:
        raise Unfit(f"its advice {name!r:.60} does not begin with {rule}_")
    if not isinstance(found, Mapping) or set(found) != PARTS:
        raise Unfit(f"its advice {name} needs title, means, do and action, and nothing else")
    lines = found["do"]
    if isinstance(lines, str) or not isinstance(lines, Sequence) or len(lines) > LINES_LIMIT:
        raise Unfit(f"do of its advice {name} is no list of at most {LINES_LIMIT} sentences")
    for part, text in [("title", found["title"]), ("means", found["means"]),
                       ("action", found["action"]), *(("do", line) for line in lines)]:  # fmt: skip
        problem = _text_problem(text, TITLE_LIMIT if part == "title" else TEXT_LIMIT)
        if problem or (part in ("title", "means") and not text):
            raise Unfit(f"{part} of its advice {name} {problem or 'is empty'}")
    return {**{part: str(found[part]) for part in ("title", "means", "action")}, "do": [*lines]}


def _text_problem(text: Any, limit: int) -> str:
    if not isinstance(text, str) or len(text) > limit or not (text.isprintable() or not text):
        return f"is not text of one line, at most {limit} characters"
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return "has a brace that belongs to nothing"
    plain = all(
        name is None or (name.isidentifier() and not spec and conversion is None)
        for _, name, spec, conversion in fields
    )
    return "" if plain else "has more in braces than the name of a fact"
