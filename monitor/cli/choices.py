"""A word out of a few: a slip is answered with what was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable


class OneOf(click.Choice[str]):
    """One of the words given; as click's own, with a suggestion."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        said = super().get_invalid_choice_message(value, ctx)
        near = nearest(str(value), self.choices)
        return f"{said} Did you mean {near[0]!r}?" if near else said


def nearest(word: str, known: Iterable[str], *, most: int = 1) -> list[str]:
    """Of the known words those that are most like it, the best first; none where none is near."""
    import difflib

    return difflib.get_close_matches(word, list(known), n=most, cutoff=0.6)
