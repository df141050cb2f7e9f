"""Outside text: made safe to show, and made comparable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TEXT_LIMIT = 500


_PUNCTUATION = re.compile(r"[\W\d_]+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text for comparison: compatibility forms unified, case, digits and punctuation dropped."""
    return _PUNCTUATION.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


_DROPPED = frozenset({"Cc", "Cs", "Co", "Cf", "Cn"})


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """Outside text made safe for a terminal, a mail or a page.

    Control, private and unassigned characters, surrogates, bidi controls and zero widths go; white
    space becomes one blank; NFC; at most `limit` characters (bounded before normalising, too).
    """
    head = text[: limit * 4]
    # Most texts are plain, and looking at each letter of thousands of them takes half a second.
    plain = head.isascii() and head.isprintable()
    tidy = " ".join((head if plain else _shown(head)).split())
    return tidy if len(tidy) <= limit else tidy[: limit - 1] + "…"


def _shown(text: str) -> str:
    kept = (" " if c.isspace() else c for c in text)
    dropped = "".join(c for c in kept if unicodedata.category(c) not in _DROPPED)
    return unicodedata.normalize("NFC", dropped)
