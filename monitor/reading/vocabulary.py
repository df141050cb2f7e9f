"""Where the phrases of all languages occur in a text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from monitor.reading.index import index_of, phrase_of, translation
from monitor.reading.letters import fold
from monitor.reading.phrases import Concept
from monitor.reading.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from monitor.reading.index import Index
    from monitor.reading.phrases import Meaning, Phrase

_WORD = re.compile(r"[^\W_]+")
_REMEMBERED = 16_384  # words
_SHORT = 40  # characters; what is longer comes only once
_WINDOW = 300  # characters judged at once; hardly a message is as long
_MOST_HITS = 300  # a message that repeats one word a thousand times says it once
_FIRST_UNSPACED = "\u0e00"  # from Thai on, scripts whose words may stand without blanks


def _worth_a_search(phrases: Iterable[Phrase], text: str) -> Iterator[Phrase]:
    """Most phrases that share a word with a text end here: they lack another one."""
    stands = text.__contains__
    for phrase in phrases:
        needed, groups = phrase.letters
        if all(map(stands, needed)):
            for group in groups:
                if not any(map(stands, group)):
                    break
            else:
                yield phrase


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Parts that overlap by more than phrases are long, cut between words where there are any."""
    start = 0
    while start + _WINDOW < len(text):
        blank = text.rfind(" ", start + _WINDOW * 3 // 4, start + _WINDOW)
        yield start, blank if blank > 0 else start + _WINDOW
        step = text.find(" ", start + _WINDOW // 2, start + _WINDOW * 5 // 8)
        start = step + 1 if step > 0 else start + _WINDOW // 2
    yield start, len(text)


class Hit(NamedTuple):
    """A phrase found at `start` to `end` of the folded text."""

    start: int
    end: int
    meaning: Meaning
    phrase: Phrase


class Found(NamedTuple):
    """The phrases in a text, in no particular order. `small`: how many letters of it are small words
    of a language, in parts; they only tell which language it is in.
    """

    hits: list[Hit]
    small: list[tuple[tuple[str, int], ...]]


class _Chunk(NamedTuple):
    """What stands between two blanks: single words found there, with their places from its start,
    and longer phrases that may begin, end or pass here, in the order of the files.
    """

    plain: tuple[tuple[int, int, Meaning, Phrase], ...]
    longer: dict[Phrase, None]
    small: tuple[tuple[str, int], ...]


class Vocabulary:
    """Phrases, found through one of their words: what a text costs does not grow with languages.

    What stands between two blanks comes again and again, so that it is worked out once.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._letters = translation(index.letters)
        self._longest_stem = max(map(len, index.stems), default=0)
        self._spelling = Spelling(row[0] for row in index.rows if row[3])
        self._phrases: dict[int, Phrase] = {}
        self._folded = lru_cache(maxsize=_REMEMBERED)(self._fold)
        self._searched = lru_cache(maxsize=_REMEMBERED)(self._search)
        self._entry = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        self._run = lru_cache(maxsize=_REMEMBERED)(self._look_up_run)

    def fold(self, text: str) -> str:
        """The text in the letters of the vocabulary, frequent misspellings put right."""
        chunks = [
            self._folded(chunk) if len(chunk) <= _SHORT else self._fold(chunk)
            for chunk in text.split()
        ]
        return " ".join(filter(None, chunks))

    def _fold(self, chunk: str) -> str:
        folded = fold(chunk)
        if not folded.isascii():
            folded = folded.translate(self._letters)
        return self._spelling.correct(folded)

    def find(self, text: str) -> Found:
        """Every phrase that occurs in a folded text.

        A long text is gone through window by window, or the time would grow with its square.
        """
        if len(text) <= _WINDOW:
            return self._find(text)
        hits: dict[Hit, None] = {}
        small: list[tuple[tuple[str, int], ...]] = []
        for start, end in _windows(text):
            part = self._find(text[start:end])
            small += part.small
            for hit in part.hits:
                if hit.phrase.may_end(begins=start == 0, ends=end == len(text)):
                    hits[hit._replace(start=hit.start + start, end=hit.end + start)] = None
            if len(hits) > _MOST_HITS:
                break
        return Found(list(hits), small)

    def _find(self, text: str) -> Found:
        hits: list[Hit] = []
        small: list[tuple[tuple[str, int], ...]] = []
        longer: dict[Phrase, None] = {}
        at = 0
        for chunk in text.split(" "):
            if chunk.isdecimal():  # a number says nothing, and each is another one
                at += len(chunk) + 1
                continue
            found = self._searched(chunk) if len(chunk) <= _SHORT else self._search(chunk)
            for start, end, meaning, phrase in found.plain:
                hits.append(Hit(at + start, at + end, meaning, phrase))
            if found.longer:
                longer.update(found.longer)
            if found.small:
                small.append(found.small)
            at += len(chunk) + 1
        for phrase in _worth_a_search(longer, text):
            hits += [Hit(*m.span(), phrase.meaning, phrase) for m in phrase.pattern.finditer(text)]
        return Found(hits, small)

    def _search(self, chunk: str) -> _Chunk:
        plain: list[tuple[int, int, Meaning, Phrase]] = []
        longer: dict[Phrase, None] = {}
        small: dict[str, int] = {}
        for token in _WORD.finditer(chunk):
            word = token.group()
            start, end = token.span()
            for phrase in self._entry(word):
                if not phrase.plain:
                    longer[phrase] = None
                elif not phrase.fits(word):
                    continue
                elif phrase.meaning is Concept.SMALL:
                    small[phrase.language] = small.get(phrase.language, 0) + len(word)
                else:
                    plain.append((start, end, phrase.meaning, phrase))
            if word[0] >= _FIRST_UNSPACED:
                longer.update(dict.fromkeys(self._in_run(word)))
        return _Chunk(tuple(plain), longer, tuple(small.items()))

    def _phrase(self, number: int) -> Phrase:
        found = self._phrases.get(number)
        if found is None:
            found = self._phrases[number] = phrase_of(self._index.rows[number])
        return found

    def _look_up(self, word: str) -> tuple[Phrase, ...]:
        index = self._index
        numbers = list(index.exact.get(word, ()))
        for length in range(1, min(len(word), self._longest_stem) + 1):
            numbers += index.stems.get(word[:length], ())
        for part, within in index.inner.items():
            if part in word:
                numbers += within
        return tuple(self._phrase(number) for number in dict.fromkeys(numbers))

    def _in_run(self, run: str) -> Iterable[Phrase]:
        for index, letter in enumerate(run):
            yield from self._run(run[index : index + 2])
            if index + 1 < len(run):
                yield from self._run(letter)

    def _look_up_run(self, letters: str) -> tuple[Phrase, ...]:
        return tuple(self._phrase(number) for number in self._index.runs.get(letters, ()))


def load(extra: Path | None = None) -> Vocabulary:
    """The shipped vocabulary, and the owner's own file on top of it.

    Raises BadConfiguration when the owner's file cannot be read as a vocabulary.
    """
    return Vocabulary(index_of(extra))
