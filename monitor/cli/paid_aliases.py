"""What `edit --adapter` asks of a source that must be told of a number first: its other numbers, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.adapters.contract import Registering
from monitor.message.texts import source_name
from monitor.parcel import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.cli.office import Office
    from monitor.parcel import Parcel

_SHOWN = 60


def want_aliases(office: Office, parcel: Parcel, named: Sequence[str]) -> list[str]:
    """Note, in the transaction of the edit, the other numbers of the parcel that the sources named are
    to be told of, and take back what was wanted elsewhere and is not told yet. A sentence for each
    source that will be told of any.
    """
    history = office.history
    history.paid_aliases.withdraw(parcel.id, named)
    aliases = history.parcels.aliases([parcel.id]).get(parcel.id, ())
    if not aliases or not named:
        return []
    from monitor.sweep.numbers_of import followed_by
    from monitor.sweep.sources import sources_of

    said = []
    for source in sources_of(office.settings):
        if source.name not in named or not isinstance(source.adapter, Registering):
            continue
        numbers = followed_by(parcel, aliases, source.adapter)
        fresh = history.paid_aliases.wanted(parcel.id, source.name, numbers)
        if fresh:
            said.append(_sentence(source_name(source.name), fresh, source.adapter.capability.paid))
    return said


def _sentence(title: str, numbers: Sequence[str], paid: bool) -> str:
    shown = " and ".join(clean_text(number, _SHOWN) for number in numbers)
    price = ""
    if paid:
        price = ", which costs once" if len(numbers) == 1 else ", each of which costs once"
    return f"{title} is told of its other number{'s' * (len(numbers) > 1)} {shown} as well{price}."
