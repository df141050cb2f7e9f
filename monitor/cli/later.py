"""What other libraries import for nothing of ours is loaded when it is first used."""

from __future__ import annotations

from importlib.machinery import PathFinder
from importlib.util import LazyLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


# pydantic-settings imports the first for command lines of its own, pydantic the second for plug-ins of
# others, which it is told to leave alone. What asks no source, such as a list, would wait a fifth of
# its start for them.
LATER = frozenset({"asyncio", "importlib.metadata"})


class Later:
    """Finds these libraries, and lets their code run when something of them is asked for."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - as the import system calls it
    ) -> ModuleSpec | None:
        if name not in LATER:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec
