"""The configuration as types: what the owner wrote, checked, with the origin of every option."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.settings.durations import parse_duration
    from monitor.settings.http_json import HttpJson
    from monitor.settings.loading import load
    from monitor.settings.model import Channel, Settings, Shop

__all__ = [
    "Channel",
    "HttpJson",
    "Settings",
    "Shop",
    "load",
    "parse_duration",
]

_PLACES = {
    "Channel": "model",
    "HttpJson": "http_json",
    "Settings": "model",
    "Shop": "model",
    "load": "loading",
    "parse_duration": "durations",
}


def __getattr__(name: str) -> Any:
    """Each is loaded when it is asked for: the settings library, which commands that only look do not
    need, takes longer to load than all else they need together.
    """
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
