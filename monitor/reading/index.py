"""Under which words each phrase is looked for: worked out once from the word files, and kept.

`python -m monitor.reading.index` writes it anew after a change of a word file. One that does not fit
the word files is not used, so that a changed word counts at once and only loading takes longer.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.errors import BadConfiguration
from monitor.parcel import Side, Stage
from monitor.reading.notation import parse, same_letters
from monitor.reading.phrases import Concept, Phrase, is_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WORDS = Path(__file__).parent / "words"
KEPT = Path(__file__).with_name("index.json")
_FORM = 2  # of the kept file
_WORDS = re.compile(r"[^\s()\[\]|]+")

Row = list[Any]  # text, meaning, language, spaced, topical, side


class Index(NamedTuple):
    """Rows of phrases, and their places in that list by the word that must stand in a text.

    `exact` words, `stems` that a word begins with, `inner` parts of a word, and `runs` of one or two
    letters in scripts without blanks. `letters`: pairs of which the first is read as the second.
    """

    letters: str
    rows: list[Row]
    exact: dict[str, list[int]]
    stems: dict[str, list[int]]
    inner: dict[str, list[int]]
    runs: dict[str, list[int]]


def index_of(extra: Path | None = None) -> Index:
    """The index of the shipped words, with the owner's file on top of it.

    Raises BadConfiguration when the owner's file cannot be read as a vocabulary.
    """
    shipped = _kept() or made()
    if extra is not None:
        _enter(shipped, own_phrases(extra))
    return shipped


def made() -> Index:
    """The index, worked out from the word files."""
    tables = [tomllib.loads(file.read_text("utf-8")) for file in _files()]
    index = Index(" ".join(map(same_letters, tables)), [], {}, {}, {}, {})
    _enter(index, (phrase for table in tables for phrase in parse(table)))
    return index


def _files() -> list[Path]:
    return sorted(WORDS.glob("*.toml"))


def _digest() -> str:
    """Of all that the index follows from."""
    seed = hashlib.sha256(f"form {_FORM}".encode())
    for file in _files():
        seed.update(file.name.encode())
        seed.update(file.read_bytes())
    return seed.hexdigest()


def _kept() -> Index | None:
    try:
        digest, *parts = json.loads(KEPT.read_bytes())
    except (OSError, ValueError):
        return None
    return Index(*parts) if digest == _digest() else None


def keep() -> None:
    """Write the index of the word files as they are."""
    whole = [_digest(), *made()]
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    KEPT.write_text(text + "\n", encoding="utf-8")


def _enter(index: Index, phrases: Iterable[Phrase]) -> None:
    """Add phrases. Of several words that must be there the rarest is the one to look for."""
    letters = translation(index.letters)
    fresh = []
    for phrase in phrases:
        if not phrase.text.isascii():
            phrase.text = phrase.text.translate(letters)
        fresh.append(phrase)
    common = Counter(word for phrase in fresh for word in set(_WORDS.findall(phrase.text)))
    for phrase in fresh:
        number = len(index.rows)
        side = None if phrase.side is None else phrase.side.value
        index.rows.append(
            [phrase.text, str(phrase.meaning), phrase.language, phrase.spaced, phrase.topical, side]
        )
        for key in phrase.keys(common):
            _place(index, phrase, key).append(number)


def _place(index: Index, phrase: Phrase, key: str) -> list[int]:
    if not phrase.spaced:
        return index.runs.setdefault(key[:2], [])
    if key.startswith("*"):
        return index.inner.setdefault(key.strip("*"), [])
    if "*" in key:
        return index.stems.setdefault(key.partition("*")[0], [])
    return index.exact.setdefault(key, [])


_MEANINGS: Mapping[str, Concept | Stage] = {
    **{stage.value: stage for stage in Stage},
    **{concept.value: concept for concept in Concept},
}


def phrase_of(row: Row) -> Phrase:
    text, meaning, language, spaced, topical, side = row
    return Phrase(
        text,
        _MEANINGS[meaning],
        language,
        spaced=spaced,
        topical=topical,
        side=None if side is None else Side(side),
    )


def translation(letters: str) -> dict[int, int]:
    return {ord(pair[0]): ord(pair[1]) for pair in letters.split()}


def own_phrases(path: Path) -> list[Phrase]:
    """The phrases of the owner's file. Raises BadConfiguration where it is none."""
    try:
        phrases = list(_sound(parse(tomllib.loads(path.read_text("utf-8")))))
    except (OSError, ValueError, RecursionError) as problem:
        raise BadConfiguration(
            f"The file of one's own words, {path}, cannot be used: {problem}. "
            "Write it like the vocabulary files of the program, or empty [reading] extra."
        ) from problem
    return phrases


def _sound(phrases: Iterable[Phrase]) -> Iterator[Phrase]:
    for phrase in phrases:
        if not is_sound(phrase.text):
            raise ValueError(f"the phrase “{phrase.text}” does not follow the notation")
        yield phrase


if __name__ == "__main__":
    keep()
    sys.stdout.write(f"{KEPT.name}: {KEPT.stat().st_size // 1024} KiB\n")
