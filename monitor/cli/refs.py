"""What a shell offers where a parcel or a channel is to be named."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from monitor.cli.office import Office
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import click
    from click.shell_completion import CompletionItem

    from monitor.parcel import Parcel

PATIENCE = 0.2  # seconds; whoever has pressed the key waits
HELP_LENGTH = 40

# Each is what click asks for the words of a parameter. Whatever they raise is swallowed by
# `monitor.cli.shell.answer`: a shell that waits for words can do nothing with an error.


def watched(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Numbers and labels of the parcels that are being watched."""
    return _words([p for p in _parcels(ctx) if p.done_at is None], begun, _given(ctx, param))


def finished(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Numbers and labels of the parcels that are done."""
    return _words([p for p in _parcels(ctx) if p.done_at is not None], begun, _given(ctx, param))


def all_parcels(
    ctx: click.Context, param: click.Parameter, begun: str
) -> list[CompletionItem[str]]:
    """Numbers and labels of all parcels, those that are being watched first."""
    parcels = sorted(_parcels(ctx), key=lambda parcel: parcel.done_at is not None)
    return _words(parcels, begun, _given(ctx, param))


def channels(ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """The names of the channels in the configuration."""
    names = [channel.name for channel in _office(ctx).settings.channels]
    return [name for name in names if name.casefold().startswith(begun.casefold())]


def _office(ctx: click.Context) -> Office:
    return Office(ctx.find_root().params.get("config_file"), only_looks=True)


def _parcels(ctx: click.Context) -> list[Parcel]:
    """All parcels; none where there is no database, which is not made for this."""
    from monitor.history import History

    history = History.read(_office(ctx).surroundings.database, patience=PATIENCE)
    if history is None:
        return []
    with history:
        return history.parcels.all()


def _given(ctx: click.Context, param: click.Parameter) -> frozenset[str]:
    """What stands on the line already, where a parameter takes several."""
    value: Any = ctx.params.get(param.name or "")
    return frozenset(value) if isinstance(value, tuple) else frozenset()


def _words(
    parcels: Iterable[Parcel], begun: str, given: frozenset[str]
) -> list[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    named = [(p.number, clean_text(p.label)) for p in parcels]
    fresh = [row for row in named if given.isdisjoint(row)]
    wanted = begun.casefold()
    return [
        CompletionItem(word, help=clean_text(meaning, HELP_LENGTH) or None)
        for word, meaning in _namings(fresh)
        if word.casefold().startswith(wanted)
    ]


def _namings(named: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each name with the other one, which says whose it is; labels only where they mean one parcel."""
    times = Counter(label.casefold() for _, label in named)
    for number, label in named:
        yield number, label
        if label and not label.startswith("-") and times[label.casefold()] == 1:
            yield label, number
