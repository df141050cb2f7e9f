"""The notation of the vocabulary files: what one phrase finds in a text."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from monitor.parcel import Side, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping


class Concept(StrEnum):
    """What a phrase says; the name is its place in a vocabulary file (table and key)."""

    TOPIC = "customs.topic"
    EXPORT = "customs.export"
    IMPORT = "customs.import"
    TRANSIT = "customs.transit"
    NEVER = "customs.never"
    START = "outcome.start"
    CLEARED = "outcome.cleared"
    STOPPED = "outcome.stopped"
    REFUSED = "outcome.refused"
    PAYMENT = "outcome.payment"
    DOCUMENTS = "outcome.documents"
    SETTLED = "outcome.settled"
    OWES = "reason.payment"
    LACKS = "reason.documents"
    FORBIDDEN = "reason.prohibited"
    NOT = "turn.not"
    AWAITING = "turn.awaiting"
    AFTER = "turn.after"
    SMALL = "turn.small"


Meaning = Concept | Stage

# What can be said to have happened in customs, and what turns such a word round.
OUTCOMES = frozenset(
    {
        Concept.START, Concept.SETTLED, Concept.CLEARED, Concept.STOPPED, Concept.REFUSED,
        Concept.PAYMENT, Concept.DOCUMENTS,
    }
)  # fmt: skip
SIDES: Mapping[Meaning, Side] = MappingProxyType(
    {Concept.EXPORT: Side.EXPORT, Concept.IMPORT: Side.IMPORT, Concept.TRANSIT: Side.TRANSIT}
)
TURNS = frozenset({Concept.NOT, Concept.AWAITING, Concept.AFTER})

_TOKEN = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]|(\.\.)|([^\s()\[\]]+)")
_GROUP = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_SIGNS = frozenset({"^", "$", ".."})
_SHORT = 3  # letters; such words stand in every text
_UNCOUNTED: Mapping[str, int] = MappingProxyType({})
# A gap never crosses the end of a sentence; all repeats are bounded and none is nested.
_TIGHT = (r"[\W_]{1,6}", r"[\W_](?:(?!\. )[^;!?]){0,40}?(?<![^\W_])")
_LOOSE = (r"[\W_]{0,2}", r"[^,;!?。]{0,30}?")


class Element(NamedTuple):
    """One place in a phrase: what may stand there, and whether it may be missing."""

    choices: tuple[str, ...]
    optional: bool = False
    gap_before: bool = False


class Phrase:
    """One line of a vocabulary file; its pattern is built when a text first needs it.

    `topical`: the phrase alone makes the message one about customs. `side` is set where the phrase
    itself names the customs it speaks of. `spaced`: words of the language stand apart.
    """

    def __init__(
        self,
        text: str,
        meaning: Meaning,
        language: str,
        *,
        spaced: bool = True,
        topical: bool = False,
        side: Side | None = None,
    ) -> None:
        self.text = text
        self.meaning = meaning
        self.language = language
        self.spaced = spaced
        self.topical = topical
        self.side = side
        self.is_topic = topical or meaning is Concept.TOPIC
        self.is_movement = isinstance(meaning, Stage)
        # Remarks ("on hold") say nothing of their own in a text about customs.
        self.is_claim = meaning in OUTCOMES or (self.is_movement and meaning is not Stage.OTHER)
        self.is_turn = meaning in TURNS
        self.named_side = side or SIDES.get(meaning)

    @cached_property
    def plain(self) -> bool:
        """One word, perhaps with any beginning or ending: found without a search in the text."""
        return self.spaced and self.text.strip("*").isalnum()

    def fits(self, word: str) -> bool:
        """Whether a plain phrase is this word; its inner letters are known to stand there."""
        part = self.text.strip("*")
        if self.text.startswith("*"):
            return self.text.endswith("*") or word.endswith(part)
        return word.startswith(part) if self.text.endswith("*") else word == part

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        found: list[Element] = []
        gap = False
        for either, maybe, dots, word in _TOKEN.findall(self.text):
            if dots:
                gap = True
                continue
            choices = (either or maybe or word).split("|")
            found.append(Element(tuple(c.strip() for c in choices), bool(maybe), gap))
            gap = gap and bool(maybe)
        return tuple(found)

    def must(self) -> tuple[str, ...]:
        """The words outside of choices: each must stand in a text for the phrase to be there."""
        outside = _GROUP.sub(" ", self.text) if "(" in self.text or "[" in self.text else self.text
        return tuple(word for word in outside.split() if word not in _SIGNS)

    def keys(self, common: Mapping[str, int] = _UNCOUNTED) -> tuple[str, ...]:
        """Words of which one must stand in a text for the phrase to be found there.

        `common` tells how many phrases need a word: the rarest one is asked for, so that a text is
        compared with few phrases.
        """
        words = self.must()
        if words and not self.spaced:
            return (max(words, key=len),)
        if words:
            return (min(words, key=lambda w: (w.startswith("*"), common.get(w, 0), -len(w))),)
        needed = self._needed()
        if not needed:
            return ()
        best = min(needed, key=lambda e: _frequency(e, common))
        return tuple(map(_longest, best.choices))

    def _needed(self) -> list[Element]:
        return [e for e in self.elements if not e.optional and e.choices[0] not in _SIGNS]

    @cached_property
    def letters(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Letters a text must have for the phrase to be worth a search: all of the first, and one
        of each group of the others, those with the fewest choices first.
        """
        parts = [
            tuple(max(_longest(choice).split("*"), key=len) for choice in element.choices)
            for element in sorted(self._needed(), key=lambda e: len(e.choices))
        ]
        return tuple(p[0] for p in parts if len(p) == 1), tuple(p for p in parts if len(p) > 1)

    def may_end(self, *, begins: bool, ends: bool) -> bool:
        """Whether it can stand in a part that holds the beginning or the end of the message."""
        return (begins or "^" not in self.text) and (ends or "$" not in self.text)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("".join(_pieces(self.elements, spaced=self.spaced)))


def _frequency(element: Element, common: Mapping[str, int]) -> tuple[int, int]:
    """How many phrases share its words; the shorter its shortest word, the more texts have it."""
    words = [_longest(choice) for choice in element.choices]
    shortest = min(map(len, words))
    return (0 if shortest > _SHORT else 1, sum(common.get(word, 0) for word in words) - shortest)


def _longest(choice: str) -> str:
    """The word of a choice that fewest texts have, as far as its length tells."""
    return max(choice.split(), key=len)


def is_sound(text: str) -> bool:
    """Whether a phrase is well written: brackets closed and not nested, no choice left empty."""
    phrase = Phrase(text, Concept.TOPIC, "")
    rest = _TOKEN.sub("", text).strip()
    choices = [choice for element in phrase.elements for choice in element.choices]
    words = [word.strip("*") for choice in choices for word in choice.split() or [""]]
    return (
        not rest and all(words) and not any("|" in word for word in words) and bool(phrase.keys())
    )


def _pieces(elements: tuple[Element, ...], *, spaced: bool) -> list[str]:
    beside, gap = _TIGHT if spaced else _LOOSE
    body: list[str] = []
    started = False
    for element in elements:
        if element.choices[0] in _SIGNS:
            body.append(r"\A[\W_]*" if element.choices[0] == "^" else r"[\W\d_]*\Z")
            continue
        joint = gap if element.gap_before else beside
        inner = f"(?:{'|'.join(_choice(c, beside, spaced=spaced) for c in element.choices)})"
        if element.optional:
            body.append(f"(?:{joint}{inner})?" if started else f"(?:{inner}{beside})?")
        else:
            body.append(joint + inner if started else inner)
            started = True
    return [r"(?<![^\W_])", *body, r"(?![^\W_])"] if spaced else body


def _choice(choice: str, beside: str, *, spaced: bool) -> str:
    return beside.join(_word(word, spaced=spaced) for word in choice.split())


def _word(word: str, *, spaced: bool) -> str:
    any_letters = r"[^\W_]*" if spaced else ""
    return any_letters.join(re.escape(part) for part in word.split("*"))
