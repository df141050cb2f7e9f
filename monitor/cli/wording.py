"""Words and columns that several commands show alike."""

from __future__ import annotations

from monitor.message.stands import STAGE_WORDS
from monitor.schedule import Severity

__all__ = ["COLOURS", "MARKS", "NAME_WIDTH", "PLACE_WIDTH", "STAGE_WORDS", "TIME_WIDTH", "cell"]

COLOURS = {Severity.CRITICAL: "red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}
MARKS = {Severity.CRITICAL: "!!", Severity.WARNING: "! ", Severity.NOTICE: "· "}
NAME_WIDTH, PLACE_WIDTH, TIME_WIDTH = 22, 24, 22


def cell(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"
