"""The one way out to tracking sources: limits, deadlines, pacing, and errors without secrets."""

from monitor.transport.answer import Answer, Missed, Request
from monitor.transport.client import HttpClient
from monitor.transport.pace import ClockPace, Pace, SharedPace
from monitor.transport.quiet import silence
from monitor.transport.wire import Wire

__all__ = [
    "Answer",
    "ClockPace",
    "HttpClient",
    "Missed",
    "Pace",
    "Request",
    "SharedPace",
    "Wire",
    "silence",
]
