"""The configuration as types: what the owner wrote, checked, with the origin of every option."""

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
