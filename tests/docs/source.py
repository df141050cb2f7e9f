"""What is wrong with the source by its mere shape, and words that no file of the project holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.docs.blocks import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULE_LINES = 300
FUNCTION_LINES = 60
# A module with such a name collects what has no home; the home is what is missing.
NOT_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "manager", "base", "common", "core", "misc"}
)
_TEXT = frozenset({".md", ".py", ".toml", ".yml", ".yaml", ".service", ".timer", ".lock", ".cfg"})
_ALSO = frozenset({"Makefile", "run", ".gitignore"})
_FOLDERS = ("monitor", "tests", "bench", "docs", "systemd", "examples", ".ci")

_FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w.~}$*)-])/(?:work|workspace|builds|root|Users)/\w|(?<![\w}])/home/(?!you\b)\w"
    ),
    "an issue number": re.compile(r"(?<![\w&/'\"`\[{(=#;])#\d+\b(?![-\w])"),
    "a registry host": re.compile(
        r"\b(?:pypi\.org|pythonhosted\.org|docker\.io|ghcr\.io|registry\.npmjs\.org|index-url=)",
        re.IGNORECASE,
    ),
    "unfinished business": re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"),
}


def problems() -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    for path in sorted((REPOSITORY / "monitor").rglob("*.py")):
        yield from shape(str(path.relative_to(REPOSITORY)), path.read_text("utf-8"))
    for path in texts():
        yield from words(str(path.relative_to(REPOSITORY)), path.read_text("utf-8"))


def shape(name: str, source: str) -> Iterator[str]:
    """Modules and functions that are too long, and names that say nothing."""
    lines = len(source.splitlines())
    if lines > MODULE_LINES:
        yield f"{name} has {lines} lines; {MODULE_LINES} are the most. Find the part with a name of its own."
    parts = {part.removesuffix(".py") for part in name.split("/")}
    for part in sorted(parts & NOT_NAMES):
        yield f"{name}: {part!r} names no concept of the field."
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines; {FUNCTION_LINES} are the most."


def texts() -> list[Path]:
    """Every text file of the project but this one and its test, which hold what they look for."""
    inside = [p for folder in _FOLDERS for p in (REPOSITORY / folder).rglob("*")]
    found = [p for p in [*REPOSITORY.iterdir(), *inside] if p.is_file() and _is_text(p)]
    return sorted(set(found) - {Path(__file__), Path(__file__).with_name("test_docs_check.py")})


def _is_text(path: Path) -> bool:
    return "__pycache__" not in path.parts and (path.suffix in _TEXT or path.name in _ALSO)


def words(name: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in _FORBIDDEN.items():
            found = pattern.search(line)
            if found:
                yield f"{name}:{number}: {found[0]!r} looks like {what}."
