"""The postcode that the owner gave for a carrier which shows nothing without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.adapters.contract import Ask

NAMES = frozenset({"destination_postal_code", "postcode", "postal_code"})  # of `--extra`
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}", re.ASCII)


def postcode(ask: Ask) -> str:
    """As given with `--extra postcode=…`; "" where there is none, or what was given cannot be one."""
    given = (value.strip() for name, value in ask.extra if name.strip().casefold() in NAMES)
    return next((code for code in given if _POSTCODE.fullmatch(code)), "")
