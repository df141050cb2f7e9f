"""The fenced blocks of a Markdown page, and what a comment above one says about running it.

A ```console block is a session and is run; ```sh is shown only, but its `parcels` lines must parse.
`<!-- docs: … -->` on the line above a block holds words for whoever runs it:

    now=2026-09-17T06:00:00Z   what the commands from here on believe to be the present
    fresh                      begin with an empty home
    state=NAME                 what the examples of other pages begin with, after this session; on
                               docs/commands.md alone, and made of all sessions there up to this one
    given=NAME                 begin with that state; for the first session of a page
    until=WORD                 `parcels run` gets a Ctrl-C when it has printed this
    file=NAME                  the block is the content of this file in the configuration folder
    received                   the block is the message that reached the channel last
    channel=down               from here on the channel takes nothing (up: takes everything again)
    post=strangers             the channel "mail" is a mail server that knows nobody (takes: that takes
                               everything; off: nobody listens there)
    schema=newer               the database has been used by a newer version
    cainiao=challenge          from here on Cainiao asks for a human (up: answers again)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

REPOSITORY = Path(__file__).parents[2]

_FENCE = re.compile(r"^( *)```(\w*)[^`]*$")
_WORDS = re.compile(r"^ *<!-- docs: (.+) -->$")
KNOWN_WORDS = frozenset(
    {
        "now", "fresh", "state", "given", "until", "file", "received", "channel", "post", "schema",
        "cainiao",
    }
)  # fmt: skip
STATES = REPOSITORY / "docs" / "commands.md"


@dataclass(frozen=True)
class Block:
    """One fenced block. `line` is that of its first line of content, counted from 1."""

    page: Path
    line: int
    language: str
    lines: tuple[str, ...]
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_run(self) -> bool:
        return self.language == "console" or bool(self.words)

    def __str__(self) -> str:
        return f"{self.page.relative_to(REPOSITORY)}:{self.line}"


@dataclass(frozen=True)
class Exchange:
    """A command of a session and the output shown below it."""

    line: int
    command: str
    shown: tuple[str, ...]


def pages() -> list[Path]:
    """Every page of the documentation."""
    return [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    return list(_blocks(page, page.read_text("utf-8").splitlines()))


def _blocks(page: Path, lines: list[str]) -> Iterator[Block]:
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if opened is None and fence:
            opened = (number + 1, fence[2], fence[1])
        elif opened is not None and line.strip() == "```":
            start, language, indent = opened
            inner = tuple(each.removeprefix(indent) for each in lines[start:number])
            yield Block(page, start + 1, language, inner, _words(lines, start - 1))
            opened = None
    if opened is not None:
        raise ValueError(f"{page.name}:{opened[0]}: this block has no end")


def _words(lines: list[str], fence: int) -> dict[str, str]:
    found = _WORDS.match(lines[fence - 1]) if fence else None
    pairs = [word.partition("=") for word in found[1].split()] if found else []
    unknown = {name for name, _, _ in pairs} - KNOWN_WORDS
    if unknown:
        raise ValueError(f"line {fence}: nobody knows the words {sorted(unknown)}")
    return {name: value for name, _, value in pairs}


@cache
def before(state: str) -> tuple[Block, ...]:
    """The sessions that make a state, in order. Raises ValueError where no page has it."""
    made = [block for block in blocks(STATES) if block.is_run]
    names = [block.words.get("state") for block in made]
    if state not in names:
        raise ValueError(f"{STATES.name} has no state {state!r}")
    return tuple(made[: names.index(state) + 1])


def exchanges(block: Block) -> list[Exchange]:
    """The commands of a session (lines with "$ ", continued by a backslash) and their output."""
    found: list[Exchange] = []
    pending = ""
    for number, line in enumerate(block.lines):
        if pending or line.startswith("$ "):
            pending += line.removeprefix("$ ") if not pending else line.removeprefix("> ")
            if pending.endswith("\\"):
                pending = pending.removesuffix("\\")
                continue
            found.append(Exchange(block.line + number, pending, ()))
            pending = ""
        elif not found:
            raise ValueError(f"{block}: output without a command")
        else:
            last = found[-1]
            found[-1] = Exchange(last.line, last.command, (*last.shown, line))
    return [replace(exchange, shown=trimmed(exchange.shown)) for exchange in found]


def trimmed(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines without empty ones at the end: a session may leave room between two commands."""
    full = list(lines)
    while full and not full[-1].strip():
        full.pop()
    return tuple(full)


def matches(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether the output is the one shown. A line "…" is any number of lines, "…" within one any text."""
    if not shown:
        return not printed
    first, rest = shown[0], shown[1:]
    if first.strip() == "…":
        return any(matches(rest, printed[start:]) for start in range(len(printed) + 1))
    return bool(printed) and _like(first, printed[0]) and matches(rest, printed[1:])


def _like(shown: str, line: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, line) is not None or shown == line
