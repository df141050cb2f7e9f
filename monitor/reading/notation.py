"""What a vocabulary file says, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from monitor.parcel import Side, Stage
from monitor.reading.letters import fold_letters
from monitor.reading.phrases import Concept, Meaning, Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLES = frozenset({"customs", "outcome", "reason", "turn", "stage"})
_PUNCTUATION = re.compile(r"(?<!\.)\.(?!\.)|[-–'’`´/,&:]")  # noqa: RUF001 - carriers write them

# A clearance stage given as a whole phrase is an outcome that brings its own topic (and side).
_AS_OUTCOME: dict[Stage, tuple[Concept, Side | None]] = {
    Stage.CLEARANCE_START: (Concept.START, None),
    Stage.CLEARANCE_SUCCESS: (Concept.CLEARED, None),
    Stage.CLEARANCE_EXCEPTION: (Concept.STOPPED, None),
    Stage.CLEARANCE_FAILURE: (Concept.REFUSED, None),
    Stage.CLEARANCE_PAYMENT_DUE: (Concept.PAYMENT, None),
    Stage.CLEARANCE_DOCUMENTS_NEEDED: (Concept.DOCUMENTS, None),
    Stage.EXPORT_CLEARANCE: (Concept.START, Side.EXPORT),
    Stage.EXPORT_CLEARANCE_EXCEPTION: (Concept.STOPPED, Side.EXPORT),
}


def same_letters(table: dict[str, Any]) -> str:
    """Pairs of letters of which the first is read as the second, with blanks between."""
    return " ".join(str(table.get("same_letters", "")).split())


def parse(table: dict[str, Any]) -> Iterator[Phrase]:
    """The phrases of one vocabulary file. ValueError names what is not a part of such a file."""
    language = str(table["language"]) if "language" in table else ""
    spaced = bool(table.get("spaces", True))
    for heading, section in table.items():
        if not isinstance(section, dict):
            continue
        if heading not in _TABLES:
            raise ValueError(f"there is no table [{heading}] in a vocabulary file")
        for name, lines in section.items():
            meaning, topical, side = _meaning(heading, name)
            if not isinstance(lines, str):
                raise ValueError(f"{name} in [{heading}] must be text, one phrase a line")  # noqa: TRY004 - one kind of error for one kind of file
            for text in _lines(lines):
                yield Phrase(text, meaning, language, spaced=spaced, topical=topical, side=side)


def _meaning(heading: str, name: str) -> tuple[Meaning, bool, Side | None]:
    try:
        if heading != "stage":
            return Concept(f"{heading}.{name}"), False, None
        stage = Stage(name)
    except ValueError:
        raise ValueError(f"there is no {name} in the table [{heading}]") from None
    if stage not in _AS_OUTCOME:
        return stage, False, None
    meaning, side = _AS_OUTCOME[stage]
    return meaning, True, side


def _lines(block: str) -> Iterator[str]:
    for line in _PUNCTUATION.sub(" ", fold_letters(block)).splitlines():
        phrase = line.partition("#")[0].strip()
        if phrase:
            yield phrase
