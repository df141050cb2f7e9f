"""How long a source wants to be left alone, in either form of the Retry-After header (RFC 9110)."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 86_400.0
"""Seconds. A header that asks for more is cut: nobody shall switch a source off by one answer."""

_DIGITS = 9


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds from now, 0 to `LONGEST`; None where the header is missing or means nothing.

    A date is read against the source's own Date header where there is one, so that two clocks that
    disagree do no harm.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:_DIGITS]), LONGEST)
    until = _instant(text)
    if until is None:
        return None
    now = _instant(headers.get("date", ""))
    if now is None:
        now = time.clock_gettime(time.CLOCK_REALTIME)
    return min(max(0.0, until - now), LONGEST)


def _instant(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date, None where it is not one."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
