"""Brings a carrier's text and the vocabulary to the same letters, so that they can be compared."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 2000  # characters of a message that are judged; no carrier's message is as long

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SIGNS = str.maketrans(dict.fromkeys("™®©℠", " "))  # NFKC would glue them to the word as letters
_MARKS = re.compile("([a-z])[\u0300-\u036f]+")
_SPECIAL = str.maketrans(
    {"\u0131": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"}
    | {"\u0451": "\u0435"}  # the Russian letter yo is mostly written without its dots
)
_EAST = "\u2e80-\u312f\u31a0-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_BESIDE = re.compile(f"(?<=[{_EAST}])(?=[a-z0-9])|(?<=[a-z0-9])(?=[{_EAST}])")
_ALIKE = ("aceopxyki", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u043a\u0456")
_TO_CYRILLIC = str.maketrans(_ALIKE[0], _ALIKE[1])
_TO_LATIN = str.maketrans(_ALIKE[1], _ALIKE[0])
_CYRILLIC = "\u0430-\u052f"
_LOOKALIKE = re.compile(f"[a-z]*[{_CYRILLIC}][a-z{_CYRILLIC}]*")
_PLACE = re.compile(r"[\W_]*[\[【]([^\[\]【】]{0,60})[\]】][\W_]*(?=\w)")
_HAS_LATIN = re.compile("[a-z]")
_HAS_CYRILLIC_ONLY = re.compile("[бвгджзийлмнтфцчшщъыьэюяїєґў]")


def fold(text: str) -> str:
    """Compatibility forms unified, case folded, marks on Latin letters dropped, one blank between.

    Marks on other letters stay: й without its mark is another letter, Hangul would fall apart.
    """
    return " ".join(fold_letters(text).split())


def fold_letters(text: str) -> str:
    """As `fold`, with the lines and blanks as they are."""
    return text.lower() if text.isascii() else _fold_wide(text)


def _fold_wide(text: str) -> str:
    text = _INVISIBLE.sub("", text).translate(_SIGNS)
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        text = _MARKS.sub(r"\1", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", text).translate(_SPECIAL)
        text = _LOOKALIKE.sub(_one_script, text)
        text = _BESIDE.sub(" ", text)
    return text


def _one_script(match: re.Match[str]) -> str:
    """A word of Latin and Cyrillic letters is meant in the script it cannot be written without."""
    word = match.group()
    if not _HAS_LATIN.search(word):
        return word
    if _HAS_CYRILLIC_ONLY.search(word):
        return word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN)


def without_place(text: str) -> str:
    """A folded text without the "[Place] " some carriers put first; a lone "[Delivered]" stays."""
    for _ in range(3):
        match = _PLACE.match(text)
        if match is None:
            break
        text = text[match.end() :]
    return text
