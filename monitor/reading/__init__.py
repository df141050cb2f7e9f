"""Understands what carriers say: a message and its code become a stage, a side and a cause."""

from monitor.reading.reader import Reader, Reading, read

__all__ = ["Reader", "Reading", "read"]
