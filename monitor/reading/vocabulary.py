"""The words of all languages, and where they occur in a text."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.errors import BadConfiguration
from monitor.parcel import Side, Stage
from monitor.reading.letters import fold, fold_letters
from monitor.reading.phrases import Concept, Meaning, Phrase, is_sound
from monitor.reading.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORDS = Path(__file__).parent / "words"
_TABLES = frozenset({"customs", "outcome", "reason", "turn", "stage"})
_WORD = re.compile(r"[^\W_]+")
_PUNCTUATION = re.compile(r"(?<!\.)\.(?!\.)|[-–'’`´/,&:]")  # noqa: RUF001 - carriers write them
_MOST_HITS = 300  # a message that repeats one word a thousand times says it once
_FIRST_UNSPACED = "\u0e00"  # from Thai on, scripts whose words may stand without blanks

# A clearance stage given as a whole phrase is an outcome that brings its own topic (and side).
_AS_OUTCOME: dict[Stage, tuple[Concept, Side | None]] = {
    Stage.CLEARANCE_START: (Concept.START, None),
    Stage.CLEARANCE_SUCCESS: (Concept.CLEARED, None),
    Stage.CLEARANCE_EXCEPTION: (Concept.STOPPED, None),
    Stage.CLEARANCE_FAILURE: (Concept.REFUSED, None),
    Stage.CLEARANCE_PAYMENT_DUE: (Concept.PAYMENT, None),
    Stage.CLEARANCE_DOCUMENTS_NEEDED: (Concept.DOCUMENTS, None),
    Stage.EXPORT_CLEARANCE: (Concept.START, Side.EXPORT),
    Stage.EXPORT_CLEARANCE_EXCEPTION: (Concept.STOPPED, Side.EXPORT),
}


class Hit(NamedTuple):
    """A phrase found at `start` to `end` of the folded text."""

    start: int
    end: int
    meaning: Meaning
    phrase: Phrase


class _Entry(NamedTuple):
    plain: tuple[Phrase, ...]
    longer: dict[Phrase, None]  # in the order of the files, each once


class Vocabulary:
    """Phrases, found through one of their words: what a text costs does not grow with languages."""

    def __init__(self, phrases: Iterable[Phrase], same_letters: str = "") -> None:
        pairs = same_letters.split()
        self._letters = str.maketrans({pair[0]: pair[1] for pair in pairs})
        self._exact: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[Phrase]] = {}
        self._inner: dict[str, list[Phrase]] = {}
        self._runs: dict[str, list[Phrase]] = {}
        self.phrases = tuple(phrases)
        for phrase in self.phrases:
            self._add(phrase)
        self._longest_stem = max(map(len, self._stems), default=0)
        self._spelling = Spelling(p.text for p in self.phrases if p.spaced)
        self._entry = lru_cache(maxsize=16384)(self._look_up)

    def _add(self, phrase: Phrase) -> None:
        if not phrase.text.isascii():
            phrase.text = phrase.text.translate(self._letters)
        for key in phrase.keys:
            if not phrase.spaced:
                self._runs.setdefault(key[:2], []).append(phrase)
            elif key.startswith("*"):
                self._inner.setdefault(key.strip("*"), []).append(phrase)
            elif "*" in key:
                self._stems.setdefault(key.partition("*")[0], []).append(phrase)
            else:
                self._exact.setdefault(key, []).append(phrase)

    def fold(self, text: str) -> str:
        """The text in the letters of the vocabulary, frequent misspellings put right."""
        folded = fold(text)
        if not folded.isascii():
            folded = folded.translate(self._letters)
        return self._spelling.correct(folded)

    def find(self, text: str) -> list[Hit]:
        """Every phrase that occurs in a folded text, in no particular order."""
        hits: list[Hit] = []
        longer: dict[Phrase, None] = {}
        for token in _WORD.finditer(text):
            word = token.group()
            entry = self._entry(word)
            if entry is not None:
                start, end = token.span()
                hits += [Hit(start, end, phrase.meaning, phrase) for phrase in entry.plain]
                longer.update(entry.longer)
            if word[0] >= _FIRST_UNSPACED:
                longer.update(dict.fromkeys(self._in_run(word)))
            if len(hits) > _MOST_HITS:
                break
        most = len(hits) + _MOST_HITS
        for phrase in longer:
            if phrase.may_stand_in(text) and len(hits) <= most:
                hits += [
                    Hit(*m.span(), phrase.meaning, phrase) for m in phrase.pattern.finditer(text)
                ]
        return hits

    def _look_up(self, word: str) -> _Entry | None:
        found = list(self._exact.get(word, ()))
        for length in range(1, min(len(word), self._longest_stem) + 1):
            found += self._stems.get(word[:length], ())
        for part, phrases in self._inner.items():
            if part in word:
                found += phrases
        if not found:
            return None
        plain = tuple(p for p in found if p.plain)
        return _Entry(plain, dict.fromkeys(p for p in found if not p.plain))

    def _in_run(self, run: str) -> Iterator[Phrase]:
        for index, letter in enumerate(run):
            yield from self._runs.get(run[index : index + 2], ())
            if index + 1 < len(run):
                yield from self._runs.get(letter, ())


def load(extra: Path | None = None) -> Vocabulary:
    """The shipped vocabulary, and the owner's own file on top of it.

    Raises BadConfiguration when the owner's file cannot be read as a vocabulary.
    """
    phrases: list[Phrase] = []
    letters = []
    for file in sorted(WORDS.glob("*.toml")):
        table = tomllib.loads(file.read_text("utf-8"))
        phrases += parse(table)
        letters.append(str(table.get("same_letters", "")))
    if extra is not None:
        phrases += _own(extra)
    return Vocabulary(phrases, " ".join(letters))


def _own(path: Path) -> list[Phrase]:
    try:
        phrases = list(parse(tomllib.loads(path.read_text("utf-8"))))
        for phrase in phrases:
            _refuse_unsound(phrase.text)
    except (OSError, ValueError) as problem:
        raise BadConfiguration(
            f"The file of one's own words, {path}, cannot be used: {problem}. "
            "Write it like the vocabulary files of the program, or empty [reading] extra."
        ) from problem
    return phrases


def _refuse_unsound(text: str) -> None:
    if not is_sound(text):
        raise ValueError(f"the phrase “{text}” does not follow the notation")


def parse(table: dict[str, Any]) -> Iterator[Phrase]:
    """The phrases of one vocabulary file. ValueError names what is not a part of such a file."""
    language = str(table["language"]) if "language" in table else ""
    spaced = bool(table.get("spaces", True))
    for heading, section in table.items():
        if not isinstance(section, dict):
            continue
        if heading not in _TABLES:
            raise ValueError(f"there is no table [{heading}] in a vocabulary file")
        for name, lines in section.items():
            meaning, topical, side = _meaning(heading, name)
            if not isinstance(lines, str):
                raise ValueError(f"{name} in [{heading}] must be text, one phrase a line")  # noqa: TRY004 - one kind of error for one kind of file
            for text in _lines(lines):
                yield Phrase(text, meaning, language, spaced=spaced, topical=topical, side=side)


def _meaning(heading: str, name: str) -> tuple[Meaning, bool, Side | None]:
    try:
        if heading != "stage":
            return Concept(f"{heading}.{name}"), False, None
        stage = Stage(name)
    except ValueError:
        raise ValueError(f"there is no {name} in the table [{heading}]") from None
    if stage not in _AS_OUTCOME:
        return stage, False, None
    meaning, side = _AS_OUTCOME[stage]
    return meaning, True, side


def _lines(block: str) -> Iterator[str]:
    for line in _PUNCTUATION.sub(" ", fold_letters(block)).splitlines():
        phrase = line.partition("#")[0].strip()
        if phrase:
            yield phrase
