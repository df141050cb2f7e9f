"""Whether any source that is switched on is asked about a number, said when it is added."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.message.texts import AGGREGATORS
from monitor.numbers import candidates

if TYPE_CHECKING:
    from monitor.parcel import Parcel
    from monitor.settings import Settings

NOBODY = (
    "No source that is switched on knows this number. 17TRACK knows most, and needs a key "
    "(adapters.seventeentrack.api_key)."
)


def source_names(settings: Settings) -> tuple[str, ...]:
    """The names `--adapter` takes."""
    adapters = settings.adapters
    return (*adapters.keyed, "cainiao", *adapters.others, *settings.plugged.adapters)


def nobody_looks(settings: Settings, parcel: Parcel) -> list[str]:
    """What to do about a number that no source which is switched on is asked about."""
    on = _switched_on(settings)
    if parcel.adapters:
        off = ", ".join(name for name in parcel.adapters if name not in on)
        return [f"Not switched on: {off}. See: parcels adapters"] if off else []
    return [] if any(_knows(settings, name, parcel.number) for name in on) else [NOBODY]


def _switched_on(settings: Settings) -> set[str]:
    adapters = settings.adapters
    on = {name for name, table in adapters.keyed.items() if table.active}
    on |= {name for name, own in adapters.others.items() if own.active}
    on |= settings.plugged.sources.keys()
    return on | ({"cainiao"} if adapters.cainiao.enabled else set())


def _knows(settings: Settings, name: str, number: str) -> bool:
    """As `recognise` says it, without loading every adapter: each costs time `add` does not have."""
    made = settings.plugged.sources.get(name)
    if made is not None:
        return made.recognise(number)
    own = settings.adapters.others.get(name)
    if own is not None:
        return own.numbers != "" and re.fullmatch(own.numbers, number) is not None
    if name == "dhl":
        from monitor.adapters.dhl.numbers import is_of_dhl

        return is_of_dhl(number, settings.country)
    return name in AGGREGATORS or any(name in form.ask for form in candidates(number))
