"""Messages nobody understood, made fit to be shown to others: what is private is taken out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.message.texts import unlinked
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBER, PLACE, NAME = "[number]", "[place]", "[name]"
REPORT_LIMIT = 500  # characters of a message
_SHORTEST = 4  # letters of a name that is looked for; two where words stand without blanks
_FIRST_UNSPACED = "\u0e00"  # from Thai on, scripts whose words may stand without blanks

# A word with six digits in it, and six digits with a sign or a blank between: dates, telephones.
_NUMBER_WORD = re.compile(r"(?<![A-Za-z0-9])(?=(?:[A-Za-z-]{0,40}\d){6})[A-Za-z\d-]+")
_DIGITS = re.compile(r"(?<![A-Za-z\d])\d(?:[ ./:()-]{0,2}\d){5,}(?![A-Za-z\d])")


def shareable(
    text: str, *, numbers: Iterable[str], places: Iterable[str], names: Iterable[str]
) -> str:
    """A carrier's message without numbers, places and names that were handed over, without
    addresses, and without any number of six digits or more.

    What it says of persons nobody can find for sure: whoever shares it reads it first.
    """
    found = clean_text(text, REPORT_LIMIT)
    for private, mark in ((numbers, NUMBER), (names, NAME), (places, PLACE)):
        for word in sorted(private, key=len, reverse=True):
            found = _without(found, clean_text(word), mark)
    found = _NUMBER_WORD.sub(NUMBER, _DIGITS.sub(NUMBER, unlinked(found)))
    return re.sub(rf"(?:{re.escape(NUMBER)}[ ./:-]?){{2,}}", f"{NUMBER} ", found).strip()


def _without(text: str, word: str, mark: str) -> str:
    apart = not word or word[0] < _FIRST_UNSPACED
    if len(word) < (_SHORTEST if apart else 2):
        return text
    inner = re.escape(word)
    pattern = rf"(?<![^\W_]){inner}(?![^\W_])" if apart else inner
    return re.sub(pattern, mark, text, flags=re.IGNORECASE)


# A language by letters only it has among those carriers write in, the surest first.
_BY_LETTERS = (
    ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af\u1100-\u11ff"),
    ("zh", "\u3400-\u9fff"),
    ("th", "\u0e00-\u0e7f"),
    ("he", "\u0590-\u05ff"),
    ("fa", "پچژگ"),
    ("ar", "\u0600-\u06ff"),
    ("el", "\u0370-\u03ff"),
    ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"),
    ("uk", "їєґ"),
    ("ru", "\u0400-\u04ff"),
    ("vi", "ơưạảấầẩẫậắằặẹẻẽếềểễệịọỏốồổộớờởợụủứừửữựỳỵỷỹ"),
    ("de", "ß"),
    ("es", "ñ¿¡"),
    ("hu", "őű"),
    ("tr", "ğışİ"),
    ("pl", "ąęłśźż"),
    ("cs", "řěů"),
    ("ro", "șțăţ"),
    ("lv", "āēīūķļņģ"),
    ("lt", "ėįų"),
    ("pt", "ãõ"),
    ("is", "þð"),
    ("da", "øæ"),
)


def guessed_language(text: str) -> str:
    """The language (ISO 639-1) the letters point to, "" where they could be those of many.

    A guess: Norwegian has the letters of Danish, Bulgarian those of Russian.
    """
    folded = text.lower()
    return next((name for name, letters in _BY_LETTERS if re.search(f"[{letters}]", folded)), "")
