"""What is wrong with the pages, as far as their text alone tells."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import TYPE_CHECKING

from tests.docs import command_pages
from tests.docs.blocks import REPOSITORY, Block, blocks, exchanges, pages
from tests.docs.command_pages import commands, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_SCREEN = 25  # lines

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_FENCED = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`parcels ((?!-)[^`]+)`")
_RELEASE = re.compile(r"## \[(Unreleased|\d+\.\d+\.\d+)\](?: - \d{4}-\d{2}-\d{2})?")
_KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def problems() -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    for page in [*pages(), *beside_the_pages()]:
        yield from broken_links(page)
    for page in pages():
        yield from unknown_commands(page)
    yield from command_pages.problems()
    yield from first_screen((REPOSITORY / "README.md").read_text("utf-8"))
    yield from changelog((REPOSITORY / "CHANGELOG.md").read_text("utf-8"))


def beside_the_pages() -> list[Path]:
    """The pages that stand with what they are about; only their links are checked here."""
    return sorted(p for top in ("systemd", "examples") for p in (REPOSITORY / top).rglob("*.md"))


def name_of(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


# -- links


def broken_links(page: Path) -> Iterator[str]:
    prose = _FENCED.sub("", page.read_text("utf-8"))
    for target in _LINK.findall(prose):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists():
            yield f"{name_of(page)}: the link to {target} leads nowhere."
        elif anchor and anchor not in anchors(found):
            yield f"{name_of(page)}: {path or 'this page'} has no heading for #{anchor}."


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as they are usually made."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text("utf-8")))
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return frozenset(heading.strip().replace(" ", "-") for heading in plain)


# -- commands and options


def unknown_commands(page: Path) -> Iterator[str]:
    """Commands and options in blocks and in the prose that the program does not have."""
    lines = [line for block in blocks(page) for line in _typed(block)]
    lines += _INLINE.findall(_FENCED.sub("", page.read_text("utf-8")))
    for line in lines:
        wrong = _wrong_part(line)
        if wrong:
            yield f"{name_of(page)}: `parcels {line}`: there is no {wrong}."


def _typed(block: Block) -> list[str]:
    """What follows `parcels` in the lines of a block that somebody could type."""
    if block.language == "console":
        lines = [exchange.command for exchange in exchanges(block)]
    else:
        lines = list(block.lines) if block.language == "sh" else []
    found = (re.search(r"^[^#]*?(?:^|[/\s])parcels ([^|>&#]*)", line) for line in lines)
    return [match[1].strip() for match in found if match]


def _wrong_part(line: str) -> str:
    words = shlex.split(line.replace("…", " "), comments=True)
    if words[:1] and words[0].startswith(("-", "[")):
        return ""
    known = commands()
    name = next((n for n in (" ".join(words[:2]), " ".join(words[:1])) if n in known), None)
    if name is None:
        return f"command {words[0]!r}" if words else ""
    given = {w.partition("=")[0] for w in words if w.startswith("--")}
    wrong = sorted(given - options_of(known[name]) - {"--help"})
    return f"option {wrong[0]}" if wrong else ""


# -- the first screen and the changes


def first_screen(readme: str) -> Iterator[str]:
    screen = readme.splitlines()[:FIRST_SCREEN]
    for command in ("make demo", "make test"):
        if not any(line.startswith(command) for line in screen):
            yield f"README.md: {command!r} is not within the first {FIRST_SCREEN} lines."


def changelog(text: str) -> Iterator[str]:
    """Keep a Changelog's shape: Unreleased on top, known kinds, one full sentence a line."""
    releases = [line for line in text.splitlines() if line.startswith("## ")]
    if releases[:1] != ["## [Unreleased]"]:
        yield "CHANGELOG.md: the first release is [Unreleased]."
    for line in text.splitlines():
        if line.startswith("## ") and not _RELEASE.fullmatch(line):
            yield f"CHANGELOG.md: {line!r} is not `## [1.2.3] - 2026-11-21`."
        if line.startswith("### ") and line[4:] not in _KINDS:
            yield f"CHANGELOG.md: {line[4:]!r} is none of {', '.join(_KINDS)}."
        if line.startswith("- ") and not line.endswith("."):
            yield f"CHANGELOG.md: {line!r} is not one sentence on one line."
        if line.startswith(" ") and line.strip():
            yield f"CHANGELOG.md: {line.strip()!r} continues a line; write one sentence a line."
