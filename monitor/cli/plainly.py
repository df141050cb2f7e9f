"""Output for a terminal or a locale that knows ASCII alone: nothing is lost to an error."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
import unicodedata

from monitor.cli.screen import draws_unicode, wide

# What this program itself prints, and letters that do not come apart; each as wide as it was, but
# for the ellipsis and the arrow.
_OURS = {
    "…": "...", "→": "->", "·": "-", "│": "|", "─": "-", "┌": "+", "└": "+", "“": '"', "”": '"',
    "\u2018": "'", "\u2019": "'", "\u2013": "-", "\u2014": "-", "\u00d7": "x",
    "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "€": "EUR", "£": "GBP",
}  # fmt: skip
_NAME = "parcels-plainly"
_CODEC = "parcels_ascii"


def speak_plainly() -> None:
    """Let standard output and error write what they can, and something readable for the rest.

    A terminal in the locale C gets ASCII, whatever Python would write to it; a pipe that takes UTF-8
    gets it, so that what a program reads does not depend on a locale.
    """
    codecs.register_error(_NAME, in_ascii)
    codecs.register(_codec)
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        with contextlib.suppress(ValueError, OSError):  # closed by whoever has called
            if draws_unicode(stream, os.environ):
                continue
            alone = stream.isatty() or codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=_CODEC if alone else None, errors=_NAME)


def _codec(name: str) -> codecs.CodecInfo | None:
    """ASCII by another name: click takes a stream of that name for a mistake, and writes UTF-8."""
    if name != _CODEC:
        return None
    plain = codecs.lookup("ascii")
    return codecs.CodecInfo(
        plain.encode,
        plain.decode,
        plain.streamreader,
        plain.streamwriter,
        plain.incrementalencoder,
        plain.incrementaldecoder,
        name=_CODEC,
    )


def in_ascii(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that cannot be written, as an error handler of `codecs` says it.

    Letters lose their accents; of what has no likeness there is a question mark for each cell.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_likeness, error.object[error.start : error.end])), error.end


def _likeness(character: str) -> str:
    found = _OURS.get(character)
    if found is not None:
        return found
    bare = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    if bare:
        return bare
    return "?" * wide(character)
