"""What one source is asked in one pass, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.errors import SourceTrouble
    from monitor.parcel import Parcel
    from monitor.sweep.lines import Line


@dataclass(frozen=True, slots=True)
class Task:
    """What one source is asked in one round."""

    line: Line
    parcels: Sequence[Parcel]


@dataclass(slots=True)
class Round:
    """What came of asking one source in one pass.

    `asked` and `answered` count parcels, `with_news` and `not_found` those among them that show
    something new or that the source does not know, `new_events` events never seen before; `troubles` are
    requests that failed as a whole, `problems` (number, sentence) parcels that need the owner, `notes`
    (number, sentence) what was done about registrations.
    `resting` counts parcels left out because the source blocks who asks more often; one that is
    `barred_until` a moment, for a reason it gave itself, was not asked at all.
    """

    source: str
    asked: int = 0
    answered: int = 0
    new_events: int = 0
    with_news: int = 0
    not_found: int = 0
    troubles: list[SourceTrouble] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    resting: int = 0
    barred_until: datetime | None = None
    barred_by: str = ""
    over: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.troubles) or self.barred_until is not None


def unseen(_: Round) -> None:
    """Progress that nobody watches."""


def unheeded(_: Sequence[int]) -> None:
    """Parcels that every source was asked about, and nobody waits for."""
