"""Telling the owner: one Apprise target per channel, a plain outcome per message."""

from monitor.channels.channel import Channel, Delivery, Outlet, Result
from monitor.channels.quiet import RedactionFilter, quiet_libraries
from monitor.channels.sending import OpenChannel, StandardOutput
from monitor.channels.target import open_channel

__all__ = [
    "Channel",
    "Delivery",
    "OpenChannel",
    "Outlet",
    "RedactionFilter",
    "Result",
    "StandardOutput",
    "open_channel",
    "quiet_libraries",
]
