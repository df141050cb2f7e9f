"""The value of an option of a rule or a plug-in, read by the type of its default."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.settings import values

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 100_000  # days, or whatever a rule counts
SETTABLE = (bool, int, float, str, tuple, timedelta)


def typed(value: object, default: object) -> Any:
    """`value` with the type of the option's default. Raises ValueError with a sentence."""
    if isinstance(default, tuple):
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list):
            raise ValueError("it must be a list")  # noqa: TRY004 - a refusal of the value, as all here
        return tuple(typed(item, default[0]) if default else _scalar(item) for item in items)
    reader = _READERS.get(type(default), _scalar)
    return reader(value)


def _scalar(value: object) -> Any:
    if isinstance(value, str):
        return values.text(value)
    return value if isinstance(value, bool) else values.whole(-MOST, MOST)(value)


_READERS: dict[type, Callable[[object], Any]] = {
    bool: values.yes_no,
    int: values.whole(0, MOST),
    float: values.number(0, MOST),
    str: values.text,
    timedelta: values.duration(timedelta(0), timedelta(days=3650)),
}
