"""How far a long piece of work is, for somebody who watches."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from monitor.cli.clock import stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_ONCE = 2.0  # seconds of silence nobody minds


@contextmanager
def shown_progress(doing: str) -> Iterator[Callable[[float], bool]]:
    """A line that rewrites itself where work lasts, for somebody who watches.

    Ctrl-C in it stops the work: SQLite calls it again and again, and ends when it raises.
    """
    since = stopwatch()
    last = AT_ONCE

    def progress(part: float) -> bool:
        nonlocal last
        if sys.stderr.isatty() and since() >= last:
            last = since() + 0.2
            click.echo(f"\r{doing}: {part:4.0%}", nl=False, err=True)
        return False

    try:
        yield progress
    finally:
        if last > AT_ONCE:
            click.echo("", err=True)
