"""What a carrier's message means, what usually follows, what to do, and how sure that is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from monitor.message.texts import filled
from monitor.parcel import Cause, Side, Stage, clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.reading import Reading

CODE_LIMIT = 120  # characters of a code that are shown
MATCH_LIMIT = 80  # of a recognised word
_IMPORT = frozenset(
    {
        Stage.CLEARANCE_START,
        Stage.CLEARANCE_EXCEPTION,
        Stage.CLEARANCE_PAYMENT_DUE,
        Stage.CLEARANCE_DOCUMENTS_NEEDED,
        Stage.CLEARANCE_FAILURE,
        Stage.CLEARANCE_SUCCESS,
    }
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it was read: as a whole, and its words and its code each by itself.

    `text` and `code` are as given, "" where nothing was.
    """

    text: str
    code: str
    whole: Reading
    by_words: Reading
    by_code: Reading


@dataclass(frozen=True, slots=True)
class Explanation:
    """A message for its reader, in plain sentences. `actions` and `warnings` stand in their order."""

    title: str
    meaning: str
    next: str
    actions: tuple[str, ...]
    warnings: tuple[str, ...]
    sure: str


def explained(heard: Heard) -> Explanation:
    """What a message means, and how sure that is."""
    row = advice(heard.whole.stage, heard.whole.side, heard.whole.cause)
    return Explanation(
        title=row["title"],
        meaning=row["meaning"],
        next=row["next"],
        actions=tuple(row["do"]),
        warnings=tuple(row["dont"]),
        sure=_sure(heard),
    )


@cache
def advice(stage: Stage, side: Side, cause: Cause | None) -> Mapping[str, Any]:
    """The texts for what was read: those of the stage, with those of the side, or else of the cause,
    in place of what differs.
    """
    row = texts()[stage.value]
    cause_row = {} if cause is None else row.get(cause.value, {})
    return {**row, **row.get(side.value, cause_row)}


@cache
def texts() -> Mapping[str, Mapping[str, Any]]:
    """All texts, by stage; beside them `sure` and `languages`."""
    text = files("monitor").joinpath("data", "explanations.en.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def in_language(language: str) -> str:
    """“in German” for "de"; what no table names is named by its code."""
    return str(texts()["languages"].get(language, f"in “{language}”" if language else "here"))


def recognised(matched: Sequence[str]) -> tuple[str, ...]:
    """The words that decided, made safe to show."""
    return tuple(clean_text(word, MATCH_LIMIT) for word in matched)


def _sure(heard: Heard) -> str:
    facts = {
        "language": in_language(heard.by_words.language),
        "code": clean_text(heard.code, CODE_LIMIT),
        "by_code": _title(heard.by_code),
        "by_words": _title(heard.by_words),
    }
    sentences = [filled(texts()["sure"][_ground(heard)], facts)]
    if heard.whole.stage in _IMPORT and heard.whole.side is Side.UNKNOWN:
        sentences.append(texts()["sure"]["sideless"])
    if heard.whole.stage is Stage.OTHER and heard.by_words.stage is Stage.OTHER:
        sentences.append(texts()["sure"]["remark"])
    return " ".join(sentences)


def _title(reading: Reading) -> str:
    return str(advice(reading.stage, reading.side, reading.cause)["title"])


def _ground(heard: Heard) -> str:
    """The name of the sentence that says what the reading rests on."""
    if heard.whole.stage is Stage.UNKNOWN:
        given = "unknown_code" if heard.code else "unknown"
        return given if heard.text or heard.code else "nothing_given"
    if heard.by_words.stage is Stage.UNKNOWN:
        return "code_only" if heard.text else "code_alone"
    if not heard.code:
        return "bare" if heard.whole.bare else "words"
    return _ground_of_two(heard)


def _ground_of_two(heard: Heard) -> str:
    """The same where the words were understood and a code was given."""
    whole, by_words, by_code = heard.whole, heard.by_words, heard.by_code
    if whole.stage is by_words.stage is by_code.stage:
        return "agree"
    if whole.language and whole.side is not by_words.side:
        return "both"
    if whole.stage is not by_words.stage:
        return "code_over_words"
    if by_code.stage is Stage.UNKNOWN:
        return "bare" if whole.bare else "words_unknown_code"
    return "words_over_code"
