"""Which day of an order is of what: ordered, shipped, expected, and of spans the day that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.intake.dates import nearest
from monitor.intake.words import of_dates, of_spans
from monitor.parcel import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from monitor.intake.dates import Written
    from monitor.intake.texts import Line
    from monitor.intake.values import Value

_AHEAD = frozenset({"expected", "protected_until"})  # dates of what is still to come
_BY_THE_LAST = frozenset({"expected"})  # as eBay counts from the latest day it promised
_DASHES = "-–—~"  # noqa: RUF001 - of all lengths


def days_of(block: Sequence[Line], today: date | None, remarks: list[str]) -> dict[str, Value]:
    """The days by the names of facts; `remarks` gets a sentence on each that is not certain."""
    found: dict[str, Value] = {}
    for kind, first, last in _dated(block):
        if not kind or kind in found:  # nothing is said of a day that does not count
            continue
        chosen, other = (last, first) if kind in _BY_THE_LAST else (first, last)
        if first.text != last.text and kind in _BY_THE_LAST:
            remarks.append(f"{_said(kind, first)} - {last.text}: the last day counts.")
        day = _day(kind, chosen, other, today, remarks)
        if day is not None and kind == "delivered":
            remarks.append(
                f"It was delivered on {day.isoformat()}, the text says. If so: parcels done NUMBER"
            )
        elif day is not None:
            found[kind] = day.isoformat()
    return found


def _day(
    kind: str, written: Written, other: Written, today: date | None, remarks: list[str]
) -> date | None:
    """The day that is meant; what is not certain of it is said. `other` is the other end of its span."""
    said = _said(kind, written)
    if written.day is not None:
        return written.day
    if written.of_year is None:
        remarks.append(f"{said} could be two days; write it as 2026-09-02.")
        return None
    if other.day is not None:
        day = nearest(written.of_year, other.day, past=False)
    elif today is not None:
        day = nearest(written.of_year, today, past=kind not in _AHEAD)
    else:
        remarks.append(f"{said} has no year; write it as 2026-09-02.")
        return None
    remarks.append(f"{said} has no year; {day.year} is meant, it seems.")
    return day


def _said(kind: str, written: Written) -> str:
    return f"{kind.replace('_', ' ')} {written.text}"


def _dated(block: Sequence[Line]) -> Iterator[tuple[str, Written, Written]]:
    """The first and the last day of each span, nearly always the same, with what happened then: the
    word before it, else after it, else in the line above.
    """
    above = ""
    for line in block:
        spans = _spans(line)
        beside = _beside_spans(line, spans)
        if spans and not beside[0]:
            beside = _headed(above, beside)
        for kind, (first, last) in zip(beside, spans, strict=True):
            yield kind, first, last
        if line.text.strip():
            above = "" if line.pieces else line.text


def _beside_spans(line: Line, spans: Sequence[tuple[Written, Written]]) -> list[str]:
    """What each span is of. A line such as "5 Nov: shipped, 9 Nov: delivery" has its words after them."""
    before, after = [], []
    for first, last in spans:
        earlier = max((p.end for p in line.pieces if p.end <= first.start), default=0)
        later = min((p.start for p in line.pieces if p.start >= last.end), default=len(line.text))
        before.append(of_dates().last(line.text[earlier : first.start]))
        after.append(of_dates().first(line.text[last.end : later]))
    trailing = bool(spans) and not before[0] and after[0] != "" and after[-1] != ""
    pairs = zip(before, after, strict=True)
    return [(a or b) if trailing else (b or a) for b, a in pairs]


def _headed(above: str, beside: list[str]) -> list[str]:
    """The same with what the line above says: of the first span, or of each where it has as many words."""
    kinds = of_dates().all(above)
    if len(kinds) == len(beside) and not any(beside):
        return kinds
    return [kinds[0] if len(set(kinds)) == 1 else "", *beside[1:]]


def _spans(line: Line) -> list[tuple[Written, Written]]:
    found: list[tuple[Written, Written]] = []
    for day in (piece.date for piece in line.pieces if piece.date is not None):
        if found and _spans_over(line.text[found[-1][1].end : day.start]):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _spans_over(between: str) -> bool:
    """Whether two dates with this between them are a span, as in "Wed, Nov 26 - Mon, Dec 1"."""
    words = fold(between).split()
    others = [word for word in words if word not in of_spans()]
    dashed = any(dash in between for dash in _DASHES) or between == "/"
    joined = len(others) < len(words) or dashed
    return joined and len(others) <= 1 and not of_dates().last(between)  # at most a day of the week
