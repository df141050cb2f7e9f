"""The one way out to tracking sources: limits, deadlines, pacing, and errors without secrets."""

from monitor.transport.answer import Answer
from monitor.transport.client import HttpClient
from monitor.transport.pace import ClockPace, Pace, SharedPace
from monitor.transport.quiet import silence
from monitor.transport.wire import Wire

__all__ = ["Answer", "ClockPace", "HttpClient", "Pace", "SharedPace", "Wire", "silence"]
