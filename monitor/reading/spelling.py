"""Puts right words that are one slip away from a word of the vocabulary."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORTEST = 7  # shorter words have too many honest neighbours
_LONGEST = 24
_STEM = 3  # letters; a stem of two knows every word
_LONG_WORD = re.compile(rf"[a-z\u0370-\u0dff]{{{_SHORTEST},{_LONGEST}}}")
_WORDS = re.compile(r"[^\W\d_]+\*?")


class Spelling:
    """One letter too many, missing, wrong or swapped with its neighbour; the first letter counts.

    A word is left alone when the vocabulary knows it, or when two known words are as near.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: Iterable[str] | None = phrases
        self._known: frozenset[str] = frozenset()
        self._stems: frozenset[str] = frozenset()
        self._near: dict[str, str] = {}  # a form with a letter less: its words, with blanks between
        self._nearest = lru_cache(maxsize=16384)(self._search)

    def correct(self, text: str) -> str:
        return _LONG_WORD.sub(self._put_right, text)

    def _put_right(self, match: re.Match[str]) -> str:
        return self._nearest(match.group())

    def _learn(self) -> None:
        """Built at the first long word: importing and loading stay cheap."""
        words = {word for phrase in self._phrases or () for word in _WORDS.findall(phrase)}
        self._phrases = None
        self._known = frozenset(word for word in words if not word.endswith("*"))
        stems = (word[:-1] for word in words if word.endswith("*"))
        self._stems = frozenset(stem for stem in stems if len(stem) >= _STEM)
        for word in self._known:
            if _SHORTEST - 1 <= len(word) <= _LONGEST:
                for form in set(_shortened(word)):  # `l` gone from `parcell` is one form twice
                    others = self._near.get(form)
                    self._near[form] = f"{others} {word}" if others else word

    def _search(self, word: str) -> str:
        if self._phrases is not None:
            self._learn()
        if word in self._known or self._begins_known(word):
            return word
        near = {
            known
            for form in _shortened(word)
            for known in self._near.get(form, "").split()
            if known[0] == word[0] and _one_slip(word, known)
        }
        return near.pop() if len(near) == 1 else word

    def _begins_known(self, word: str) -> bool:
        return any(word[:length] in self._stems for length in range(_STEM, len(word) + 1))


def _shortened(word: str) -> Iterator[str]:
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def _one_slip(word: str, known: str) -> bool:
    start = 0
    while start < min(len(word), len(known)) and word[start] == known[start]:
        start += 1
    rest, meant = word[start:], known[start:]
    if rest[1:] == meant[1:] or rest[1:] == meant or rest == meant[1:]:
        return True
    return rest[:2] == meant[:2][::-1] and rest[2:] == meant[2:]
