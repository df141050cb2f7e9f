"""Parcels as a table or a list that reading gives back as they are."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from monitor.intake.columns import COLUMNS, PAIRS, guarded, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.parcel import Parcel


def as_csv(parcels: Iterable[Parcel]) -> str:
    """A table with a heading, lines ending in LF; no cell begins as a formula would."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for parcel in parcels:
        writer.writerow([guarded(_cell(parcel, name)) for name in COLUMNS])
    return out.getvalue()


def as_json(parcels: Iterable[Parcel]) -> str:
    """An array of objects with the columns as keys; what is unknown is null, {} or []."""
    rows = [facts(parcel) for parcel in parcels]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def facts(parcel: Parcel) -> dict[str, Any]:
    """A parcel by the names of the columns."""
    return {name: _value(parcel, name) for name in COLUMNS}


def _cell(parcel: Parcel, name: str) -> str:
    value = _value(parcel, name)
    if isinstance(value, dict):
        return joined(f"{key}={each}" for key, each in value.items())
    if isinstance(value, list):
        return joined(value)
    return "" if value is None else str(value)


def _value(parcel: Parcel, name: str) -> Any:
    if name in ("added", "done"):
        return _written(getattr(parcel, f"{name}_at"))
    value = getattr(parcel, COLUMNS[name])
    if name in PAIRS:
        return {key: _written(each) for key, each in value}
    if isinstance(value, tuple):
        return list(value)
    return None if value in ("", None) else _written(value)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat() if isinstance(value, date) else value
