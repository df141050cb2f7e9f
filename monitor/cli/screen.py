"""What standard output can show: how wide it is, whether in colour, and by which characters."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

NARROWEST = 20  # cells; below that nothing is laid out any more
_ASCII_LOCALES = frozenset({"C", "POSIX"})


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters things are drawn with; each but `ellipsis` and `arrow` is one cell wide."""

    ellipsis: str = "…"
    arrow: str = "→"
    dot: str = "·"
    full: str = "█"
    rest: str = "░"
    line: str = "─"
    scan: str = "●"
    customs: str = "◆"
    coming: str = "○"
    deadline: str = "▲"
    more: str = "⋮"
    down: str = "│"


ASCII = Signs("...", "->", "-", "#", ".", "-", "*", "#", "o", "^", ":", "|")


@dataclass(frozen=True, slots=True)
class Screen:
    """What is drawn on. `width` in cells; None for a pipe or a file, where nothing is cut or wrapped."""

    width: int | None = None
    colour: bool = False
    signs: Signs = Signs()

    @property
    def drawn(self) -> bool:
        """Whether somebody looks at it; a program gets each thing on a line of its own, whole."""
        return self.width is not None

    def ink(self, text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> str:  # fmt: skip
        """The text in colour, where there is colour."""
        if not self.colour or not text or not (colour or bold or dim):
            return text
        return f"{_begun(colour, bold, dim)}{text}{_ENDED}"


@cache
def _begun(colour: str | None, bold: bool, dim: bool) -> str:
    """What a terminal is sent before such a text: a long list asks six times a line."""
    return click.style("", fg=colour, bold=bold or None, dim=dim or None, reset=False)


_ENDED = click.style("")


def screen_of(stream: TextIO | None = None, environ: Mapping[str, str] = os.environ) -> Screen:
    """The screen behind standard output, or behind another stream. COLUMNS overrides its width."""
    out = sys.stdout if stream is None else stream
    signs = Signs() if draws_unicode(out, environ) else ASCII
    if not out.isatty():
        return Screen(signs=signs)
    import shutil

    width = max(NARROWEST, shutil.get_terminal_size().columns)
    dumb = environ.get("TERM", "") == "dumb"
    return Screen(width, colour=not (dumb or environ.get("NO_COLOR")), signs=signs)


def draws_unicode(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether more than ASCII can be written, and will be seen as it is meant.

    Python writes UTF-8 in the locale C, too; a terminal in that locale shows rubbish instead. To a
    pipe it is written all the same: what a label says must not depend on who runs the command.
    """
    if not is_utf8(stream):
        return False
    return not (stream.isatty() and _locale(environ) in _ASCII_LOCALES)


def is_utf8(stream: TextIO) -> bool:
    """Whether the stream can write every character."""
    encoding = getattr(stream, "encoding", None) or "utf-8"  # a buffer in memory takes everything
    return encoding.lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig")


def _locale(environ: Mapping[str, str]) -> str:
    """The locale somebody chose for characters; "" where nobody did.

    Python itself puts LC_CTYPE to C.UTF-8 in the locale C (PEP 538); that was nobody's choice.
    """
    chosen = environ.get("LC_CTYPE", "")
    ctype = "" if chosen == "C.UTF-8" else chosen
    return environ.get("LC_ALL") or ctype or environ.get("LANG", "")


def wide(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii() or max(text) < "\u0300":  # up to there each letter takes one
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int, screen: Screen) -> str:
    """The text in at most so many cells; what is left out is said by an ellipsis."""
    if wide(text) <= width:
        return text
    ellipsis = screen.signs.ellipsis if width > len(screen.signs.ellipsis) else ""
    kept, room = "", width - len(ellipsis)
    for character in text:
        if wide(kept + character) > room:
            break
        kept += character
    return kept.rstrip() + ellipsis


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text with blanks up to that width; longer ones stay as they are."""
    blanks = " " * (width - wide(text))
    return blanks + text if right else text + blanks


def fitted(text: str, width: int, screen: Screen) -> str:
    """The text in exactly so many cells, where something is looked at; else whole, and padded."""
    return padded(cut(text, width, screen) if screen.drawn else text, width)


def wrapped(
    text: str,
    screen: Screen,
    prefix: str = "",
    *,
    indent: int | None = None,
    inked: str = "",
    paint: Callable[[str], str] = str,
) -> Iterator[str]:
    """The prefix and the text in lines, broken at blanks where the screen ends; one where it does not.

    Further lines begin with `indent` blanks, as many as the prefix is wide where that is not given.
    `inked` is the prefix in colour, `paint` puts colour on the text.
    """
    margin = _margin(wide(prefix) if indent is None else indent, screen)
    below = " " * margin
    for number, (start, body) in enumerate(_broken(text, screen.width, prefix, below)):
        lead = inked if number == 0 and start and inked else start
        yield (lead + paint(body) if body else lead).rstrip()


def say(sentence: str, *, err: bool = False) -> None:
    """Print a sentence, broken at blanks where a terminal ends; what is set in stays so."""
    lead = " " * (len(sentence) - len(sentence.lstrip(" ")))
    screen = screen_of(sys.stderr if err else sys.stdout)
    click.echo("\n".join(wrapped(sentence[len(lead) :], screen, lead)), err=err)


def _margin(wanted: int, screen: Screen) -> int:
    enough = screen.width is None or screen.width - wanted >= NARROWEST // 2
    return wanted if enough else 2


def _broken(text: str, width: int | None, prefix: str, below: str) -> Iterator[tuple[str, str]]:
    """Each line as what it begins with, and its words."""
    if width is None:
        yield prefix, text
        return
    start, line = prefix, ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if wide(start) + wide(longer) <= width:
            line = longer
            continue
        if line or start.strip():
            yield start, line
        start = below
        *whole, line = _chopped(word, width - len(below))
        yield from ((below, part) for part in whole)
    yield start, line


def _chopped(word: str, room: int) -> list[str]:
    """A word that is wider than a line, in parts: Chinese has no blanks."""
    parts = [""]
    for character in word:
        if wide(parts[-1] + character) > room and parts[-1]:
            parts.append("")
        parts[-1] += character
    return parts
