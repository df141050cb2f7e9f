"""Parcels as JSON: an array of objects with the names of the columns, or of numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from monitor.intake import columns
from monitor.intake.gathering import BY_COLUMN, Row, gathered
from monitor.intake.values import CELL_LIMIT, ROWS_LIMIT, Fault, Understood, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.intake.values import Value

DEEPEST = 4  # brackets within brackets: the array, a parcel, its covers
_MOST_VALUES = 64  # of one parcel, and of one of its lists


class _Unfit(ValueError):
    """Why a value cannot be read, as a clause."""


def read_list(text: str) -> Understood:
    """The parcels of a JSON document; `line` of each is its place in the array, from 1.

    Raises Unreadable for what is no JSON, of another shape, too deep or too long.
    """
    document = _parsed(text)
    if isinstance(document, dict):
        document = document.get("parcels", [document] if "number" in document else None)
    if not isinstance(document, list):
        raise Unreadable(
            'The JSON is no array of parcels, such as [{"number": "LP00123456789012", "label": "Kettle"}].'
        )
    if len(document) > ROWS_LIMIT:
        raise Unreadable(f"The array has more than {ROWS_LIMIT:,} parcels; import it in parts.")
    faults: list[Fault] = []
    strange: dict[str, None] = {}
    rows = [_row(place, entry, faults, strange) for place, entry in enumerate(document, 1)]
    found, more = gathered(row for row in rows if row)
    slips, others = columns.unknown(strange)
    faults += [
        Fault(1, name, f"there is no such key; did you mean {right}?") for name, right in slips
    ]
    return Understood("json", found, faults=(*faults, *more), notes=columns.not_read(others))


def _parsed(text: str) -> Any:
    _bounded(text)
    try:
        return json.loads(text, parse_constant=_no_number, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise Unreadable(f"Line {error.lineno} is not JSON ({error.msg.lower()}).") from None
    except (ValueError, RecursionError):
        raise Unreadable("The input is not JSON.") from None


def _no_number(name: str) -> float:
    raise ValueError(name)


def _bounded(text: str) -> None:
    """Refuse brackets without end before the parser makes anything of them."""
    depth = deepest = 0
    quoted = escaped = False
    for character in text:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    if deepest > DEEPEST:
        raise Unreadable(
            f"The JSON is nested {deepest} deep; a list of parcels is {DEEPEST} at most."
        )


def _row(place: int, entry: Any, faults: list[Fault], strange: dict[str, None]) -> Row | None:
    if isinstance(entry, str):
        return Row(place, {"number": entry}, "the list says so")
    if not isinstance(entry, dict):
        faults.append(Fault(place, "", "this entry is no parcel."))
        return None
    if len(entry) > _MOST_VALUES:
        faults.append(Fault(place, "", f"this entry has more than {_MOST_VALUES} keys."))
        return None
    values: dict[str, Value] = {}
    for name, value in entry.items():
        key = columns.column(name)
        if not key:
            strange[name[:60]] = None
            continue
        try:
            read = _value(key, value)
        except _Unfit as reason:
            faults.append(Fault(place, key, str(reason)))
            return None
        if read:
            values[key] = read
    return Row(place, values, BY_COLUMN.replace("column", "key"))


def _value(key: str, value: Any) -> Value:
    """As an option of `add` takes it; "" or () where nothing is given."""
    if value is None:
        return ""
    if key not in columns.SEVERAL:
        return _text(value)
    if isinstance(value, dict) and key in columns.PAIRS:
        return _pairs(value)
    if isinstance(value, list):
        if len(value) > _MOST_VALUES:
            raise _Unfit(f"there are more than {_MOST_VALUES} of it.")
        return tuple(_text(each) for each in value)
    return columns.parted(_text(value))


def _pairs(value: Mapping[str, Any]) -> tuple[str, ...]:
    if len(value) > _MOST_VALUES:
        raise _Unfit(f"there are more than {_MOST_VALUES} of it.")
    return tuple(f"{_text(name)}={_text(each)}" for name, each in value.items())


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str):
        raise _Unfit("the value must be text, a number or null.")
    if len(value) > CELL_LIMIT:
        raise _Unfit(f"the value is longer than {CELL_LIMIT:,} characters.")
    return value
