"""All that is handed on of one parcel, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from monitor.pages.case import Case
    from monitor.parcel import Alias, Event


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer of a source as it was kept: its file in the ZIP, when it came, bytes, SHA-256."""

    file: str
    source: str
    at: datetime
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that is handed on of one parcel.

    `everything` are all events ever seen, with those that no longer stand; `kept` the answers,
    oldest first. `carriers`: what people call a carrier, by the word its source has for it.
    """

    case: Case
    everything: tuple[Event, ...] = ()
    aliases: tuple[Alias, ...] = ()
    kept: tuple[Kept, ...] = ()
    carriers: Mapping[str, str] = field(default_factory=dict)


def answer_files(answers: Iterable[tuple[str, datetime, int, str]]) -> tuple[Kept, ...]:
    """Names for the answers (source, moment, bytes, SHA-256), in their order."""
    return tuple(
        Kept(
            f"answers/{number:04}-{_safe(source)}-{at:%Y-%m-%dT%H%M%SZ}.json", source, at, size, sha
        )
        for number, (source, at, size, sha) in enumerate(answers, 1)
    )


def _safe(source: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "-" for c in source)[:40]
