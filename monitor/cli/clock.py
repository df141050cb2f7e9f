"""The one place that reads the clock, and PARCELS_NOW, which makes commands believe another."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.dates import FIRST_YEAR, LAST_YEAR
from monitor.errors import BadInput
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable


def moment_of_command() -> datetime:
    """What this command takes for now (aware UTC); PARCELS_NOW is said on standard error."""
    pretended = os.environ.get("PARCELS_NOW", "")
    if not pretended:
        return datetime.now(UTC).replace(microsecond=0)  # the history keeps whole seconds
    now = _parsed(pretended)
    click.echo(f"parcels: taking {now:%Y-%m-%dT%H:%M:%SZ} for now (PARCELS_NOW)", err=True)
    return now


def stopwatch() -> Callable[[], float]:
    """Seconds since now, whatever the clock on the wall does."""
    start = time.monotonic()
    return lambda: time.monotonic() - start


def _parsed(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"PARCELS_NOW is {clean_text(text, 40)!r}; write it like 2026-09-02T08:00:00Z."
        ) from None
    if moment.tzinfo is None:
        raise BadInput("PARCELS_NOW has no zone; write it like 2026-09-02T08:00:00Z.")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadInput(f"PARCELS_NOW must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return moment.astimezone(UTC).replace(microsecond=0)
