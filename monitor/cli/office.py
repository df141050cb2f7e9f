"""What a command works with: settings, history, now; each made when it is first asked for."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from monitor.cli.clock import moment_of_command
from monitor.cli.screen import is_utf8
from monitor.errors import BadDatabase, DiskTrouble, ParcelsError, ReadOnly

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from monitor.history import History
    from monitor.message.texts import Style
    from monitor.protection import Policy
    from monitor.settings import Settings
    from monitor.settings.surroundings import Surroundings
    from monitor.sweep.judge import Court


class Office:
    """The desk of one command. Use as a context manager, so that the history is closed."""

    def __init__(
        self, config_file: str | None, *, only_looks: bool = False, only_reads: bool = False
    ) -> None:
        self._config_file = Path(config_file) if config_file else None
        self._only_looks = only_looks
        self._only_reads = only_looks or only_reads
        self._history: History | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._history is not None:
            self._history.close()

    @cached_property
    def now(self) -> datetime:
        return moment_of_command()

    @cached_property
    def settings(self) -> Settings:
        from monitor.settings import load

        return load(self._config_file, os.environ)

    @cached_property
    def surroundings(self) -> Surroundings:
        """Where the owner is and where the history lies. Whoever only looks does not load the whole
        configuration for it once it was found good.
        """
        from monitor.settings import verdicts
        from monitor.settings.surroundings import surroundings

        read = surroundings(self._config_file, os.environ) if self._only_looks else None
        if read is None:
            return self.settings.surroundings
        if not verdicts.was_good(read.mark, os.environ):
            checked = self.settings.surroundings  # or what is wrong with it is raised
            verdicts.remember(read.mark, os.environ)
            return checked
        return read

    @cached_property
    def court(self) -> Court:
        import logging

        from monitor.sweep.court import court_from

        if logging.lastResort is not None:  # by it a rule of a plug-in says that it failed
            logging.lastResort.setFormatter(logging.Formatter("parcels: %(message)s"))
        return court_from(self.settings)

    @cached_property
    def policies(self) -> Mapping[str, Policy]:
        from monitor.sweep.policies import policies

        return policies(self.surroundings.shops)

    @cached_property
    def style(self) -> Style:
        from monitor.message.texts import Style

        return Style(self.surroundings.zone)

    def clock_time(self, moment: datetime) -> str:
        """A moment within a day from now, as the owner's clock will show it."""
        return f"{moment.astimezone(self.surroundings.zone):%H:%M}"

    @property
    def history(self) -> History:
        if self._history is None:
            from monitor.history import History

            try:
                self._history = History.open(self.surroundings.database, now=self.now)
            except (DiskTrouble, ReadOnly) as trouble:
                self._history = self._as_it_lies(trouble)
        return self._history

    def _as_it_lies(self, trouble: ParcelsError) -> History:
        """What is stored can be looked at on a disk that takes nothing more; `trouble` is said."""
        from monitor.history import History

        if not self._only_reads:
            raise trouble
        try:
            history = History.read(self.surroundings.database, unwritable=True)
        except (BadDatabase, DiskTrouble):
            history = None
        if history is None:
            raise trouble
        click.echo(f"parcels: {trouble} Here is what is stored.", err=True)
        return history


def office_of(ctx: click.Context, *, only_looks: bool = False, only_reads: bool = False) -> Office:
    """The office for a command, with the configuration file named before it, if any.

    `only_reads`: it stores nothing, and so does its work on a disk that is full or read-only, too.
    `only_looks`: besides, it asks for no `settings`, only for the `surroundings`, and starts sooner.
    """
    return Office(ctx.find_root().obj, only_looks=only_looks, only_reads=only_reads)


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON instead of text, for programs."
)


def print_json(value: Any) -> None:
    """Print JSON; with escapes where standard output cannot write every character."""
    whole = is_utf8(sys.stdout)
    click.echo(json.dumps(value, ensure_ascii=not whole, indent=2))


def utc(moment: datetime | None) -> str | None:
    """A moment as JSON shows it: 2026-11-21T08:00:00Z; None stays None."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
