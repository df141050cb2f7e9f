"""The tables of a page, as rows of plain cells."""

from __future__ import annotations

import re


def rows(text: str, heading: str) -> list[tuple[str, ...]]:
    """The rows of every table in `text` whose head begins with the cell `heading`."""
    found: list[tuple[str, ...]] = []
    head: str | None = None
    for line in text.splitlines():
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells(line)[0]
        elif head == heading and not line.startswith("| ---"):
            found.append(cells(line))
    return found


def cells(line: str) -> tuple[str, ...]:
    parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return tuple(part.strip() for part in parts)


def plain(cell: str) -> str:
    """What stands in the backticks of a cell that holds one piece of code."""
    return cell.strip("`")
