"""The golden file: lines of what was told, and below each the reason somebody wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("told.txt")
OPEN = "why?"


@dataclass
class Chapter:
    """All that was told of one parcel: lines with their reasons, in order."""

    label: str
    told: list[tuple[str, str]] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [line for line, _ in self.told]


def read(text: str) -> tuple[str, list[Chapter]]:
    """The head of the file and its chapters."""
    head, *rest = text.split("\n== ")
    return head, [_chapter(part) for part in rest]


def _chapter(part: str) -> Chapter:
    label, *lines = part.splitlines()
    chapter = Chapter(label)
    for line in lines:
        if line.startswith("    "):
            told, reason = chapter.told.pop()
            chapter.told.append((told, f"{reason}\n{line}" if reason else line))
        elif line:
            chapter.told.append((line, ""))
    return chapter


def written(head: str, chapters: list[Chapter]) -> str:
    parts = [
        "\n".join([c.label, *(f"{line}\n{reason or '    ' + OPEN}" for line, reason in c.told), ""])
        for c in chapters
    ]
    return "\n== ".join([head, *parts])


def with_reasons(fresh: list[Chapter], known: list[Chapter]) -> list[Chapter]:
    """The lines of `fresh`, each with its reason in `known`, where that line stands there, too."""
    reasons = {(c.label, line): reason for c in known for line, reason in c.told}
    return [
        Chapter(c.label, [(line, reasons.get((c.label, line), "")) for line in c.lines])
        for c in fresh
    ]


def without_reason(chapters: list[Chapter]) -> list[str]:
    return [
        f"{c.label}: {line}"
        for c in chapters
        for line, reason in c.told
        if reason.strip() in ("", OPEN)
    ]
