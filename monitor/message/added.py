"""Words that rules of other packages bring, for all messages and lists of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED: dict[str, Mapping[str, Any]] = {}


def register_advices(words: Mapping[str, Mapping[str, Any]]) -> None:
    """Add texts by the name of their advice, in English and checked."""
    ADDED.update(words)
