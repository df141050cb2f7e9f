"""A library that is imported by another one for nothing of ours is loaded when it is first used."""

from __future__ import annotations

from importlib.machinery import PathFinder
from importlib.util import LazyLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class AsyncioLater:
    """Finds asyncio, and lets its code run when something of it is asked for.

    pydantic-settings imports it for command lines of its own. What asks no source, such as a list,
    would wait a tenth of its start for it.
    """

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,  # noqa: ARG002 - as the import system calls it
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if name != "asyncio":
            return None
        spec = PathFinder.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec
