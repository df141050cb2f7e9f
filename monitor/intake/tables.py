"""A table of parcels as CSV, by the names of its columns."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from monitor.errors import BadInput
from monitor.intake import cells as of_cells, columns
from monitor.intake.gathering import BY_COLUMN, Row, gathered
from monitor.intake.values import CELL_LIMIT, ROWS_LIMIT, Fault, Understood, Unreadable
from monitor.numbers import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.intake.values import Value

_DELIMITERS = ",;\t|"
_LOOKED_AT = 10_000  # characters in which a first line must end


def heading(text: str) -> tuple[str, list[str]]:
    """The delimiter and the cells of the first line that says something."""
    first = next((line for line in text[:_LOOKED_AT].splitlines() if line.strip()), "")
    rows = {d: _cells(first, d) for d in _DELIMITERS}
    # The one by which most cells are columns; else by which there are most cells.
    best = max(rows, key=lambda d: (sum(map(bool, columns.meant(rows[d]))), len(rows[d])))
    return best, rows[best]


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def has_heading(text: str) -> bool:
    """Whether the first line names a column of tracking numbers and could be a table's.

    "Tracking number:" in a mail is none; and below a heading of one word stand numbers alone.
    """
    _, cells = heading(text)
    named = "number" in columns.meant(cells) and not any(_is_number(cell) for cell in cells)
    if not named or any(cell.rstrip().endswith(":") for cell in cells):
        return False
    rows = [line for line in text.splitlines() if line.strip()][1:]
    return len(cells) > 1 or all(_is_number(row.strip('"')) for row in rows)


def _is_number(cell: str) -> bool:
    try:
        return any(c.isdigit() for c in normalise(columns.unguarded(cell)))
    except BadInput:
        return False


def read_table(text: str) -> Understood:
    """The parcels of a table. Without a heading it must have one column, of numbers.

    Raises Unreadable for what is no table, and for one without end.
    """
    delimiter, cells = heading(text)
    if any(columns.meant(cells)) and not any(_is_number(cell) for cell in cells):
        return _with_heading(text, delimiter, cells)
    return _without_heading(text, delimiter)


def _with_heading(text: str, delimiter: str, cells: Sequence[str]) -> Understood:
    meant = columns.meant(cells)
    if "number" not in meant:
        raise Unreadable(
            "The table has no column of tracking numbers; call it 'number'. Its columns: "
            f"{columns.listed(cells)}."
        )
    slips, others = columns.unknown(c for c, m in zip(cells, meant, strict=True) if not m)
    faults = [
        Fault(1, name, f"there is no such column; did you mean {right}?") for name, right in slips
    ]
    twice = sorted(
        {name for name in meant if name and meant.count(name) > 1 and name not in columns.SEVERAL}
    )
    faults += [Fault(1, name, "the column stands there twice.") for name in twice]
    rows = _rows(text, delimiter)
    next(rows, None)
    read = [_row(line, cells_of, meant, faults) for line, cells_of in rows]
    found, more = gathered(row for row in read if row)
    return Understood("csv", found, faults=(*faults, *more), notes=columns.not_read(others))


def _without_heading(text: str, delimiter: str) -> Understood:
    rows = [(line, [c for c in cells if c.strip()]) for line, cells in _rows(text, delimiter)]
    if any(len(cells) > 1 for _, cells in rows):
        raise Unreadable(
            "The table has several columns and no heading. Begin it with a line of names: "
            f"{', '.join(list(columns.COLUMNS)[:7])}, …"
        )
    found, faults = gathered(Row(line, {"number": cells[0]}, BY_COLUMN) for line, cells in rows)
    return Understood("csv", found, faults=faults)


def _row(line: int, cells: Sequence[str], meant: Sequence[str], faults: list[Fault]) -> Row | None:
    if any(cell.strip() for cell in cells[len(meant) :]):
        faults.append(
            Fault(line, "", f"the line has {len(cells)} cells, and the heading {len(meant)}.")
        )
        return None
    values: dict[str, Value] = {}
    for name, cell in zip(meant, cells, strict=False):
        if not name or not cell.strip():
            continue
        if len(cell) > CELL_LIMIT:
            faults.append(Fault(line, name, f"the cell is longer than {CELL_LIMIT:,} characters."))
            return None
        plain = columns.unguarded(cell)
        if name in columns.SEVERAL:
            before = values.get(name, ())
            values[name] = (*before, *columns.parted(plain)) if isinstance(before, tuple) else ()
        elif name == "number" and of_cells.rounded(plain):
            faults.append(Fault(line, name, of_cells.ROUNDED))
            return None
        else:
            of_cells.take(values, name, plain)
    return Row(line, values, BY_COLUMN)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, with the line it begins in. Raises Unreadable."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count, begins = 0, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(_BROKEN.format(line=begins, error=error)) from None
        if any(cell.strip() for cell in cells):
            count += 1
            if count > ROWS_LIMIT + 1:
                raise Unreadable(
                    f"The table has more than {ROWS_LIMIT:,} rows; import it in parts."
                )
            yield begins, cells
        begins = reader.line_num + 1


_BROKEN = (
    "Line {line} cannot be read as CSV ({error}). A cell that holds the delimiter, a quote or a line "
    'break stands in quotes, and a quote in it is written twice: "a ""b"" c".'
)
