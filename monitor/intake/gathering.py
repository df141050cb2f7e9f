"""Rows of a table or a list made into parcels: each number once, each fault with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.errors import BadInput
from monitor.intake import columns
from monitor.intake.values import ROWS_LIMIT, Confidence, Fault, Found, Unreadable
from monitor.numbers import check, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from monitor.intake.values import Value

BY_COLUMN = "its column says so"


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says, by column."""

    line: int
    values: Mapping[str, Value]
    because: str


def gathered(rows: Iterable[Row]) -> tuple[tuple[Found, ...], tuple[Fault, ...]]:
    """The parcels of the rows, in their order. Of two rows with one number the later completes.

    Raises Unreadable for more than any import takes.
    """
    found: dict[str, Found] = {}
    faults: list[Fault] = []
    for row in rows:
        try:
            number = normalise(str(row.values.get("number", "")))
        except BadInput as refusal:
            faults.append(Fault(row.line, "number", str(refusal)))
            continue
        facts = {columns.COLUMNS[n]: v for n, v in row.values.items() if n != "number"}
        before = found.get(number)
        if before is None and len(found) >= ROWS_LIMIT:
            raise Unreadable(f"There are more than {ROWS_LIMIT:,} numbers; import them in parts.")
        found[number] = _completed(before, facts) if before else _fresh(number, row, facts)
    return tuple(found.values()), tuple(faults)


def _fresh(number: str, row: Row, facts: Mapping[str, Value]) -> Found:
    return Found(number, row.line, row.because, Confidence.HIGH, facts, doubts(number))


def _completed(before: Found, facts: Mapping[str, Value]) -> Found:
    again = "It stands there twice; the later place completes the earlier one."
    return Found(
        before.number,
        before.line,
        before.because,
        before.confidence,
        {**before.facts, **facts},
        tuple(dict.fromkeys((*before.remarks, again))),
    )


def doubts(number: str) -> tuple[str, ...]:
    """What to say of a number that is taken all the same."""
    verdict = check(number)
    if verdict.valid is not False:
        return ()
    return (f"The check digit does not fit (expected {verdict.expected}); compare it again.",)
