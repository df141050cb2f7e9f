"""Where a configuration came from: its files, and the source of each option."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from monitor.settings.plugged import Plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from monitor.settings.trees import Address


def by_default(_address: Address) -> str:
    return "default"


@dataclass(frozen=True, slots=True)
class Provenance:
    """`origin` names the source of an option; `rules` are the rules the tables were read against.

    `rule_options` are the options given for rules that exist, typed. `rules` None: the installed
    ones, imported when somebody asks. `plugged` are the plug-ins the configuration speaks of.
    """

    file: Path | None = None
    secret_files: tuple[Path, ...] = ()
    origin: Callable[[Address], str] = by_default
    rules: Mapping[str, type] | None = None
    rule_options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    plugged: Plugins = field(default_factory=Plugins)
