"""What other libraries import for nothing of ours is loaded when it is first used."""

from __future__ import annotations

from importlib.machinery import PathFinder
from importlib.util import LazyLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


# pydantic-settings imports it for command lines of its own. What asks no source would wait a tenth of
# its start for it. The main thread is the first to use it: two that did so at the same time would load
# it twice (before Python 3.12.2).
LATER = frozenset({"asyncio"})


class Later:
    """Finds these libraries, and lets their code run when something of them is asked for."""

    def __init__(self, names: Collection[str] = LATER) -> None:
        self._names = names

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - as the import system calls it
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec
