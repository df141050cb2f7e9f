"""Durations as people write them: 5d, 12h, 90m, 1h30m, and ISO 8601 (PT3H, P2D)."""

from __future__ import annotations

import re
from datetime import timedelta

from monitor.errors import BadInput
from monitor.parcel import clean_text

LONGEST = timedelta(days=3650)
FORMS = "write a number and a unit, such as 5d, 12h, 90m or PT3H"

# Patterns as text: a command that reads no duration must not wait for them to be compiled.
_PLAIN = (
    r"(?ai)(?:(?P<weeks>\d{1,8})\s*w(?:eeks?)?)?\s*"
    r"(?:(?P<days>\d{1,8})\s*d(?:ays?)?)?\s*"
    r"(?:(?P<hours>\d{1,8})\s*h(?:ours?)?)?\s*"
    r"(?:(?P<minutes>\d{1,8})\s*m(?:in(?:ute)?s?)?)?\s*"
    r"(?:(?P<seconds>\d{1,8})\s*s(?:ec(?:ond)?s?)?)?"
)
_ISO = (
    r"(?ai)P(?:(?P<weeks>\d{1,8})W)?(?:(?P<days>\d{1,8})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,8})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,8})S)?)?"
)
_ISO_MONTHS = r"(?ai)P\d+[YM]|P\d+Y\d+M"


def parse_duration(text: str) -> timedelta:
    """The length of time meant by `text`, from 0 (also written "0") to ten years.

    Units go from the greater to the smaller, each at most once. Raises BadInput with a sentence:
    without a unit, with years or months (they have no fixed length), negative, or too long.
    """
    written = text.strip()
    if written == "0":
        return timedelta(0)
    found = re.fullmatch(_ISO, written) or re.fullmatch(_PLAIN, written)
    parts = {k: int(v) for k, v in found.groupdict().items() if v} if found else {}
    if not parts:
        raise BadInput(_refusal(written))
    length = timedelta(**parts)
    if length > LONGEST:
        raise BadInput(f'"{clean_text(written, 40)}" is longer than ten years.')
    return length


def _refusal(written: str) -> str:
    shown = clean_text(written, 40)
    if re.match(_ISO_MONTHS, written):
        return f'"{shown}" counts in months or years, which differ in length; write days.'
    if written.isdecimal():
        return f'"{shown}" has no unit; {FORMS}.'
    return f'"{shown}" is not a duration; {FORMS}.'


def written(length: timedelta) -> str:
    """A duration as one would write it: 3h, 15m, 1d12h; 0s for none."""
    left = int(length.total_seconds())
    parts = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
