"""What an import understood, as a table, and as JSON."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.intentions import Becomes
from monitor.cli.screen import screen_of, wrapped
from monitor.intake.columns import NAMES
from monitor.message.texts import count
from monitor.numbers import LONGEST
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.cli.intentions import Intention
    from monitor.cli.screen import Screen
    from monitor.intake import Fault, Understood
    from monitor.parcel import Parcel

ON_A_TERMINAL = 100  # rows; a file or a pipe gets all of them
WIDTHS = (30, LONGEST, 28, 48)  # of what happens, a number, a label and the facts, at most
PASSED_SHOWN = 20
FAULTS_SHOWN = 50
_WORDS = {
    Becomes.NEW: "new",
    Becomes.COMPLETED: "completes",
    Becomes.UNCHANGED: "unchanged",
    Becomes.FINISHED: "finished",
}
_DONE = _WORDS | {Becomes.COMPLETED: "completed", Becomes.FINISHED: "finished and left alone"}
_BARE = frozenset({"shop", "price"})  # facts that explain themselves


def table(understood: Understood, good: Sequence[Intention], *, err: bool) -> None:
    """Print what was understood: the parcels, what was not taken and why, what else is to be said."""
    stream = sys.stderr if err else sys.stdout
    screen = screen_of(stream)
    most = ON_A_TERMINAL if screen.width is not None else len(good)
    for line in _lines(good[:most], screen):
        click.echo(line, err=err)
    if len(good) > most:
        click.echo(f"… and {len(good) - most:,} more", err=err)
    for line in _passed(understood, screen):
        click.echo(line, err=err)
    for note in understood.notes:
        click.echo(note, err=True)


def _lines(good: Sequence[Intention], screen: Screen) -> Iterator[str]:
    """A table, and where the screen is too narrow for it each parcel in lines of its own."""
    drawn = _table(good)
    fits = screen.width is None or all(
        _width(line) <= screen.width for block in drawn for line in block
    )
    for block, each in zip(drawn, [None, *good], strict=False):
        if fits:
            yield from block
        elif each is not None:
            yield from _stacked(each, screen)
        for remark in each.remarks if each else ():
            yield from wrapped(clean_text(remark), screen, "    ")


def _table(good: Sequence[Intention]) -> list[list[str]]:
    """The lines of the heading and of each parcel."""
    if not good:
        return []
    heading = ["", "NUMBER", "WHAT IT IS", "FACTS", "TAKEN BECAUSE"]
    blocks = [[heading], *(_rows(each) for each in good)]
    rows = [row for block in blocks for row in block]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(heading) - 1)]
    return [[_row_of(row, widths) for row in block] for block in blocks]


def _row_of(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (wide - _width(cell)) for cell, wide in zip(row, widths, strict=False)]
    return "  ".join([*padded, row[-1]]).rstrip()


def _stacked(each: Intention, screen: Screen) -> Iterator[str]:
    happens, number = ", ".join(_happens(each)), each.found.number
    lead = f"{happens}  {number}"
    if screen.width is not None and _width(lead) + 2 > screen.width:
        yield from wrapped(happens, screen, indent=4)
        lead = f"    {number}"
    yield from wrapped(clean_text(each.after.label), screen, f"{lead}  ", indent=4)
    facts = ", ".join(_facts(each))
    if facts:
        yield from wrapped(facts, screen, "    ")
    yield from wrapped(f"taken because {each.found.because}", screen, "    ")


def _rows(each: Intention) -> list[list[str]]:
    """The cells of a parcel; what has no room in its cell goes on below: all is to be agreed to."""
    happens, number, label, facts = WIDTHS
    cells = (
        _broken(_happens(each), happens),
        [_cut(each.found.number, number)],
        [_cut(each.after.label, label)],
        _broken(list(_facts(each)), facts),
        [each.found.because],
    )
    return [list(line) for line in zip_longest(*cells, fillvalue="")]


def _broken(parts: Sequence[str], width: int) -> Iterator[str]:
    """Parts with commas between them, in lines no wider than their column."""
    line = ""
    for place, part in enumerate(parts, 1):
        cell = _cut(part, width - 1) + ("," if place < len(parts) else "")
        if line and _width(f"{line} {cell}") > width:
            yield line
            line = ""
        line = f"{line} {cell}" if line else cell
    if line:
        yield line


def _happens(each: Intention) -> list[str]:
    """What becomes of it, and in brackets what of it changes."""
    word = "changes" if each.corrects else _WORDS[each.becomes]
    if not each.facts:
        return [word]
    first, *others = each.facts
    named = [f"{word} ({first}", *others]
    return [*named[:-1], f"{named[-1]})"]


def _facts(each: Intention) -> Iterator[str]:
    """The facts that were given, as they will stand; of a parcel that is completed, those that change."""
    if each.becomes in (Becomes.UNCHANGED, Becomes.FINISHED):
        return
    named = {name.replace(" ", "_") for name in each.facts}
    for name in each.found.facts:
        if name in ("label", "currency", "added", "done_as") or not hasattr(each.after, name):
            if name == "done" and each.becomes is Becomes.NEW:
                yield f"done ({each.after.done_as})"
            continue
        if each.before is not None and NAMES.get(name, name) not in named and name not in named:
            continue
        value = _value(each.after, name)
        if value:
            said = value if name in _BARE else f"{NAMES[name].replace('_', ' ')} {value}"
            known = each.before if each.replaces(name) else None
            yield f"{said} (was {_value(known, name)})" if known else said


def _value(parcel: Parcel, name: str) -> str:
    value = getattr(parcel, name)
    if name == "price":
        return f"{value} {parcel.currency}".strip()
    if isinstance(value, tuple):
        return " ".join("=".join(map(str, v)) if isinstance(v, tuple) else str(v) for v in value)
    return "" if value is None else clean_text(str(value), 60)


def _passed(understood: Understood, screen: Screen) -> Iterator[str]:
    passed = understood.passed_over
    if not passed:
        return
    yield from wrapped("Not taken (parcels add NUMBER takes any):", screen)
    width = max(_width(each.text) for each in passed[:PASSED_SHOWN])
    for each in passed[:PASSED_SHOWN]:
        lead = f"  line {each.line}: {each.text}{' ' * (width - _width(each.text))}  "
        yield from wrapped(each.because, screen, lead, indent=10)
    if len(passed) > PASSED_SHOWN:
        yield f"  … and {len(passed) - PASSED_SHOWN} more"


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _cut(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    tidy = clean_text(text)
    return tidy if _width(tidy) <= width else set_cell_size(tidy, width - 1).rstrip() + "…"


def counted(good: Iterable[Intention]) -> str:
    """As in "2 new, 1 completed"."""
    counts = Counter("changed" if each.corrects else _DONE[each.becomes] for each in good)
    said = ("new", "completed", "changed", "unchanged", "finished and left alone")
    return ", ".join(f"{counts[word]:,} {word}" for word in said if counts[word])


def faulty(faults: Sequence[Fault], kind: str) -> None:
    """Print every fault with its place, on standard error."""
    for fault in faults[:FAULTS_SHOWN]:
        click.echo(fault.said(kind), err=True)
    if len(faults) > FAULTS_SHOWN:
        click.echo(f"… and {count(len(faults) - FAULTS_SHOWN, 'more fault')}", err=True)


def as_json(
    understood: Understood, good: Sequence[Intention], faults: Sequence[Fault], *, imported: bool
) -> dict[str, Any]:
    """What was understood, and whether it is stored."""
    return {
        "kind": understood.kind,
        "imported": imported,
        "parcels": [_row(each) for each in good],
        "passed_over": [
            {"text": p.text, "line": p.line, "reason": p.reason.value, "because": p.because}
            for p in understood.passed_over
        ],
        "errors": [
            {"line": f.line, "column": f.column or None, "error": f.sentence} for f in faults
        ],
        "notes": list(understood.notes),
    }


def _row(each: Intention) -> dict[str, Any]:
    from monitor.intake.writing import facts

    return {
        "line": each.found.line,
        "becomes": each.becomes.value,
        "changes": list(each.facts),
        "because": each.found.because,
        "confidence": each.found.confidence.value,
        "remarks": [clean_text(remark) for remark in each.remarks],
        **facts(each.after),
    }
