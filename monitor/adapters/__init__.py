"""The tracking sources this program knows, by the name of their table in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.adapters.contract import Adapter

__all__ = ["ADAPTERS", "BuiltIn"]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """Where an adapter lives. Its module is imported when it is first wanted, not before."""

    module: str
    name: str

    def load(self) -> type[Adapter]:
        """The frozen dataclass of its options; its docstring is its help."""
        found: type[Adapter] = getattr(import_module(self.module), self.name)
        return found

    def __call__(self, **options: object) -> Adapter:
        """The adapter with these options. Raises BadConfiguration where one cannot be."""
        return self.load()(**options)


ADAPTERS: Mapping[str, BuiltIn] = MappingProxyType(
    {
        "cainiao": BuiltIn("monitor.adapters.cainiao", "Cainiao"),
        "dhl": BuiltIn("monitor.adapters.dhl", "Dhl"),
        "http_json": BuiltIn("monitor.adapters.http_json", "HttpJson"),
        "parcelsapp": BuiltIn("monitor.adapters.parcelsapp", "ParcelsApp"),
        "seventeentrack": BuiltIn("monitor.adapters.seventeentrack", "SeventeenTrack"),
        "ship24": BuiltIn("monitor.adapters.ship24", "Ship24"),
    }
)
